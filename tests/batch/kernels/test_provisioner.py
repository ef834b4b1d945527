"""Other programs' ways to a warm kernel: papermill's command, and nbclient by a kernelspec."""

import json
import queue
import subprocess
import sys

import nbformat
import pytest
from notebooks_made import code, notebook
from served import run

from bsclib.batch.kernels.jobs import why_ordinary
from bsclib.batch.kernels.provisioner import SLICE, LookingChannel, ThisPython, WarmClient

pytestmark = [pytest.mark.system, pytest.mark.skipif(why_ordinary() != "", reason="no warm kernels here")]

TELLS = "import os, sys\n[unit, os.environ['JPY_PARENT_PID'].isdigit(), 'bsclib.batch.kernels.warm' in sys.modules]"


def told(path):
    cell = nbformat.read(path, as_version=4).cells[-1]
    return eval(cell.outputs[0]["data"]["text/plain"])


def test_papermills_own_command_runs_a_notebook_warm(tmp_path):
    nbformat.write(notebook(code("unit = ''", "parameters"), code(TELLS)), tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "--engine", "bsclib", "-p", "unit", "Genoa"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    assert told(tmp_path / "out.ipynb") == ["Genoa", True, True]


def test_papermills_command_says_which_cell_took_too_long(tmp_path):
    nbformat.write(notebook(code("1"), code("import time; time.sleep(60)"), code("2")), tmp_path / "in.ipynb")
    command = [sys.executable, "-m", "papermill", "in.ipynb", "out.ipynb", "--engine", "bsclib"]
    ran = subprocess.run([*command, "--execution-timeout", "2"], cwd=tmp_path, check=False, capture_output=True)
    assert ran.returncode, ran.stderr
    cells = nbformat.read(tmp_path / "out.ipynb", as_version=4).cells
    status = [cell.metadata.papermill["status"] for cell in cells if "papermill" in cell.metadata]
    assert status == ["completed", "failed", "pending"]


def test_nbclient_does_by_a_kernelspec(tmp_path):
    spec = {
        "argv": [sys.executable, "-m", "ipykernel_launcher", "-f", "{connection_file}"],
        "display_name": "Warm",
        "language": "python",
        "metadata": {"kernel_provisioner": {"provisioner_name": "bsclib"}},
    }
    (tmp_path / "kernels" / "warm").mkdir(parents=True)
    (tmp_path / "kernels" / "warm" / "kernel.json").write_text(json.dumps(spec))
    nbformat.write(notebook(code(f"unit = 'x'\n{TELLS}")), tmp_path / "in.ipynb")
    script = (
        "import nbclient, nbformat, os; os.environ['JUPYTER_PATH'] = os.getcwd(); "
        "node = nbformat.read('in.ipynb', 4); nbclient.NotebookClient(node, kernel_name='warm').execute(); "
        "nbformat.write(node, 'out.ipynb')"
    )
    subprocess.run([sys.executable, "-c", script], cwd=tmp_path, check=True, capture_output=True)
    assert told(tmp_path / "out.ipynb") == ["x", True, True]


def test_a_message_that_woke_nobody_is_found(monkeypatch):
    """On a busy machine zmq's sockets are not always woken; waiting is looking again."""
    waited, answers = [], [queue.Empty, queue.Empty, {"msg_type": "late"}]

    async def get(self, timeout):
        waited.append(timeout)
        answer = answers.pop(0)
        if isinstance(answer, dict):
            return answer
        raise answer

    monkeypatch.setattr("jupyter_client.channels.AsyncZMQSocketChannel.get_msg", get)
    channel = object.__new__(LookingChannel)
    channel.socket = None
    assert run(channel.get_msg(timeout=60)) == {"msg_type": "late"}
    assert waited == [SLICE] * 3
    answers.extend([queue.Empty, {"msg_type": "too late"}])
    with pytest.raises(queue.Empty):
        run(channel.get_msg(timeout=0.1))


class Slow:
    """A kernel that answers each question only after the next is asked."""

    def __init__(self):
        self.asked, self.ready = 0, None
        self.shell_channel = self.iopub_channel = self

    def kernel_info(self):
        self.asked += 1

    async def get_msg(self, timeout):
        if self.asked < 2:
            raise queue.Empty
        return {"parent_header": {"msg_id": self.asked - 1}, "content": {"execution_state": "idle"}}

    async def _async_is_alive(self):
        return True

    def _handle_kernel_info_reply(self, answer):
        self.ready = answer["parent_header"]["msg_id"]


def test_a_kernel_that_answers_late_is_ready_all_the_same():
    kernel = Slow()
    run(WarmClient.wait_for_ready(kernel, timeout=20))
    assert (kernel.asked, kernel.ready) == (2, 1)


def test_the_running_python_is_started_whatever_kernels_are_registered(tmp_path, monkeypatch):
    other = tmp_path / "kernels" / "python3"
    other.mkdir(parents=True)
    described = {"argv": ["another-python"], "display_name": "x", "language": "python"}
    (other / "kernel.json").write_text(json.dumps(described))
    monkeypatch.setenv("JUPYTER_PATH", str(tmp_path))
    assert ThisPython(kernel_name="python3").kernel_spec.argv[0] == sys.executable


def test_papermill_loads_no_pandas_through_its_engines():
    asked = "[name in sys.modules for name in ('bsclib.batch.kernels.entry_point', 'pandas')]"
    script = f"import papermill, sys; print(*{asked})"
    ran = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    assert ran.stdout == "True False\n"
