"""How long from the hand to the eye: explorers in JupyterLab, from a control's input event to the painted picture.

``make bench-browser``. Each row is measured against a bare slider in the same run: the same widget, whose kernel
answers at once. Bars are in milliseconds, median and 95th percentile, or four times the bare slider.
"""

import statistics
import tempfile
import time
from pathlib import Path

import browser
import labs
from playwright.sync_api import sync_playwright

SOURCE = """
from IPython.display import display
from bsclib.files.datasets import load_dataset
from bsclib.widgets import explore_scenario, explore_scores, explore_weights
from bsclib.widgets.live import Live, slider

case = load_dataset("meridian")
told = lambda at, *_: {"said": str(at["x"]), "picture": "<svg></svg>"}
bare = Live("Bare", [slider("x", "Bare", 0, 100, 1, 50)], told)
display(bare, explore_scores(*case), explore_weights(*case), explore_scenario(*case))
"""
STEP = """([group, name, value]) => new Promise(done => {
  const root = document.querySelector(`.bsclib-explorer[aria-label^='${group}']`);
  const input = [...root.querySelectorAll('input')].find(one => one.name.startsWith(name));
  const turn = Number(root.dataset.turn);
  let bytes = 0;
  const seen = new MutationObserver(() => {
    if (Number(root.dataset.turn) <= turn) return;
    seen.disconnect();
    const size = root.querySelector('.picture').innerHTML.length + root.querySelector('pre').textContent.length;
    requestAnimationFrame(() => setTimeout(() => done([performance.now() - start, size])));
  });
  seen.observe(root, { attributes: true });
  input.value = value;
  const start = performance.now();
  input.dispatchEvent(new Event('input', { bubbles: true }));
})"""
SETTLE = """([group, name, value]) => new Promise(done => {
  const root = document.querySelector(`.bsclib-explorer[aria-label^='${group}']`);
  const input = [...root.querySelectorAll('input')].find(one => one.name.startsWith(name));
  let few = false;
  const seen = new MutationObserver(() => {
    const said = root.querySelector('.said').textContent;
    few = few || said.includes('so far');
    if (!few || !said.includes('10,000 draws')) return;
    seen.disconnect();
    requestAnimationFrame(() => setTimeout(() => done(performance.now() - start)));
  });
  seen.observe(root, { subtree: true, childList: true, characterData: true });
  input.value = value;
  const start = performance.now();
  input.dispatchEvent(new Event('input', { bubbles: true }));
})"""
DRAG = """([group, name, low, high]) => new Promise(done => {
  const root = document.querySelector(`.bsclib-explorer[aria-label^='${group}']`);
  const input = [...root.querySelectorAll('input')].find(one => one.name.startsWith(name));
  let moves = 0, shown = 0;
  const seen = new MutationObserver(() => { shown += 1 });
  seen.observe(root, { attributes: true, attributeFilter: ['data-turn'] });
  const timer = setInterval(() => {
    input.value = low + (high - low) * (moves++ % 40) / 39;
    input.dispatchEvent(new Event('input', { bubbles: true }));
    if (moves < 150) return;
    clearInterval(timer);
    const start = performance.now(), last = shown;
    const wait = setInterval(() => {
      if (root.dataset.waits === 'yes') return;
      clearInterval(wait);
      seen.disconnect();
      requestAnimationFrame(() => setTimeout(() => done([performance.now() - start, shown])));
    }, 2);
  }, 33);
})"""
ROWS = [
    ("scores: as of", "Scores", "as_of", range(20, 50)),
    ("scores: thresholds", "Scores", "at_risk", [0.2 + at / 60 for at in range(30)]),
    ("weights: a weight", "Weights", "meridian/", [at / 10 for at in range(30)]),
    ("scenario: a KPI moved", "Scenarios", "by:", range(-40, 40, 3)),
    ("scenario: months ahead", "Scenarios", "horizon", range(12, 37)),
]
BARS = {"scores": (100, 150), "weights": (100, 150), "scenario": (150, 250)}


def spread(steps):
    """Median and 95th percentile."""
    return statistics.median(steps), statistics.quantiles(steps, n=20)[-1]


def measure(page, group, name, values):
    """Milliseconds and characters of each step; the first three are left out."""
    steps = []
    for value in values:
        steps.append(page.evaluate(STEP, [group, name, str(value)]))
        time.sleep(0.05)
    return [step for step, _ in steps[3:]], max(size for _, size in steps)


def main():
    """Print a row a control."""
    with (
        tempfile.TemporaryDirectory() as folder,
        labs.running(Path(folder), SOURCE) as address,
        sync_playwright() as playwright,
    ):
        chromium = playwright.chromium.launch(executable_path=browser.find())
        page = chromium.new_page(viewport={"width": 1280, "height": 720})
        page.set_default_timeout(120_000)
        page.goto(address)
        labs.run_until(page, ".bsclib-explorer[aria-label^='Scenarios'] svg")
        page.locator(".bsclib-explorer[aria-label^='Scenarios'] .body svg").wait_for()
        bare = spread(measure(page, "Bare", "x", range(10, 60))[0])
        print(f"{'bare slider':26} {bare[0]:6.0f} / {bare[1]:5.0f} ms")
        for label, group, name, values in ROWS:
            steps, size = measure(page, group, name, values)
            middle, most = spread(steps)
            bar = BARS[label.partition(":")[0]]
            fits = (middle <= bar[0] and most <= bar[1]) or middle <= 4 * bare[0]
            print(
                f"{label:26} {middle:6.0f} / {most:5.0f} ms  {middle / bare[0]:5.1f} / {most / bare[1]:4.1f} x bare"
                f"  {size / 1000:5.1f} kB  bar {bar[0]} / {bar[1]} ms or 4 x: {'met' if fits else 'missed'}"
            )
        for after, name, value in (("a new horizon", "horizon", "18"), ("a KPI moved", "by:", "8")):
            page.wait_for_timeout(3000)  # until nothing follows the last step any more
            settled = page.evaluate(SETTLE, ["Scenarios", name, value])
            print(f"{f'10,000 draws after {after}':32} {settled:6.0f} ms, with the rest before them; bar 800 ms")
        for group, name, low, high in (("Scores", "as_of", 10, 50), ("Scenarios", "by:", -40, 40)):
            wait, shown = page.evaluate(DRAG, [group, name, low, high])
            label = f"dragged for 5 s: {group.lower()}"
            print(f"{label:26} {wait:6.0f} ms to the last position's picture; {shown} shown")
        chromium.close()


if __name__ == "__main__":
    main()
