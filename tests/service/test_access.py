"""Keys, logins and sessions: who stands behind a token, and for how long."""

import json
from datetime import timedelta
from typing import Any

import pytest

from engine.domain.errors import (
    AuthenticationError,
    ConflictError,
    ForbiddenError,
    InvalidRequestError,
    NotFoundError,
)
from engine.domain.people import Actor
from engine.service import people
from engine.service.installation import Installation
from engine.store.queries.journal import list_entries
from engine.store.writes.access import disable_user, revoke_api_key
from tests.databases import SettableClock
from tests.service.test_organisation_import import TABLES

PASSWORD = "correct horse battery"
SCOPES = ["cases:read", "work:do"]


@pytest.fixture(autouse=True)
def town(inst: Installation, operator: Actor) -> None:
    people.import_organisation(inst, operator, TABLES)


def key(inst: Installation, operator: Actor, **options: Any) -> tuple[str, str]:
    wanted: dict[str, Any] = {"name": "gateway", "scopes": SCOPES, **options}
    made = people.create_key(inst, operator, **wanted).data
    return made["id"], made["secret"]


def signed_in(inst: Installation, operator: Actor, person: str = "lin") -> str:
    people.create_user(inst, operator, person, PASSWORD, person)
    return str(people.sign_in(inst, person, PASSWORD)["token"])


def test_key_speaks_for_its_unit_with_its_scopes(inst: Installation, operator: Actor) -> None:
    key_id, secret = key(inst, operator, unit="works")
    assert secret.startswith(f"clk_{key_id}_")
    actor = people.authenticate(inst, secret)
    assert (actor.via, actor.person, actor.unit) == (f"key:{key_id}", None, "works")
    assert actor.scopes == frozenset(SCOPES)


@pytest.mark.parametrize(
    "change",
    [lambda s: s[:-1], lambda s: s + "x", lambda s: s[:4], str.swapcase],
    ids=["shorter", "longer", "prefix", "other-case"],
)
def test_key_that_differs_in_a_sign_is_unknown(
    inst: Installation, operator: Actor, change: Any
) -> None:
    _, secret = key(inst, operator)
    with pytest.raises(AuthenticationError):
        people.authenticate(inst, change(secret))


@pytest.mark.parametrize("token", ["", "clk_", "clk__", "clk_a_b_c", "cls_x", "nonsense", "密钥"])
def test_token_that_nobody_gave_out_is_unknown(inst: Installation, token: str) -> None:
    with pytest.raises(AuthenticationError):
        people.authenticate(inst, token)


def test_revoked_key_is_refused_at_once(inst: Installation, operator: Actor) -> None:
    key_id, secret = key(inst, operator)
    people.authenticate(inst, secret)
    people.revoke_key(inst, operator, key_id)
    with pytest.raises(AuthenticationError):
        people.authenticate(inst, secret)
    with pytest.raises(NotFoundError):
        people.revoke_key(inst, operator, key_id)


def test_key_revoked_on_another_node_is_refused_after_seconds(
    inst: Installation, operator: Actor, lease_clock: SettableClock
) -> None:
    """A finding is remembered for a few seconds, so that a request costs no query."""
    key_id, secret = key(inst, operator)
    people.authenticate(inst, secret)
    with inst.database.unit_of_work() as work:
        revoke_api_key(work, key_id)
        work.commit()
    assert people.authenticate(inst, secret).scopes == frozenset(SCOPES)
    lease_clock.forward(seconds=6)
    with pytest.raises(AuthenticationError):
        people.authenticate(inst, secret)


def test_key_ends_at_its_instant_though_remembered(
    inst: Installation, operator: Actor, lease_clock: SettableClock
) -> None:
    _, secret = key(inst, operator, expires_at=lease_clock.now() + timedelta(seconds=2))
    people.authenticate(inst, secret)
    lease_clock.forward(seconds=2)
    with pytest.raises(AuthenticationError):
        people.authenticate(inst, secret)


@pytest.mark.parametrize(
    ("unit", "person", "rule"),
    [
        ("works", "chen", None),
        ("crew_a", "chen", None),
        ("centre", "chen", "acting-for/unit"),
        ("works", "lin", "acting-for/unit"),
        ("works", "nobody", "acting-for/unit"),
        (None, "chen", "acting-for/unit"),
    ],
)
def test_key_acts_for_people_of_its_unit_or_below(
    inst: Installation, operator: Actor, unit: str | None, person: str, rule: str | None
) -> None:
    _, secret = key(inst, operator, unit=unit)
    if rule is None:
        assert people.authenticate(inst, secret, person).person == person
        return
    with pytest.raises(ForbiddenError) as refused:
        people.authenticate(inst, secret, person)
    assert refused.value.context["rule"] == rule


def test_key_acts_no_longer_for_somebody_who_left(
    inst: Installation, operator: Actor, case_clock: SettableClock
) -> None:
    _, secret = key(inst, operator, unit="works")
    people.authenticate(inst, secret, "chen")
    case_clock.forward(hours=1)
    gone = {"people": [{"id": "chen", "name": "Chen", "posts": []}]}
    people.import_organisation(inst, operator, gone)
    with pytest.raises(ForbiddenError):
        people.authenticate(inst, secret, "chen")


@pytest.mark.parametrize(
    ("options", "error"),
    [
        ({"unit": "nowhere"}, NotFoundError),
        ({"scopes": ["everything"]}, InvalidRequestError),
        ({"scopes": []}, InvalidRequestError),
    ],
)
def test_key_that_makes_no_sense_is_refused(
    inst: Installation, operator: Actor, options: dict[str, Any], error: type[Exception]
) -> None:
    with pytest.raises(error):
        key(inst, operator, **options)


def test_no_secret_stands_in_list_or_journal(inst: Installation, operator: Actor) -> None:
    _, secret = key(inst, operator)
    token = signed_in(inst, operator)
    with inst.database.reads() as reader:
        journal = b"".join(e.body for e in list_entries(reader, "security")).decode()
    listed = str(people.list_keys(inst, operator))
    for hidden in (secret, secret.split("_", 2)[2], token, PASSWORD):
        assert hidden not in journal
        assert hidden not in listed
    kinds = [json.loads(e)["command"]["kind"] for e in _bodies(inst)]
    assert kinds == ["create_key", "create_user", "sign_in"]


def _bodies(inst: Installation) -> list[bytes]:
    with inst.database.reads() as reader:
        return [entry.body for entry in list_entries(reader, "security")]


def test_session_speaks_for_its_person(inst: Installation, operator: Actor) -> None:
    people.create_user(inst, operator, "lin", PASSWORD, "lin")
    session = people.sign_in(inst, "lin", PASSWORD)
    actor = people.authenticate(inst, session["token"])
    assert (actor.via, actor.person, actor.unit) == ("user", "lin", None)
    assert sorted(actor.scopes) == session["scopes"]
    assert "work:do" in actor.scopes
    assert not any(scope.startswith("admin:") for scope in actor.scopes)


def test_scopes_follow_from_the_roles(inst: Installation, operator: Actor) -> None:
    post = {"id": "a1", "role": "administrator", "axis": "none"}
    people.add_post(inst, operator, "cheng", name="Cheng", **post)
    actor = people.authenticate(inst, signed_in(inst, operator, "cheng"))
    assert {"admin:people", "admin:keys", "admin:deploy"} <= actor.scopes
    assert "cases:personal" not in actor.scopes


@pytest.mark.parametrize(
    ("login", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("", ""), ("lin", "")]
)
def test_wrong_login_or_password_is_refused_alike(
    inst: Installation, operator: Actor, login: str, password: str
) -> None:
    people.create_user(inst, operator, "lin", PASSWORD, "lin")
    with pytest.raises(AuthenticationError) as refused:
        people.sign_in(inst, login, password)
    assert refused.value.message == AuthenticationError().message


def test_session_ends_at_sign_out_and_by_itself(
    inst: Installation, operator: Actor, lease_clock: SettableClock
) -> None:
    token = signed_in(inst, operator)
    other = people.sign_in(inst, "lin", PASSWORD)["token"]
    people.sign_out(inst, token)
    with pytest.raises(AuthenticationError):
        people.authenticate(inst, token)
    people.authenticate(inst, other)
    lease_clock.forward(hours=13)
    with pytest.raises(AuthenticationError):
        people.authenticate(inst, other)
    with pytest.raises(NotFoundError):
        people.sign_out(inst, token)


def test_session_acts_for_nobody_else(inst: Installation, operator: Actor) -> None:
    token = signed_in(inst, operator)
    assert people.authenticate(inst, token, "lin").person == "lin"
    with pytest.raises(ForbiddenError):
        people.authenticate(inst, token, "chen")


def test_disabled_login_opens_nothing(inst: Installation, operator: Actor) -> None:
    token = signed_in(inst, operator)
    with inst.database.unit_of_work() as work:
        disable_user(work, "lin")
        work.commit()
    for attempt in (
        lambda: people.authenticate(inst, token),
        lambda: people.sign_in(inst, "lin", PASSWORD),
    ):
        with pytest.raises(AuthenticationError):
            attempt()


def test_login_is_given_once_and_to_somebody_known(inst: Installation, operator: Actor) -> None:
    people.create_user(inst, operator, "lin", PASSWORD, "lin")
    with pytest.raises(ConflictError):
        people.create_user(inst, operator, "lin", PASSWORD, "chen")
    with pytest.raises(NotFoundError):
        people.create_user(inst, operator, "zhao", PASSWORD, "zhao")
    with pytest.raises(InvalidRequestError):
        people.create_user(inst, operator, "chen", "short", "chen")
