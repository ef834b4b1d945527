"""Notebooks that go wrong, each in its own way, and notebooks that would notice what another one left behind."""

from nbformat import v4

FAULTS = {
    "raises": ["print('before')", "raise ValueError('no')", "print('never')"],
    "hangs": ["print('partly', flush=True)\nimport time\nwhile True: time.sleep(0.01)", "1"],
    "will not be interrupted": [
        "print('partly')\nimport signal, time\n"
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\ntime.sleep(0.3)\ntime.sleep(1000)"
    ],
    "prints 100 MB": ["for _ in range(100):\n    print('x' * 1_000_000)", "print('next')"],
    "prints 100 MB without Python": [
        "import subprocess\nsubprocess.run('head -c 100000000 /dev/zero | tr \"\\\\0\" y', shell=True);"
    ],
    "forks": [
        "import os\npid = os.fork()\nprint('child' if not pid else 'parent')\nif pid: os.waitpid(pid, 0)",
        "print('after')",
    ],
    "forks and prints": [
        "import multiprocessing as mp\n"
        "p = mp.get_context('fork').Process(target=print, args=('in a fork',))\np.start(); p.join()"
    ],
    "os._exit": ["import os, sys, time\nprint('said')\nsys.stdout.flush()\ntime.sleep(0.1)\nos._exit(3)"],
    "exit()": ["1", "exit()", "2"],
    "sys.exit": ["import sys\nsys.exit('enough')", "2"],
    "killed": ["import os, signal\nos.kill(os.getpid(), signal.SIGKILL)"],
    "segfault": ["import ctypes\nprint('said', flush=True)\nimport time; time.sleep(0.1)\nctypes.string_at(0)"],
    "eats memory": ["kept = []\nwhile True:\n    kept.append(bytearray(50_000_000))"],
    "frees memory": [
        "kept = []\ntry:\n    while True:\n        kept.append(bytearray(20_000_000))\n"
        "except MemoryError as error:\n    kept.clear()\n    print(error)",
        "import time; time.sleep(0.2)",
    ],
    "closes files": [
        "import os\nprint('before')",
        "for n in (0, 1, 2): os.close(n)\nprint('closed')",
        "print('after')",
    ],
    "outlived": [
        "import subprocess, sys, threading, time\n"
        "subprocess.Popen(['sleep', '4321'])\n"
        "subprocess.Popen(['sleep', '4322'], start_new_session=True)\n"
        "subprocess.Popen('setsid sleep 4323 & setsid sh -c \"setsid sleep 4324 & sleep 4325\" &', shell=True).wait()\n"
        "threading.Thread(target=time.sleep, args=(1000,), daemon=True).start()"
    ],
    "writes outside": ["import pathlib\npathlib.Path('../outside.txt').write_text('x');"],
    "leaves files open": [
        "held = open('held.txt', 'w'); held.write('kept');",
        "import atexit; atexit.register(lambda: open('end.txt', 'w').write('end'));",
    ],
    "broken source": ["print('a'", "2"],
    "no source": [" ", "# words"],
}
PLANTS = [
    """\
import builtins, os, sys, random, warnings, decimal
import numpy as np, matplotlib as mpl, pandas as pd
planted = 1
builtins.planted = 2
os.environ['PLANTED'] = '3'
os.chdir('/')
os.umask(0o777)
sys.path.append('/planted')
sys.modules['planted'] = sys
sys.stdout.planted = np.planted = get_ipython().planted = 4
sys.setrecursionlimit(5000)
mpl.rcParams['figure.dpi'] = 7
pd.set_option('display.max_rows', 3)
np.set_printoptions(precision=1)
decimal.getcontext().prec = 3
random.seed(1); np.random.seed(1)
warnings.simplefilter('error')
held = os.open('/', os.O_RDONLY)
get_ipython().events.register('post_execute', lambda: print('planted'))""",
    "[random.random(), np.random.rand()]",
]
LOOKS = [
    """\
import builtins, os, sys, random, warnings, decimal
import numpy as np, matplotlib as mpl, pandas as pd
mask = os.umask(0o022)
os.umask(mask)
[name for name, found in {
    'global': 'planted' in globals(),
    'builtin': hasattr(builtins, 'planted'),
    'environment': 'PLANTED' in os.environ,
    'folder': os.getcwd() == '/',
    'mask': mask == 0o777,
    'path': '/planted' in sys.path,
    'module': 'planted' in sys.modules,
    'attribute': any(hasattr(one, 'planted') for one in (sys.stdout, np, get_ipython())),
    'recursion': sys.getrecursionlimit() == 5000,
    'rcParams': mpl.rcParams['figure.dpi'] == 7,
    'option': pd.get_option('display.max_rows') == 3,
    'print': np.get_printoptions()['precision'] == 1,
    'decimal': decimal.getcontext().prec == 3,
    'warnings': warnings.filters[0][0] == 'error',
    'file': '/' in [os.readlink(f'/proc/self/fd/{n}') for n in os.listdir('/proc/self/fd') if int(n) < 3],
    'history': len(In) != 2,
}.items() if found]""",
    "[random.random(), np.random.rand()]",
]


def made(cells):
    """A notebook of these cells."""
    return v4.new_notebook(cells=[v4.new_code_cell(one, id=f"c{n}") for n, one in enumerate(cells)])
