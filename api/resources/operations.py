"""Clock, health and metrics: what an operator asks."""

from flask import Response

from api.call import Call, Reply, reply_of
from api.exposition import exposition
from api.headers import REPLAYED
from api.resource import Resource
from api.schemas.operations import (
    ClockMovedSchema,
    ClockStateSchema,
    HealthSchema,
    MoveClockSchema,
)
from engine.domain.clock import to_wire
from engine.domain.errors import WrongStateError
from engine.service import health, metrics, timers
from engine.service.executor import Answer

operations = Resource("operations", "Clock, health, metrics.")
_PROMETHEUS = "text/plain; version=0.0.4; charset=utf-8"


@operations.reads("/clock", ClockStateSchema, scope="cases:read")
def read_clock(call: Call) -> Reply:
    """Reads case time."""
    return Reply(timers.read_clock(call.inst))


@operations.writes(
    "/clock",
    ClockMovedSchema,
    method="PUT",
    scope="admin:clock",
    body=MoveClockSchema,
    errors=(WrongStateError,),
    headers=REPLAYED,
    key="optional",
)
def move_clock(call: Call) -> Reply:
    """Moves the virtual clock forward; every timer on the way fires at its own time.

    Idempotency-Key is optional: the same instant again fires nothing; one that lies behind is
    refused.
    """
    to = call.body["now"]

    def move() -> Answer:
        found = timers.advance_clock(call.inst, call.actor, to)
        return Answer(None, {**found, "now": to_wire(found["now"])})

    return reply_of(call.once("move_clock", {"now": to_wire(to)}, move))


@operations.reads("/health", HealthSchema, public=True)
def check_health(call: Call) -> Reply:
    """Says whether the installation can work; 503 when it cannot."""
    found = health.check(call.inst)
    return Reply(found, status=200 if found["status"] == "ok" else 503)


@operations.reads("/metrics", None, scope="events:read", media_type="text/plain")
def read_metrics(call: Call) -> Reply:
    """Counts for Prometheus, in its text format."""
    text = exposition(metrics.snapshot(call.inst))
    return Reply(Response(text, content_type=_PROMETHEUS))
