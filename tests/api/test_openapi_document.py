import json
from typing import Any

import pytest
from openapi_spec_validator import validate

from api.app import create_documented_app
from api.openapi import COMMITTED, document_of, text_of

DOCUMENT = document_of(create_documented_app())
OPERATIONS = [
    (path, method, operation)
    for path, item in DOCUMENT["paths"].items()
    for method, operation in item.items()
    if method != "parameters"
]
IDS = [f"{method} {path}" for path, method, _ in OPERATIONS]
#: Writes that do no more when they are sent again; each says why in its description.
REPEATABLE = {
    ("put", "/api/v1/clock"),
    ("post", "/api/v1/calendar/apply"),
    ("post", "/api/v1/jobs/fetch-and-lock"),
    ("post", "/api/v1/jobs/{job_id}/extend"),
    ("post", "/api/v1/notifications/{notification_id}/read"),
    ("delete", "/api/v1/keys/{key_id}"),
    ("delete", "/api/v1/users/{login}"),
}
#: Writes whose stored answer would be a token.
UNKEPT = {("post", "/api/v1/sessions"), ("delete", "/api/v1/sessions/current")}
PUBLIC = {("get", "/api/v1/health"), ("post", "/api/v1/sessions")}


def test_document_is_valid_openapi_3_1() -> None:
    assert DOCUMENT["openapi"].startswith("3.1")
    validate(DOCUMENT)


def test_committed_document_says_what_the_code_says() -> None:
    assert COMMITTED.read_text(encoding="utf-8") == text_of(DOCUMENT), "run: make openapi"


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_operation_documents_its_errors_as_problems(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    problems = {
        status: answer for status, answer in operation["responses"].items() if status[0] not in "23"
    }
    assert {"default", "422"} <= set(problems)
    assert all(list(p["content"]) == ["application/problem+json"] for p in problems.values())


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_operation_says_who_may(path: str, method: str, operation: dict[str, Any]) -> None:
    public = (method, path) in PUBLIC
    assert operation["security"] == ([] if public else [{"bearer": []}])
    assert public or {"401", "403"} <= set(operation["responses"])


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_write_takes_an_idempotency_key_or_says_why_not(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    taken = {p["name"]: p.get("required", False) for p in operation.get("parameters", ())}
    is_keyed = method != "get" and (method, path) not in PUBLIC | REPEATABLE | UNKEPT
    assert taken.get("Idempotency-Key", False) == is_keyed
    is_kept = is_keyed or (method, path) in REPEATABLE
    assert ("idempotency-key-reused" in str(operation["responses"]["422"])) == is_kept
    assert ("Idempotency-Key" in taken) == is_kept
    if (method, path) in REPEATABLE | UNKEPT:
        assert "Idempotency-Key" in operation["description"]


@pytest.mark.parametrize(("path", "method", "operation"), OPERATIONS, ids=IDS)
def test_operation_has_a_name_and_a_summary(
    path: str, method: str, operation: dict[str, Any]
) -> None:
    assert operation["operationId"].isidentifier()
    assert operation["summary"].endswith((".", ":", ";"))


def test_no_number_on_the_wire_is_a_float() -> None:
    assert '"type": "number"' not in json.dumps(DOCUMENT)
