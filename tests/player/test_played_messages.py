"""Messages in `caseloop play`: what begins by one, what is taken, and what leaves the instance."""

from pathlib import Path

import pytest

from tests.kernel.drawing import (
    catch,
    diagram,
    end,
    error,
    event_sub,
    flows,
    message,
    process,
    shape,
    signal,
    start,
    throw,
    timer,
    user,
)
from tests.player.playing import play


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
