"""Long bodies take turns; with a protocol that gives what it is told to."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from io import BytesIO
from typing import Any

import pytest

from api.problem import ApiProblem
from api.reading import JSON_LIMIT
from api.request_bodies import Bodies

LONG = JSON_LIMIT + 1
Waiting = asyncio.Task[BytesIO]


class Sender:
    """Gives its body in one piece when it is asked."""

    def __init__(self, length: int = LONG, sent: int | None = None) -> None:
        self.length, self.is_asked = length, False
        self._sent = length if sent is None else sent

    async def __aiter__(self) -> AsyncIterator[bytes]:
        self.is_asked = True
        yield b"x" * self._sent
        yield b""


def in_a_loop(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    def run() -> None:
        asyncio.run(test())

    run.__name__ = test.__name__
    return run


def room_for(count: int, patience: float = 600) -> Bodies:
    return Bodies(stall=600, room=count * LONG, patience=patience)


async def begun(bodies: Bodies, *senders: Sender) -> list[Waiting]:
    """The tasks that take these bodies, after all have gone as far as they can."""
    tasks = [asyncio.create_task(bodies.take(one, one.length)) for one in senders]
    await others_went_on()
    return tasks


async def others_went_on() -> None:
    for _ in range(10):
        await asyncio.sleep(0)  # no time passes


@in_a_loop
async def test_long_body_waits_unread_until_another_is_forgotten() -> None:
    bodies, first, second = room_for(1), Sender(), Sender()
    tasks = await begun(bodies, first, second)
    assert (tasks[0].done(), second.is_asked) == (True, False)
    bodies.forget(LONG)
    assert (await tasks[1]).getbuffer().nbytes == LONG


@in_a_loop
async def test_short_bodies_pass_by() -> None:
    bodies, short = room_for(1), Sender(JSON_LIMIT)
    tasks = await begun(bodies, Sender(), Sender(), short)
    assert [task.done() for task in tasks] == [True, False, True]
    tasks[1].cancel()


@in_a_loop
async def test_body_that_broke_off_leaves_its_room() -> None:
    bodies, broken, next_one = room_for(1), Sender(sent=7), Sender()
    tasks = await begun(bodies, broken, next_one)
    with pytest.raises(ApiProblem, match="7 came"):
        await tasks[0]
    assert tasks[1].done()


@in_a_loop
async def test_turns_are_taken_in_the_order_of_coming() -> None:
    bodies = room_for(2)
    tasks = await begun(bodies, Sender(), Sender(2 * LONG), Sender())
    assert [task.done() for task in tasks] == [True, False, False]
    bodies.forget(LONG)
    await tasks[1]
    assert not tasks[2].done()
    bodies.forget(2 * LONG)
    await tasks[2]


@in_a_loop
async def test_who_waits_too_long_is_told_to_come_again_and_leaves_the_queue() -> None:
    bodies, small = room_for(2, patience=0.05), Sender()
    tasks = await begun(bodies, Sender(), Sender(3 * LONG), small)
    with pytest.raises(ApiProblem) as caught:
        await tasks[1]
    assert (caught.value.code, caught.value.headers) == ("server-busy", {"Retry-After": "5"})
    await tasks[2]


@in_a_loop
async def test_one_that_is_given_up_while_it_waits_takes_no_room() -> None:
    bodies, last = room_for(1), Sender()
    tasks = await begun(bodies, Sender(), Sender(), last)
    tasks[1].cancel()
    bodies.forget(LONG)
    await others_went_on()
    assert tasks[2].done()


@in_a_loop
async def test_one_that_is_given_up_as_its_turn_comes_hands_it_on() -> None:
    bodies, last = room_for(1), Sender()
    tasks = await begun(bodies, Sender(), Sender(), last)
    bodies.forget(LONG)
    tasks[1].cancel()
    await others_went_on()
    assert tasks[2].done()
