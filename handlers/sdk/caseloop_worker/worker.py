"""The loop of a worker: fetch, call, answer, until it is told to stop."""

import logging
import signal
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from caseloop_worker.client import Client
from caseloop_worker.errors import JobLostError, RefusalError, RejectedError, UnavailableError
from caseloop_worker.job import Job

Handler = Callable[[Job], Mapping[str, Any] | None]

_log = logging.getLogger("caseloop_worker")
_FIRST_IDLE = 0.1


class Worker:
    """Works on the topics of `handlers`, one job after the other.

    A handler gets the job and returns the declared outputs, or None. It raises RefusalError for a
    business refusal; whatever else it raises is a failed attempt. While it works its lock is kept.
    Start more processes, or more workers with names of their own, to work on more at once.
    """

    def __init__(
        self,
        client: Client,
        name: str,
        handlers: Mapping[str, Handler],
        *,
        lock_seconds: int = 60,
        longest_idle: float = 5.0,
    ) -> None:
        self._client = client
        self._name = name
        self._handlers = dict(handlers)
        self._lock_seconds = lock_seconds
        self._longest_idle = longest_idle
        self._stopping = threading.Event()

    def stop(self) -> None:
        """Ends `run` after the job under way; may be called from anywhere."""
        self._stopping.set()

    def run(self, *, signals: bool = True) -> None:
        """Until `stop`, or SIGTERM and SIGINT when it runs in the main thread."""
        if signals:
            for wanted in (signal.SIGTERM, signal.SIGINT):
                signal.signal(wanted, lambda *_: self.stop())
        idle = _FIRST_IDLE
        while not self._stopping.is_set():
            if self._worked():
                idle = _FIRST_IDLE
                continue
            self._stopping.wait(idle)
            idle = min(idle * 2, self._longest_idle)

    def _worked(self) -> bool:
        """One round; a server that is away is waited for like one that has no work."""
        try:
            return self.work_once() > 0
        except UnavailableError as exc:
            _log.warning("%s", exc)
            return False

    def work_once(self) -> int:
        """Takes at most one job and answers it; how many there were."""
        jobs = self._client.fetch_and_lock(
            list(self._handlers), worker=self._name, seconds=self._lock_seconds
        )
        for job in jobs:
            try:
                self._answer(job)
            except JobLostError as exc:
                _log.warning("job %s is no longer ours: %s", job.id, exc)
        return len(jobs)

    def _answer(self, job: Job) -> None:
        try:
            with self._kept(job):
                outputs = self._handlers[job.topic](job)
        except RefusalError as exc:
            self._client.bpmn_error(job, exc.code, reason=exc.reason, data=exc.data)
            return
        except Exception as exc:  # noqa: BLE001 whatever a handler raises is a failed attempt
            _log.exception("job %s of %s failed", job.id, job.topic)
            self._client.fail(job, f"the handler raised {type(exc).__name__}")
            return
        try:
            self._client.complete(job, outputs or {})
        except JobLostError:
            raise
        except RejectedError as exc:
            _log.error("the results of job %s are refused: %s", job.id, exc)
            self._client.fail(job, str(exc))

    @contextmanager
    def _kept(self, job: Job) -> Iterator[None]:
        """Extends the lock at every third of its time, until the handler is done."""
        done = threading.Event()
        keeper = threading.Thread(target=self._keep, args=(job, done), daemon=True)
        keeper.start()
        try:
            yield
        finally:
            done.set()
            keeper.join()

    def _keep(self, job: Job, done: threading.Event) -> None:
        while not done.wait(self._lock_seconds / 3):
            try:
                self._client.extend(job, self._lock_seconds)
            except JobLostError as exc:
                _log.warning("the lock of job %s is lost: %s", job.id, exc)
                return
            except (UnavailableError, RejectedError) as exc:
                _log.warning("the lock of job %s could not be kept: %s", job.id, exc)
