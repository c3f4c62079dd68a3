"""Guessing passwords is slow, a closed login stays closed, and both are told."""

import json
import logging

import pytest

from engine.domain.errors import AuthenticationError, NotFoundError, TooManyAttemptsError
from engine.domain.people import Actor
from engine.service import people
from engine.service.attempts import MOST
from engine.service.installation import Installation
from engine.store.queries.journal import list_entries
from tests.databases import SettableClock

PASSWORD = "correct horse battery"


@pytest.fixture
def lin(inst: Installation, operator: Actor) -> Installation:
    """An installation with one login."""
    post = {"id": "lin.collector", "role": "collector", "axis": "supervision"}
    people.add_post(inst, operator, "lin", name="Lin", **post)
    people.create_user(inst, operator, "lin", PASSWORD, "lin")
    return inst


def guess(inst: Installation, login: str, times: int = 1) -> None:
    for _ in range(times):
        with pytest.raises(AuthenticationError) as refused:
            people.sign_in(inst, login, "guess")
        assert not isinstance(refused.value, TooManyAttemptsError)


@pytest.mark.parametrize("login", ["lin", "nobody"])
def test_login_rests_after_wrong_passwords_in_a_row(
    lin: Installation, login: str, lease_clock: SettableClock, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING, logger="caseloop.access"):
        guess(lin, login, MOST)
    assert f"{login!r}: {MOST} in a row" in caplog.text
    with pytest.raises(TooManyAttemptsError) as refused:
        people.sign_in(lin, login, PASSWORD)
    assert refused.value.context["retry_after"] == 60
    lease_clock.forward(seconds=61)
    guess(lin, login)
    with pytest.raises(TooManyAttemptsError):
        people.sign_in(lin, login, PASSWORD)


def test_right_password_ends_the_row(lin: Installation) -> None:
    for _ in range(3):
        guess(lin, "lin", MOST - 1)
        people.sign_in(lin, "lin", PASSWORD)


def test_failures_of_long_ago_are_forgotten(lin: Installation, lease_clock: SettableClock) -> None:
    guess(lin, "lin", MOST - 1)
    lease_clock.forward(minutes=16)
    guess(lin, "lin", MOST - 1)
    people.sign_in(lin, "lin", PASSWORD)


def test_closed_login_opens_nothing_and_is_told(lin: Installation, operator: Actor) -> None:
    token = people.sign_in(lin, "lin", PASSWORD)["token"]
    people.authenticate(lin, token)
    people.close_user(lin, operator, "lin")
    with pytest.raises(AuthenticationError):
        people.authenticate(lin, token)
    with pytest.raises(AuthenticationError):
        people.sign_in(lin, "lin", PASSWORD)
    with lin.database.reads() as reader:
        last = json.loads(list_entries(reader, "security")[-1].body)
    assert last["command"]["kind"] == "close_user"
    assert [(e["type"], e["data"]) for e in last["events"]] == [
        ("user.closed", {"login": "lin", "person": "lin"})
    ]
    for login in ("lin", "nobody"):
        with pytest.raises(NotFoundError):
            people.close_user(lin, operator, login)
