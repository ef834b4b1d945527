"""Explorers in a real browser without a server: the page asks the widget that the test holds."""

import json

PAGE = """<!doctype html><html lang="en"><meta charset="utf-8"><title>Explorers</title>
<meta name="viewport" content="width=device-width"><body><main></main></body></html>"""
SCRIPT = """async ([script, style, states]) => {
  const address = URL.createObjectURL(new Blob([script], { type: "text/javascript" }));
  const { default: widget } = await import(address);
  document.head.append(Object.assign(document.createElement("style"), { textContent: style }));
  states.forEach((state, at) => {
    const heard = {};
    const model = {
      get: name => state[name],
      set: (name, value) => { state[name] = value },
      on: (name, act) => { (heard[name] ||= []).push(act) },
      off: () => {},
      save_changes: async () => {
        const answer = await window.kernel(at, state.asked);
        for (const name of ["bases", "controls", "shown"]) {
          if (JSON.stringify(answer[name]) === JSON.stringify(state[name])) continue;
          state[name] = answer[name];
          (heard[`change:${name}`] || []).forEach(act => act());
        }
      },
    };
    const el = document.createElement("div");
    document.querySelector("main").append(el);
    widget.render({ model, el });
  });
}"""
TRAITS = ("title", "picks", "saves", "controls", "start", "bases", "asked", "shown")


def show(page, *lives):
    """Show explorers on an empty page, which asks them as it would ask a kernel."""

    def kernel(at, asked):
        lives[at].asked = asked
        return json.loads(json.dumps({name: getattr(lives[at], name) for name in ("bases", "controls", "shown")}))

    page.expose_function("kernel", kernel)
    page.set_content(PAGE)
    states = [json.loads(json.dumps({name: getattr(live, name) for name in TRAITS})) for live in lives]
    page.evaluate(SCRIPT, [str(lives[0]._esm), str(lives[0]._css), states])
