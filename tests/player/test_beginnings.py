"""How a played story begins: by itself, or by the event that a start event waits for."""

from pathlib import Path

from tests.kernel.drawing import (
    boundary,
    catch,
    condition,
    cycle,
    diagram,
    end,
    flows,
    for_each,
    message,
    process,
    shape,
    signal,
    start,
    throw,
    timer,
    user,
)
from tests.player.playing import play

EITHER = diagram(
    process(
        "p",
        start("asked", message("first") + signal("second")),
        user("x"),
        end(),
        flows("asked > x > end"),
    )
)
LATER = diagram(
    process(
        "p",
        start("nine_to_ten", timer("PT1H")),
        user("x"),
        boundary("late", "x", timer("PT1H")),
        end(),
        flows("nine_to_ten > x > end", "late > end"),
    )
)


def test_play_begins_by_any_of_the_events_of_a_start(tmp_path: Path) -> None:
    for step in ({"message": "first"}, {"signal": "second"}):
        told = play(tmp_path, EITHER, step, {"complete": "x"})
        assert told.code == 0, told.object
        assert told.entered == ["asked", "x", "end"]


def test_story_without_steps_begins_by_itself(tmp_path: Path) -> None:
    for drawing in (EITHER, LATER):
        assert play(tmp_path, drawing).work == ["x"]


def test_time_that_passes_begins_what_a_timer_starts(tmp_path: Path) -> None:
    early = play(tmp_path, LATER, {"advance": "PT30M"})
    assert early["path"] == []
    assert early["status"] == "waiting"
    due = "2026-03-02T02:00:00.000000Z"
    assert early["waiting"] == [{"id": "nine_to_ten", "kind": "timer", "name": None, "due": due}]
    there = play(tmp_path, LATER, {"advance": "PT30M"}, {"advance": "PT45M"})
    assert there.work == ["x"]
    assert there["path"][0]["at"] == due


def test_timers_of_the_story_fire_in_the_same_stretch_of_time(tmp_path: Path) -> None:
    told = play(tmp_path, LATER, {"until": "2026-03-02T12:00:00+08:00"})
    assert told.entered == ["nine_to_ten", "x", "late", "end"]
    assert told["path"][-1]["at"] == "2026-03-02T03:00:00.000000Z"


def test_time_that_has_passed_when_the_story_begins_opens_nothing(tmp_path: Path) -> None:
    """As on a running installation, where it is past when the release becomes current."""
    begun = start("s", cycle("R2/2026-03-01T09:00:00+08:00/P1D"))
    drawing = diagram(process("p", begun, user("x"), end(), flows("s > x > end")))
    told = play(tmp_path, drawing, {"advance": "PT1H"})
    assert (told.code, told.work) == (0, ["x"])
    late = {"until": "2026-03-09T09:00:00+08:00"}
    over = drawing.replace(b"2026-03-01", b"2026-01-01")
    told = play(tmp_path, over, late)
    assert told.code == 2
    assert "its time has passed" in told.error


def test_nothing_can_be_done_before_the_timer_is_due(tmp_path: Path) -> None:
    told = play(tmp_path, LATER, {"advance": "PT30M"}, {"complete": "x"})
    assert told.code == 2
    assert "waiting: nine_to_ten (timer, due 2026-03-02T02:00:00.000000Z)" in told.error


def test_receive_task_begins_an_instance_and_waits(tmp_path: Path) -> None:
    first = shape("receiveTask", "r", instantiate="true", messageRef="message_paid")
    asked = user("x") + catch("again", message("paid"))
    drawing = diagram(process("p", first, asked, end(), flows("r > x > again > end")))
    assert play(tmp_path, drawing).waits == [("r", "message")]
    told = play(tmp_path, drawing, {"message": "paid"}, {"complete": "x"}, {"message": "paid"})
    assert told["status"] == "completed"


GATE = process(
    "side",
    shape("eventBasedGateway", "g", instantiate="true"),
    catch("paid", message("paid")),
    catch("alarmed", signal("alarm")),
    catch("full", condition("level > 3")),
    user("after_pay"),
    user("after_alarm"),
    end("side_end"),
    flows("g > paid > after_pay > side_end", "g > alarmed > after_alarm > side_end"),
    flows("g > full > side_end"),
)
MAIN = process("main", start(), user("w"), end(), flows("start > w > end"))


def test_event_gateway_begins_an_instance_and_waits_for_the_first_event(tmp_path: Path) -> None:
    assert play(tmp_path, diagram(GATE), {"signal": "alarm"}).work == ["after_alarm"]
    assert play(tmp_path, diagram(GATE), {"message": "paid"}).work == ["after_pay"]


def test_further_instance_begins_by_what_its_gateway_waits_for(tmp_path: Path) -> None:
    both = diagram(MAIN, GATE)
    for step, work in (({"message": "paid"}, "after_pay"), ({"signal": "alarm"}, "after_alarm")):
        told = play(tmp_path, both, step, {"complete": work}, {"complete": "w"})
        assert told["status"] == "completed", told.object
        assert told.entered.count("g") == 1


def test_one_of_several_events_behind_a_beginning_gateway_is_told_apart(tmp_path: Path) -> None:
    """One event waits for either of two messages, two wait for the same signal."""
    gate = process(
        "side",
        shape("eventBasedGateway", "g", instantiate="true"),
        catch("either", message("paid") + message("waived")),
        catch("alarmed", signal("alarm")),
        catch("warned", signal("alarm")),
        user("after"),
        end("side_end"),
        flows("g > either > after > side_end", "g > alarmed > side_end", "g > warned > side_end"),
    )
    both = diagram(MAIN, gate)
    told = play(tmp_path, both, {"message": "waived"}, {"complete": "after"}, {"complete": "w"})
    assert told["status"] == "completed", told.object
    told = play(tmp_path, both, {"signal": "alarm"}, {"complete": "w"})
    assert told.entered.count("g") == 1


def test_task_that_begins_an_instance_is_not_repeated(tmp_path: Path) -> None:
    loop = for_each("=lines")
    first = shape("receiveTask", "r", loop, instantiate="true", messageRef="message_paid")
    drawing = diagram(process("p", first, catch("x", message("paid")), flows("r > x")))
    assert {f["rule"] for f in play(tmp_path, drawing)["findings"]} >= {"gateway/instantiate"}


def test_partner_that_a_message_flow_begins_answers_by_another(tmp_path: Path) -> None:
    """Two pools without a messageRef, the partner drawn first."""
    nameless = "<messageEventDefinition/>"
    drawn = (
        '<collaboration id="c"><messageFlow id="ask" sourceRef="asks" targetRef="begins"/>'
        '<messageFlow id="answer" sourceRef="answers" targetRef="waits"/></collaboration>'
    )
    files = diagram(
        process(
            "partner",
            start("begins", nameless),
            user("think"),
            end("answers", nameless),
            flows("begins > think > answers"),
        ),
        process(
            "ours",
            start(),
            throw("asks", nameless),
            catch("waits", nameless),
            end(),
            flows("start > asks > waits > end"),
        ),
    ).replace(b"<process", drawn.encode() + b"<process", 1)
    told = play(tmp_path, files, {"complete": "think"})
    assert told["status"] == "completed", told.object
    assert told["ends"] == ["answers", "end"]
    assert [step["in"] for step in told["path"] if step["id"] == "think"] == ["partner"] * 2
    assert "ours is played" in told.error


def test_alternatives_that_would_all_begin_at_once_are_refused(tmp_path: Path) -> None:
    first = shape("receiveTask", "r", instantiate="true", messageRef="message_paid")
    caught = catch("x", message("paid"))
    drawing = diagram(process("p", first, start(), caught, end(), flows("start > x", "r > end")))
    assert {f["rule"] for f in play(tmp_path, drawing)["findings"]} >= {"gateway/instantiate"}


def test_case_is_not_begun_by_a_clock_that_it_does_not_have(tmp_path: Path) -> None:
    after = (
        "<timerEventDefinition><extensionElements><cl:after amount='2' unit='工作时'/>"
        "</extensionElements></timerEventDefinition>"
    )
    drawing = diagram(process("p", start("s", after), end(), flows("s > end")))
    [finding] = [f for f in play(tmp_path, drawing)["findings"] if f["severity"] == "error"]
    assert (finding["rule"], finding["element"]) == ("event/start-by-clock", "s")
