"""The same reports by papermill, and on a kernel forked from a warm parent that speaks Jupyter's protocol.

Run as a program it is one of the rivals: ``papermill`` runs the jobs given as JSON lines one after another through
papermill's Python API; ``forked`` does so with papermill on kernels forked from a parent that holds the imports.
"""

import json
import os
import sys

IMPORTS = ("pandas", "seaborn", "matplotlib.pyplot", "ipykernel.kernelapp", "ipywidgets")


def papermill_runs(jobs, **how):
    """Run jobs one after another through papermill's Python API."""
    import papermill

    for job in jobs:
        papermill.execute_notebook(job["notebook"], job["out"], job["parameters"], progress_bar=False, **how)


def forking_manager():
    """A kernel manager whose kernels are forks of this process, which holds the imports."""
    from jupyter_client.manager import AsyncKernelManager
    from jupyter_client.provisioning import KernelProvisionerBase

    class Forked(KernelProvisionerBase):
        pid = None

        @property
        def has_process(self):
            return self.pid is not None

        async def poll(self):
            try:
                os.kill(self.pid, 0)
            except (ProcessLookupError, TypeError):
                return 0

        async def wait(self):
            import asyncio

            while await self.poll() is None:
                await asyncio.sleep(0.005)
            self.pid = None
            return 0

        async def send_signal(self, signum):
            os.kill(self.pid, signum)

        async def kill(self, restart=False):
            os.kill(self.pid, 9)

        async def terminate(self, restart=False):
            os.kill(self.pid, 15)

        async def launch_kernel(self, cmd, **kwargs):
            file = cmd[cmd.index("-f") + 1]
            os.write(ASK, file.encode() + b"\n")
            self.pid = int(ANSWERS.readline())
            return self.connection_info

        async def cleanup(self, restart=False):
            pass

        async def pre_launch(self, **kwargs):
            kwargs = await super().pre_launch(**kwargs)
            from jupyter_client.localinterfaces import is_local_ip  # noqa: F401

            km = self.parent
            km.cache_ports = False
            km.write_connection_file()
            self.connection_info = km.get_connection_info()
            return {**kwargs, "cmd": km.format_kernel_cmd(extra_arguments=kwargs.pop("extra_arguments", []))}

    class Manager(AsyncKernelManager):
        async def _async_pre_start_kernel(self, **kw):
            self.provisioner = Forked(kernel_id=self.kernel_id, kernel_spec=self.kernel_spec, parent=self)
            kw = await self.provisioner.pre_launch(**kw)
            return kw.pop("cmd"), kw

        pre_start_kernel = _async_pre_start_kernel

    return Manager


def warm_parent(asked, answers):
    """Import, then fork a kernel for each connection file that comes in."""
    import importlib
    import signal

    for name in IMPORTS:
        importlib.import_module(name)
    from ipykernel.kernelapp import IPKernelApp

    signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    with os.fdopen(asked) as lines:
        for line in lines:
            pid = os.fork()
            if pid:
                os.write(answers, f"{pid}\n".encode())
                continue
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.setsid()
            sys.argv = ["ipykernel_launcher", "-f", line.strip()]
            application = IPKernelApp.instance()
            application.initialize(["-f", line.strip(), "--HistoryManager.hist_file=:memory:", "--log-level=ERROR"])
            application.start()
            os._exit(0)


def start_warm_parent():
    """Fork the parent before anything else is imported; keep the two ends to talk to it."""
    global ASK, ANSWERS
    asked, ASK = os.pipe()
    answer_reader, answers = os.pipe()
    if not os.fork():
        os.close(ASK)
        os.close(answer_reader)
        warm_parent(asked, answers)
        os._exit(0)
    os.close(asked)
    os.close(answers)
    ANSWERS = os.fdopen(answer_reader)


def main():
    """Be one of the rivals."""
    how = {}
    if sys.argv[1] == "forked":
        start_warm_parent()
        how = {"kernel_manager_class": forking_manager()}
    papermill_runs((json.loads(line) for line in sys.stdin), **how)


if __name__ == "__main__":
    main()
