"""Compensation and transactions: what was done is undone, newest first, and waited for."""

import pytest

from engine.domain.errors import UncaughtBpmnError
from tests.kernel.drawing import (
    CANCEL,
    both,
    boundary,
    diagram,
    end,
    error,
    event_sub,
    flows,
    for_each,
    message,
    process,
    shape,
    start,
    sub,
    throw,
    timer,
    transaction,
    undo,
    undone_by,
    user,
)
from tests.kernel.story import Story


def several(rounds: int) -> str:
    inside = shape("loopCardinality", "rounds", str(rounds))
    return shape("multiInstanceLoopCharacteristics", "loop", inside, isSequential="false")


def again_while(condition: str, *, before: str = "false") -> str:
    inside = shape("loopCondition", "again", condition)
    return shape("standardLoopCharacteristics", "loop", inside, testBefore=before)


def booked(thrown: str, *more: str) -> bytes:
    """Two bookings that can be undone, then what throws, then `after`."""
    return diagram(
        process(
            "p",
            start(),
            user("flight"),
            undone_by("flight", "cancel_flight"),
            user("hotel"),
            undone_by("hotel", "cancel_hotel"),
            thrown,
            user("after"),
            flows("start > flight > hotel > back > after"),
            *more,
        )
    )


def test_everything_is_undone_newest_first_and_waited_for() -> None:
    story = Story(booked(throw("back", undo()))).complete("flight").complete("hotel")
    assert story.open == ["cancel_hotel"]
    assert story.complete("cancel_hotel").open == ["cancel_flight"]
    assert story.complete("cancel_flight").open == ["after"]
    assert story.complete("after").finished


def test_one_activity_is_undone_when_it_is_named() -> None:
    story = Story(booked(throw("back", undo("flight")))).complete("flight").complete("hotel")
    assert story.open == ["cancel_flight"]
    assert story.complete("cancel_flight").open == ["after"]


def test_activity_that_was_not_completed_is_not_undone() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("flight"),
            undone_by("flight", "cancel_flight"),
            user("x"),
            throw("back", undo()),
            user("after"),
            flows("start > fork > flight", "fork > x > back > after"),
        )
    )
    assert Story(drawing).complete("x").open == ["after", "flight"]
    assert Story(drawing).complete("flight").complete("x").open == ["cancel_flight"]


def test_activity_that_was_done_twice_is_undone_twice() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("flight"),
            undone_by("flight", "cancel_flight"),
            '<exclusiveGateway id="more" default="more_to_back"/>',
            throw("back", undo()),
            end(),
            flows("start > flight > more", "more ? again > flight", "more > back > end"),
        )
    )
    story = Story(drawing).complete("flight", again=True).complete("flight", again=False)
    story.complete("cancel_flight")
    assert story.open == ["cancel_flight"]
    assert story.complete("cancel_flight").finished


def test_finished_sub_process_is_opened_again_and_undone_piece_by_piece() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "trip",
                start("trip_start"),
                user("flight"),
                undone_by("flight", "cancel_flight"),
                user("hotel"),
                undone_by("hotel", "cancel_hotel"),
                end("trip_end"),
                flows("trip_start > flight > hotel > trip_end"),
            ),
            user("x"),
            throw("back", undo("trip")),
            user("after"),
            flows("start > trip > x > back > after"),
        )
    )
    story = Story(drawing).complete("flight").complete("hotel").complete("x")
    assert story.open == ["cancel_hotel"]
    assert story.complete("cancel_hotel").open == ["cancel_flight"]
    assert story.complete("cancel_flight").open == ["after"]


def test_compensation_event_sub_process_takes_the_place_of_the_pieces() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "trip",
                start("trip_start"),
                user("flight"),
                undone_by("flight", "cancel_flight"),
                end("trip_end"),
                event_sub(
                    "whole",
                    undo(),
                    user("call"),
                    throw("rest", undo("flight")),
                    end("whole_end"),
                    flows("whole_start > call > rest > whole_end"),
                ),
                flows("trip_start > flight > trip_end"),
            ),
            throw("back", undo()),
            user("after"),
            flows("start > trip > back > after"),
        )
    )
    story = Story(drawing).complete("flight")
    assert story.open == ["call"]
    assert story.complete("call").open == ["cancel_flight"]
    assert story.complete("cancel_flight").open == ["after"]


def test_end_event_undoes_before_it_ends() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            user("flight"),
            undone_by("flight", "cancel_flight"),
            end("back", undo()),
            flows("start > fork > flight > back", "fork > x"),
        )
    )
    story = Story(drawing).complete("flight")
    assert story.ends == []
    assert story.complete("cancel_flight").ends == ["back"]
    assert story.open == ["x"]


def cancelled() -> bytes:
    return diagram(
        process(
            "p",
            start(),
            transaction(
                "deal",
                start("deal_start"),
                both("fork"),
                user("flight"),
                undone_by("flight", "cancel_flight"),
                user("hotel"),
                user("decide"),
                end("no", CANCEL),
                end("yes"),
                flows("deal_start > fork > flight > yes", "fork > hotel", "fork > decide > no"),
            ),
            boundary("gone", "deal", CANCEL),
            user("after"),
            end("done"),
            flows("start > deal > done", "gone > after"),
        )
    )


def test_cancelled_transaction_ends_what_is_open_and_undoes_what_is_done() -> None:
    story = Story(cancelled()).complete("flight").complete("decide")
    assert story.open == ["cancel_flight"]
    assert "xhotel" in story.path
    story.complete("cancel_flight")
    assert story.open == ["after"]
    assert story.ends == ["yes", "no"]


def test_cancelled_transaction_with_nothing_done_is_left_at_once() -> None:
    assert Story(cancelled()).complete("decide").open == ["after"]


def test_error_in_a_transaction_undoes_nothing() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            transaction(
                "deal",
                start("deal_start"),
                user("flight"),
                undone_by("flight", "cancel_flight"),
                end("bad", error("E")),
                flows("deal_start > flight > bad"),
            ),
            boundary("hazard", "deal", error("E")),
            user("after"),
            flows("start > deal", "hazard > after"),
        )
    )
    assert Story(drawing).complete("flight").open == ["after"]


def test_undoing_is_withdrawn_with_whoever_waits_for_it() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "trip",
                start("s"),
                user("flight"),
                undone_by("flight", "cancel_flight"),
                throw("back", undo()),
                end("e"),
                flows("s > flight > back > e"),
            ),
            boundary("late", "trip", timer("PT1H")),
            user("over"),
            flows("start > trip", "late > over"),
        )
    )
    story = Story(drawing).complete("flight")
    assert story.open == ["cancel_flight", "late"]
    assert story.fire("late").open == ["over"]
    assert "xcancel_flight" in story.path


def test_handler_that_fails_is_no_silent_end() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("flight"),
            undone_by(
                "flight",
                "undoing",
                "subProcess",
                start("u") + end("bad", error("E")) + flows("u > bad"),
            ),
            throw("back", undo()),
            user("after"),
            flows("start > flight > back > after"),
        )
    )
    with pytest.raises(UncaughtBpmnError):
        Story(drawing).complete("flight")


@pytest.mark.parametrize("loop", [several(2), again_while("true")])
def test_cancel_end_leaves_a_repeated_transaction_with_all_its_rounds(loop: str) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            transaction(
                "deal",
                loop,
                start("s"),
                user("decide"),
                '<exclusiveGateway id="ok" default="ok_to_no"/>',
                end("yes"),
                end("no", CANCEL),
                flows("s > decide > ok", "ok ? good > yes", "ok > no"),
            ),
            boundary("gone", "deal", CANCEL),
            end("over"),
            end("done"),
            flows("start > deal > done", "gone > over"),
        )
    )
    story = Story(drawing).complete("decide", good=True).complete("decide", good=False)
    assert story.finished
    assert story.ends == ["yes", "no", "over"]


@pytest.mark.parametrize("loop", [several(0), again_while("false", before="true")])
def test_activity_without_any_round_was_not_done_and_is_not_undone(loop: str) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("flight", loop),
            undone_by("flight", "cancel_flight"),
            throw("back", undo()),
            user("after"),
            flows("start > flight > back > after"),
        )
    )
    assert Story(drawing).open == ["after"]


def test_association_may_be_drawn_from_the_handler_or_lead_to_a_text_as_well() -> None:
    undo_line = '<association id="ask_line" sourceRef="ask_undo" targetRef="undo_ask"/>'
    turned = '<association id="ask_line" sourceRef="undo_ask" targetRef="ask_undo"/>'
    text = '<association id="said" sourceRef="ask_undo" targetRef="note"/>'
    text += '<textAnnotation id="note"/>'
    drawing = diagram(
        process(
            "p",
            start(),
            user("ask"),
            undone_by("ask", "undo_ask"),
            throw("back", undo()),
            flows("start > ask > back"),
        )
    )
    for line in (undo_line, turned, text + undo_line, text + turned):
        story = Story(drawing.replace(undo_line.encode(), line.encode()))
        assert story.complete("ask").open == ["undo_ask"]
        assert story.complete("undo_ask").finished


def undone_after(loop: str, inside: str = "") -> bytes:
    """A repeated activity, then what undoes it."""
    return diagram(
        process(
            "p",
            start(),
            user("flight", loop),
            undone_by("flight", "cancel_flight", inside=inside),
            throw("back", undo("flight")),
            user("after"),
            flows("start > flight > back > after"),
        )
    )


def test_repeated_activity_is_undone_once_for_each_round_the_newest_first() -> None:
    story = Story(undone_after(for_each("people", "who")), {"people": ["li", "wang", "zhao"]})
    for _ in range(3):
        story.complete("flight")
    for who in ("zhao", "wang", "li"):
        assert story.open == ["cancel_flight"]
        assert story.wait("cancel_flight").scope.items["who"] == who
        story.complete("cancel_flight")
    assert story.open == ["after"]


def test_round_that_was_withdrawn_is_not_undone() -> None:
    loop = several(3).replace(
        "</multi",
        "<completionCondition>numberOfCompletedInstances = 1</completionCondition></multi",
    )
    story = Story(undone_after(loop)).complete("flight")
    assert story.complete("cancel_flight").open == ["after"]


def test_each_round_of_a_standard_loop_is_undone_also_by_a_repeated_handler() -> None:
    story = Story(undone_after(again_while("again"), several(2)))
    story.complete("flight", again=True).complete("flight", again=False)
    for _ in range(2):
        assert story.open == ["cancel_flight", "cancel_flight"]
        story.complete("cancel_flight").complete("cancel_flight")
    assert story.open == ["after"]


def test_what_is_completed_after_the_throw_is_not_undone_by_it() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("flight"),
            undone_by("flight", "cancel_flight"),
            throw("back", undo()),
            end("flown"),
            user("hotel"),
            undone_by("hotel", "cancel_hotel"),
            user("stay"),
            flows("start > fork > flight > back > flown", "fork > hotel > stay"),
        )
    )
    story = Story(drawing).complete("flight").complete("hotel")
    assert story.open == ["cancel_flight", "stay"]
    assert story.complete("cancel_flight").open == ["stay"]


def test_handler_that_its_own_boundary_event_interrupts_is_waited_for_no_longer() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("flight"),
            undone_by("flight", "cancel_flight"),
            user("hotel"),
            undone_by("hotel", "cancel_hotel"),
            boundary("late", "cancel_hotel", timer("PT1H")),
            user("call_hotel"),
            throw("back", undo()),
            user("after"),
            flows("start > flight > hotel > back > after", "late > call_hotel"),
        )
    )
    story = Story(drawing).complete("flight").complete("hotel").fire("late")
    assert story.open == ["call_hotel", "cancel_flight"]
    assert story.complete("cancel_flight").open == ["after", "call_hotel"]


def test_what_an_event_sub_process_did_is_undone_with_the_scope_around_it() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            sub(
                "trip",
                start("s"),
                user("pack"),
                event_sub(
                    "more",
                    message("wish"),
                    user("hotel"),
                    undone_by("hotel", "cancel_hotel"),
                    flows("more_start > hotel"),
                    interrupting=False,
                ),
                flows("s > pack"),
            ),
            throw("back", undo("trip")),
            user("after"),
            flows("start > trip > back > after"),
        )
    )
    story = Story(drawing).message("wish").message("wish").complete("hotel").complete("hotel")
    story.complete("pack").complete("cancel_hotel")
    assert story.open == ["cancel_hotel"]
    assert story.complete("cancel_hotel").open == ["after"]


@pytest.mark.parametrize("named", ["hotel", None])
def test_event_sub_process_undoes_its_own_work_then_that_around_it(named: str | None) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("flight"),
            undone_by("flight", "cancel_flight"),
            user("stay"),
            event_sub(
                "ill",
                message("ill"),
                user("hotel"),
                undone_by("hotel", "cancel_hotel"),
                throw("back", undo(named)),
                user("home"),
                flows("ill_start > hotel > back > home"),
            ),
            flows("start > flight > stay"),
        )
    )
    story = Story(drawing).complete("flight").message("ill").complete("hotel")
    assert story.open == ["cancel_hotel"]
    story.complete("cancel_hotel")
    assert story.open == (["home"] if named else ["cancel_flight"])


def test_cancelled_transaction_undoes_what_was_done_in_an_open_sub_process() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            transaction(
                "deal",
                start("s"),
                both("fork"),
                sub(
                    "trip",
                    start("ts"),
                    user("flight"),
                    undone_by("flight", "cancel_flight"),
                    user("hotel"),
                    event_sub("undoing", undo(), user("refund"), flows("undoing_start > refund")),
                    flows("ts > flight > hotel"),
                ),
                undone_by("trip", "cancel_trip"),
                user("decide"),
                end("no", CANCEL),
                flows("s > fork > trip", "fork > decide > no"),
            ),
            boundary("gone", "deal", CANCEL),
            user("over"),
            flows("start > deal", "gone > over"),
        )
    )
    story = Story(drawing).complete("flight").complete("decide")
    assert story.open == ["cancel_flight"]
    assert story.complete("cancel_flight").open == ["over"]


def test_cancelled_transaction_undoes_the_rounds_that_were_done() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            transaction(
                "deal",
                start("s"),
                both("fork"),
                user("flight", several(3)),
                undone_by("flight", "cancel_flight"),
                user("decide"),
                end("no", CANCEL),
                flows("s > fork > flight", "fork > decide > no"),
            ),
            boundary("gone", "deal", CANCEL),
            user("over"),
            flows("start > deal", "gone > over"),
        )
    )
    story = Story(drawing).complete("flight").complete("decide")
    assert story.open == ["cancel_flight"]
    assert story.complete("cancel_flight").open == ["over"]
