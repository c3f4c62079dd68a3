"""Events with several definitions: the first that comes, all of them, or all thrown."""

from tests.kernel.drawing import (
    TERMINATE,
    boundary,
    catch,
    condition,
    diagram,
    end,
    error,
    event_sub,
    first_of,
    flows,
    message,
    process,
    service,
    signal,
    start,
    sub,
    throw,
    timer,
    undo,
    undone_by,
    user,
)
from tests.kernel.drawing import both as both_ways
from tests.kernel.story import Story


def caught(*, both: bool) -> bytes:
    event = catch("c", message("m") + timer("PT1H"), parallelMultiple=str(both).lower())
    return diagram(process("p", start(), event, user("x"), flows("start > c > x")))


def test_first_of_several_events_lets_the_token_pass() -> None:
    assert Story(caught(both=False)).message("m").open == ["x"]
    story = Story(caught(both=False))
    timed = next(w for w in story.instance.waits() if w.kind == "timer")
    story.instance.fire(timed.token)
    assert [w.element.id for w in story.instance.waits()] == ["x"]


def test_all_of_several_events_are_waited_for() -> None:
    story = Story(caught(both=True)).message("m")
    assert [w.kind for w in story.instance.waits()] == ["timer"]
    assert story.fire("c").open == ["x"]
    assert story.path == ["+start", "-start", "+c", "-c", "+x"]


def test_boundary_with_several_events_leaves_by_its_one_way() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            service("x"),
            boundary("b", "x", timer("PT1H") + error("E") + message("m")),
            user("y"),
            flows("start > x", "b > y"),
        )
    )
    assert Story(drawing).message("m").open == ["y"]
    story = Story(drawing)
    assert story.error("x", "E")
    assert story.open == ["y"]


def test_not_interrupting_boundary_waits_on_for_its_other_events() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("x"),
            boundary("b", "x", message("m") + signal("s"), interrupting=False),
            user("y"),
            flows("start > x", "b > y"),
        )
    )
    story = Story(drawing).message("m")
    assert story.signal("s") == 1
    assert story.work == ["x", "y", "y"]
    assert story.message("m").work == ["x", "y", "y", "y"]


def test_event_sub_process_begins_by_any_of_its_events() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            user("x"),
            flows("start > x"),
            event_sub("e", message("m") + condition("n = 1"), user("y"), flows("e_start > y")),
        )
    )
    assert Story(drawing).message("m").open == ["y"]
    story = Story(drawing)
    story.desk.document["n"] = 1
    story.instance.look_at_conditions()
    assert [w.element.id for w in story.instance.waits()] == ["y"]


def test_several_thrown_events_are_all_thrown() -> None:
    drawing = diagram(
        process(
            "p",
            start(),
            throw("t", message("m") + signal("s")),
            end("done", message("m") + signal("z")),
            flows("start > t > done"),
        )
    )
    story = Story(drawing)
    thrown = [(t.kind, t.name) for t in story.thrown]
    assert thrown == [("message", "m"), ("signal", "s"), ("message", "m"), ("signal", "z")]
    assert story.ends == ["done"]


def race() -> Story:
    several = catch("c", message("m") + signal("s"))
    late = catch("late", timer("PT1H"))
    ways = flows("start > g > c > x", "g > late > y")
    return Story(diagram(process("p", start(), first_of("g"), several, late, USERS, ways)))


USERS = user("x") + user("y")


def test_several_events_behind_a_gateway_are_one_of_its_ways() -> None:
    story = race()
    assert sorted((w.element.id, w.kind) for w in story.instance.waits()) == [
        ("c", "message"),
        ("c", "signal"),
        ("late", "timer"),
    ]
    assert story.message("m").open == ["x"]
    assert story.path == ["+start", "-start", "+g", "-g", "+c", "-c", "+x"]
    by_signal = race()
    assert by_signal.signal("s") == 1
    assert by_signal.open == ["x"]


def test_several_events_behind_a_gateway_are_forgotten_when_another_comes() -> None:
    story = race().fire("late")
    assert story.open == ["y"]
    assert "+c" not in story.path
    assert story.complete("y").finished


def test_several_events_behind_a_gateway_are_withdrawn_with_it() -> None:
    inside = start("s") + first_of("g") + catch("c", message("m") + signal("s"))
    inside += catch("late", timer("P9D")) + flows("s > g > c", "g > late")
    line = (start(), sub("x", inside), boundary("b", "x", message("stop")), user("y"))
    story = Story(diagram(process("p", *line, flows("start > x", "b > y"))))
    assert story.message("stop").open == ["y"]
    assert "xc" not in story.path


def test_definitions_at_the_top_of_the_file_are_the_event_s_own() -> None:
    both = "<eventDefinitionRef>shared</eventDefinitionRef>" + timer("PT1H")
    drawing = diagram(process("p", start(), catch("c", both), user("x"), flows("start > c > x")))
    top = '<signal id="alarm" name="alarm"/><signalEventDefinition id="shared" signalRef="alarm"/>'
    story = Story(drawing.replace(b"<process", f"{top}<process".encode(), 1))
    assert sorted(w.kind for w in story.instance.waits()) == ["signal", "timer"]
    assert story.signal("alarm") == 1
    assert story.open == ["x"]


def test_end_undoes_then_throws() -> None:
    done = end("done", message("m") + undo())
    line = (start(), user("ask"), undone_by("ask", "unask"), done, flows("start > ask > done"))
    story = Story(diagram(process("p", *line))).complete("ask")
    assert (story.open, story.thrown) == (["unask"], [])
    assert story.complete("unask").finished
    assert [t.name for t in story.thrown] == ["m"]


def test_end_throws_then_fails() -> None:
    inside = start("s") + end("e", error("E") + message("m")) + flows("s > e")
    line = (start(), sub("x", inside), boundary("b", "x", error("E")), user("y"))
    story = Story(diagram(process("p", *line, flows("start > x", "b > y"))))
    assert story.open == ["y"]
    assert [t.name for t in story.thrown] == ["m"]


def test_end_throws_then_terminates() -> None:
    done = end("done", TERMINATE + signal("z"))
    line = (start(), both_ways("fork"), user("a"), done, flows("start > fork > a", "fork > done"))
    story = Story(diagram(process("p", *line)))
    assert story.finished
    assert [t.name for t in story.thrown] == ["z"]
    assert "xa" in story.path


def test_end_that_is_interrupted_by_what_it_throws_does_no_more() -> None:
    """The event sub-process that its signal opens is not terminated."""
    beside = event_sub("e", signal("z"), user("y"), flows("e_start > y"))
    line = (start(), end("done", signal("z") + TERMINATE), flows("start > done"), beside)
    assert Story(diagram(process("p", *line))).open == ["y"]
