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
    cycle,
    diagram,
    end,
    error,
    event_sub,
    flows,
    message,
    process,
    service,
    shape,
    signal,
    start,
    sub,
    throw,
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


def test_message_of_the_first_step_opens_a_case_that_begins_with_it(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start("by_mail", message("mail")),
            start("by_call", message("call")),
            user("read"),
            user("listen"),
            flows("by_mail > read", "by_call > listen"),
        )
    )
    told = play(tmp_path, drawing, {"message": "call", "data": {"n": 1}})
    assert told.work == ["listen"]
    assert told["case"] == {"n": 1}


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
    ("key", "said"),
    [("=case.bill", "with the key '7', not with the key '8'"), (None, "without a key, not")],
)
def test_message_with_another_key_is_refused_naming_the_one_that_is_waited_for(
    tmp_path: Path, key: str | None, said: str
) -> None:
    words = {} if key is None else {"cl_key": key}
    waits = catch("waits", message("m"), **words)
    drawing = diagram(process("p", start(), waits, flows("start > waits")))
    told = play(tmp_path, drawing, {"message": "m", "key": "8"}, case={"bill": 7})
    assert told.code == 2
    assert said in told.error


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


def test_what_leaves_the_instance_is_told(tmp_path: Path) -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            throw("tell", message("told")),
            throw("shout", signal("loud")),
            user("ask"),
            end("bad", error("E1")),
            event_sub("never", timer("PT9H"), end("x"), flows("never_start > x")),
            flows("start > tell > shout > ask > bad"),
        )
    )
    told = play(tmp_path, drawing, auto=True)
    assert [(s["kind"], s["name"]) for s in told["sent"]] == [
        ("message", "told"),
        ("signal", "loud"),
        ("error", "E1"),
    ]
    assert told["status"] == "incident"
    assert [(i["id"], i["code"]) for i in told["incidents"]] == [("bad", "uncaught-bpmn-error")]


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


def test_process_that_a_message_starts_runs_beside_and_is_told_by_its_name(tmp_path: Path) -> None:
    sender = process(
        "shop", start(), throw("order", message("order")), end(), flows("start > order > end")
    )
    receiver = process(
        "bakery", start("told", message("order")), user("bake"), end("baked"),
        flows("told > bake > baked"),
    )  # fmt: skip
    told = play(tmp_path, diagram(sender, receiver))
    assert (told["status"], told["ends"], told.work) == ("waiting", ["end"], ["bake"])
    places = {step["id"]: step["in"] for step in told["path"]}
    assert (places["order"], places["bake"]) == ("", "bakery")
    done = play(tmp_path, diagram(sender, receiver), {"complete": "bake"})
    assert (done["status"], done["ends"]) == ("completed", ["end", "baked"])


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
    told = play(tmp_path, timed(timer('= "1 week"')))
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
    told = play(tmp_path, OFFER, {"advance": text})
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


def test_message_to_another_process_of_the_file_is_told_as_sent(tmp_path: Path) -> None:
    sender = process("p", start(), end("done", message("m")), flows("start > done"))
    partner = process("q", start("s", message("m")), user("work"), flows("s > work"))
    told = play(tmp_path, diagram(sender, partner), process="p")
    assert told.work == ["work"]
    assert [(s["kind"], s["name"]) for s in told["sent"]] == [("message", "m")]


def test_message_that_the_same_instance_waits_for_has_not_left_it(tmp_path: Path) -> None:
    both_ways = diagram(
        process(
            "p",
            start(),
            shape("parallelGateway", "fork"),
            catch("c", message("m")),
            throw("t", message("m")),
            end(),
            flows("start > fork > c > end", "fork > t"),
        )
    )
    told = play(tmp_path, both_ways)
    assert told["status"] == "completed"
    assert told["sent"] == []


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
