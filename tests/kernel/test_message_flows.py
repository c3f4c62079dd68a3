"""Messages that no end names: the message flow between the pools tells which they are."""

import pytest

from engine.kernel.compile.model import Definition
from engine.kernel.findings import Severity
from engine.kernel.release import check_release
from tests.kernel.drawing import catch, diagram, end, flows, message, process, start, throw, user

_NAMELESS = "<messageEventDefinition/>"


def pools(drawn: str, *more: str, ask: str = _NAMELESS, answer: str = _NAMELESS) -> bytes:
    """Two pools: `asks` throws and waits, `answers` begins and ends by a message."""
    files = diagram(
        process(
            "one",
            start(),
            throw("asks", ask),
            catch("waits", answer),
            end(),
            flows("start > asks > waits > end"),
        ),
        process(
            "two",
            start("begins", _NAMELESS),
            user("think"),
            end("answers", _NAMELESS),
            flows("begins > think > answers"),
        ),
        *more,
    )
    around = f'<collaboration id="c"><participant id="pool"/>{drawn}'
    return files.replace(b"<process", f"{around}</collaboration><process".encode(), 1)


def flow(name: str, source: str, target: str, more: str = "") -> str:
    return f'<messageFlow id="{name}" sourceRef="{source}" targetRef="{target}" {more}/>'


BOTH = flow("asking", "asks", "begins") + flow("answering", "answers", "waits")


def named(drawing: bytes) -> dict[str, str | None]:
    checked = check_release({"p.bpmn": drawing})
    assert checked.accepted, [str(f) for f in checked.findings]
    found: dict[str, Definition] = checked.definitions
    elements = [e for d in found.values() for e in d.elements.values()]
    return {e.id: e.message for e in elements if e.event == "message"}


def test_ends_of_a_flow_share_one_message() -> None:
    assert named(pools(BOTH)) == {
        "asks": "asking",
        "begins": "asking",
        "answers": "answering",
        "waits": "answering",
    }


def test_flow_calls_its_message_by_its_own_name_where_that_stands_once() -> None:
    once = BOTH.replace('id="asking"', 'id="asking" name="question"')
    assert named(pools(once))["begins"] == "question"
    twice = once.replace('id="answering"', 'id="answering" name="question"')
    assert named(pools(twice))["begins"] == "asking"


def test_message_of_one_end_is_that_of_the_other() -> None:
    assert named(pools(BOTH, ask=message("m")))["begins"] == "m"
    assert named(pools(BOTH, answer=message("m")))["answers"] == "m"


def test_message_of_the_flow_itself_is_that_of_its_ends() -> None:
    drawn = BOTH.replace('id="asking"', 'id="asking" messageRef="message_m"')
    found = named(pools(drawn, answer=message("m")))
    assert set(found.values()) == {"m"}


def test_one_end_of_several_flows_has_one_message() -> None:
    """The flow that is drawn last is the one that has a name for all."""
    adds = process("three", start("s"), throw("adds", _NAMELESS), flows("s > adds"))
    drawn = flow("first", "asks", "begins") + flow("second", "adds", "begins")
    drawn += flow("third", "adds", "waits") + flow("fourth", "answers", "waits")
    found = named(pools(drawn, adds, answer=message("m")))
    assert found == dict.fromkeys(("asks", "begins", "adds", "answers", "waits"), "m")


def test_flow_from_a_pool_whose_inside_is_not_drawn_names_the_message() -> None:
    drawn = BOTH.replace('sourceRef="answers"', 'sourceRef="pool"')
    drawn += flow("more", "answers", "pool")
    assert named(pools(drawn))["waits"] == "answering"


@pytest.mark.parametrize("drawn", ["", flow("asking", "asks", "begins")], ids=["none", "one"])
def test_message_that_nothing_names_is_refused(drawn: str) -> None:
    checked = check_release({"p.bpmn": pools(drawn)})
    errors = {f.element for f in checked.findings if f.severity is Severity.ERROR}
    assert errors == {"waits", "answers"} | (set() if drawn else {"asks", "begins"})
