"""`caseloop play` prints what `play.md` promises, for diagrams that declare nothing of ours."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner

from api.cli import main
from tests.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    diagram,
    end,
    error,
    flows,
    message,
    process,
    service,
    shape,
    signal,
    start,
    sub,
    timer,
    user,
    xor,
)
from tests.player.playing import KEYS, play, play_paths

LANES = (
    '<laneSet id="lanes"><lane id="sales" name="Sales"><flowNodeRef>ask</flowNodeRef></lane>'
    '<lane id="boss" name="The boss&#10;of all"><flowNodeRef>decide</flowNodeRef></lane></laneSet>'
)
OFFER = diagram(
    process(
        "offer",
        LANES,
        start(),
        user("ask"),
        user("decide"),
        xor("choice", default="choice_to_no"),
        end("yes"),
        end("no"),
        flows("start > ask > decide > choice", "choice ? agreed > yes", "choice > no"),
    )
)


def test_play_prints_every_key_and_runs_what_lanes_name(tmp_path: Path) -> None:
    told = play(
        tmp_path,
        OFFER,
        {"complete": "ask", "by": "li", "data": {"price": 5, "note": "fine"}},
        {"complete": "decide", "data": {"agreed": True}},
    )
    assert told.code == 0
    assert set(told.object) == KEYS
    assert told["accepted"] is True
    assert told["status"] == "completed"
    assert told["ends"] == ["yes"]
    assert told["case"] == {"price": 5, "note": "fine", "agreed": True}
    assert told.entered == ["start", "ask", "decide", "choice", "yes"]
    assert all(set(step) == {"id", "what", "at", "in"} for step in told["path"])


def test_play_shows_what_waits_when_the_story_ends_before_the_case(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            '<userTask id="ask" name="Ask the neighbours"/>',
            boundary("late", "ask", timer("PT2H"), interrupting=False),
            end(),
            end("told"),
            flows("start > ask > end", "late > told"),
        )
    )
    told = play(tmp_path, drawing)
    assert (told.code, told["status"], told["ends"]) == (0, "waiting", [])
    assert told["waiting"] == [
        {"id": "ask", "kind": "work_item", "name": "Ask the neighbours", "due": None},
        {"id": "late", "kind": "timer", "name": None, "due": "2026-03-02T03:00:00.000000Z"},
    ]


def test_timers_fire_at_their_own_times_while_the_clock_advances(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            catch("one", timer("PT1H")),
            catch("two", timer("PT30M")),
            user("ask"),
            end(),
            flows("start > one > two > ask > end"),
        )
    )
    told = play(tmp_path, drawing, {"advance": "PT3H"})
    times = {step["id"]: step["at"] for step in told["path"] if step["what"] == "entered"}
    assert times["two"] == "2026-03-02T02:00:00.000000Z"
    assert times["ask"] == "2026-03-02T02:30:00.000000Z"
    same = play(tmp_path, drawing, {"until": "2026-03-02T12:00:00+08:00"})
    assert same.object == told.object


def test_steps_reach_messages_signals_jobs_and_errors(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            catch("paid", message("paid")),
            catch("go", signal("go")),
            service("send"),
            boundary("gone", "send", error("GONE")),
            end(),
            end("lost"),
            flows("start > paid > go > send > end", "gone > lost"),
        )
    )
    told = play(
        tmp_path,
        drawing,
        {"expect": {"waiting": [], "status": "waiting"}},
        {"message": "paid", "data": {"amount": 7}},
        {"signal": "go"},
        {"fail": "send", "reason": "no line", "retries": 1},
        {"refused": {"complete": "paid"}, "rule": "state/not-open"},
        {"error": "send", "code": "GONE"},
    )
    assert (told.code, told["ends"], told["case"]) == (0, ["lost"], {"amount": 7})


def test_auto_completes_in_document_order_until_only_events_are_awaited(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            shape("parallelGateway", "split"),
            user("b"),
            service("a"),
            user("c"),
            catch("paid", message("paid")),
            end(),
            flows("start > split > b > c > end", "split > a > paid > end"),
        )
    )
    told = play(tmp_path, drawing, auto=True)
    assert (told.code, told["status"]) == (0, "waiting")
    assert told.waits == [("paid", "message")]
    left = [s["id"] for s in told["path"] if s["what"] == "left" and s["id"] in "abc"]
    assert left == ["b", "a", "c"]


def test_auto_stops_in_an_endless_loop(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.kernel.player.automatic.MOST_STEPS", 20)
    drawing = diagram(
        process("p", start(), xor("again"), user("ask"), flows("start > again > ask > again"))
    )
    told = play(tmp_path, drawing, auto=True)
    assert told.entered.count("ask") == 21
    assert "stopped after 20 automatic steps" in told.error


def test_path_names_the_scopes_of_sub_processes_and_calls(tmp_path: Path) -> None:
    inside = sub("box", start("in"), user("pack"), end("out"), flows("in > pack > out"))
    outer = process("outer", start(), inside, call("ship", "inner"), end(), flows(
        "start > box > ship > end"
    ))  # fmt: skip
    inner = process("inner", start("s"), user("carry"), end("e"), flows("s > carry > e"))
    (tmp_path / "a.bpmn").write_bytes(diagram(outer))
    (tmp_path / "b.bpmn").write_bytes(diagram(inner))
    told = play_paths(tmp_path, tmp_path / "b.bpmn", tmp_path / "a.bpmn", auto=True)
    assert told.code == 0
    places = {step["id"]: step["in"] for step in told["path"]}
    assert (places["start"], places["pack"], places["carry"]) == ("", "box", "ship")
    assert told["ends"] == ["out", "e", "end"]


def test_of_several_processes_the_first_that_nobody_calls_is_played_and_told(
    tmp_path: Path,
) -> None:
    called = process("a", start("s"), end("e"), flows("s > e"))
    first = process("b", start("t"), call("c", "a"), end("f"), flows("t > c > f"))
    other = process("d", start("u"), end("g"), flows("u > g"))
    drawing = diagram(called, first, other)
    told = play(tmp_path, drawing)
    assert told["ends"] == ["e", "f"]
    assert "b is played" in told.error
    named = play(tmp_path, drawing, process="d")
    assert (named["ends"], named.error) == (["g"], "")
    unknown = play(tmp_path, drawing, process="z")
    assert unknown.code == 2
    assert "there is no process 'z'" in unknown.error


def test_refused_diagram_is_not_played(tmp_path: Path) -> None:
    told = play(tmp_path, OFFER.replace(b'targetRef="ask"', b'targetRef="nowhere"'))
    assert told.code == 1
    assert set(told.object) == KEYS
    assert told["accepted"] is False
    assert told["path"] == []
    assert any(found["severity"] == "error" for found in told["findings"])


def test_findings_are_those_of_lint(tmp_path: Path) -> None:
    file = tmp_path / "drawing.bpmn"
    file.write_bytes(OFFER)
    lint = CliRunner().invoke(main, ["lint", "--format", "json", str(file)])
    told = play(tmp_path, OFFER)
    assert json.loads(lint.stdout)[0]["findings"] == told["findings"]


def test_documentation_is_played_as_if_it_were_executable(tmp_path: Path) -> None:
    told = play(tmp_path, OFFER.replace(b' isExecutable="true"', b""), auto=True)
    assert told["accepted"]
    assert "ask" in told.entered
    assert "isExecutable" in told.error


@pytest.mark.parametrize(
    ("step", "instead"),
    [
        ({"complete": "decide"}, "decide does not wait now"),
        ({"complete": "nobody"}, "the diagram has no element 'nobody'"),
        ({"message": "none"}, "does not wait for a message 'none'"),
        ({"fail": "ask"}, "ask does not wait now for a job"),
        ({"until": "2020-01-01T00:00:00Z"}, "moves forward only"),
        ({"advance": "soon"}, "is not a time limit"),
        ({"expect": {"waiting": ["decide"]}}, "waiting: expected"),
        ({"expect": {"never": ["nobody"]}}, "the diagram has no element 'nobody'"),
    ],
)
def test_impossible_step_exits_with_2_and_says_what_waits(
    tmp_path: Path, step: dict[str, object], instead: str
) -> None:
    told = play(tmp_path, OFFER, step)
    assert told.code == 2
    assert instead in told.error
    assert "ask" in told.error
    assert told.work == ["ask"]


@pytest.mark.parametrize(
    "script",
    [
        "steps: [{complete: ask, who: li}]",
        "steps: [{complete: ask, retries: 3}]",
        "steps: [{complete: ask, claim: ask}]",
        "steps: ask",
        "stepz: []",
        "expect: {status: completed}",
        "refused: some/rule",
        "case: {price: 1.5}",
        "at: tomorrow",
        "calendar: mars",
        "people: {li: sales}",
        "a: [1,",
        "[]\n- 1",
        "- 1",
    ],
)
def test_script_that_cannot_be_read_is_wrong_usage(tmp_path: Path, script: str) -> None:
    file = tmp_path / "drawing.bpmn"
    file.write_bytes(OFFER)
    told = play_paths(tmp_path, file, script=script)
    assert told.code == 2
    assert told.error
    assert "Traceback" not in told.error


def test_dates_of_yaml_are_written_as_text(tmp_path: Path) -> None:
    file = tmp_path / "drawing.bpmn"
    file.write_bytes(OFFER)
    script = "case: {day: 2026-03-02, n: 3.0}"
    assert play_paths(tmp_path, file, script=script)["case"] == {"day": "2026-03-02", "n": 3}


def test_text_of_play_is_made_for_reading(tmp_path: Path) -> None:
    file = tmp_path / "drawing.bpmn"
    file.write_bytes(OFFER)
    result = CliRunner().invoke(main, ["play", str(file), "--auto"])
    assert result.exit_code == 0, result.output
    assert "→ ask" in result.output
    assert "status: completed, at no" in result.output


@pytest.mark.parametrize("before", ["", "ask"])
def test_incidents_are_told_by_the_element_that_failed(tmp_path: Path, before: str) -> None:
    """At once, so that no case comes to be, or later, where somebody could try it again."""
    way = " > ".join(part for part in ("start", before, "choice") if part)
    drawing = diagram(
        process(
            "p",
            start(),
            user("ask") if before else "",
            xor("choice"),
            end("yes"),
            end("no"),
            flows(way, "choice ? n = 1 > yes", "choice ? n = 2 > no"),
        )
    )
    told = play(tmp_path, drawing, auto=True, case={"n": 3})
    assert (told.code, told["status"]) == (0, "incident")
    (incident,) = told["incidents"]
    assert (incident["id"], incident["code"]) == ("choice", "no-flow-taken")


def test_field_called_outcome_is_a_field_like_others_where_no_task_gives_one(
    tmp_path: Path,
) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            service("look"),
            xor("choice", default="choice_to_no"),
            end("yes"),
            end("no"),
            flows("start > look > choice", 'choice ? outcome = "fine" > yes', "choice > no"),
        )
    )
    told = play(tmp_path, drawing, {"complete": "look", "data": {"outcome": "fine"}})
    assert told["ends"] == ["yes"]


def test_case_that_nothing_can_move_any_more_is_an_incident_at_its_join(tmp_path: Path) -> None:
    stuck = diagram(
        process(
            "p",
            start(),
            xor("x", default="x_to_b"),
            user("a"),
            user("b"),
            both("j"),
            end(),
            flows("start > x ? v = 1 > a > j > end", "x > b > j"),
        )
    )
    told = play(tmp_path, stuck, {"complete": "b"})
    assert (told["status"], told["waiting"]) == ("incident", [])
    assert [(i["id"], i["code"]) for i in told["incidents"]] == [("j", "deadlock")]
    assert play(tmp_path, stuck)["status"] == "waiting"
