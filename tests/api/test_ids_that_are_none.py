"""Whatever stands in an address in the place of an id: nothing is there, on both databases."""

from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api.app import create_app
from engine.service.installation import Installation
from tests.databases import (
    database_kind,
    database_url,
    postgres,
    postgres_template,
    sqlite_template,
)
from tests.installations import city_postgres, city_sqlite, city_url, installation

__all__ = [
    "city_postgres",
    "city_sqlite",
    "city_url",
    "database_kind",
    "database_url",
    "installation",
    "postgres",
    "postgres_template",
    "sqlite_template",
]

STRANGE = (
    "nonsense",
    "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001",
    "0197F7C4-1C3A-7BD0-8A43-8F2A51F3D001",
    "{0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001}",
    "nonsense.1.1",
    "nonsense.99999999999.99999999999",
    "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001.1.1",
    "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001.99999999999.99999999999",
    "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001.²",
    "x" * 300,
)
LOCK = {"worker": "w", "lock_token": 1}
BODIES: dict[str, dict[str, Any]] = {
    "bpmn-error": {**LOCK, "code": "X"},
    "complete": {"outcome": "done"},
    "complete_job": LOCK,
    "extend": {**LOCK, "seconds": 5},
    "fail": {**LOCK, "reason": "r"},
    "posts": {"id": "p", "role": "crew", "axis": "handling"},
    "resolve": {"reason": "r"},
    "retry": {"reason": "r"},
}
TOKEN = "the-local-token"


@pytest.fixture
def app(installation: Installation) -> Flask:
    return create_app(installation, local_token=TOKEN)


def routes(app: Flask) -> list[tuple[str, str]]:
    """Every operation with something in its address."""
    return sorted(
        (method, rule.rule)
        for rule in app.url_map.iter_rules()
        if rule.arguments and rule.rule.startswith("/api/")
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    )


def fill(app: Flask, address: str, value: str) -> str:
    """The address with the value in every place that takes a text, 1 in every other."""
    parts = []
    for part in address.split("/"):
        if part.startswith("<int:"):
            parts.append("2147483648")
        elif part.startswith("<"):
            parts.append(value)
        else:
            parts.append(part)
    return "/".join(parts)


def body_of(address: str) -> dict[str, Any]:
    last = address.rpartition("/")[2]
    return BODIES.get(f"{last}_job" if "/jobs/" in address and last == "complete" else last, {})


def ask(client: FlaskClient, method: str, address: str, n: int) -> tuple[int, Any]:
    headers = {"Authorization": f"Bearer {TOKEN}", "Idempotency-Key": f"k{n}"}
    body = None if method == "GET" else body_of(address)
    answer = client.open(address, method=method, json=body, headers=headers)
    return answer.status_code, answer.get_json(silent=True)


def test_address_with_a_strange_id_leads_nowhere(app: Flask) -> None:
    client = app.test_client()
    found = routes(app)
    assert len(found) > 20
    answered = {
        (method, rule, value): ask(client, method, fill(app, rule, value), n * 100 + m)[0]
        for n, (method, rule) in enumerate(found)
        for m, value in enumerate(STRANGE)
    }
    assert {asked: status for asked, status in answered.items() if status >= 500} == {}
    of_cases = {
        asked: status
        for asked, status in answered.items()
        if "/cases/<" in asked[1] and asked[0] == "GET"
    }
    assert set(of_cases.values()) == {404}


@pytest.mark.parametrize("value", STRANGE)
def test_filter_by_a_strange_case_is_refused_or_finds_nothing(app: Flask, value: str) -> None:
    client = app.test_client()
    for list_ in ("work-items", "incidents"):
        status, body = ask(client, "GET", f"/api/v1/{list_}?case_id={value}", 0)
        assert status == 422 or (status == 200 and body["items"] == []), (list_, status, body)
