"""What the room offers."""

import subprocess
import sys

from bsclib import design


def test_each_export_is_there_and_is_no_module():
    assert design.__all__ == sorted(design.__all__)
    assert len(design.__all__) <= 37
    for name in design.__all__:
        assert type(getattr(design, name)).__name__ != "module", name


def test_import_is_light():
    script = "import sys, bsclib.design; print(*{name.partition('.')[0] for name in sys.modules})"
    loaded = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout.split()
    assert not {"matplotlib", "scipy", "pymcdm", "networkx", "statsmodels"} & set(loaded)
