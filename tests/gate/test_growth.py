"""A file twice as wide takes twice the work, not four times: the gate looks everything up once."""

import sys
from collections.abc import Callable
from types import FrameType

import pytest

from engine.kernel.release import check_release
from tests.kernel.drawing import diagram, flows, message, process, service, shape, start, user


def _each(count: int, draw: Callable[[int], str]) -> str:
    return "".join(draw(n) for n in range(count))


def _undone(n: int) -> str:
    event = shape("boundaryEvent", f"b{n}", "<compensateEventDefinition/>", attachedToRef="ask")
    handler = user(f"h{n}", isForCompensation="true")
    return event + handler + shape("association", f"a{n}", sourceRef=f"b{n}", targetRef=f"h{n}")


def _looped(n: int) -> str:
    loop = f"<loopDataInputRef>d{n}</loopDataInputRef>"
    loop = f"<multiInstanceLoopCharacteristics>{loop}</multiInstanceLoopCharacteristics>"
    return user(f"u{n}", loop) + shape("dataObject", f"d{n}")


def _link(n: int) -> str:
    definition = f"<linkEventDefinition name='n{n}'/>"
    return shape("intermediateThrowEvent", f"t{n}", definition) + shape(
        "intermediateCatchEvent", f"c{n}", definition
    )


def _choice(n: int) -> str:
    tasks = user(f"u{n}") + shape("exclusiveGateway", f"g{n}", default=f"g{n}_to_u{n + 1}")
    return tasks + flows(f"u{n} > g{n} > u{n + 1}", f"g{n} ? a = 1 > u{n}")


_ASK = start() + user("ask") + flows("start > ask")
WIDE: dict[str, Callable[[int], bytes]] = {
    "tasks in a chain": lambda n: diagram(
        process("p", start("u0"), _each(n, lambda i: flows(f"u{i} > u{i + 1}") + user(f"u{i + 1}")))
    ),
    "flows without id": lambda n: diagram(
        process("p", _ASK, "<sequenceFlow sourceRef='ask' targetRef='ask'/>" * n)
    ),
    "choices of a case": lambda n: diagram(
        process(
            "p",
            start("reported") + flows("reported > u0") + _each(n, _choice) + user(f"u{n}"),
            cl_profile="case",
        )
    ),
    "ways out of one choice": lambda n: diagram(
        process(
            "p",
            start() + shape("exclusiveGateway", "g") + flows("start > g"),
            _each(n, lambda i: user(f"u{i}") + flows(f"g ? a = 1 > u{i}")),
        )
    ),
    "events behind a gateway": lambda n: diagram(
        process(
            "p",
            start() + shape("eventBasedGateway", "g") + flows("start > g"),
            _each(
                n,
                lambda i: (
                    shape("intermediateCatchEvent", f"e{i}", message("m")) + flows(f"g > e{i}")
                ),
            ),
        )
    ),
    "boundary events": lambda n: diagram(
        process(
            "p",
            _ASK,
            _each(n, lambda i: shape("boundaryEvent", f"b{i}", message("m"), attachedToRef="ask")),
        )
    ),
    "compensation": lambda n: diagram(process("p", _ASK, _each(n, _undone))),
    "loops over data": lambda n: diagram(process("p", _ASK, _each(n, _looped))),
    "links": lambda n: diagram(process("p", _ASK, _each(n, _link))),
    "lanes": lambda n: diagram(
        process(
            "p",
            "<laneSet>",
            _each(n, lambda i: shape("lane", f"l{i}", f"<flowNodeRef>u{i}</flowNodeRef>")),
            "</laneSet>" + _ASK,
            _each(n, lambda i: user(f"u{i}")),
        )
    ),
    "processes": lambda n: diagram(
        *(process(f"p{i}", start(f"s{i}") + service(f"t{i}")) for i in range(n))
    ),
    "sub-processes": lambda n: diagram(
        process("p", _ASK, _each(n, lambda i: shape("subProcess", f"s{i}", start(f"b{i}"))))
    ),
    "elements that nobody knows": lambda n: diagram(process("p", _ASK, "<foo/>" * n)),
}


def work(data: bytes) -> int:
    """How many functions are called, in Python and below."""
    count = 0

    def seen(_frame: FrameType, event: str, _what: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(seen)
    try:
        check_release({"p.bpmn": data})
    finally:
        sys.setprofile(before)
    return count


@pytest.mark.parametrize("name", WIDE)
def test_work_grows_with_the_file_not_with_its_square(name: str) -> None:
    small, large = WIDE[name](60), WIDE[name](240)
    work(small)  # what is compiled once is compiled
    assert work(large) < 6 * work(small)
