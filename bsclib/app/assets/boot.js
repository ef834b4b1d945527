// Before anything is drawn: light or dark, as the system is. The explorers look at the same mark.
const dark = matchMedia("(prefers-color-scheme: dark)");
const follow = () => { document.body.dataset.jpThemeLight = String(!dark.matches); };
dark.addEventListener("change", follow);
follow();
// What Voilà calls while a page is made.
window.voila_heartbeat = window.voila_process = window.voila_finish = () => {};
