// Before anything is drawn: light or dark, as the system is. The explorers look at the same mark.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => { document.body.dataset.jpThemeLight = String(!dark.matches); };
dark.addEventListener("change", follow);
follow();
// What Voilà calls while a page is made.
window.voila_heartbeat = window.voila_process = window.voila_finish = () => {};
// Voilà ends the kernel when a page is about to close. Whoever is asked whether to leave unsaved work, and stays, needs
// it still; so it ends when the page has really gone.
const listen = window.addEventListener.bind(window);
window.addEventListener = (kind, act, ...more) =>
  listen(kind === "beforeunload" && String(act).includes("sendBeacon") ? "pagehide" : kind, act, ...more);
