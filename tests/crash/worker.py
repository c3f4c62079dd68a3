"""A process that works cases of the sample city in several threads until it is killed or done.

Everything goes through the services with keys that say what is meant, so that a call repeated
after a death is the same call. Run by the zygote; must not know who kills it.
"""

import os
import threading
import traceback
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import sqlalchemy as sa

from engine.bootstrap import open_installation
from engine.domain.errors import EngineError, ForbiddenError, NotFoundError
from engine.service import cases, events, incidents, jobs, timers, work_items
from engine.service.installation import Installation
from engine.settings import Settings
from engine.store import outbox, tables
from engine.store.queries.releases import find_virtual_now
from tests.crash.calls import CITY, WORKER, perform
from tests.crash.ledger import Call, Ledger, read_lines
from tests.crash.plan import Plan, acknowledged_file
from tests.crash.townsfolk import Townsfolk, outputs_of_job
from tests.installations import sample_city

TOPICS = ("locate_grid", "propose_unit", "archive_summary")
ACTORS = 3
STEP_MINUTES = 30
#: The calendar ends with the year; a run that lasts that long goes on in small steps.
SLOW_FROM = datetime(2026, 12, 1, tzinfo=UTC)
_REPEATS = 0.05
_LEASE_SECONDS = 1
#: How long an idle thread waits. Looking for work is a write too, and SQLite has one writer.
_PAUSE = 0.05
_FAILED = 3


class Worker:
    """The state that the threads share."""

    def __init__(self, inst: Installation, plan: Plan) -> None:
        self.inst = inst
        self.plan = plan
        self.ledger = Ledger(Path(plan.folder), plan.slot)
        self.people = Townsfolk(sample_city(), plan.seed)
        self.stopping = threading.Event()
        self._dice = Random()
        self._next = count(self._opened() + 1)
        self._opening = threading.Lock()

    def _opened(self) -> int:
        """The highest number of a case that this slot has opened, or had begun to open."""
        lines = read_lines(acknowledged_file(Path(self.plan.folder), self.plan.slot))
        keys = [line["key"] for line in lines if line["name"] == "open"]
        keys += [call.key for call in self.ledger.pending() if call.name == "open"]
        return max((int(key.rpartition(":")[2]) for key in keys), default=0)

    def send(self, call: Call) -> bool:
        """Makes a call and notes the answer; now and then it is not heard and asked for again."""
        number = self.ledger.begin(call)
        try:
            for _ in range(2 if self._dice.random() < _REPEATS else 1):
                answer = perform(self.inst, call)
                assert answer.receipt is not None
                self.ledger.acknowledge(call, answer.receipt)
        except EngineError as refused:
            self.ledger.settle(number)
            if not isinstance(refused, ForbiddenError):
                return _expected(refused, call)
            return False
        self.ledger.settle(number)
        return True

    def repeat_pending(self) -> None:
        """Sends again what the one who died had begun."""
        pending = self.ledger.pending()
        for call in pending:
            try:
                answer = perform(self.inst, call)
            except EngineError as refused:
                _expected(refused, call)
                continue
            assert answer.receipt is not None
            self.ledger.acknowledge(call, answer.receipt)
        self.ledger.forget()

    def act(self, dice: Random) -> bool:
        """Opens a case or does a work item."""
        if self._open_one():
            return True
        items = work_items.list_work_items(self.inst, CITY, filters={}, limit=50).items
        if not items:
            return False
        item = dice.choice(items)
        void = self.people.void(item["case_id"])
        if void is not None:
            self.send(void)
        try:
            view = work_items.get_work_item(self.inst, CITY, item["id"])
            document = cases.get_case(self.inst, CITY, item["case_id"])["document"]
        except NotFoundError:
            return True  # somebody else did it meanwhile
        for person in self.people.candidates(view):
            if all(self.send(call) for call in self.people.steps(view, document, person)):
                return True
        return True

    def _open_one(self) -> bool:
        if self.plan.drain.exists() or not self._opening.acquire(blocking=False):
            return False
        try:
            open_ = cases.list_cases(self.inst, CITY, filters={"status": "open"}, limit=100).items
            if len(open_) >= self.plan.open_cases:
                return False
            self.send(self.people.report(self.plan.slot, next(self._next)))
            return True
        finally:
            self._opening.release()

    def work_jobs(self, dice: Random) -> bool:
        """Takes a few jobs; most are done, some fail, some are refused."""
        worker = f"w{self.plan.slot}"
        found = jobs.fetch_and_lock(
            self.inst, WORKER, topics=TOPICS, worker=worker, seconds=_LEASE_SECONDS, limit=2
        )
        for job in found.data["items"]:
            self.send(self._job_call(job, worker))
        return bool(found.data["items"])

    def _job_call(self, job: dict[str, Any], worker: str) -> Call:
        lease = {"job": job["id"], "worker": worker, "lock_token": job["lock_token"]}
        key = f"{job['id']}:{job['lock_token']}"
        draw = self.people.dice("job", key).random()
        if draw < 0.15 and job["attempts"] < 5:
            args = {**lease, "reason": "没有连上", "retry_after_seconds": 0}
            return Call("fail_job", f"fail:{key}", args)
        if draw < 0.18 and job["attempts"] < 5:
            return Call("throw_error", f"error:{key}", {**lease, "code": "REFUSED"})
        data = outputs_of_job(self.people.city, job["topic"], job["variables"])
        return Call("complete_job", f"done:{key}", {**lease, "data": data})

    def tick(self, dice: Random) -> bool:
        """Moves the clock (slot 0), or follows it and fires what is due as a second node."""
        virtual = self.inst.virtual
        assert virtual is not None
        with self.inst.database.reads() as reader:
            now = find_virtual_now(reader)
        assert now is not None
        if self.plan.slot == 0:
            step = 1 if now > SLOW_FROM else dice.randint(1, STEP_MINUTES)
            timers.advance_clock(self.inst, CITY, now + timedelta(minutes=step))
            return False
        if now > virtual.now():
            virtual.move_to(now)
        timers.fire_due(self.inst, node=f"node{self.plan.slot}")
        return False

    def clerk(self, dice: Random) -> bool:
        """Retries incidents, brings the outbox out, reads the feed."""
        for incident in incidents.list_incidents(self.inst, CITY, filters={"open": True}).items:
            case_id, number = incident["case_id"], incident["number"]
            args = {"case": case_id, "number": number, "reason": "再试一次", "retries": 2}
            self.send(Call("retry", f"retry:{case_id}:{number}", args))
        claimed = outbox.claim_outbox(self.inst.database, seconds=_LEASE_SECONDS, limit=20)
        for message in claimed:
            self.ledger.deliver(message.message)
            try:
                outbox.mark_delivered(self.inst.database, message)
            except EngineError as refused:
                _expected(refused, Call("deliver", message.id))
        events.page(self.inst, CITY, after=0, limit=1)
        return bool(claimed)

    def finished(self) -> bool:
        """Whether nothing is left to do."""
        if not self.plan.drain.exists():
            return False
        # Work first: what has ended tells the outside nothing more. A closed case is not at its
        # end yet, its evaluation comes after.
        unclosed = sa.select(tables.case_file.c.case_id).where(
            tables.case_file.c.closed_at.is_(None)
        )
        rest = (tables.work_item.c.token, tables.job.c.token, tables.outbox.c.n)
        queries = (unclosed, *(sa.select(column) for column in rest))
        with self.inst.database.reads() as reader:
            return not any(reader.select(query.limit(1)) for query in queries)


def _expected(refused: EngineError, call: Call) -> bool:
    """A refusal is part of the picture; a fault of the engine's is not."""
    if refused.code in {"engine-error", "store-error", "corrupt-record"}:
        raise AssertionError(f"{call.name} {call.key}: {refused.code}: {refused}") from refused
    return False


def run(plan: Plan, ready: Callable[[], object]) -> int:
    """Works until everything is done: 0. The process ends with 3 when a thread falls over."""
    timers.LEASE_SECONDS = _LEASE_SECONDS  # the dead hold up the clock only briefly
    settings = Settings.read(database=plan.url, data=plan.folder)
    with open_installation(settings, upgrade=False) as inst:
        worker = Worker(inst, plan)
        worker.repeat_pending()
        roles = [*[worker.act] * ACTORS, worker.work_jobs, worker.tick, worker.clerk]
        threads = [
            threading.Thread(target=_loop, args=(worker, role, Random(f"{plan.seed}:{n}")))
            for n, role in enumerate(roles)
        ]
        for thread in threads:
            thread.start()
        ready()
        while not worker.finished():
            worker.stopping.wait(_PAUSE * 2)
        worker.stopping.set()
        for thread in threads:
            thread.join()
    return 0


def _loop(worker: Worker, role: Callable[[Random], bool], dice: Random) -> None:
    try:
        while not worker.stopping.is_set():
            if not role(dice):
                worker.stopping.wait(_PAUSE)
    except BaseException:  # noqa: BLE001 whatever it is: tell the supervisor
        traceback.print_exc()
        os._exit(_FAILED)
