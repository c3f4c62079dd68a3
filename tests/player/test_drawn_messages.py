"""A message goes where its message flow is drawn, whoever else waits for one of its name."""

from pathlib import Path

from tests.kernel.drawing import (
    both,
    boundary,
    call,
    catch,
    diagram,
    flows,
    message,
    process,
    start,
    throw,
    user,
)
from tests.player.playing import play


def drawn(processes: tuple[str, ...], *ways: tuple[str, str]) -> bytes:
    """These processes in pools `pool_ID`, an empty pool `client`, and message flows."""
    names = [part.split('id="')[1].split('"')[0] for part in processes]
    pools = "".join(f'<participant id="pool_{n}" processRef="{n}"/>' for n in names)
    lines = "".join(
        f'<messageFlow id="flow_{n}" sourceRef="{source}" targetRef="{target}"/>'
        for n, (source, target) in enumerate(ways)
    )
    parts = f'<collaboration id="c">{pools}<participant id="client"/>{lines}</collaboration>'
    return diagram(parts, *processes)


def shop(*more: str) -> str:
    """Orders twice, and waits for an order itself."""
    return process(
        "shop",
        start(),
        both("fork"),
        throw("order", message("order")),
        user("think"),
        throw("again", message("order")),
        catch("own", message("order")),
        flows("start > fork > order > think > again", "fork > own"),
        *more,
    )


def partner(name: str) -> str:
    begin, done = start(f"{name}_start", message("order")), user(f"{name}_work")
    return process(name, begin, done, flows(f"{name}_start > {name}_work"))


def test_message_goes_along_its_flow_and_not_to_its_own_sender(tmp_path: Path) -> None:
    drawing = drawn((shop(), partner("bakery")), ("order", "bakery_start"), ("again", "client"))
    told = play(tmp_path, drawing)
    assert told.work == ["bakery_work", "think"]
    assert ("own", "message") in told.waits


def test_each_of_two_partners_gets_what_is_drawn_to_it(tmp_path: Path) -> None:
    """A flow to a pool means whatever in it waits."""
    ways = (("order", "pool_mill"), ("again", "bakery_start"))
    drawing = drawn((shop(), partner("bakery"), partner("mill")), *ways)
    assert play(tmp_path, drawing).work == ["mill_work", "think"]
    told = play(tmp_path, drawing, {"complete": "think"})
    assert told.work == ["bakery_work", "mill_work"]


def test_message_to_an_empty_pool_leaves_the_case(tmp_path: Path) -> None:
    ways = (("order", "client"), ("again", "client"))
    told = play(tmp_path, drawn((shop(), partner("bakery")), *ways), {"complete": "think"})
    assert told.waits == [("own", "message")]
    assert [(s["kind"], s["name"]) for s in told["sent"]] == [("message", "order")] * 2


def test_flow_to_an_activity_reaches_what_it_holds(tmp_path: Path) -> None:
    """A flow may end at an activity: its boundary event, or what waits inside, takes it."""
    mill = process(
        "mill",
        start("mill_start"),
        both("split"),
        user("grind"),
        boundary("hurry", "grind", message("order"), interrupting=False),
        user("faster"),
        call("clean", "cleaning"),
        flows("mill_start > split > grind", "split > clean", "hurry > faster"),
    )
    cleaning = process(
        "cleaning", start("clean_start"), catch("mess", message("order")), user("sweep"),
        flows("clean_start > mess > sweep"),
    )  # fmt: skip
    answer = process(
        "shop", start("begin", message("go")), throw("order", message("order")),
        throw("again", message("order")), flows("begin > order > again"),
    )  # fmt: skip
    drawing = drawn((mill, cleaning, answer), ("order", "clean"), ("again", "grind"))
    told = play(tmp_path, drawing, {"message": "go"}, process="mill")
    assert told.work == ["faster", "grind", "sweep"]
    assert ("hurry", "message") in told.waits
