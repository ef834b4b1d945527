"""A pool that runs notebooks in the test's own process: quick, and with the interface of the real ones."""

import contextlib
import importlib
import io
import json

from papermill.translators import PythonTranslator

from bsclib.batch.kernels.jobs import Failure, Result

GIVEN = {"metadata": {"tags": ["injected-parameters"]}, "execution_count": None}


class Pool:
    """Runs the code of each job with `exec`; a cell may print, raise, or kill the whole process."""

    why = ""

    def __init__(self, workers=2, memory=2.0, before=None):
        self.workers, self.before = workers, before or (lambda job: None)
        self.stopped = self.killed = False
        self.ran = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        pass

    def stop(self):
        self.stopped = True

    def kill(self):
        self.stopped = self.killed = True

    def run(self, jobs):
        for job in jobs:
            self.ran.append(job.arguments["name"])
            self.before(job)
            if self.killed:
                return
            yield run(job)
            if self.stopped:
                return


def run(job):
    notebook = json.loads(json.dumps(job.notebook))  # as through a pipe: nothing is shared
    failure, names = None, {}
    at = next((n for n, cell in enumerate(notebook["cells"], 1) if "parameters" in cell["metadata"]["tags"]), 0)
    given = PythonTranslator.codify(job.parameters)
    notebook["cells"].insert(at, {"cell_type": "code", "id": "given", "source": given, "outputs": [], **GIVEN})
    notebook["metadata"]["papermill"] = {"parameters": dict(job.parameters)}
    for at, cell in enumerate(notebook["cells"]):
        if cell["cell_type"] != "code" or failure:
            continue
        printed = io.StringIO()
        try:
            with contextlib.redirect_stdout(printed):
                exec(cell["source"], names)
        except Exception as error:
            failure = Failure("error", at, "it failed", type(error).__name__, str(error))
            traceback = {"traceback": [str(error)], "ename": failure.ename, "evalue": failure.evalue}
            cell["outputs"] = [{"output_type": "error", **traceback}]
        if printed.getvalue():
            cell["outputs"].insert(0, {"output_type": "stream", "name": "stdout", "text": printed.getvalue()})
    module, _, function = job.finish.partition(":")
    value = getattr(importlib.import_module(module), function)(notebook, failure, job.arguments)
    return Result(job.name, failure, json.loads(json.dumps(value)), 0.01, 0.02, 100.0, 1)
