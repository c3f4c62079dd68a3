"""Diagrams of other tools, played as their collection says that they mean."""

from pathlib import Path
from typing import Any

import pytest

from tests.player.playing import NINE, Told, play_paths


class Player:
    """Plays files of the collection."""

    def __init__(self, data: Path, folder: Path) -> None:
        self._data = data / "bpmn"
        self._folder = folder

    def __call__(self, names: str, *steps: Any, **script: Any) -> Told:
        files = [self._data / f"{name}.bpmn" for name in names.split()]
        told = play_paths(self._folder, *files, script={"at": NINE, "steps": list(steps), **script})
        assert told.code == 0, told.error
        assert told["accepted"]
        return told


@pytest.fixture
def play(real_data: Path, tmp_path: Path) -> Player:
    return Player(real_data, tmp_path)


def named(told: Told) -> list[str]:
    """The open work by the names in the drawing, white space as the drawing shows it."""
    names = (w["name"] for w in told["waiting"] if w["kind"] in ("work_item", "job"))
    return sorted(" ".join((name or "").split()) for name in names)


def test_noninterrupting_timer_adds_a_task_and_the_join_waits_for_both(play: Player) -> None:
    file = "operaton/timer-noninterrupting-join"
    late = play(file, {"advance": "PT1H"})
    assert named(late) == ["Escalation Task", "Main Task"]
    steps = [{"complete": name} for name in late.work]
    assert play(file, {"advance": "PT1H"}, *steps)["status"] == "completed"
    (main,) = play(file).work
    stuck = play(file, {"complete": main}, {"advance": "P2D"})
    assert (stuck["status"], stuck["waiting"]) == ("incident", [])
    assert [i["code"] for i in stuck["incidents"]] == ["deadlock"]


def test_terminate_end_cancels_the_other_task(play: Player) -> None:
    told = play("operaton/terminate-end", {"complete": "preTerminateTask"})
    assert told["status"] == "completed"
    cancelled = [s["id"] for s in told["path"] if s["what"] == "cancelled"]
    assert cancelled == ["preNormalTerminateTask"]


def test_helpdesk_escalates_after_five_minutes_unless_done_in_time(play: Player) -> None:
    file = "operaton/helpdesk-timer-interrupting"
    late = play(file, {"advance": "PT5M"})
    assert named(late) == ["Handle escalated issue"]
    (second,) = late.work
    assert play(file, {"advance": "PT5M"}, {"complete": second})["ends"] == ["escalatedEnd"]
    assert play(file, {"complete": "firstLineSupport"})["ends"] == ["normalEnd"]


def test_links_lead_from_wait_to_wait(play: Player) -> None:
    file = "operaton/link-events-no-flow-ids"
    told = play(file)
    assert [w["id"] for w in told["waiting"]] == ["waitAfterLink1"]
    first = {"message": told["waiting"][0]["name"]}
    told = play(file, first)
    assert [w["id"] for w in told["waiting"]] == ["waitAfterLink2"]
    second = {"message": told["waiting"][0]["name"]}
    assert play(file, first, second)["status"] == "completed"


def test_compensation_opens_the_handler_of_a_finished_subprocess(play: Player) -> None:
    file = "operaton/compensation-in-subprocess"
    (scope_task,) = play(file).work
    done = [{"complete": scope_task}]
    waits = play(file, *done)["waiting"]
    assert [w["id"] for w in waits] == ["beforeCompensate"]
    done.append({"message": waits[0]["name"]})
    (undo,) = play(file, *done).work
    assert undo == "undoScopeTask"
    done.append({"complete": undo})
    waits = play(file, *done)["waiting"]
    assert [w["id"] for w in waits] == ["beforeEnd"]
    assert play(file, *done, {"message": waits[0]["name"]})["status"] == "completed"


@pytest.mark.parametrize("order", [("Message 1", "Message 2"), ("Message 2", "Message 1")])
def test_two_messages_are_taken_in_any_order(play: Player, order: tuple[str, str]) -> None:
    file = "operaton/parallel-receive-tasks"
    assert sorted(w["name"] for w in play(file)["waiting"]) == ["Message 1", "Message 2"]
    told = play(file, *({"message": name} for name in order))
    assert told["status"] == "completed"


@pytest.mark.parametrize("first", ["task", "eventSubProcessTask"])
def test_message_opens_a_task_beside_the_first(play: Player, first: str) -> None:
    file = "operaton/message-event-subprocess-nested"
    told = play(file, {"message": "newMessage"})
    assert told.work == ["eventSubProcessTask", "task"]
    (second,) = set(told.work) - {first}
    told = play(file, {"message": "newMessage"}, {"complete": first}, {"complete": second})
    assert told["status"] == "completed"
    assert play(file, {"complete": "task"})["status"] == "completed"


def test_called_process_is_cancelled_by_the_timer_at_its_call(play: Player) -> None:
    files = "operaton/call-activity-timer operaton/call-activity-callee"
    assert named(play(files)) == ["Task in subprocess"]
    late = play(files, {"advance": "PT5M"})
    assert named(late) == ["Escalated Task"]
    (escalated,) = late.work
    assert play(files, {"advance": "PT5M"}, {"complete": escalated})["status"] == "completed"


def test_timer_of_an_event_subprocess_opens_its_task_beside(play: Player) -> None:
    file = "flowable/timer-event-subprocess"
    told = play(file, {"advance": "PT10M"})
    assert told.work == ["eventSubProcessTask1", "task"]
    steps = [{"complete": name} for name in told.work]
    assert play(file, {"advance": "PT10M"}, *steps)["status"] == "completed"


def test_signal_cancels_the_task_it_is_attached_to(play: Player) -> None:
    told = play("flowable/signal-boundary-concurrent", {"complete": "usertask1"})
    assert (told.work, told["ends"]) == (["usertask2"], ["endevent2"])


def test_message_start_opens_one_task(play: Player) -> None:
    told = play("flowable/message-start-wrong-encoding", {"message": "newWriteReport"})
    assert len(told.work) == 1


def test_join_of_a_race_waits_for_ever_and_says_so(play: Player) -> None:
    file = "bpmn-elements/event-gateway-parallel-join"
    assert sorted(kind for _, kind in play(file).waits) == ["signal", "timer"]
    told = play(file, {"advance": "PT1M"})
    assert (told["status"], told["waiting"]) == ("incident", [])
    assert any(f["rule"] == "gateway/join-waits-for-ever" for f in told["findings"])
