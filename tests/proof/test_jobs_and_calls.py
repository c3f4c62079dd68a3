"""What can be thrown, waited for and come to an end by itself: jobs, calls, and nothing else."""

import pytest

from engine.kernel.proof import Verdict, callees, prove_release
from tests.kernel.drawing import (
    CANCEL,
    boundary,
    call,
    end,
    error,
    escalation,
    event_sub,
    flows,
    message,
    process,
    script,
    service,
    shape,
    start,
    sub,
    throw,
    timer,
    transaction,
    undone_by,
    user,
    words,
    xor,
)
from tests.proof.proving import paths, proven, release_of

OOPS = boundary("oops", "a", error("E")) + end("sorry") + flows("oops > sorry")
LATE = boundary("late", "a", timer()) + end("given_up") + flows("late > given_up")
RATED = shape("businessRuleTask", "a")
TOLD = words('<cl:notify to="holders"/>')


def at(host: str, *parts: str) -> dict[tuple[str, str | None], str]:
    """What is found in a process around an activity `a`."""
    return paths(proven(start(), host, *parts, end(), flows("start > a > end")))


def called(inside: str, *at_call: str) -> dict[tuple[str, str | None], str]:
    """What is found in a process that calls `q`."""
    caller = process("p", start(), call("a", "q"), *at_call, end(), flows("start > a > end"))
    return paths(prove_release(release_of(caller, process("q", inside))).processes[0])


def test_rule_task_without_decision_is_a_job() -> None:
    assert at(RATED, LATE) == {}
    assert at(RATED, OOPS) == {}
    assert called(start("qs") + shape("businessRuleTask", "b") + flows("qs > b"), OOPS) == {}
    decided = shape("businessRuleTask", "a", cl_decision="level")
    assert set(at(decided, LATE)) == {("dead-node", "late")}


@pytest.mark.parametrize(
    "host",
    [
        user("a"),
        shape("sendTask", "a", TOLD),
        shape("sendTask", "a", messageRef="message_m"),
        shape("receiveTask", "a", messageRef="message_m"),
        sub("a"),
    ],
)
def test_error_comes_only_of_a_job_or_a_call(host: str) -> None:
    assert set(at(host, OOPS)) == {("dead-node", "oops")}
    inside = start("qs") + host.replace('id="a"', 'id="b"') + flows("qs > b")
    assert set(called(inside, OOPS)) == {("dead-node", "oops")}


def test_job_raises_errors_and_no_escalation() -> None:
    told = boundary("told", "a", escalation(), interrupting=False) + end("heard")
    assert at(service("a"), OOPS) == {}
    assert set(at(service("a"), told, flows("told > heard"))) == {("dead-node", "told")}


def test_called_process_in_which_nothing_begins_is_done_at_once() -> None:
    assert called("") == {}
    assert called(event_sub("heard", message("m"))) == {}


def test_call_begins_at_the_start_without_an_event() -> None:
    inside = (
        start("qs")
        + start("by_message", message("m"))
        + user("b")
        + end("bad", error("E"))
        + flows("qs > b", "by_message > bad")
    )
    assert called(inside) == {}
    assert set(called(inside, OOPS)) == {("dead-node", "oops")}


def ring(length: int) -> str:
    """Processes that call each other round about; only the last has a way around it."""
    found = []
    for n in range(length):
        name, other = f"p{n}", f"p{(n + 1) % length}"
        begin = [start(f"s{n}"), call(f"c{n}", other), end(f"e{n}")]
        if n < length - 1:
            found.append(process(name, *begin, flows(f"s{n} > c{n} > e{n}")))
            continue
        choice = flows(f"s{n} > x", f"x ? v = 1 > c{n} > e{n}", f"x > e{n}")
        found.append(process(name, *begin, xor("x", default=f"x_to_e{n}"), choice))
    return "".join(found)


def test_ring_of_calls_with_one_way_out_is_sound() -> None:
    for length in (2, 12, 30):
        assert prove_release(release_of(ring(length))).findings == ()


def test_ring_that_is_given_up_is_a_free_choice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(callees, "_MOST_PASSES", 0)
    assert prove_release(release_of(ring(4))).findings == ()


def test_sub_process_waits_for_people_in_its_event_sub_processes() -> None:
    asks = user("ask") + flows("heard_start > ask")
    tells = start("is") + throw("tell", escalation("X")) + flows("is > tell")
    heard = event_sub("heard", escalation("X"), asks, interrupting=False)
    assert at(sub("a", tells, heard), LATE) == {}
    noted = event_sub("heard", escalation("X"), script("n", x="1"), flows("heard_start > n"))
    assert ("dead-node", "late") in at(sub("a", tells, noted), LATE)
    by_message = event_sub("heard", message("m"), asks, interrupting=False)
    assert ("dead-node", "late") in at(sub("a", tells, by_message), LATE)


def test_cancelled_transaction_waits_for_what_undoes() -> None:
    deal = transaction(
        "a",
        start("is"),
        script("pay", x="1"),
        undone_by("pay", "pay_back"),
        end("off", CANCEL),
        flows("is > pay > off"),
    )
    cancelled = boundary("cancelled", "a", CANCEL) + end("sorry") + flows("cancelled > sorry")
    assert set(at(deal, LATE, cancelled)) == {("dead-node", "end")}


def test_two_calls_that_let_an_error_out_are_both_told() -> None:
    bad = [
        process(n, start(f"{n}s"), end(f"{n}e", error("E")), flows(f"{n}s > {n}e")) for n in "qr"
    ]
    ways = flows("start > x", "x ? v = 1 > a > end", "x > b > end")
    choice = xor("x", default="x_to_b")
    caller = process("p", start(), choice, call("a", "q"), call("b", "r"), end(), ways)
    proof = prove_release(release_of(caller, *bad)).processes[0]
    assert {("uncaught-error", "a"), ("uncaught-error", "b")} <= set(paths(proof))


def test_round_that_only_jobs_can_leave_by_their_errors_is_sound() -> None:
    proof = proven(
        start(),
        service("a"),
        OOPS,
        flows("start > a > a"),
    )
    assert proof.verdict is Verdict.SOUND
