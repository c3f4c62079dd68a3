"""Events with several definitions: the first that comes, all of them, or all thrown."""

from tests.kernel.drawing import (
    boundary,
    catch,
    condition,
    diagram,
    end,
    error,
    event_sub,
    flows,
    message,
    process,
    service,
    signal,
    start,
    throw,
    timer,
    user,
)
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
