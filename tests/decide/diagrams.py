"""Small diagrams for tests of decisions, written as text that a reader can follow."""

import itertools
from datetime import UTC, datetime

from engine.domain.calendars import Calendar
from engine.domain.city import City
from engine.domain.people import Axis, Post
from engine.domain.worktime import worktime_for
from engine.kernel.decide import World, world_of
from engine.kernel.player import Player
from engine.kernel.release import compile_release

NOW = datetime(2026, 3, 2, 1, tzinfo=UTC)
_HEAD = (
    '<definitions xmlns="http://www.omg.org/spec/BPMN/20100524/MODEL" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xmlns:cl="urn:caseloop:bpmn:1" '
    'id="test_definitions" targetNamespace="urn:test">'
)
_CALENDAR = {
    "id": "cn",
    "version": 1,
    "zone": "Asia/Shanghai",
    "parts": ["09:00-12:00", "14:00-18:00"],
    "first": "2026-01-01",
    "last": "2026-12-31",
}


def flow(path: str, condition: str | None = None) -> str:
    """`a>b>c` as sequence flows; the condition stands on the first."""
    out, ids = [], path.split(">")
    for source, target in itertools.pairwise(ids):
        test = ""
        if condition is not None and source == ids[0]:
            kind = 'xsi:type="tFormalExpression"'
            test = f"<conditionExpression {kind}>{condition}</conditionExpression>"
        name = f"{source}_to_{target}"
        out.append(
            f'<sequenceFlow id="{name}" sourceRef="{source}" targetRef="{target}">{test}'
            "</sequenceFlow>"
        )
    return "".join(out)


def process(name: str, body: str, *, extra: str = "") -> str:
    return f'<process id="{name}" isExecutable="true" {extra}>{body}</process>'


def definitions(*parts: str) -> bytes:
    return (_HEAD + "".join(parts) + "</definitions>").encode()


def world(*parts: str, **files: bytes) -> World:
    release = {"test.bpmn": definitions(*parts), **files}
    calendar = worktime_for(Calendar.from_json(_CALENDAR))
    return world_of(compile_release(release), calendar, catalog="c", calendar="cn@1")


def small_city() -> City:
    """One person for each role that the tests name."""
    roles = {
        "wang": ("dispatcher", Axis.COMMAND),
        "chen": ("crew", Axis.HANDLING),
        "lin": ("collector", Axis.SUPERVISION),
        "zhou": ("duty_officer", Axis.SUPERVISION),
    }
    return City(
        people={
            person: [Post(id=f"{person}.{role}", role=role, axis=axis)]
            for person, (role, axis) in roles.items()
        }
    )


def player(built: World, city: City | None = None) -> Player:
    return Player(world=built, read_fact=(city or small_city()).read_fact, now=NOW)
