"""What a message or signal thrown in the case carries reaches the event that takes it."""

from pathlib import Path

import pytest

from tests.kernel.drawing import (
    both,
    boundary,
    catch,
    diagram,
    end,
    event_sub,
    flows,
    message,
    process,
    shape,
    signal,
    start,
    throw,
    user,
    words,
)
from tests.player.playing import play

CARRIED = words(
    '<cl:in name="answer" value="=40 + 2"/>', '<cl:in name="note" value="=&quot;n&quot;"/>'
)
ANSWER = words('<cl:output name="answer" type="integer"/>')


def asked(taker: str, thrown: str) -> bytes:
    """One process throws, another waits for it with `taker`."""
    asks = process(
        "asks", start(), throw("order", message("order")), taker, user("read"),
        flows("start > order > taker > read"),
    )  # fmt: skip
    answers = process(
        "answers", start("told", message("order")), user("think"), throw("reply", thrown, CARRIED),
        flows("told > think > reply"),
    )  # fmt: skip
    return diagram(asks, answers)


@pytest.mark.parametrize(
    ("taker", "thrown"),
    [
        (catch("taker", ANSWER + message("reply")), message("reply")),
        (shape("receiveTask", "taker", ANSWER, messageRef="message_reply"), message("reply")),
        (catch("taker", ANSWER + signal("reply")), signal("reply")),
    ],
)
def test_declared_value_is_written_and_no_other(tmp_path: Path, taker: str, thrown: str) -> None:
    told = play(tmp_path, asked(taker, thrown), {"complete": "think"}, process="asks")
    assert told.work == ["read"]
    assert told["case"] == {"answer": 42}


def test_event_that_declares_nothing_takes_everything_as_from_outside(tmp_path: Path) -> None:
    drawing = asked(catch("taker", message("reply")), message("reply"))
    told = play(tmp_path, drawing, {"complete": "think"}, process="asks")
    assert told["case"] == {"answer": 42, "note": "n"}


def test_value_of_another_type_stops_the_step_that_sends_it(tmp_path: Path) -> None:
    text = words('<cl:output name="answer" type="text"/>')
    drawing = asked(catch("taker", text + message("reply")), message("reply"))
    told = play(tmp_path, drawing, {"complete": "think"}, process="asks")
    assert told["status"] == "incident"
    assert [i["id"] for i in told["incidents"]] == ["taker"]
    assert told["case"] == {}


def test_signal_inside_one_instance_brings_its_values_to_all_that_wait(tmp_path: Path) -> None:
    note = words('<cl:output name="note" type="text"/>')
    drawing = diagram(
        process(
            "p",
            start(),
            both("fork"),
            user("x"),
            boundary("seen", "x", ANSWER + signal("s"), interrupting=False),
            user("y"),
            throw("cry", signal("s"), CARRIED),
            end(),
            event_sub(
                "es", signal("s"), user("h"), flows("es_start > h"), interrupting=False
            ).replace("<signalEvent", note + "<signalEvent", 1),
            flows("start > fork > x > end", "fork > y > cry", "seen > end"),
        )
    )
    told = play(tmp_path, drawing, {"complete": "y"})
    assert told.work == ["h", "x"]
    assert told["case"] == {"answer": 42, "note": "n"}


def test_process_that_is_begun_takes_what_began_it(tmp_path: Path) -> None:
    for thrown in (message("go"), signal("go")):
        begins = start("told", ANSWER + thrown)
        drawing = diagram(
            process("p", start(), throw("tell", thrown, CARRIED), flows("start > tell")),
            process("q", begins, user("work"), flows("told > work")),
        )
        told = play(tmp_path, drawing, process="p")
        assert (told.work, told["case"]) == (["work"], {"answer": 42})
