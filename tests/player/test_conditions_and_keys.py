"""Conditions that become true at one moment, by a signal too, and keys that are no texts."""

from pathlib import Path

from tests.kernel.drawing import (
    both,
    boundary,
    catch,
    condition,
    diagram,
    end,
    event_sub,
    flows,
    message,
    process,
    script,
    start,
    user,
)
from tests.player.playing import play


def test_of_two_conditions_that_become_true_at_once_none_is_missed(tmp_path: Path) -> None:
    """What the first one leads to makes both false again: the second has come all the same."""
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            user("y"),
            boundary("first", "x", condition("n = 1"), interrupting=False),
            boundary("second", "x", condition("n = 1"), interrupting=False),
            script("reset", n="0"),
            user("look"),
            flows("start > fork > x", "fork > y", "first > reset", "second > look"),
        )
    )
    told = play(tmp_path, drawing, {"complete": "y", "data": {"n": 1}})
    assert told.work == ["look", "x"]


def test_condition_that_holds_between_two_automatic_steps_is_seen(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            catch("ready", condition("n = 1")),
            user("after"),
            script("up", n="1"),
            script("down", n="0"),
            flows("start > fork > x > up > down", "fork > ready > after"),
        )
    )
    told = play(tmp_path, drawing, {"complete": "x"})
    assert (told.work, told["case"]) == (["after"], {"n": 0})


def test_condition_true_at_the_start_interrupts_before_the_first_step(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            script("down", n="0"),
            user("x"),
            event_sub("stop", condition("n = 1"), user("look"), flows("stop_start > look")),
            flows("start > down > x"),
        )
    )
    told = play(tmp_path, drawing, case={"n": 1})
    assert (told.work, told["case"]) == (["look"], {"n": 1})


def test_condition_is_looked_at_when_a_signal_for_nobody_brings_data(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p", start(), catch("ready", condition("n = 1")), end(), flows("start > ready > end")
        )
    )
    told = play(tmp_path, drawing, {"signal": "alarm", "data": {"n": 1}})
    assert (told["status"], told["case"]) == ("completed", {"n": 1})


def test_key_that_is_no_text_is_written_as_a_sender_writes_it(tmp_path: Path) -> None:
    waits = catch("waits", message("m"), cl_key="=case.urgent")
    drawing = diagram(process("p", start(), waits, end(), flows("start > waits > end")))
    told = play(tmp_path, drawing, {"message": "m", "key": "true"}, case={"urgent": True})
    assert told["status"] == "completed"
