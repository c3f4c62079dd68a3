"""Timers in `caseloop play`: what is due, how often, and when at once."""

from pathlib import Path

import pytest

from tests.kernel.drawing import (
    boundary,
    catch,
    cycle,
    diagram,
    end,
    first_of,
    flows,
    process,
    start,
    timer,
    user,
    xor,
)
from tests.player.playing import play


def timed(event: str) -> bytes:
    inside = (start(), catch("t", event), end(), flows("start > t > end"))
    return diagram(process("p", *inside))


@pytest.mark.parametrize(
    ("duration", "steps"),
    [
        ("P1W", ["P1W"]),
        ("P2W", ["P1W", "P7D"]),
        ("P1M15D", ["P1M", "P15D"]),
        ("P1Y2M3DT4H5M6S", ["P1Y2M3DT4H5M6S"]),
        ("P0.5D", ["PT12H"]),
        ('= "P1W"', ["P1W"]),
        ('= duration("PT36H")', ["P1.5D"]),
    ],
)
def test_every_duration_that_the_gate_takes_can_be_waited_for(
    tmp_path: Path, duration: str, steps: list[str]
) -> None:
    told = play(tmp_path, timed(timer(duration)), *({"advance": step} for step in steps))
    assert (told.code, told["status"]) == (0, "completed")


def test_duration_of_an_expression_that_is_none_is_an_incident(tmp_path: Path) -> None:
    told = play(tmp_path, timed(timer('= if unknown = null then "1 week" else "P1W"')))
    [incident] = told["incidents"]
    assert incident["id"] == "t"
    assert "'1 week' is no duration" in incident["message"]


def test_cycle_in_weeks_fires_its_rounds_until_its_end(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("ask"),
            boundary("b", "ask", cycle("R/P1W/2026-03-20T00:00:00Z"), interrupting=False),
            end("told"),
            flows("start > ask", "b > told"),
        )
    )
    told = play(tmp_path, drawing, {"advance": "P5W"})
    assert told["ends"] == ["told", "told"]
    assert told.waits == [("ask", "work_item")]


@pytest.mark.parametrize("text", ["P", "PT1H30", "1 moon"])
def test_advance_by_what_is_no_duration_is_told(tmp_path: Path, text: str) -> None:
    told = play(tmp_path, timed(timer()), {"advance": text})
    assert told.code == 2
    assert "advance: " in told.error


def test_timer_loop_in_which_no_time_passes_is_an_incident(tmp_path: Path) -> None:
    inside = (start(), xor("m"), catch("t", timer("PT0S")), flows("start > m > t > m"))
    told = play(tmp_path, diagram(process("p", *inside)), {"advance": "PT1H"})
    assert (told.code, told["status"]) == (0, "incident")
    [incident] = told["incidents"]
    assert (incident["id"], incident["code"]) == ("t", "loop-guard")


def test_rounds_that_come_late_are_no_loop_without_time(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("ask"),
            boundary("b", "ask", cycle("R1100/2026-03-02T00:00:00Z/PT1S"), interrupting=False),
            flows("start > ask"),
        )
    )
    told = play(tmp_path, drawing, {"advance": "PT1H"})
    assert told["status"] == "waiting"
    assert told.entered.count("b") == 1_100


def test_more_timers_than_can_be_played_stop_the_story_and_are_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.kernel.player.player._MAX_FIRINGS", 20)
    drawing = diagram(
        process(
            "p",
            start(),
            user("ask"),
            boundary("b", "ask", cycle("R/PT1S"), interrupting=False),
            flows("start > ask"),
        )
    )
    told = play(tmp_path, drawing, {"advance": "P1Y"}, {"complete": "ask"})
    assert told.code == 0
    assert "the story stops at 2026-03-02T01:00:20" in told.error
    assert told.waits == [("ask", "work_item"), ("b", "timer")]


PAST = "<timerEventDefinition><timeDate>2026-03-01T09:00:00Z</timeDate></timerEventDefinition>"


@pytest.mark.parametrize("event", [PAST, timer("PT0S")], ids=["past", "no duration"])
def test_what_is_due_when_the_case_opens_comes_at_once(tmp_path: Path, event: str) -> None:
    told = play(tmp_path, timed(event))
    assert (told["status"], told["ends"]) == ("completed", ["end"])


@pytest.mark.parametrize("auto", [False, True])
def test_what_is_due_after_a_step_comes_at_once(tmp_path: Path, *, auto: bool) -> None:
    inside = (start(), user("a"), catch("t", timer("PT0S")), user("b"))
    drawing = diagram(process("p", *inside, flows("start > a > t > b")))
    steps = [] if auto else [{"complete": "a"}, {"complete": "b"}]
    told = play(tmp_path, drawing, *steps, auto=auto)
    assert (told.code, told["status"]) == (0, "completed")


def test_cycle_that_was_over_before_its_wait_is_told_where_nothing_else_comes(
    tmp_path: Path,
) -> None:
    over = cycle("R3/PT10M/2020-01-01T00:00:00Z")
    told = play(tmp_path, timed(over))
    assert (told["status"], [i["id"] for i in told["incidents"]]) == ("incident", ["t"])
    assert "wait for ever" in told["incidents"][0]["message"]


def test_cycle_that_was_over_is_harmless_beside_other_events(tmp_path: Path) -> None:
    over = cycle("R3/PT10M/2020-01-01T00:00:00Z")
    inside = (
        start(),
        user("ask"),
        boundary("remind", "ask", over, interrupting=False),
        first_of("gate"),
        catch("never", over),
        catch("soon", timer("PT1H")),
        end(),
        flows("start > ask > gate > never > end", "gate > soon > end"),
    )
    told = play(tmp_path, diagram(process("p", *inside)), {"complete": "ask"}, {"advance": "PT1H"})
    assert (told["status"], told["incidents"]) == ("completed", [])
