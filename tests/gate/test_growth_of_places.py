"""What is looked up for each place is looked up once, and what is shared does not fill a file."""

from collections.abc import Callable

import pytest

from engine.kernel.release import check_files
from tests.gate.test_growth import work
from tests.kernel.drawing import boundary, diagram, flows, message, process, shape, start, user


def _each(count: int, draw: Callable[[int], str]) -> str:
    return "".join(draw(n) for n in range(count))


def _ring(n: int) -> bytes:
    around = _each(n, lambda i: flows(f"u{i} > u{(i + 1) % n}"))
    return diagram(process("p", _each(n, lambda i: user(f"u{i}")), around))


def _hosts(n: int) -> bytes:
    tasks = _each(n, lambda i: user(f"u{i}") + boundary(f"b{i}", f"u{i}", message("m")))
    return diagram(
        process("p", start("u"), tasks, _each(n - 1, lambda i: flows(f"u{i} > u{i + 1}")))
    )


def _gateways(n: int) -> bytes:
    gates = _each(n, lambda i: shape("eventBasedGateway", f"g{i}", instantiate="true"))
    return diagram(process("p", gates))


def _properties(n: int) -> bytes:
    """As many keys of one property each as there are properties."""
    key = "<correlationKey id='k{0}'><correlationPropertyRef>o{0}</correlationPropertyRef>"
    top = "<collaboration id='c'>" + _each(n, lambda i: key.format(i) + "</correlationKey>")
    declared = (
        "<correlationProperty id='o{0}'><correlationPropertyRetrievalExpression"
        " messageRef='message_m'><messagePath>o</messagePath>"
        "</correlationPropertyRetrievalExpression></correlationProperty>"
    )
    bound = (
        "<correlationSubscription id='s{0}' correlationKeyRef='k{0}'><correlationPropertyBinding"
        " correlationPropertyRef='o{0}'><dataPath>o</dataPath></correlationPropertyBinding>"
        "</correlationSubscription>"
    )
    top += "</collaboration>" + _each(n, declared.format)
    return diagram(top, process("p", _each(n, bound.format), user("ask")))


WIDE: dict[str, Callable[[int], bytes]] = {
    "tasks in a ring": _ring,
    "tasks with an event each": _hosts,
    "gateways that begin a process": _gateways,
    "correlation properties": _properties,
    "tasks alone": lambda n: diagram(process("p", _each(n, lambda i: user(f"u{i}")))),
}


@pytest.mark.parametrize("name", WIDE)
def test_work_grows_with_the_file_not_with_its_square(name: str) -> None:
    small, large = WIDE[name](60), WIDE[name](240)
    work(small)  # what is compiled once is compiled
    assert work(large) < 6 * work(small)


def shared(inside: str, references: int) -> bytes:
    """One definition at the top of the file, which many events refer to."""
    definition = f"<timerEventDefinition id='daily'>{inside}</timerEventDefinition>"
    refers = "<eventDefinitionRef>daily</eventDefinitionRef>"
    events = _each(references, lambda i: shape("intermediateCatchEvent", f"e{i}", refers))
    path = _each(references - 1, lambda i: flows(f"e{i} > e{i + 1}"))
    return diagram(definition, process("p", start(), flows("start > e0"), events, path))


_HOUR = "<timeDuration>PT1H</timeDuration>"


def test_definition_may_be_shared_by_many() -> None:
    assert not check_files({"p.bpmn": shared(_HOUR, 1000)})


@pytest.mark.parametrize(
    "more", ["<t:a/>" * 4000, f"<t:a b='{'b' * 60_000}'/>"], ids=["elements", "texts"]
)
def test_shared_definition_that_would_fill_the_file_is_refused(more: str) -> None:
    words = f"<extensionElements xmlns:t='urn:t'>{more}</extensionElements>"
    [finding] = check_files({"p.bpmn": shared(words + _HOUR, 200)})
    assert finding.rule == "source/size"
    assert finding.line > 0
    assert "daily" in finding.message
