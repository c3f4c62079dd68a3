"""How a played story begins: by itself, or by the message or signal that a start event takes."""

from pathlib import Path

from tests.kernel.drawing import diagram, end, flows, message, process, signal, start, user
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


def test_play_begins_by_any_of_the_events_of_a_start(tmp_path: Path) -> None:
    for step in ({"message": "first"}, {"signal": "second"}):
        told = play(tmp_path, EITHER, step, {"complete": "x"})
        assert told.code == 0, told.object
        assert told.entered == ["asked", "x", "end"]
