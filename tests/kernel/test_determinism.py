"""The same state and the same command give the same bytes, in any thread; old states load."""

import json
import random
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from engine.domain.errors import CorruptRecordError
from engine.domain.evidence import canonical, digest
from engine.kernel.release import compile_release
from engine.kernel.run import STATE_VERSION, Instance
from tests.kernel.drawing import (
    TERMINATE,
    both,
    boundary,
    call,
    catch,
    diagram,
    end,
    event_sub,
    first_of,
    flows,
    for_each,
    message,
    process,
    service,
    signal,
    some,
    start,
    sub,
    timer,
    user,
    words,
)
from tests.kernel.story import Desk, Story

GOLDEN = Path(__file__).parent / "golden"
#: One of everything that can stand in a state.
EVERYTHING = diagram(
    process(
        "everything",
        start(),
        both("fork"),
        user("ask", cl_outcomes="yes no"),
        boundary("late", "ask", timer("PT5M"), interrupting=False),
        some("meet"),
        first_of("race"),
        catch("paid", message("paid"), cl_key="=bill"),
        catch("alarm", signal("alarm")),
        sub("rooms", start("enter"), user("room"), flows("enter > room"), loop=for_each("rooms")),
        call(
            "ask_inner",
            "inner",
            words('<cl:in name="level" value="2"/>'),
        ),
        both("join"),
        end("closed", TERMINATE, cl_outcome="closed"),
        event_sub(
            "more", message("more"), user("extra"), flows("more_start > extra"), interrupting=False
        ),
        flows(
            "start > fork > ask > join",
            "late > meet",
            "fork > race > paid > meet > join",
            "race > alarm > meet",
            "fork > rooms > join",
            "fork > ask_inner > join > closed",
        ),
    ),
    process("inner", start("in"), service("job"), user("reply"), flows("in > job > reply")),
)
DOCUMENT: dict[str, Any] = {"rooms": ["a", "b"], "bill": "B-7"}


def play(story: Story) -> list[str]:
    """A fixed course through everything; the hash of the state after each command."""
    hashes = [digest(story.state)]
    moves: tuple[Callable[[], Story], ...] = (
        lambda: story.complete("job"),
        lambda: story.fire("late"),
        lambda: story.message("more"),
        lambda: story.complete("room"),
        lambda: story.complete("extra"),
        lambda: story.message("paid"),
        lambda: story.complete("ask", "yes"),
        lambda: story.complete("reply"),
        lambda: story.complete("room"),
    )
    for move in moves:
        move()
        hashes.append(digest(story.state))
    return hashes


def test_two_runs_give_the_same_hashes() -> None:
    first, second = Story(EVERYTHING, DOCUMENT), Story(EVERYTHING, DOCUMENT)
    assert play(first) == play(second)
    assert first.path == second.path
    assert first.ends == ["closed"]


def test_threads_give_the_hashes_of_sequential_runs() -> None:
    """Sixteen different cases of one shared release, stepped at once and one after the other."""
    release = compile_release({"drawing.bpmn": EVERYTHING})

    def run(rooms: int) -> list[str]:
        desk = Desk({"rooms": list(range(rooms)), "bill": rooms})
        instance = Instance.start(release, "everything", desk)
        hashes = []
        while not instance.finished:
            wait = next(w for w in instance.waits() if w.kind in ("work_item", "job", "message"))
            if wait.kind == "message":
                instance.deliver_message(wait.token)
            else:
                instance.complete(wait.token, "yes")
            state = canonical(instance.dump())
            hashes.append(digest(state))
            instance = Instance.load(release, json.loads(state), desk)
            if len(hashes) > 60:
                break
        return hashes

    counts = [1 + n % 5 for n in range(16)]
    sequential = [run(n) for n in counts]
    with ThreadPoolExecutor(max_workers=8) as pool:
        assert list(pool.map(run, counts)) == sequential


def golden_states() -> list[Any]:
    story = Story(EVERYTHING, DOCUMENT)
    states = [story.instance.dump()]
    for name in ("job", "room"):
        story.complete(name)
        states.append(story.instance.dump())
    story.fire("late").message("more")
    return [*states, story.instance.dump()]


def test_states_are_written_as_the_golden_file_says() -> None:
    """A change here is a change of format: raise STATE_VERSION and keep the old file loadable."""
    file = GOLDEN / f"everything_v{STATE_VERSION}.json"
    assert json.loads(canonical(golden_states())) == json.loads(file.read_bytes())


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("everything_v*.json")), ids=lambda f: f.stem)
def test_golden_states_of_every_version_run_to_their_end(file: Path) -> None:
    release = compile_release({"drawing.bpmn": EVERYTHING})
    for state in json.loads(file.read_bytes()):
        instance = Instance.load(release, state, Desk(DOCUMENT))
        for _ in range(40):
            if instance.finished:
                break
            wait = next(w for w in instance.waits() if w.element.id not in ("late", "more_start"))
            if wait.kind == "message":
                instance.deliver_message(wait.token)
            elif wait.kind == "signal":
                instance.signal(wait.name or "")
            else:
                instance.complete(wait.token)
        assert instance.ends == ("closed",)


def test_state_of_another_version_or_process_is_refused() -> None:
    release = compile_release({"drawing.bpmn": EVERYTHING})
    for state in ([], [99], [1, "nobody", 0, 0, {}, [], []]):
        with pytest.raises(CorruptRecordError):
            Instance.load(release, state, Desk())
    with pytest.raises(CorruptRecordError, match="gone"):
        Instance.load(release, [1, "everything", 1, 0, {}, [[1, "gone"]], []], Desk())


def test_state_is_about_one_kilobyte_with_everything_open() -> None:
    assert len(Story(EVERYTHING, DOCUMENT).state) < 1000


@pytest.mark.parametrize("seed", range(40))
def test_any_order_of_commands_keeps_every_token(seed: int) -> None:
    """Started tokens end or wait; the story saves, loads and compares after every command."""
    chance = random.Random(seed)
    story = Story(EVERYTHING, DOCUMENT)
    for _ in range(40):
        if story.finished:
            break
        wait = chance.choice(story.instance.waits())
        if wait.kind == "timer":
            story.fire(wait.element.id)
        elif wait.kind == "message":
            story.message(wait.name or "")
        elif wait.kind == "signal":
            assert story.signal(wait.name or "") == 1
        elif chance.random() < 0.2:
            before = story.state
            assert not story.error(wait.element.id, "NOBODY")
            assert story.state == before
        else:
            story.complete(wait.element.id)
    alive = Counter(step[1:] for step in story.path if step[0] == "+")
    alive.subtract(step[1:] for step in story.path if step[0] != "+")
    assert min(alive.values()) >= 0
    assert story.finished == (alive.total() == 0)
    assert all(alive[name] == count for name, count in Counter(story.work).items())
