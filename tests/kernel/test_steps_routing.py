"""Gateways, joins, conditional flows: where tokens go."""

import pytest

from engine.domain.errors import LoopGuardError, NoFlowTakenError, WrongStateError
from tests.kernel.drawing import (
    both,
    catch,
    diagram,
    end,
    first_of,
    flows,
    message,
    process,
    script,
    shape,
    signal,
    start,
    throw,
    timer,
    user,
    xor,
)
from tests.kernel.story import Story


def test_a_user_task_waits_until_it_is_completed() -> None:
    story = Story(diagram(process("p", start(), user("ask"), end(), flows("start > ask > end"))))
    assert story.open == ["ask"]
    story.complete("ask")
    assert story.finished
    assert story.ends == ["end"]
    assert story.path == ["+start", "-start", "+ask", "-ask", "+end", "-end"]


def test_exclusive_gateway_takes_the_first_true_flow_in_document_order() -> None:
    story = Story(
        diagram(
            process(
                "p",
                start(),
                xor("which", default="which_to_c"),
                user("a"),
                user("b"),
                user("c"),
                flows("start > which", "which ? x >= 2 > a", "which ? x >= 1 > b", "which > c"),
            )
        ),
        {"x": 2},
    )
    assert story.open == ["a"]


def test_exclusive_gateway_takes_the_default_when_a_condition_is_null() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            xor("which", default="which_to_c"),
            user("a"),
            user("c"),
            flows("start > which", "which ? missing >= 1 > a", "which > c"),
        )
    )
    assert Story(drawing).open == ["c"]


def test_exclusive_gateway_without_true_condition_names_itself() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            xor("which"),
            user("a"),
            user("b"),
            flows("start > which", "which ? x = 1 > a", "which ? x = 2 > b"),
        )
    )
    with pytest.raises(NoFlowTakenError, match="which") as caught:
        Story(drawing, {"x": 3})
    assert caught.value.context["element"] == "which"


def test_outcome_of_a_work_item_routes_its_own_token_only() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("left", cl_outcomes="yes no"),
            user("right", cl_outcomes="yes no"),
            xor("left_said", default="left_said_to_left_no"),
            xor("right_said", default="right_said_to_right_no"),
            user("left_yes"),
            user("left_no"),
            user("right_yes"),
            user("right_no"),
            flows(
                "start > fork > left > left_said",
                "fork > right > right_said",
                'left_said ? outcome = "yes" > left_yes',
                "left_said > left_no",
                'right_said ? outcome = "yes" > right_yes',
                "right_said > right_no",
            ),
        )
    )
    story = Story(drawing)
    story.complete("left", "yes").complete("right", "no")
    assert story.open == ["left_yes", "right_no"]


def test_task_with_several_flows_sends_a_token_along_each() -> None:
    drawing = diagram(
        process("p", start(), user("a"), user("b"), user("c"), flows("start > a > b", "a > c"))
    )
    assert Story(drawing).complete("a").open == ["b", "c"]


def test_task_takes_conditional_flows_and_the_default_only_without_them() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("a", default="a_to_c"),
            user("b"),
            user("c"),
            flows("start > a", "a ? go > b", "a > c"),
        )
    )
    assert Story(drawing, {"go": True}).complete("a").open == ["b"]
    assert Story(drawing, {"go": False}).complete("a").open == ["c"]


def test_two_flows_into_a_task_make_two_work_items() -> None:
    drawing = diagram(
        process("p", start(), both("fork"), user("a"), flows("start > fork > a", "fork > a"))
    )
    assert Story(drawing.replace(b'id="fork_to_a" sourceRef="fork"', b'sourceRef="fork"')).open == [
        "a",
        "a",
    ]


def test_event_gateway_takes_the_event_that_comes_first() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            first_of("race"),
            catch("paid", message("paid")),
            catch("alarm", signal("alarm")),
            catch("late", timer("P1D")),
            catch("very_late", timer("P2D")),
            catch("letter", message("letter")),
            user("after_paid"),
            user("after_late"),
            user("after_letter"),
            flows(
                "start > race > paid > after_paid",
                "race > late > after_late",
                "race > letter > after_letter",
                "race > alarm",
                "race > very_late",
            ),
        )
    )
    story = Story(drawing)
    assert story.open == ["alarm", "late", "letter", "paid", "very_late"]
    assert story.message("paid").open == ["after_paid"]
    assert "xlate" not in story.path
    assert "-race" in story.path
    assert Story(drawing).fire("late").open == ["after_late"]
    assert Story(drawing).message("letter").open == ["after_letter"]
    late = Story(drawing)
    late.fire("very_late")
    assert late.finished


def test_event_gateway_waits_for_receive_tasks() -> None:
    tasks = "".join(
        shape("receiveTask", name, messageRef=f"message_{name}") for name in ("letter", "call")
    )
    line = (start(), first_of("race"), tasks, flows("start > race > letter", "race > call"))
    story = Story(diagram(process("p", *line)))
    assert story.open == ["call", "letter"]
    assert story.message("call").finished


def test_link_events_become_flows() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            throw("leave", '<linkEventDefinition name="over there"/>'),
            catch("arrive", '<linkEventDefinition name="over there"/>'),
            user("a"),
            end(),
            flows("start > leave", "arrive > a > end"),
        )
    )
    assert Story(drawing).open == ["a"]


def test_endless_automatic_steps_are_stopped() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            xor("merge"),
            script("count", n="if n = null then 1 else n + 1"),
            flows("start > merge > count > merge"),
        )
    )
    with pytest.raises(LoopGuardError, match="automatic steps"):
        Story(drawing)


def test_process_with_several_message_starts_wants_to_be_told_which() -> None:
    drawing = diagram(
        process(
            "p",
            start("by_mail", message("mail")),
            start("by_phone", message("phone")),
            user("a"),
            user("b"),
            flows("by_mail > a", "by_phone > b"),
        )
    )
    with pytest.raises(WrongStateError, match="by_mail, by_phone"):
        Story(drawing)
    assert Story(drawing, start_event="by_phone").open == ["b"]


def test_completing_what_does_not_wait_is_refused() -> None:
    story = Story(diagram(process("p", start(), user("ask"), flows("start > ask"))))
    with pytest.raises(WrongStateError):
        story.instance.complete(99)
    with pytest.raises(WrongStateError):
        story.instance.fire(story.wait("ask").token)


def test_long_chain_is_run_to_its_end_whatever_the_least_budget(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("engine.kernel.run.program.STEP_BUDGET", 20)
    names = [f"t{i}" for i in range(100)]
    shapes = "".join(shape("task", name) for name in names)
    chain = flows(" > ".join(["start", *names, "end"]))
    assert Story(diagram(process("p", start(), shapes, end(), chain))).finished
    endless = flows(" > ".join(["start", "m", *names, "m"]))
    with pytest.raises(LoopGuardError):
        Story(diagram(process("p", start(), xor("m"), shapes, endless)))
