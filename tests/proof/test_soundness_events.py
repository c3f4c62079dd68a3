"""Events in the token game: what interrupts, what goes on beside, what is thrown and caught."""

import pytest

from engine.kernel.proof import Verdict, prove_soundness
from tests.kernel.drawing import (
    TERMINATE,
    both,
    boundary,
    call,
    catch,
    end,
    error,
    escalation,
    event_sub,
    first_of,
    flows,
    for_each,
    message,
    process,
    script,
    service,
    shape,
    signal,
    start,
    sub,
    throw,
    timer,
    undo,
    undone_by,
    user,
    xor,
)
from tests.proof.proving import paths, proven, release_of


def test_timer_that_interrupts_is_another_way_out() -> None:
    proof = proven(
        start(),
        user("a"),
        boundary("late", "a", timer()),
        xor("merge"),
        end(),
        flows("start > a > merge > end", "late > merge"),
    )
    assert proof.verdict is Verdict.SOUND


def test_timer_that_lets_go_on_doubles_what_it_merges_with() -> None:
    proof = proven(
        start(),
        user("a"),
        boundary("late", "a", timer(), interrupting=False),
        xor("merge"),
        user("b"),
        end(),
        flows("start > a > merge > b > end", "late > merge"),
    )
    assert paths(proof) == {("lost-synchronisation", "merge"): "start a late merge merge"}


def test_timer_that_lets_go_on_may_tell_somebody_and_end() -> None:
    proof = proven(
        start(),
        user("a"),
        boundary("soon", "a", timer(), interrupting=False),
        boundary("late", "a", timer("PT2H"), interrupting=False),
        user("tell"),
        end(),
        end("told"),
        xor("again"),
        xor("stay"),
        flows("start > again > a > stay ? x = 1 > again", "stay > end"),
        flows("soon > tell > told", "late > tell"),
    )
    assert proof.verdict is Verdict.SOUND


def test_join_that_waits_for_a_timer_may_wait_for_ever() -> None:
    proof = proven(
        start(),
        user("a"),
        boundary("late", "a", timer(), interrupting=False),
        user("b"),
        both("join"),
        end(),
        flows("start > a > join > end", "late > b > join"),
    )
    assert paths(proof) == {("deadlock", "join"): "start a"}


def test_error_reaches_the_boundary_that_names_its_code() -> None:
    inside = sub(
        "inner",
        start("in"),
        xor("which"),
        end("good"),
        end("bad", error("B")),
        flows("in > which ? x = 1 > good", "which > bad"),
    )
    proof = proven(
        start(),
        inside,
        boundary("by_code", "inner", error("B")),
        boundary("by_any", "inner", error()),
        end(),
        end("end_b"),
        end("end_any"),
        flows("start > inner > end", "by_code > end_b", "by_any > end_any"),
    )
    assert paths(proof) == {("dead-node", "by_any"): "start inner by_any"}


def test_error_that_nothing_catches_is_a_fault() -> None:
    inside = sub("inner", start("in"), end("bad", error("B")), flows("in > bad"))
    proof = proven(start(), inside, end(), flows("start > inner > end"))
    assert paths(proof)["uncaught-error", "bad"] == "start inner in bad"


def test_error_that_leaves_a_called_process_is_its_callers_matter() -> None:
    inner = process("q", start("s"), end("bad", error("B")), flows("s > bad"))
    outer = process(
        "p",
        start(),
        call("go", "q"),
        boundary("failed", "go", error("B")),
        end(),
        end("sorry"),
        flows("start > go > end", "failed > sorry"),
    )
    release = release_of(outer, inner)
    assert prove_soundness(release.definitions["q"], called=True).verdict is Verdict.SOUND
    assert prove_soundness(release.definitions["p"]).verdict is Verdict.SOUND


def test_job_may_answer_with_an_error_that_is_caught_further_out() -> None:
    inside = sub("inner", start("in"), service("job"), end("done"), flows("in > job > done"))
    proof = proven(
        start(),
        inside,
        boundary("failed", "inner", error("NO")),
        end(),
        end("sorry"),
        flows("start > inner > end", "failed > sorry"),
    )
    assert proof.verdict is Verdict.SOUND


def test_error_event_sub_process_ends_everything_beside_it() -> None:
    handler = event_sub(
        "handle", error("B"), user("mend"), end("mended"), flows("handle_start > mend > mended")
    )
    proof = proven(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        end("bad", error("B")),
        end(),
        handler,
        flows("start > fork > a > bad", "fork > b > end"),
    )
    assert proof.verdict is Verdict.SOUND


def test_escalation_goes_on_and_doubles_what_it_merges_with() -> None:
    inside = sub(
        "inner",
        start("in"),
        throw("tell", escalation("E")),
        user("a"),
        end("done"),
        flows("in > tell > a > done"),
    )
    told = boundary("told", "inner", escalation("E"), interrupting=False)
    proof = proven(
        start(),
        inside,
        told,
        xor("merge"),
        end(),
        flows("start > inner > merge > end", "told > merge"),
    )
    assert paths(proof) == {
        ("lost-synchronisation", "merge"): "start inner in tell told merge a done merge"
    }


def test_escalation_that_interrupts_leaves_what_follows_dead() -> None:
    inside = sub(
        "inner",
        start("in"),
        throw("tell", escalation("E")),
        user("a"),
        end("done"),
        flows("in > tell > a > done"),
    )
    proof = proven(
        start(),
        inside,
        boundary("told", "inner", escalation("E")),
        end(),
        end("gone"),
        flows("start > inner > end", "told > gone"),
    )
    found = paths(proof)
    assert found["dead-node", "a"] == "start inner in tell a"
    assert found["dead-node", "end"] == "start inner end"


def test_event_sub_processes_beside_do_not_multiply_for_ever() -> None:
    subs = [
        event_sub(
            f"e{n}",
            message(f"m{n}"),
            user(f"t{n}"),
            end(f"x{n}"),
            flows(f"e{n}_start > t{n} > x{n}"),
            interrupting=False,
        )
        for n in range(4)
    ]
    proof = proven(start(), user("a"), end(), flows("start > a > end"), *subs)
    assert proof.verdict is Verdict.SOUND
    assert proof.states <= 64


def test_fault_in_an_event_sub_process_is_found() -> None:
    inside = event_sub(
        "e",
        message("m"),
        both("fork"),
        user("a"),
        user("b"),
        xor("merge"),
        user("c"),
        end("x"),
        flows("e_start > fork > a > merge > c > x", "fork > b > merge"),
        interrupting=False,
    )
    proof = proven(start(), user("t"), end(), flows("start > t > end"), inside)
    assert paths(proof) == {
        ("lost-synchronisation", "merge"): "start e e_start fork a merge b merge"
    }


def test_event_comes_while_a_join_waits_for_ever() -> None:
    alarm = event_sub("e", timer(), end("x", error("E")), flows("e_start > x"), interrupting=False)
    proof = proven(
        start(),
        user("t"),
        both("join"),
        end(),
        flows("start > t > join > end", "join > join"),
        alarm,
    )
    assert paths(proof) == {
        ("deadlock", "join"): "start t",
        ("uncaught-error", "x"): "start e e_start x",
        ("dead-node", "join"): "start t join",
    }


def test_round_behind_a_join_that_waits_for_ever_is_told() -> None:
    late = boundary("late", "inner", timer())
    inside = sub(
        "inner", start("in"), both("join"), end("out"), flows("in > join > out", "join > join")
    )
    proof = proven(
        start(), inside, late, user("t"), end(), flows("start > inner > end", "late > t > t")
    )
    assert ("deadlock", "join") in paths(proof)
    assert paths(proof)["no-way-to-end", "t"] == "start inner late t"


def test_escalation_that_interrupts_leaves_no_time_for_a_second_one() -> None:
    inside = sub(
        "inner",
        start("in"),
        both("fork"),
        script("s", x="1"),
        throw("up", escalation("E")),
        end("out"),
        flows("in > fork > up > out", "fork > s > up"),
    )
    caught = boundary("caught", "inner", escalation("E"))
    proof = proven(start(), inside, caught, end(), flows("start > inner > end", "caught > end"))
    assert {rule for rule, _ in paths(proof)} == {"dead-node"}


def test_two_tokens_behind_an_escalation_have_both_thrown_it() -> None:
    told = event_sub(
        "e",
        escalation("E"),
        user("read"),
        end("x"),
        flows("e_start > read > x"),
        interrupting=False,
    )
    proof = proven(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        throw("up", escalation("E")),
        user("c"),
        end(),
        flows("start > fork > a > up > c > end", "fork > b > up"),
        told,
    )
    assert paths(proof) == {("lost-synchronisation", "up"): "start fork a up e b up"}


def test_terminate_inside_a_sub_process_ends_only_that() -> None:
    inside = sub(
        "inner",
        start("in"),
        both("fork"),
        user("a"),
        user("b"),
        end("x"),
        end("stop", TERMINATE),
        flows("in > fork > a > x", "fork > b > stop"),
    )
    proof = proven(start(), inside, user("after"), end(), flows("start > inner > after > end"))
    assert proof.verdict is Verdict.SOUND


def test_interrupting_message_and_signals_are_free_choices() -> None:
    proof = proven(
        start(),
        first_of("first"),
        catch("a", message("a")),
        catch("b", signal("b")),
        xor("merge"),
        end(),
        flows("start > first > a > merge > end", "first > b > merge"),
    )
    assert proof.verdict is Verdict.SOUND


def test_multi_instance_is_one_round() -> None:
    proof = proven(
        start(),
        sub("many", start("in"), user("a"), end("x"), flows("in > a > x"), loop=for_each("items")),
        end(),
        flows("start > many > end"),
    )
    assert proof.verdict is Verdict.SOUND


def test_everything_that_no_flow_leads_to_begins_together() -> None:
    proof = proven(user("a"), user("b"), both("join"), end(), flows("a > join > end", "b > join"))
    assert proof.verdict is Verdict.SOUND


@pytest.mark.parametrize("marks", ["", "x = 1"])
def test_implicit_split_of_a_task_may_starve_a_join(marks: str) -> None:
    mark = f" ? {marks}" if marks else ""
    proof = proven(
        start(),
        user("a"),
        user("b"),
        user("c"),
        both("join"),
        end(),
        flows(f"start > a{mark} > b > join > end", "a > c > join"),
    )
    if marks:
        assert paths(proof) == {("deadlock", "join"): "start a c"}
    else:
        assert proof.verdict is Verdict.SOUND


def test_deeply_nested_sub_processes_have_a_verdict() -> None:
    inner = user("t")
    begin, finish = "t", "t"
    for depth in range(40):
        way = flows(f"s{depth} > {begin}", f"{finish} > e{depth}")
        inner = sub(f"n{depth}", start(f"s{depth}"), inner, end(f"e{depth}"), way)
        begin = finish = f"n{depth}"
    proof = proven(start(), inner, end(), flows(f"start > {begin} > end"))
    assert proof.verdict is Verdict.SOUND


def test_cancelled_transaction_is_left_by_its_boundary_and_what_undoes_is_not_dead() -> None:
    undo = (
        '<boundaryEvent id="undone" attachedToRef="book"><compensateEventDefinition/>'
        "</boundaryEvent>"
        '<userTask id="unbook" isForCompensation="true"/>'
        '<association id="a" sourceRef="undone" targetRef="unbook" associationDirection="One"/>'
    )
    inside = (
        '<transaction id="deal">'
        + start("in")
        + user("book")
        + undo
        + xor("good", default="good_to_bad")
        + end("fine")
        + end("bad", "<cancelEventDefinition/>")
        + flows("in > book > good ? x = 1 > fine", "good > bad")
        + "</transaction>"
    )
    proof = proven(
        start(),
        inside,
        boundary("cancelled", "deal", "<cancelEventDefinition/>"),
        end(),
        end("sorry"),
        flows("start > deal > end", "cancelled > sorry"),
    )
    assert proof.verdict is Verdict.SOUND
    assert not proof.findings


@pytest.mark.parametrize(
    "host",
    [
        shape("task", "a"),
        shape("manualTask", "a"),
        script("a", x="1"),
        sub("a", start("s1"), shape("task", "b"), flows("s1 > b")),
    ],
)
def test_timer_at_what_is_passed_at_once_never_comes(host: str) -> None:
    late = boundary("late", "a", timer()) + end("given_up") + flows("late > given_up")
    proof = proven(start(), host, late, end(), flows("start > a > end"))
    assert paths(proof) == {("dead-node", "late"): "start a late"}


@pytest.mark.parametrize(
    "inside",
    [
        user("b") + flows("s1 > b"),
        service("b") + flows("s1 > b"),
        both("f") + both("b") + flows("s1 > f > b", "f > b"),
    ],
)
def test_timer_at_a_sub_process_that_may_wait_can_come(inside: str) -> None:
    late = boundary("late", "a", timer()) + end("given_up") + flows("late > given_up")
    host = sub("a", start("s1"), inside)
    assert proven(start(), host, late, flows("start > a")).verdict is Verdict.SOUND


def test_error_thrown_inside_a_sub_process_without_waits_is_caught() -> None:
    oops = boundary("oops", "a", error("E")) + end("sorry") + flows("oops > sorry")
    host = sub("a", start("s1"), end("bad", error("E")), flows("s1 > bad"))
    assert proven(start(), host, oops, flows("start > a")).verdict is Verdict.SOUND


def test_fault_inside_what_undoes_is_found() -> None:
    inside = (
        start("is")
        + xor("x", default="x_to_b")
        + user("aa")
        + user("b")
        + both("j")
        + flows("is > x ? v = 1 > aa > j", "x > b > j")
    )
    by_handler = undone_by("a", "h", "subProcess", inside)
    proof = proven(start(), user("a"), by_handler, throw("t", undo("a")), flows("start > a > t"))
    assert paths(proof) == {
        ("deadlock", "j"): "h is x aa",
        ("dead-node", "j"): "h is x aa j",
    }
    sound = undone_by("a", "h", "subProcess", start("is") + user("b") + flows("is > b"))
    proof = proven(start(), user("a"), sound, throw("t", undo("a")), flows("start > a > t"))
    assert proof.verdict is Verdict.SOUND


def test_what_is_passed_at_once_is_entered_also_where_two_ways_leave_it() -> None:
    """Nothing waits in `inner`, so it folds into one way; a run enters its inside nevertheless."""
    inner = sub("inner", start("in"), script("sets", x="1"), end("out"), flows("in > sets > out"))
    proof = proven(
        start(),
        inner,
        user("a"),
        user("b"),
        both("join"),
        end(),
        flows("start > inner > a > join > end", "inner ? x = 1 > b > join"),
    )
    assert paths(proof) == {("deadlock", "join"): "start inner in sets out a"}
