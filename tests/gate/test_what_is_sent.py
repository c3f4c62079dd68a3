"""Message flows agree with their ends, and one message begins a process in one way."""

import pytest

from engine.kernel.findings import Finding, Severity
from engine.kernel.release import check_release
from tests.kernel.drawing import (
    catch,
    diagram,
    flows,
    message,
    process,
    shape,
    signal,
    start,
    throw,
    user,
    words,
)

_TWO = message("a") + message("b")


def told(drawn: str, *parts: str) -> list[Finding]:
    """What is said of these message flows between `citizen`, the process `p` and `q`."""
    sent = (throw("sends", message("a")), throw("sends_b", message("b")))
    line = flows("s > sends > sends_b > sends_c")
    other = process("q", start("s"), *sent, throw("sends_c", message("c")), line)
    pools = "".join(f'<participant id="pool_{n}" processRef="{n}"/>' for n in "pq")
    pools += '<participant id="citizen"/>'
    body = process("p", start("begin"), *parts)
    files = diagram(body, other).replace(
        b"<process", f'<collaboration id="c">{pools}{drawn}</collaboration><process'.encode(), 1
    )
    return [f for f in check_release({"p.bpmn": files}).findings if f.rule.startswith("pool/")]


def flow(source: str, target: str, name: str = "m", **attributes: str) -> str:
    """A message flow; `label` is what is written on it."""
    said = {k.replace("label", "name"): v for k, v in attributes.items()}
    line = shape("messageFlow", name, "", sourceRef=source, targetRef=target)
    return line.replace("<messageFlow", "<messageFlow" + "".join(f' {k}="{said[k]}"' for k in said))


def waits(event: str = "") -> tuple[str, str]:
    return catch("waits", event), flows("begin > waits")


@pytest.mark.parametrize(
    ("drawn", "event", "both"),
    [
        (flow("citizen", "waits", messageRef="message_b"), message("a"), ("'b'", "'a'")),
        (flow("sends", "waits"), message("b"), ("'a'", "'b'")),
        (flow("citizen", "waits", messageRef="message_c"), _TWO, ("'c'", "'a' or 'b'")),
        (flow("sends", "waits", messageRef="message_b"), message("b"), ("'b'", "sends 'a'")),
    ],
)
def test_a_flow_that_contradicts_its_ends(drawn: str, event: str, both: tuple[str, str]) -> None:
    [finding] = [f for f in told(drawn, *waits(event)) if f.severity is Severity.ERROR]
    assert (finding.rule, finding.element) == ("pool/message-contradicts", "m")
    assert all(said in finding.message for said in both)


@pytest.mark.parametrize(
    ("drawn", "event"),
    [
        (flow("citizen", "waits", messageRef="message_a", label="by post"), message("a")),
        (flow("sends", "waits"), message("a")),
        (flow("sends", "waits"), _TWO),
        (flow("citizen", "waits", messageRef="message_b"), _TWO),
        (flow("citizen", "pool_p", messageRef="message_b"), message("a")),
        (flow("citizen", "waits", label="phone") + flow("sends", "waits", "n"), message("a")),
    ],
)
def test_flows_that_agree(drawn: str, event: str) -> None:
    assert told(drawn, *waits(event)) == []


def test_two_labels_at_an_event_that_takes_one_message() -> None:
    labels = flow("citizen", "waits", label="phone") + flow("citizen", "waits", "n", label="post")
    nameless = (shape("receiveTask", "waits"), flows("begin > waits"))
    [finding] = told(labels, *nameless)
    assert (finding.rule, finding.element) == ("pool/message-labels", "n")
    assert "'phone' only" in finding.message
    assert "'post' is not taken" in finding.message


def test_label_of_a_flow_whose_sender_names_the_message() -> None:
    labels = flow("citizen", "waits", label="a") + flow("sends", "waits", "n", label="post")
    assert told(labels, *waits(message("a"))) == []


def beginnings(*events: str) -> list[tuple[str, str | None]]:
    starts = [start(f"s{i}", event) for i, event in enumerate(events)]
    lines = flows(*(f"s{i} > answer" for i in range(len(events))))
    files = {"p.bpmn": diagram(process("p", *starts, user("answer"), lines))}
    found = check_release(files).findings
    return [(f.rule, f.element) for f in found if f.severity is Severity.ERROR]


def test_one_message_begins_a_process_in_one_way() -> None:
    assert beginnings(message("a"), message("a")) == [("event/same-start", "s1")]
    assert beginnings(message("b"), _TWO, message("a")) == [
        ("event/same-start", "s1"),
        ("event/same-start", "s2"),
    ]
    assert beginnings(message("a"), message("b"), signal("a")) == []


def test_vendors_word_beside_ours_is_told_with_the_word_that_stands() -> None:
    mark = '<z:calledElement xmlns:z="http://camunda.org/schema/zeebe/1.0" processId="r"/>'
    task = shape("callActivity", "x", words(mark), calledElement="q")
    inside = process("p", start(), task, flows("start > x"))
    called = process("q", start("s"), user("u"), flows("s > u"))
    found = check_release({"p.bpmn": diagram(inside, called)}).findings
    [finding] = [f for f in found if f.rule == "foreign/behaviour"]
    assert "zeebe:calledElement stands beside calledElement" in finding.message
    assert finding.help == "remove zeebe:calledElement"
