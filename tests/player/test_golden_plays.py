"""What `caseloop play` prints for a few small diagrams, whole and to the letter.

To write the golden files anew: CASELOOP_GOLDEN=write pytest tests/player/test_golden_plays.py.
"""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from tests.kernel.drawing import (
    boundary,
    catch,
    diagram,
    end,
    event_sub,
    first_of,
    flows,
    message,
    process,
    service,
    shape,
    start,
    sub,
    throw,
    timer,
    user,
    xor,
)
from tests.player.playing import play

GOLDEN = Path(__file__).parent / "golden"
RACE = diagram(
    process(
        "race",
        start(),
        first_of("race_of"),
        catch("paid", message("paid")),
        catch("too_late", timer("P1D")),
        throw("thank", message("thanks")),
        end("done"),
        end("given_up"),
        flows("start > race_of > paid > thank > done", "race_of > too_late > given_up"),
    )
)
DESK = '<laneSet><lane id="desk" name="Desk"><flowNodeRef>box</flowNodeRef></lane></laneSet>'
OFFICE = diagram(
    process(
        "office",
        DESK,
        start(),
        sub(
            "box",
            start("in"),
            user("check"),
            boundary("remind", "check", timer("PT1H"), interrupting=False),
            end("out"),
            end("reminded"),
            flows("in > check > out", "remind > reminded"),
        ),
        service("file"),
        xor("fine", default="fine_to_end"),
        end(),
        end("again"),
        event_sub("stop", message("stop"), end("stopped"), flows("stop_start > stopped")),
        flows("start > box > file > fine > end", "fine ? score < 5 > again"),
    )
)
STORIES: dict[str, tuple[bytes, list[Any], dict[str, Any]]] = {
    "race_is_won": (RACE, [{"message": "paid", "data": {"amount": 3}}], {}),
    "race_is_lost": (RACE, [{"advance": "P2D"}], {}),
    "office_by_hand": (
        OFFICE,
        [{"advance": "PT90M"}, {"complete": "check", "data": {"score": 4}}, {"complete": "file"}],
        {},
    ),
    "office_is_stopped": (OFFICE, [{"message": "stop"}], {}),
    "office_by_itself": (OFFICE, [], {"auto": True, "case": {"score": 9}}),
    "office_waits_for_a_job": (
        OFFICE,
        [{"complete": "check"}, {"fail": "file", "reason": "disk is full", "retries": 0}],
        {},
    ),
    "nothing_fits": (
        diagram(
            process(
                "p",
                start(),
                shape("parallelGateway", "both"),
                user("ask"),
                xor("choice"),
                end("no"),
                end("yes"),
                flows("start > both > ask", "both > choice", "choice ? n = 1 > no"),
                flows("choice ? n = 2 > yes"),
            )
        ),
        [],
        {},
    ),
}


@pytest.mark.parametrize("name", STORIES)
def test_play_prints_the_golden_object(name: str, tmp_path: Path) -> None:
    drawing, steps, script = STORIES[name]
    told = play(tmp_path, drawing, *steps, **script)
    text = json.dumps({"exit": told.code, **told.object}, ensure_ascii=False, indent=1) + "\n"
    file = GOLDEN / f"{name}.json"
    if os.environ.get("CASELOOP_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    assert text == file.read_text(encoding="utf-8")
