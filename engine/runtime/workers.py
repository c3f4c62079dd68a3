"""Workers for the built-in handlers: claim, call, complete or fail; like any handler system.

They use the same service as a worker outside, so leases, retries and incidents are the same. A
worker never decides whether to try again: the job's retries do.
"""

import logging
import threading
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.errors import (
    EngineError,
    HandlerRefusedError,
    JobNotFoundError,
    LockLostError,
    StoreUnavailableError,
)
from engine.domain.handlers import Handler, HandlerContext
from engine.domain.people import Actor
from engine.runtime.lookups import CityLookups
from engine.service import jobs
from engine.service.installation import Installation

_log = logging.getLogger("caseloop.workers")

WORKER = Actor(via="worker")
#: Built-in handlers take milliseconds; what a dead process leaves behind is free again soon.
LEASE_SECONDS = 15
BATCH = 4
_FIRST_WAIT = 0.02
_LONGEST_WAIT = 0.15
_UNAVAILABLE_WAIT = 1.0

Report = Callable[[str], None]


class Workers:
    """The worker threads of one node. SQLite has one writer, so one thread is enough there."""

    def __init__(self, inst: Installation, handlers: Mapping[str, Handler], node: str) -> None:
        self._inst = inst
        self._handlers = dict(handlers)
        self._stopping = threading.Event()
        self._guard = threading.Lock()
        self._counts: Counter[str] = Counter()
        lookups = CityLookups(inst)
        count = (1 if inst.database.dialect == "sqlite" else 2) if handlers else 0
        self._threads = [
            threading.Thread(
                target=Worker(inst, self._handlers, f"{node}/{n}", lookups, self._count).run,
                args=(self._stopping,),
                name=f"worker-{n}",
            )
            for n in range(1, count + 1)
        ]

    def start(self) -> None:
        self._publish()
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Waits until every job under way is answered."""
        self._stopping.set()
        for thread in self._threads:
            thread.join()

    def report(self) -> dict[str, Any]:
        """For `health`: topics, and how many jobs ended how."""
        return {"threads": len(self._threads), "topics": sorted(self._handlers), **self._counts}

    def _count(self, how: str) -> None:
        with self._guard:
            self._counts[how] += 1
            self._publish()

    def _publish(self) -> None:
        self._inst.runtime["workers"] = self.report()


class Worker:
    """One claim loop."""

    def __init__(
        self,
        inst: Installation,
        handlers: Mapping[str, Handler],
        name: str,
        lookups: CityLookups,
        report: Report,
    ) -> None:
        self._inst = inst
        self._handlers = handlers
        self._name = name
        self._lookups = lookups
        self._report = report

    def run(self, stopping: threading.Event) -> None:
        """Until it is told to stop. An idle worker looks again soon: people wait for its work."""
        wait = _FIRST_WAIT
        while not stopping.is_set():
            try:
                worked = self.work_once()
            except StoreUnavailableError as exc:
                _log.warning("the database cannot be reached: %s", exc)
                stopping.wait(_UNAVAILABLE_WAIT)
                continue
            except Exception:  # noqa: BLE001 a lost thread would leave its topics without worker
                _log.exception("worker %s could not work", self._name)
                stopping.wait(_UNAVAILABLE_WAIT)
                continue
            wait = _FIRST_WAIT if worked else min(wait * 2, _LONGEST_WAIT)
            if not worked:
                stopping.wait(wait)

    def work_once(self) -> int:
        """Claims what waits and answers it; how many jobs that were."""
        fetched = jobs.fetch_and_lock(
            self._inst,
            WORKER,
            topics=list(self._handlers),
            worker=self._name,
            seconds=LEASE_SECONDS,
            limit=BATCH,
        )
        claimed = fetched.data["items"]
        for job in claimed:
            self._work(job)
        return len(claimed)

    def _work(self, job: Mapping[str, Any]) -> None:
        try:
            self._report(self._answer(job))
        except (LockLostError, JobNotFoundError) as exc:
            # The lease ran out and somebody else did it, or the case went another way.
            self._report("lost")
            _log.info("job %s is no longer ours: %s", job["id"], exc)

    def _answer(self, job: Mapping[str, Any]) -> str:
        lock = {"worker": self._name, "lock_token": job["lock_token"]}
        try:
            outputs = self._handlers[job["topic"]](job["variables"], self._context(job))
            jobs.complete(self._inst, WORKER, job["id"], data=outputs, **lock)
        except HandlerRefusedError as exc:
            jobs.throw_error(
                self._inst, WORKER, job["id"], code=exc.error_code, reason=exc.message, **lock
            )
            return "refused"
        except (LockLostError, JobNotFoundError, StoreUnavailableError):
            raise
        except Exception as exc:  # noqa: BLE001 whatever a handler raises is a failed attempt
            _log.exception("job %s of %s failed", job["id"], job["topic"])
            jobs.fail(self._inst, WORKER, job["id"], reason=_reason(exc), **lock)
            return "failed"
        return "completed"

    def _context(self, job: Mapping[str, Any]) -> HandlerContext:
        return HandlerContext(
            job_id=job["id"],
            case_id=job["case_id"],
            element=job["element"],
            attempt=job["attempts"],
            lookups=self._lookups.of_case(job["case_id"]),
        )


def _reason(exc: Exception) -> str:
    """For the journal. A foreign exception's text may hold anybody's data: its class must do."""
    if isinstance(exc, EngineError):
        return exc.message
    return f"the handler raised {type(exc).__name__}; the log says more"
