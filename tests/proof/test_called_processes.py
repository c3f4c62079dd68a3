"""What a process calls counts as what is drawn in it lets it: its end, its errors, or nothing."""

import pytest

from engine.kernel.findings import Severity
from engine.kernel.proof import prove_release
from engine.kernel.proof.graphs import groups
from tests.kernel.drawing import (
    TERMINATE,
    both,
    boundary,
    call,
    end,
    error,
    escalation,
    flows,
    process,
    service,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.proof.case_drawings import way
from tests.proof.proving import paths, release_of

STUCK = process(
    "q",
    start("qs"),
    xor("x", default="x_to_b"),
    user("qa"),
    user("b"),
    both("j"),
    end("qe"),
    flows("qs > x", "x ? v = 1 > qa", "x > b", "qa > j", "b > j", "j > qe"),
)
THROWS = process("q", start("qs"), end("bad", error("E")), flows("qs > bad"))
CALLS_ITSELF = process("q", start("qs"), call("again", "q"), end("qe"), flows("qs > again > qe"))
CALLS_R = process("q", start("qs"), call("again", "r"), end("qe"), flows("qs > again > qe"))
CALLS_Q = process("r", start("rs"), call("back", "q"), end("re"), flows("rs > back > re"))
SOUND = process("q", start("qs"), user("qa"), end("qe"), flows("qs > qa > qe"))


def of_caller(called: str, *at_call: str) -> dict[tuple[str, str | None], str]:
    """What is found in a process that calls `q`, with events at the call."""
    caller = process(
        "p",
        start(),
        call("c", "q"),
        *at_call,
        user("after"),
        end(),
        flows("start > c > after > end"),
    )
    return paths(prove_release(release_of(caller, called)).processes[0])


@pytest.mark.parametrize("called", [STUCK, CALLS_ITSELF, CALLS_R + CALLS_Q])
def test_call_of_what_never_ends_has_no_way_to_an_end(called: str) -> None:
    found = of_caller(called)
    assert found["no-way-to-end", "c"] == "start c"
    assert found["dead-node", "after"] == "start c after"


def test_call_of_what_ends_is_sound() -> None:
    assert of_caller(SOUND) == {}


def test_call_that_never_ends_may_be_left_by_its_timer() -> None:
    late = boundary("late", "c", timer()) + end("given_up") + flows("late > given_up")
    assert set(of_caller(STUCK, late)) == {("dead-node", "after")}


def test_error_that_leaves_a_called_process_must_be_caught_by_its_caller() -> None:
    assert of_caller(THROWS)["uncaught-error", "c"] == "start c"
    caught = boundary("oops", "c", error("E")) + end("sorry") + flows("oops > sorry")
    assert set(of_caller(THROWS, caught)) == {("dead-node", "after")}
    further_out = process(
        "p",
        start(),
        sub("s", start("s1"), call("c", "q"), flows("s1 > c")),
        boundary("oops", "s", error()),
        end("sorry"),
        flows("start > s", "oops > sorry"),
    )
    assert paths(prove_release(release_of(further_out, THROWS)).processes[0]) == {}


def test_boundary_for_what_a_called_process_never_throws_is_dead() -> None:
    never = boundary("oops", "c", error("F")) + end("sorry") + flows("oops > sorry")
    assert of_caller(SOUND, never) == {("dead-node", "oops"): "start c oops"}
    escalated = boundary("told", "c", escalation("X"), interrupting=False)
    escalated += end("noted") + flows("told > noted")
    assert set(of_caller(SOUND, escalated)) == {("dead-node", "told")}
    tells = process("q", start("qs"), throw("tell", escalation("X")), flows("qs > tell"))
    assert of_caller(tells, escalated) == {}


def test_job_in_a_called_process_may_answer_with_any_error_that_it_does_not_catch() -> None:
    caught = boundary("oops", "c", error("E")) + end("sorry") + flows("oops > sorry")
    works = process("q", start("qs"), service("work", "t"), flows("qs > work"))
    assert of_caller(works, caught) == {}
    mends = boundary("any", "work", error()) + end("mended") + flows("any > mended")
    mending = process("q", start("qs"), service("work", "t"), mends, flows("qs > work"))
    assert set(of_caller(mending, caught)) == {("dead-node", "oops")}


def test_what_a_called_process_is_told_by_its_own_callee_goes_on_outwards() -> None:
    between = process("q", start("qs"), call("deeper", "r"), end("qe"), flows("qs > deeper > qe"))
    deepest = process("r", start("rs"), end("bad", error("E")), flows("rs > bad"))
    assert ("uncaught-error", "c") in of_caller(between + deepest)


def test_round_of_calls_with_a_way_around_it_is_sound() -> None:
    again = process(
        "q",
        start("qs"),
        xor("x", default="x_to_qe"),
        call("again", "q"),
        end("qe"),
        flows("qs > x", "x ? v = 1 > again", "x > qe", "again > qe"),
    )
    assert of_caller(again) == {}


def test_what_a_case_calls_is_bound_as_the_case_is() -> None:
    case = process(
        "p",
        start(),
        call("fetch", "q"),
        end("done", TERMINATE, cl_outcome="void"),
        way("start", "fetch"),
        way("fetch", "done"),
        cl_profile="case",
    )
    refuted = prove_release(release_of(case, STUCK)).refuted
    assert {("proof/deadlock", "q"), ("proof/no-way-to-end", "p")} <= {
        (f.rule, f.process) for f in refuted
    }
    alone = prove_release(release_of(STUCK))
    assert {f.severity for f in alone.findings} == {Severity.WARNING}


def test_called_processes_come_before_their_callers() -> None:
    calls = {"a": ["b", "c"], "b": ["d"], "c": ["d"], "d": ["b"], "e": ["a", "e"]}
    found = groups(calls)
    assert [sorted(group) for group in found] == [["b", "d"], ["c"], ["a"], ["e"]]
    chain = {str(n): [str(n + 1)] for n in range(5_000)} | {"5000": []}
    assert groups(chain)[0] == ["5000"]


def test_error_behind_lost_synchronisation_ends_the_called_process() -> None:
    fails = process(
        "q",
        start("qs"),
        both("fork"),
        user("qa"),
        boundary("remind", "qa", timer(), interrupting=False),
        end("qe"),
        end("bad", error("E")),
        flows("qs > fork > qa > qe", "fork > bad", "remind > qa"),
    )
    found = of_caller(fails)
    assert found["dead-node", "after"] == "start c after"
