"""Reports made on many machines: the same jobs as here, handed to the workers of a Dask scheduler.

Dask queues the reports, hands them out, and gives those of a worker that is lost to another; nothing of that is done
here. A Dask worker is a process with threads, which must not be forked: so each of its threads opens warm kernels of
its own, started by exec, and keeps them until the batch ends. Notebook and parameters travel with the job. Files do
not: inputs and outputs lie on a folder that client and workers see under the same path.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import logging
import queue
import secrets
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from bsclib.batch.kernels.jobs import Failure, Job, Result, open_kernels
from bsclib.batch.keys import versions
from bsclib.errors import BscError, Fault, ReportError

if TYPE_CHECKING:
    from distributed import Client, Future

PATIENCE = 30.0  # seconds until a scheduler answers, and until it has a worker
DESERTED = 60.0  # seconds a batch waits when every worker is gone
_LOOK = 0.2  # seconds between two looks at whether to stop
_COUNT = 2.0  # seconds between two looks at who works
_FETCH = 5.0  # seconds for a result to arrive
SEEN = "a folder that all machines see"
_LOG = logging.getLogger("distributed.client")
_AHEAD = 2  # jobs at the scheduler for each thread of a worker: one runs, one is at hand


def open_cluster(scheduler: str, memory: float = 2.0) -> Cluster:
    """The workers of a Dask scheduler as a pool of kernels; it connects when it is entered."""
    try:
        import distributed  # noqa: F401
    except ImportError as error:
        fix = "install it with: pip install 'bsclib[dask]'"
        raise ReportError(Fault("scheduler", "Dask distributed is not installed here", fix=fix)) from error
    return Cluster(scheduler, memory)


class Cluster:
    """The workers of a Dask scheduler, for one batch; see `open_cluster`."""

    why = ""

    def __init__(self, scheduler: str, memory: float):
        self.scheduler, self.memory = scheduler, memory
        self._batch = secrets.token_hex(8)
        self._made_with = versions()
        self._ended: queue.SimpleQueue[Future] = queue.SimpleQueue()
        self._proof: Path | None = None
        self._stopped = self._killed = False
        self._threads, self._counted, self._seen = 0, -_COUNT, 0.0

    def __enter__(self) -> Cluster:
        self._client = self._connect()
        self._said = _LOG.level
        _LOG.setLevel(logging.CRITICAL)  # what it has to say of a scheduler that is gone, the error says
        try:
            self._ask(check_versions, self._made_with)
        except BaseException:
            self.__exit__(None, None, None)
            raise
        return self

    def __exit__(self, *_: object) -> None:
        if self._proof is not None:
            with contextlib.suppress(OSError):
                self._proof.unlink()
        with contextlib.suppress(Exception):  # a scheduler that is gone has nothing to be told
            if self._client.status == "running":
                self._client.run(close, self._batch, on_error="ignore")
        with contextlib.suppress(Exception):
            self._client.close()
        _LOG.setLevel(self._said)

    def stop(self) -> None:
        """Take no more jobs; those that run come to their end."""
        self._stopped = True

    def kill(self) -> None:
        """End everything now; jobs that run give no result."""
        self._stopped = self._killed = True

    def run(self, jobs: Iterator[Job]) -> Iterator[Result]:
        """Hand jobs to the workers, and give each result as it comes."""
        waiting = iter(jobs)
        sent: dict[str, tuple[Job, Future]] = {}
        taken_back, self._seen = False, time.monotonic()
        try:
            while not self._killed:
                self._count()
                self._send(waiting, sent)
                if self._stopped and not taken_back:
                    taken_back = True
                    self._take_back(sent)
                if not sent:
                    return
                with contextlib.suppress(queue.Empty):
                    yield from self._settle(self._ended.get(timeout=_LOOK), sent)
        finally:
            if sent and self._client.status == "running":
                self._client.cancel([future for _, future in sent.values()], force=True)

    # ---- the client's side -------------------------------------------------------------------------------------------

    def _connect(self) -> Client:
        from distributed import Client

        try:
            client = Client(self.scheduler, timeout=PATIENCE, set_as_default=False, name="bsclib")
        except (OSError, ValueError, TypeError) as error:
            reason = (str(error) or type(error).__name__).splitlines()[0]
            fix = f"see that it runs, and that its port is open: {reason}"
            raise ReportError(Fault("scheduler", "none answers", self.scheduler, "tcp://HOST:PORT", fix)) from error
        try:
            client.wait_for_workers(1, timeout=PATIENCE)
        except (OSError, RuntimeError) as error:
            client.close()
            fix = f"start one with: dask worker {self.scheduler} --nthreads 1"
            raise self._error("it has no worker", fix) from error
        return client

    def _error(self, what: str, fix: str) -> ReportError:
        return ReportError(Fault(f"scheduler {self.scheduler}", what, fix=fix))

    def _ask(self, question: Any, *given: Any) -> None:
        """Ask every worker what is wrong with it, and raise what they say."""
        faults = {}
        for worker, answer in self._client.run(question, *given, on_error="return").items():
            if isinstance(answer, BaseException):
                what = f"it cannot load the kit: {type(answer).__name__}: {answer}"
                faults[worker] = Fault(f"worker {worker}", what, fix="install the same kit there as here")
            elif answer:
                faults[worker] = Fault(f"worker {worker}", *answer)
        if faults:
            raise ReportError(list(faults.values()))

    def _count(self) -> None:
        """See, now and then, how many threads the workers have; raise when there have been none for long."""
        now = time.monotonic()
        if now - self._counted < _COUNT or self._client.status != "running":
            return
        try:
            self._counted, self._threads = now, sum(self._client.nthreads().values())
        except OSError as error:  # it went while it was asked
            raise self._gone() from error
        if self._threads:
            self._seen = now
        elif now - self._seen > DESERTED:
            raise self._error("all its workers are gone", "start workers again, and then the batch to resume")

    def _send(self, waiting: Iterator[Job], sent: dict[str, tuple[Job, Future]]) -> None:
        while len(sent) < _AHEAD * max(self._threads, 1) and not self._stopped:
            job = next(waiting, None)
            if job is None:
                return
            key = f"{job.name}-{self._batch}"
            context = (self._batch, str(self._shown(job)), self._made_with, self.memory)
            future = self._client.submit(work, job, *context, key=key, pure=False)
            sent[key] = job, future
            future.add_done_callback(self._ended.put)

    def _shown(self, job: Job) -> Path:
        """A file in the folder of the job, to be sure that workers see that folder and no other of the same path."""
        if self._proof is None:
            self._proof = Path(job.arguments.get("folder", job.cwd)) / f".{self._batch}.json"
            self._proof.write_text(self._batch, encoding="utf-8")
            self._ask(check_folders, str(self._proof), job.cwd)
        return self._proof

    def _take_back(self, sent: dict[str, tuple[Job, Future]]) -> None:
        """What no worker has begun is not begun any more."""
        if not sent or self._client.status != "running":
            return
        begun = set().union(*self._client.run(halt, self._batch, on_error="ignore").values())
        idle = [key for key, (_, future) in sent.items() if key not in begun and not future.done()]
        self._client.cancel([sent.pop(key)[1] for key in idle], force=True)

    def _settle(self, future: Future, sent: dict[str, tuple[Job, Future]]) -> Iterator[Result]:
        from distributed.scheduler import KilledWorker

        key = str(future.key)
        if key not in sent:
            return
        if future.cancelled() or self._client.status != "running":
            raise self._gone()
        try:
            answer = future.result(timeout=_FETCH)
        except TimeoutError:  # the worker that held it is lost; another makes it again
            future.add_done_callback(self._ended.put)
            return
        except KilledWorker:
            failure = Failure("died", -1, "the Dask worker was lost, and so was each one that tried again")
            answer = Result(sent[key][0].name, failure)
        except BscError as error:
            raise ReportError(error.faults) from error
        except Exception as error:
            if self._client.status != "running" or future.cancelled():
                raise self._gone() from error
            what = f"a worker failed with {type(error).__name__}: {error}"
            raise self._error(what, "see the worker's own log") from error
        sent.pop(key)
        if isinstance(answer, Result):
            yield answer
        elif answer:
            raise ReportError(Fault(*answer))

    def _gone(self) -> ReportError:
        return self._error("it is gone", "start scheduler and workers again, and then the batch to resume")


# ---- the workers' side: called in the processes of Dask workers, by name ---------------------------------------------

_LOCK = threading.Lock()
_IDLE: dict[str, list[Any]] = {}
_BUSY: dict[str, dict[str, Any]] = {}
_HALTED: set[str] = set()
_versions = functools.cache(versions)
_Complaint = tuple[str, ...]  # as a fault has it: what, got, allowed, fix; empty when all is well


def work(job: Job, batch: str, proof: str, made_with: Mapping[str, Any], memory: float) -> Result | _Complaint | None:
    """Run one job on this worker; gives a complaint when it is not one that may, and nothing when it was stopped."""
    wrong = check_versions(made_with) or check_folders(proof, job.cwd)
    if wrong:
        return ("worker", *wrong)
    key = f"{job.name}-{batch}"
    with _LOCK:
        if batch in _HALTED:
            return None
        left = [_IDLE.pop(other) for other in list(_IDLE) if other != batch]
        idle = _IDLE.setdefault(batch, [])
        pool = idle.pop() if idle else open_kernels(1, memory=memory)
        _BUSY.setdefault(batch, {})[key] = pool
    for stale in itertools.chain(*left):  # of a client that went away without a word
        stale.__exit__(None, None, None)
    result = None
    try:
        result = next(iter([*pool.run(iter([job]))]), None)
    finally:
        with _LOCK:
            del _BUSY[batch][key]
            if result is not None:
                _IDLE.setdefault(batch, []).append(pool)
        if result is None:
            pool.__exit__(None, None, None)
    return result


def halt(batch: str) -> set[str]:
    """Begin no more jobs of a batch on this worker; gives the keys of those that have begun."""
    with _LOCK:
        _HALTED.add(batch)
        return set(_BUSY.get(batch, ()))


def close(batch: str) -> None:
    """End the kernels of a batch, and what runs on them."""
    with _LOCK:
        _HALTED.add(batch)
        idle, busy = _IDLE.pop(batch, []), list(_BUSY.get(batch, {}).values())
    for pool in busy:
        pool.kill()
    for pool in idle:
        pool.__exit__(None, None, None)


def check_folders(proof: str, cwd: str) -> _Complaint:
    """What is wrong with what this worker sees of the disk; nothing when it sees the client's folders."""
    fix = "put notebook, data and reports on a folder that all machines have under the same path"
    file, there = Path(proof), ""
    with contextlib.suppress(OSError):
        there = file.read_text(encoding="utf-8")
    if there != file.stem.removeprefix("."):
        return ("it does not see the folder of the reports", str(file.parent), SEEN, fix)
    if not Path(cwd).is_dir():
        return ("the folder in which the notebooks run is not there", cwd, SEEN, fix)
    return ()


def check_versions(made_with: Mapping[str, Any]) -> _Complaint:
    """What differs between this worker and the client; nothing when reports come out the same."""
    here = _versions()
    differ = [name for name in ("python", "bsclib", "source") if here[name] != made_with[name]]
    packages = made_with["packages"]
    differ += [name for name, version in here["packages"].items() if packages.get(name, version) != version]
    if not differ:
        return ()
    both = {**here, **here["packages"]}, {**made_with, **packages}
    shown = [(name, "source of the kit" if name == "source" else name) for name in differ[:5]]
    got, wanted = (", ".join(f"{words} {str(side[name])[:12]}" for name, words in shown) for side in both)
    return ("it would make other reports than the client", got, wanted, "install the same versions there as here")
