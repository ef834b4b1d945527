"""A notebook with a bit of everything that a kernel does, and how two runs of it are compared."""

import json
import re

from nbformat import v4

RAISES = "# it raises\n"
CELLS = r"""
import sys, os, time
print('one')
print('two', file=sys.stderr)
print('three')
1 + 1
-----
from IPython.display import *
shown = display(HTML('<b>a</b>'), display_id='me')
display({'a': 1}, Markdown('*x*'))
-----
shown.update(HTML('<b>b</b>'))
display(HTML('c'), metadata={'text/html': {'alt': 'c'}})
-----
print('gone'); display('gone'); clear_output()
print('stays')
-----
for n in range(3):
    clear_output(wait=True)
    display(n)
-----
%%capture said
print('kept back')
-----
said.stdout, said.stderr
-----
%who_ls str
-----
%%bash
echo from bash; echo wrong >&2
-----
!echo from a shell
listed = !echo a list
listed
-----
import asyncio
await asyncio.sleep(0.01)
asyncio.get_running_loop().is_running()
-----
async def later():
    await asyncio.sleep(0)
    return 'later'
await asyncio.gather(later(), later())
-----
shell = get_ipython()
type(shell).__name__, type(shell.kernel).__name__, 'IPKernelApp' in shell.config, type(sys.stdout).__name__
-----
sys.stdout.isatty(), shell.kernel.get_parent('shell')['content'].get('allow_stdin'), __name__
-----
sys.modules['__main__'].__dict__ is globals(), sys.argv[0].endswith('ipykernel_launcher.py'), sys.path[:5]
-----
# it raises
x = {}['mttr']
-----
# it raises
def f():
    raise ValueError('two\nlines')
try:
    1/0
except ZeroDivisionError:
    f()
-----
# it raises
for x in
-----
# it raises
%nothing_like_this
-----
# it raises
input('who?')
-----
# it raises
import getpass; getpass.getpass()
-----
# it raises
await asyncio.gather(f2 for f2 in [])
-----
# it raises
raise SystemExit(3)
-----
# it raises
class Bad:
    def __repr__(self): raise RuntimeError('no picture of me')
Bad()
-----
# it raises
raise KeyboardInterrupt
-----
import warnings
warnings.warn('mind this')
-----
import logging
logging.warning('logged')
-----
%matplotlib inline
import matplotlib.pyplot as plt
plt.plot([1, 2]); plt.title('first')
figure, axes = plt.subplots()
-----
print(plt.get_backend(), plt.isinteractive(), os.environ['MPLBACKEND'])
plt.rcParams['figure.dpi']
-----
figure
-----
import pandas as pd
pd.DataFrame({'a': [1.5, None], 'b': ['x', 'é']}).style.format(precision=1).set_uuid('u')
-----
float('nan'), [float('inf')], b'x', 'שלום'
-----
from tqdm.auto import tqdm
print(tqdm.__name__, tqdm.__module__)
-----
_, __, _10, Out[1], In[1] == In[1]
-----
1;
-----
a = 1
a


-----
# nothing
-----
print('a', end=''); sys.stdout.write('b'); sys.stdout.flush(); print('c')
-----
get_ipython().run_cell('print(5)\n6').success
-----
%time 1 + 1
-----
print?
-----
display(Javascript('1')); display(SVG('<svg xmlns="http://www.w3.org/2000/svg"/>')); display(Latex('$x$'))
-----
import ipywidgets as widgets
slider = widgets.IntSlider(3, description='n')
slider
-----
slider.value = 5
out = widgets.Output()
with out:
    print('into the widget')
    display('too')
out
-----
widgets.interact(lambda n: print(n), n=(0, 3));
-----
out.outputs
-----
import threading
t = threading.Thread(target=lambda: print('from a thread')); t.start(); t.join()
-----
from IPython.display import publish_display_data
publish_display_data({'application/x-own+json': {'k': [1, None]}}, metadata={'m': 1})
-----
%config InlineBackend.figure_format = 'svg'
plt.rcParams['svg.hashsalt'] = 'x'; plt.plot([1]);
-----
sorted(set(globals()) - {'_oh'})
"""


def faithful():
    """The notebook."""
    sources = [one.strip("\n") + ("\n\n" if one.endswith("\n\n\n") else "") for one in CELLS.split("-----\n")]
    cells = []
    for source in sources:
        tags = ["raises-exception"] if source.startswith(RAISES) else []
        cells.append(v4.new_code_cell(source.removeprefix(RAISES), metadata={"tags": tags}))
    cells.insert(3, v4.new_markdown_cell("words"))
    cells.insert(4, v4.new_code_cell(" \n"))
    for n, cell in enumerate(cells):
        cell["id"] = f"c{n}"
    spec = {"name": "python3", "language": "python", "display_name": "Python 3"}
    return v4.new_notebook(cells=cells, metadata={"kernelspec": spec})


RANDOM = [
    (r"0x[0-9a-f]{6,}", "0x…"),
    (r"ipykernel_\d+", "ipykernel"),
    (r"\b[0-9a-f]{32}\b", "id"),
    (r"(CPU times|Wall time).*", r"\1 …"),
    (r"<dc:date>.*?</dc:date>", ""),
    (r'(?<=[#"])([a-zA-Z]+)[0-9a-f]{10}\b', r"\1"),  # names that matplotlib gives the parts of a drawing
]


def plain(value):
    """A value with what differs from run to run taken out."""
    if isinstance(value, str):
        for pattern, instead in RANDOM:
            value = re.sub(pattern, instead, value)
        return value
    if isinstance(value, dict):
        return {plain(key): plain(one) for key, one in value.items()}
    return [plain(one) for one in value] if isinstance(value, list) else value


def shown(cell):
    """What a cell shows, printed text that follows its like put together."""
    outputs = []
    for one in cell.get("outputs", ()):
        last = outputs[-1] if outputs else {}
        if one["output_type"] == "stream" and one["name"] == last.get("name"):
            last["text"] += one["text"]
        else:
            outputs.append(dict(one))
    return plain(outputs)


def widgets(notebook):
    """The widgets a notebook keeps, without their names."""
    kept = notebook["metadata"].get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    return sorted(re.sub(r"IPY_MODEL_\w+", "id", json.dumps(plain(one), sort_keys=True)) for one in kept.values())
