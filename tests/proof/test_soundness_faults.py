"""Every kind of fault, found by its shortest path."""

from engine.kernel.proof import Verdict, prove_soundness
from tests.kernel.drawing import (
    TERMINATE,
    both,
    catch,
    end,
    event_sub,
    first_of,
    flows,
    message,
    some,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.proof.proving import definition_of, paths, proven


def test_straight_way_is_sound_and_costs_nothing() -> None:
    proof = proven(start(), user("a"), user("b"), end(), flows("start > a > b > end"))
    assert proof.verdict is Verdict.SOUND
    assert proof.states == 2
    assert not proof.findings


def test_parallel_join_after_a_choice_waits_for_ever() -> None:
    proof = proven(
        start(),
        xor("which"),
        user("long_way_1"),
        user("long_way_2"),
        user("short"),
        both("join"),
        end(),
        flows(
            "start > which ? x = 1 > long_way_1 > long_way_2 > join > end", "which > short > join"
        ),
    )
    assert proof.verdict is Verdict.UNSOUND
    assert paths(proof) == {
        ("deadlock", "join"): "start which short",
        ("dead-node", "join"): "start which short join",
    }
    assert "from long_way_2" in proof.findings[0].message


def test_parallel_join_of_an_event_gateway_waits_for_ever() -> None:
    proof = proven(
        start(),
        first_of("first"),
        catch("told", message("told")),
        catch("late", timer()),
        both("join"),
        end(),
        flows("start > first > told > join > end", "first > late > join"),
    )
    assert paths(proof)["deadlock", "join"] == "start first told"


def test_inclusive_split_before_a_parallel_join_may_wait_for_ever() -> None:
    proof = proven(
        start(),
        some("which"),
        user("a"),
        user("b"),
        both("join"),
        end(),
        flows("start > which ? x = 1 > a > join > end", "which ? x = 2 > b > join"),
    )
    assert paths(proof) == {("deadlock", "join"): "start which a"}


def test_fork_before_an_exclusive_merge_loses_its_synchronisation() -> None:
    proof = proven(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        xor("merge"),
        user("c"),
        end(),
        flows("start > fork > a > merge > c > end", "fork > b > merge"),
    )
    assert paths(proof) == {("lost-synchronisation", "merge"): "start fork a merge b merge"}


def test_fork_before_a_task_begins_it_twice() -> None:
    proof = proven(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        user("c"),
        end(),
        flows("start > fork > a > c > end", "fork > b > c"),
    )
    assert paths(proof) == {("lost-synchronisation", "c"): "start fork a b c c"}


def test_fork_inside_a_loop_makes_ever_more_tokens() -> None:
    proof = proven(
        start(),
        xor("again"),
        both("fork"),
        user("a"),
        user("b"),
        end(),
        flows("start > again > fork > a > again", "fork > b > end"),
    )
    assert paths(proof) == {("lost-synchronisation", "fork"): "start again fork a again fork"}


def test_loop_without_a_way_out_has_no_way_to_an_end() -> None:
    proof = proven(
        start(),
        xor("again"),
        user("a"),
        xor("stay"),
        user("b"),
        end(),
        xor("out"),
        flows("start > out ? x = 1 > again > a > stay ? x = 1 > b > again", "stay > again"),
        flows("out > end"),
    )
    assert paths(proof) == {("no-way-to-end", "again"): "start out again"}
    [finding] = proof.findings
    assert "again, a, stay, b" in finding.message


def test_round_from_the_beginning_is_named_with_the_way_into_it() -> None:
    proof = proven(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        user("c"),
        end(),
        flows("start > fork > a > end", "fork > b > c > b"),
    )
    assert paths(proof) == {("no-way-to-end", "b"): "start fork b"}
    assert proof.findings[0].line > 0
    inside = proven(
        start(),
        sub("s", start("s1"), user("a"), user("b"), flows("s1 > a > b > a")),
        flows("start > s"),
    )
    assert paths(inside) == {("no-way-to-end", "a"): "start s s1 a"}


def test_node_behind_what_cannot_come_is_dead() -> None:
    proof = proven(
        start(),
        sub("inner", start("in"), user("a"), end("in_end"), flows("in > a > in_end")),
        '<boundaryEvent id="failed" attachedToRef="inner"><errorEventDefinition/></boundaryEvent>',
        user("mend"),
        end(),
        end("mended"),
        flows("start > inner > end", "failed > mend > mended"),
    )
    assert paths(proof) == {("dead-node", "failed"): "start inner failed"}


def test_several_branches_may_end_at_one_event() -> None:
    proof = proven(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        end(),
        flows("start > fork > a > end", "fork > b > end"),
    )
    assert proof.verdict is Verdict.SOUND


def test_terminate_end_lets_no_join_wait() -> None:
    proof = proven(
        start(),
        both("fork"),
        user("a"),
        user("b"),
        xor("enough"),
        both("join"),
        end(),
        end("stop", TERMINATE),
        flows("start > fork > a > join > end", "fork > b > enough ? x = 1 > join", "enough > stop"),
    )
    assert proof.verdict is Verdict.SOUND


def test_inclusive_joins_that_wait_for_each_other_never_fire() -> None:
    proof = proven(
        start(),
        both("fork"),
        some("one"),
        some("two"),
        xor("x"),
        xor("y"),
        end(),
        end("end_2"),
        flows("start > fork > one > x ? v = 1 > two", "fork > two > y ? v = 1 > one"),
        flows("x > end", "y > end_2"),
    )
    assert proof.verdict is Verdict.UNSOUND
    found = paths(proof)
    assert found["deadlock", "one"] == found["deadlock", "two"] == "start fork"


def test_deadlock_in_a_sub_process_is_found_although_a_timer_would_end_it() -> None:
    inside = sub(
        "inner",
        start("in"),
        xor("which"),
        user("a"),
        user("b"),
        both("join"),
        end("in_end"),
        flows("in > which ? x = 1 > a > join > in_end", "which > b > join"),
    )
    late = '<boundaryEvent id="late" attachedToRef="inner">' + timer() + "</boundaryEvent>"
    proof = proven(start(), inside, late, end(), end("gave_up"), flows("start > inner > end"))
    assert paths(proof)["deadlock", "join"] == "start inner in which a"


def test_deadlock_is_found_although_a_message_would_end_everything() -> None:
    stop = event_sub("stop", message("stop"), end("stopped"), flows("stop_start > stopped"))
    proof = proven(
        start(),
        xor("which"),
        user("a"),
        user("b"),
        both("join"),
        end(),
        stop,
        flows("start > which ? x = 1 > a > join > end", "which > b > join"),
    )
    assert paths(proof)["deadlock", "join"] == "start which a"


def test_beyond_the_bound_there_is_no_verdict() -> None:
    tasks = [user(f"t{n}") for n in range(5)]
    late = [
        f'<boundaryEvent id="late{n}" attachedToRef="t{n}">{timer()}</boundaryEvent>'
        for n in range(5)
    ]
    ways = [f"fork > t{n} > m{n} > join" for n in range(5)] + [f"late{n} > m{n}" for n in range(5)]
    merges = [xor(f"m{n}") for n in range(5)]
    definition = definition_of(
        start(),
        both("fork"),
        *tasks,
        *late,
        *merges,
        both("join"),
        end(),
        flows("start > fork", *ways, "join > end"),
    )
    proof = prove_soundness(definition, states=500)
    assert proof.verdict is Verdict.UNKNOWN
    assert "500 states" in (proof.reason or "")
    assert [f.rule for f in proof.findings] == ["proof/unknown"]
    assert prove_soundness(definition).verdict is Verdict.SOUND


def test_ten_thousand_tasks_in_a_row_are_proven() -> None:
    names = [f"t{n}" for n in range(10_000)]
    proof = proven(
        start(),
        *(user(name) for name in names),
        end(),
        flows(" > ".join(["start", *names, "end"])),
    )
    assert proof.verdict is Verdict.SOUND
