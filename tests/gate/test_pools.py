"""Pools stand for processes that are there, and message flows connect what can send and take."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.release import check_release
from tests.kernel.drawing import (
    boundary,
    catch,
    diagram,
    end,
    flows,
    message,
    process,
    start,
    throw,
    timer,
    user,
    xor,
)

_OTHERS = '<participant id="citizen"/><participant id="office" processRef="filing"/>'


def refused(drawn: str, *, head: str = "", prefix: str = "") -> set[tuple[str, str | None]]:
    """What is said of pools beside the process `p` and `filing`, which only documents."""
    body = process(
        "p",
        start("begin", message("m")),
        throw("asks", message("m")),
        catch("waits", message("m")),
        user("ask"),
        xor("fork"),
        boundary("late", "ask", timer()),
        end("told", message("n")),
        flows("begin > asks > waits > ask > fork > told"),
        end("over"),
        flows("late > over"),
    )
    filing = process("filing", start("s"), user("file"), xor("g"), flows("s > file > g"))
    filing = filing.replace('isExecutable="true"', 'isExecutable="false"')
    around = f'{head}<collaboration id="c"{prefix}>{drawn}</collaboration>'
    files = diagram(body, filing).replace(b"<process", f"{around}<process".encode(), 1)
    found = check_release({"p.bpmn": files}).findings
    return {(f.rule, f.element) for f in found if f.severity is Severity.ERROR}


def pool(reference: str) -> str:
    return f'<participant id="city" processRef="{reference}"/>'


def flow(source: str, target: str) -> str:
    return f'{pool("p")}{_OTHERS}<messageFlow id="f" sourceRef="{source}" targetRef="{target}"/>'


def test_pool_of_no_process_is_refused() -> None:
    assert refused(pool("nobody")) == {("pool/process-ref", "city")}
    assert refused('<participant id="citizen"/>') == set()


def test_pool_may_stand_for_a_process_of_an_imported_file() -> None:
    prefix = ' xmlns:o="urn:other"'
    imported = '<import namespace="urn:other" location="o.bpmn" importType="urn:b"/>'
    assert refused(pool("o:nobody"), head=imported, prefix=prefix) == set()
    assert refused(pool("o:nobody"), prefix=prefix) == {("pool/process-ref", "city")}


def test_prefix_of_the_file_itself_is_no_other_file() -> None:
    prefix = ' xmlns:t="urn:test"'
    assert refused(pool("t:p"), prefix=prefix) == set()
    assert refused(pool("t:nobody"), prefix=prefix) == {("pool/process-ref", "city")}


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("citizen", "begin"),
        ("asks", "citizen"),
        ("office", "waits"),
        ("told", "file"),
        ("ask", "office"),
        ("city", "citizen"),
        ("citizen", "g"),  # what does not run is documentation
    ],
)
def test_message_flows_between_pools(source: str, target: str) -> None:
    assert refused(flow(source, target)) == set()


@pytest.mark.parametrize(
    ("source", "target"),
    [
        ("ask", "nobody"),
        ("nobody", "ask"),
        ("asks", "waits"),
        ("ask", "city"),
        ("citizen", "fork"),
        ("begin", "citizen"),
        ("citizen", "told"),
        ("waits", "citizen"),
        ("citizen", "asks"),
        ("citizen", "late"),
        ("over", "citizen"),
    ],
)
def test_message_flow_that_cannot_be_is_refused(source: str, target: str) -> None:
    assert refused(flow(source, target)) == {("pool/message-flow", "f")}
