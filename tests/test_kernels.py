import json
import sys

from bsclib.kernels import ThisPython


def test_the_running_python_is_started_whatever_kernels_are_registered(tmp_path, monkeypatch):
    other = tmp_path / "kernels" / "python3"
    other.mkdir(parents=True)
    (other / "kernel.json").write_text(
        json.dumps({"argv": ["another-python"], "display_name": "x", "language": "python"})
    )
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert ThisPython(kernel_name="python3").kernel_spec.argv[0] == sys.executable
