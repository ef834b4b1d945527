"""A pool of workers: jobs in, results out as they come, whatever happens to a worker or to its kernel.

A worker that is lost is replaced, and its job begun once more. Where processes cannot be forked safely workers are
started by exec, and their kernels are ordinary ones; nothing but the speed differs, and that memory is not limited.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import secrets
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from multiprocessing import connection
from pathlib import Path
from typing import Any

from bsclib.batch.kernels.jobs import Failure, Job, Result, why_ordinary
from bsclib.batch.kernels.launch import Warm, connect
from bsclib.batch.kernels.preloading import imported_by

WORKER = "bsclib.batch.kernels.worker"
PROGRAM = (
    "import sys; sys.path[:] = {path!r}; "
    "from bsclib.batch.kernels.lean import import_jsonschema; import_jsonschema(); "
    f"from {WORKER} import main; main()"
)


@dataclass
class Task:
    """A job, and how often it was begun."""

    job: Job
    attempts: int = 0


class Pool:
    """Runs jobs; see `bsclib.batch.kernels.jobs.open_kernels`."""

    def __init__(self, workers: int, memory: float):
        self.workers, self.memory, self.why = workers, round(memory * 2**30), why_ordinary()
        self.warm = Warm()
        self.cell: Callable[[str, int], None] = lambda *_: None  # told of a job's name how many code cells have run
        self._idle: list[connection.Connection] = []
        self._processes: list[subprocess.Popen[bytes]] = []
        self._read: set[int] = set()
        self._stopped = self._killed = False

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()

    def stop(self) -> None:
        """Take no more jobs; those that run come to their end."""
        self._stopped = True

    def kill(self) -> None:
        """End everything now; jobs that run give no result."""
        self._stopped = self._killed = True
        self.warm.stop()
        for process in self._processes:
            process.terminate()

    def run(self, jobs: Iterable[Job]) -> Iterator[Result]:
        """Run jobs, taken as workers become free; give each result as it comes."""
        waiting = map(Task, jobs)  # what the first one needs is begun at once: the caller may do other things meanwhile
        first = list(itertools.islice(waiting, 1))
        for task in first:
            self._begin(task.job)
        return self._run(itertools.chain(first, waiting))

    def _begin(self, job: Job) -> None:
        """Have what a job needs imported, without waiting for it."""
        source = hash(tuple(str(cell.get("source")) for cell in job.notebook["cells"]))
        if source not in self._read:
            self._read.add(source)
            self.warm.learn(imported_by(job.notebook))
        if not self.why:
            finish = job.finish.partition(":")[0]
            self.warm.finish = list(dict.fromkeys([*self.warm.finish, WORKER, *filter(None, [finish])]))
            self.warm.begin()

    def _run(self, waiting: Iterator[Task]) -> Iterator[Result]:
        again = deque[Task]()
        busy: dict[connection.Connection, Task] = {}
        try:
            while not self._killed:
                while not self._stopped and len(busy) < self.workers and not (self.warm.tainted and busy):
                    task = again.popleft() if again else next(waiting, None)
                    if task is None:
                        break
                    if (worker := self._send(task)) is None:
                        again.append(task)
                        break
                    busy[worker] = task
                if not busy and not again:
                    break
                for ready in connection.wait([*busy, *self._parent()]) if busy else ():
                    if ready in busy:
                        yield from self._hear(ready, busy, again)
                    elif not self.warm.listen():
                        self._idle.clear()
                        self.warm.close()
        finally:
            if busy or self._killed:  # the caller wants no more of them
                self._close()

    def _parent(self) -> list[connection.Connection]:
        return [self.warm.connection] if self.warm.connection is not None else []

    def _send(self, task: Task) -> connection.Connection | None:
        """Give a task to a worker; None when there is none, because it died or everything is to end."""
        self._begin(task.job)
        try:
            worker = self._idle.pop() if self._idle and not self.warm.tainted else self._start()
            worker.send((task.job, self.memory, task.attempts > 0))
        except (OSError, EOFError):
            return None
        task.attempts += 1
        return worker

    def _start(self) -> connection.Connection:
        """Start a worker."""
        if self.why:
            return self._start_by_exec()
        if self.warm.tainted:
            self._idle.clear()
        address = self.warm.open()
        worker = connect(address)
        worker.send({"worker": True})
        worker.send(address)
        return worker

    def _start_by_exec(self) -> connection.Connection:
        key = secrets.token_hex(16).encode()
        path = [str(Path(folder).absolute()) for folder in sys.path]
        process = subprocess.Popen(
            [sys.executable, "-c", PROGRAM.format(path=path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._processes.append(process)
        with process.stdin as stdin, process.stdout as stdout:  # type: ignore[union-attr]
            stdin.write(key + b"\n")
            stdin.flush()
            address = stdout.readline()
        if not address:
            raise EOFError
        worker: connection.Connection = connection.Client(json.loads(address), authkey=key)
        worker.send("")
        return worker

    def _hear(
        self, worker: connection.Connection, busy: dict[connection.Connection, Task], again: deque[Task]
    ) -> Iterator[Result]:
        """Take what a worker has to say."""
        said: dict[str, Any]
        try:
            said = worker.recv()
        except (EOFError, OSError):
            said = {"lost": "the process was killed from outside"}
            worker.close()
        if "ran" in said:
            self.cell(busy[worker].job.name, said["ran"])
            return
        task = busy.pop(worker)
        if not worker.closed:
            self._idle.append(worker)
        if "refused" in said:
            task.attempts -= 1
            again.append(task)
        elif "lost" not in said:
            yield Result(task.job.name, attempts=task.attempts, **said)
        elif task.attempts < 2 and not self._stopped:
            again.append(task)
        elif not self._killed:
            yield Result(task.job.name, Failure("died", -1, said["lost"]), attempts=task.attempts)

    def _close(self) -> None:
        for worker in self._idle:
            worker.close()
        self._idle.clear()
        self.warm.close()
        for process in self._processes:
            process.terminate()
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(10)
        self._processes.clear()
