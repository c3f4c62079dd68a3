"""Multi-instance, standard loops, sub-processes and called processes."""

from typing import Any

import pytest

from engine.domain.errors import ExpressionError, LoopGuardError
from engine.kernel.findings import DiagramError
from tests.kernel.drawing import (
    boundary,
    call,
    diagram,
    end,
    error,
    flows,
    for_each,
    process,
    script,
    service,
    start,
    sub,
    timer,
    user,
    words,
    xor,
)
from tests.kernel.story import Story


def repeated(loop: str, inside: str = "") -> bytes:
    return diagram(
        process(
            "p",
            start(),
            user("vote", inside + loop),
            user("after"),
            flows("start > vote > after"),
        )
    )


def test_parallel_loop_opens_a_work_item_for_each_item() -> None:
    story = Story(repeated(for_each("people", "who")), {"people": ["li", "wang", "zhao"]})
    assert story.open == ["vote", "vote", "vote"]
    assert [w.scope.items["who"] for w in story.instance.waits()] == ["li", "wang", "zhao"]
    assert [w.scope.items["loopCounter"] for w in story.instance.waits()] == [1, 2, 3]
    story.complete("vote").complete("vote")
    assert story.open == ["vote"]
    assert story.complete("vote").open == ["after"]


def test_sequential_loop_opens_one_work_item_after_the_other() -> None:
    story = Story(repeated(for_each("people", "who", sequential=True)), {"people": ["li", "wang"]})
    assert [w.scope.items["who"] for w in story.instance.waits()] == ["li"]
    story.complete("vote")
    assert [w.scope.items["who"] for w in story.instance.waits()] == ["wang"]
    assert story.complete("vote").open == ["after"]


def test_loop_over_nothing_is_passed() -> None:
    story = Story(repeated(for_each("people", "who")), {"people": []})
    assert story.open == ["after"]
    assert story.path[2:4] == ["+vote", "-vote"]


@pytest.mark.parametrize(
    ("people", "told"), [(None, "not null"), ("li", "not 'li'"), (3, "not 3"), ({"a": 1}, "not {")]
)
def test_collection_that_is_no_list_is_told(people: object, told: str) -> None:
    with pytest.raises(ExpressionError, match=f"vote: the collection .* people, .* {told}") as exc:
        Story(repeated(for_each("people", "who")), {"people": people})
    assert exc.value.context["element"] == "vote"


def test_completion_condition_ends_a_loop_and_withdraws_the_rest() -> None:
    loop = (
        '<multiInstanceLoopCharacteristics isSequential="false"><loopCardinality>4'
        "</loopCardinality><completionCondition>numberOfCompletedInstances = 2"
        "</completionCondition></multiInstanceLoopCharacteristics>"
    )
    story = Story(repeated(loop)).complete("vote").complete("vote")
    assert story.open == ["after"]
    assert story.path.count("xvote") == 2


def test_cardinality_that_is_no_whole_number_is_told() -> None:
    loop = (
        "<multiInstanceLoopCharacteristics><loopCardinality>n</loopCardinality>"
        "</multiInstanceLoopCharacteristics>"
    )
    with pytest.raises(ExpressionError, match="vote"):
        Story(repeated(loop), {"n": "many"})
    with pytest.raises(ExpressionError, match="10000"):
        Story(repeated(loop), {"n": 10_001})


def test_standard_loop_repeats_while_its_condition_holds() -> None:
    loop = (
        '<standardLoopCharacteristics loopMaximum="3"><loopCondition>outcome = "again"'
        "</loopCondition></standardLoopCharacteristics>"
    )
    drawing = repeated(loop)
    story = Story(drawing).complete("vote", "again").complete("vote", "done")
    assert story.open == ["after"]
    longest = Story(drawing)
    for _ in range(3):
        longest.complete("vote", "again")
    assert longest.open == ["after"]


def test_loop_that_is_tested_before_its_first_round_has_counted_none() -> None:
    loop = (
        '<standardLoopCharacteristics testBefore="true"><loopCondition>loopCounter &lt; 2'
        "</loopCondition></standardLoopCharacteristics>"
    )
    story = Story(repeated(loop))
    assert story.complete("vote").open == ["vote"]
    assert story.complete("vote").open == ["after"]


def test_nested_loops_see_the_items_around_them() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "street",
                start("in"),
                user("house", for_each("houses", "number")),
                flows("in > house"),
                loop=for_each("streets", "street_name"),
            ),
            end(),
            flows("start > street > end"),
        )
    )
    story = Story(drawing, {"streets": ["east", "west"], "houses": [1, 2]})
    seen = [(w.scope.items["street_name"], w.scope.items["number"]) for w in story.instance.waits()]
    assert seen == [("east", 1), ("east", 2), ("west", 1), ("west", 2)]
    for _ in range(4):
        story.complete("house")
    assert story.finished


def test_boundary_timer_of_a_loop_fires_once_for_the_whole_loop() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("vote", for_each("people")),
            boundary("closed", "vote", timer()),
            user("count"),
            flows("start > vote", "closed > count"),
        )
    )
    story = Story(drawing, {"people": [1, 2]})
    assert story.open == ["closed", "vote", "vote"]
    assert story.fire("closed").open == ["count"]


def test_error_of_one_called_instance_ends_the_whole_loop() -> None:
    inner = process("inner", start("in"), service("job"), flows("in > job"))
    outer = process(
        "outer",
        start(),
        call("each", "inner", for_each("[1, 2]")),
        boundary("failed", "each", error("E1")),
        user("repair"),
        flows("start > each", "failed > repair"),
    )
    story = Story(diagram(outer, inner), process="outer")
    assert story.open == ["job", "job"]
    assert story.error("job", "E1")
    assert story.open == ["repair"]


def called(**document: Any) -> Story:
    inner = process(
        "inner",
        start("in"),
        user("ask", cl_outcomes="yes no"),
        script("note", local_answer="outcome", seen="level"),
        end("out"),
        flows("in > ask > note > out"),
    )
    mapped = words(
        '<cl:in name="level" value="urgency + 1"/>', '<cl:out name="answer" value="answer"/>'
    )
    outer = process(
        "outer",
        start(),
        user("before", cl_outcomes="go"),
        call("ask_inner", "inner", mapped),
        xor("said", default="said_to_no"),
        user("yes"),
        user("no"),
        flows("start > before > ask_inner > said", 'said ? answer = "yes" > yes', "said > no"),
    )
    return Story(diagram(outer, inner), document, process="outer").complete("before", "go")


def test_called_process_has_local_variables_and_an_outcome_of_its_own() -> None:
    story = called(urgency=2)
    wait = story.wait("ask")
    assert wait.scope.local == {"level": 3}
    assert wait.scope.outcome is None
    assert wait.scope.path == ("ask_inner",)
    story.complete("ask", "yes")
    assert story.desk.document == {"urgency": 2, "seen": 3, "answer": "yes"}
    assert story.open == ["yes"]
    assert story.wait("yes").scope.local == {}
    assert story.wait("yes").scope.outcome == "go"


def test_outcome_leaves_an_embedded_subprocess() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub("inner", start("in"), user("ask", cl_outcomes="yes"), flows("in > ask")),
            user("after"),
            flows("start > inner > after"),
        )
    )
    assert Story(drawing).complete("ask", "yes").wait("after").scope.outcome == "yes"


def test_process_that_calls_itself_without_end_is_stopped() -> None:
    drawing = diagram(
        process("p", start(), call("again", "p"), flows("start > again")),
    )
    with pytest.raises(LoopGuardError, match="deep"):
        Story(drawing)


def test_call_of_an_unknown_process_is_refused_by_the_gate() -> None:
    drawing = diagram(process("p", start(), call("ask", "nobody"), flows("start > ask")))
    with pytest.raises(DiagramError, match="nobody"):
        Story(drawing)


def test_script_assigns_in_order() -> None:
    drawing = diagram(
        process("p", start(), script("add", a="1", b="a + 1"), user("x"), flows("start > add > x"))
    )
    assert Story(drawing).desk.document == {"a": 1, "b": 2}


def nest(depth: int, begin: str, inside: str) -> str:
    """Sub-processes within each other, `work` in the innermost; with or without start events."""
    for level in range(depth, 0, -1):
        first = f"s{level + 1}" if level < depth else "work"
        way = flows(f"b{level} > {first}") if begin else ""
        inside = sub(f"s{level}", (start(f"b{level}") if begin else "") + inside + way)
    return inside


@pytest.mark.parametrize("begin", ["", "with start events"])
def test_sub_processes_may_lie_deep_within_each_other(begin: str) -> None:
    late = boundary("late", "s1", timer("PT1H")) + end("over")
    nested = nest(90, begin, user("work"))
    inside = (start(), nested, late, end(), flows("start > s1 > end", "late > over"))
    drawing = diagram(process("p", *inside))
    assert Story(drawing).complete("work").ends[-1] == "end"
    assert Story(drawing).fire("late").ends == ["over"]


def test_nest_that_is_too_deep_is_told_as_what_it_is() -> None:
    called = process("q", start("q_start"), nest(60, "", user("work")), flows("q_start > s1"))
    outer = process("p", start(), nest(60, "", call("work", "q")), flows("start > s1"))
    with pytest.raises(LoopGuardError, match="sub-processes and calls lie within each other"):
        Story({"a.bpmn": diagram(outer), "b.bpmn": diagram(called)}, process="p")
