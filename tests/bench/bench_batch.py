"""Reports a second: a batch beside papermill, on the same notebook, cores and run; what a report costs; what is left.

``python tests/bench/bench_batch.py`` takes a few minutes; ``thousand`` runs 1,000 tiny reports instead, ``widgets`` 50
batches with a live widget in the notebook, and ``faulty`` 200 reports of which 12 go wrong. The rivals take turns,
round by round, and each does its share of the reports from a new process, imports and all; the ratio is the rounds'
median.
"""

import os
import shlex
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

import nbformat
from light import light
from nbformat import v4

from bsclib.batch import run_batch
from bsclib.batch.kernels.jobs import Job, open_kernels

HERE = Path(__file__).parent
ROOT = HERE.parents[1]
REPORTS, ROUNDS, WORKERS = 48, 1, 2
OURS = (
    "import sys; from bsclib.batch import run_batch; "
    "rows = [{'unit': name} for name in sys.argv[3:]]; "
    "done = run_batch(sys.argv[1], sys.argv[2], rows, workers=2, formats=('ipynb',)); "
    "assert set(done['state']) == {'done'}, done['error'].tolist()"
)
API = (
    "import sys, papermill\n"
    "for name in sys.argv[3:]: papermill.execute_notebook("
    "sys.argv[1], f'{sys.argv[2]}/{name}.ipynb', {'unit': name}, progress_bar=False, kernel_name='python3')"
)


def units(count):
    """Names of units."""
    return [f"unit{number:03}" for number in range(count)]


def seconds(*command, text=None):
    """How long a command takes."""
    begin = time.monotonic()
    done = subprocess.run(command, input=text, text=True, capture_output=True, env=environment())
    if done.returncode:
        sys.exit(done.stderr[-3000:])
    return time.monotonic() - begin


def environment():
    """The caller's variables, with the checkout importable."""
    return {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONDONTWRITEBYTECODE": "1"}


def ours(notebook, folder, names):
    """A batch, as a person would run it."""
    return seconds(sys.executable, "-c", OURS, str(notebook), str(folder), *names)


def command_line(notebook, folder, names):
    """As many papermill command lines at a time as there are workers."""
    papermill = shlex.join([sys.executable, "-m", "papermill", str(notebook)])
    each = f"{papermill} {folder}/@.ipynb -p unit @ -k python3 --no-progress-bar"
    return seconds("xargs", f"-P{WORKERS}", "-I@", "sh", "-c", each, text="\n".join(names))


def side_by_side(notebook, folder, names):
    """papermill's Python API in as many processes as there are workers."""
    begin = time.monotonic()
    shares = [names[number::WORKERS] for number in range(WORKERS)]
    command = [sys.executable, "-c", API, str(notebook), str(folder)]
    running = [subprocess.Popen([*command, *share], stderr=subprocess.PIPE, env=environment()) for share in shares]
    for process in running:
        said = process.communicate()[1]
        if process.returncode:
            sys.exit(said.decode()[-3000:])
    return time.monotonic() - begin


def differences(one, other):
    """Cells whose outputs are not the same in two executed notebooks."""
    from faithful import shown

    first, second = (nbformat.read(path, as_version=4).cells for path in (one, other))
    pairs = zip(first, second, strict=True)
    return [
        n
        for n, (a, b) in enumerate(pairs)
        if shown(a) != shown(b) or a.get("execution_count") != b.get("execution_count")
    ]


def compare(reports=REPORTS, rounds=ROUNDS, share=None):
    """Print the table; the rivals do `share` reports, for each of theirs costs the same as the one before."""
    folder = Path(tempfile.mkdtemp())
    notebook = folder / "light.ipynb"
    nbformat.write(light(), notebook)
    rivals = {
        "bsc batch, kernels forked warm": (ours, reports),
        "papermill's command line, xargs -P2": (command_line, share or reports),
        "papermill's Python API, two processes": (side_by_side, share or reports),
    }
    rates = {name: [] for name in rivals}
    for turn in range(rounds):
        for number, (name, (run, count)) in enumerate(rivals.items()):
            out = folder / f"{turn}-{number}"
            out.mkdir()
            took = run(notebook, out, units(count))
            rates[name].append(count / took)
            print(f"    {name}: {count} in {took:.1f} s, load {os.getloadavg()[0]:.1f}", flush=True)
    best = rates[next(iter(rivals))]
    print(f"light reports, {WORKERS} workers, {rounds} rounds in turn")
    for name, rate in rates.items():
        ratio = statistics.median(a / b for a, b in zip(best, rate, strict=True))
        print(f"  {name:<46} {statistics.median(rate):6.2f} a second; we are {ratio:5.1f} times as fast")
    pairs = [[folder / f"0-{number}" / f"{name}.ipynb" for number in (0, 1)] for name in units(share or reports)]
    different = sum(bool(differences(*pair)) for pair in pairs)
    print(f"  reports whose cells differ from papermill's: {different} of {len(pairs)}")


# ---- what a report costs, and what is left ---------------------------------------------------------------------------


def processes():
    """Every process below this one, with what only it holds in memory, in MB."""
    found, todo = {}, [os.getpid()]
    while todo:
        pid = todo.pop()
        try:
            children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        found[pid] = sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1000
        todo += [int(one) for one in children]
    return found


def resident(pid):
    """What a process holds in memory, in MB, with what it shares."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


def files_of(pid):
    """How many files a process has open."""
    return sum(1 for _ in Path(f"/proc/{pid}/fd").iterdir())


class Watch:
    """Looks at the memory of reports while they run."""

    def __init__(self):
        self.most, self.stopped = 0.0, threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)

    def _look(self):
        while not self.stopped.wait(0.02):
            mine = os.getpid()
            try:  # first, for the warm parent may end meanwhile
                warm = Path(f"/proc/{mine}/task/{mine}/children").read_text().split()
            except OSError:
                continue
            found = processes()
            self.most = max([self.most, *(mb for pid, mb in found.items() if pid != mine and str(pid) not in warm)])

    def __enter__(self):
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.stopped.set()
        self.thread.join()


def memory():
    """Print the most memory that was a light report's alone."""
    notebook = light()
    with Watch() as watch, open_kernels(WORKERS) as kernels:
        results = list(kernels.run(Job(name, notebook, "/tmp") for name in units(16)))
    assert not any(result.failure for result in results)
    peak = max(result.peak_mb for result in results)
    print(f"memory of a light report alone: {watch.most:.0f} MB (under 150); with what it shares {peak:.0f} MB")


def thousand(count=1000):
    """Run tiny reports; print how memory grows, and what is left of them."""
    notebook = v4.new_notebook(cells=[v4.new_code_cell("x = 1\nprint(x)\nx")])
    files, parent, seen = files_of("self"), 0, []
    begin = time.monotonic()
    with open_kernels(WORKERS) as kernels:
        for number, result in enumerate(kernels.run(Job(str(n), notebook, "/tmp") for n in range(count))):
            assert result.failure is None, result
            parent = kernels.warm.process.pid
            if number % (count // 10) == count // 20:
                seen.append((round(resident(parent), 1), files_of(parent)))
    took = time.monotonic() - begin
    print(f"{count} tiny reports in {took:.1f} s, {count / took:.0f} a second")
    print(f"  the warm parent's memory in MB and open files, ten times on the way: {seen}")
    print(f"  processes left: {len(processes()) - 1}; files left: {files_of('self') - files}")


def widgets(batches=50):
    """Run batches with a live widget in the notebook; none may hang."""
    source = "import ipywidgets as widgets\nwidgets.interact(lambda n: print(n), n=(0, 5))\nwidgets.IntSlider()"
    notebook = v4.new_notebook(cells=[v4.new_code_cell(source), v4.new_code_cell("1")])
    slowest = 0.0
    for _ in range(batches):
        begin = time.monotonic()
        with open_kernels(WORKERS) as kernels:
            results = list(kernels.run(Job(str(n), notebook, "/tmp", timeout=60) for n in range(4)))
        assert len(results) == 4
        assert not any(result.failure for result in results)
        slowest = max(slowest, time.monotonic() - begin)
    print(f"{batches} batches with a live widget: none hung; the slowest took {slowest:.1f} s")


WRONG = """
import os, signal, time
if how == "raises":
    raise ValueError("no")
if how == "hangs":
    time.sleep(1000)
if how == "crashes":
    os.kill(os.getpid(), signal.SIGSEGV)
how
"""


def faulty(count=200, wrong=12):
    """Run reports of which some raise, hang or crash; print how many of the others are whole, and what the rest say."""
    cells = [v4.new_code_cell("n: int = 0\nhow: str = ''", metadata={"tags": ["parameters"]}), v4.new_code_cell(WRONG)]
    hows = ("raises", "hangs", "crashes")
    every = count // wrong
    rows = [{"n": n, "how": "" if n % every or n >= every * wrong else hows[n // every % 3]} for n in range(count)]
    begin = time.monotonic()
    folder = Path(tempfile.mkdtemp())
    made = run_batch(v4.new_notebook(cells=cells), folder, rows, workers=WORKERS, timeout=10)
    failed, rest = made[made["state"] == "failed"], made[made["how"] == ""]
    pages = [Path(page).read_text(encoding="utf-8") for page in rest["output"]]
    whole = sum(page.rstrip().endswith("</html>") for page in pages)
    named = sum("cell 2" in error for error in failed["error"])
    print(
        f"{count} reports of which {wrong} go wrong, in {time.monotonic() - begin:.0f} s: {whole} of the others whole,"
    )
    print(f"  {len(failed)} failed, {named} of them named with the cell; what is said:")
    for said in sorted(set(failed["error"])):
        print(f"    {said}")


if __name__ == "__main__":
    sys.path.insert(0, str(HERE.parent))
    asked = sys.argv[1] if len(sys.argv) > 1 else ""
    alone = {"thousand": thousand, "widgets": widgets, "memory": memory, "faulty": faulty}
    if asked in alone:
        alone[asked](*map(int, sys.argv[2:]))
    else:
        compare(*map(int, sys.argv[1:4]))
        memory()
