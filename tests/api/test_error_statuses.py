import logging
from typing import NoReturn

import pytest
from flask import Flask
from werkzeug.exceptions import InternalServerError, default_exceptions
from werkzeug.test import TestResponse

from api import errors
from api.json_provider import WireJson
from api.problem import MEDIA_TYPE
from api.reference import error_classes
from api.ways_out import WAYS_OUT
from engine.domain.errors import (
    CorruptRecordError,
    EngineError,
    SeparationError,
    StoreUnavailableError,
)

CLASSES = error_classes()


def answer_to(error: Exception) -> TestResponse:
    app = Flask("errors")
    app.json = WireJson(app)
    errors.register(app, lambda: "ref-1")

    @app.get("/thing")
    def fail() -> NoReturn:
        raise error

    return app.test_client().get("/thing")


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_engine_error_has_a_status_of_its_own_branch(kind: type[EngineError]) -> None:
    nearest = next(base for base in kind.__mro__ if base in errors.STATUS)
    assert nearest is not EngineError or kind is EngineError


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_engine_error_becomes_problem_json(kind: type[EngineError]) -> None:
    answer = answer_to(kind("the particulars") if _plain(kind) else EngineError())
    body = answer.get_json()
    assert answer.mimetype == MEDIA_TYPE
    assert body["status"] == answer.status_code
    assert body["type"] == f"urn:caseloop:problem:{body['code']}"
    assert body["instance"] == "/thing"


def _plain(kind: type[EngineError]) -> bool:
    return kind.__init__ is EngineError.__init__


@pytest.mark.parametrize("kind", CLASSES, ids=lambda kind: kind.__name__)
def test_every_code_has_a_way_out(kind: type[EngineError]) -> None:
    assert WAYS_OUT[kind.code].endswith(".")


def test_ways_out_name_no_code_that_is_gone() -> None:
    assert set(WAYS_OUT) == {kind.code for kind in CLASSES} | set(errors.API_PROBLEMS)


@pytest.mark.parametrize("status", sorted(default_exceptions))
def test_every_http_error_becomes_problem_json(status: int) -> None:
    answer = answer_to(default_exceptions[status]())
    assert answer.mimetype == MEDIA_TYPE
    assert answer.status_code == (min(status, 500))


def test_refusal_names_rule_and_earlier_act_when_separation_forbids() -> None:
    error = SeparationError(rule="separation/handled-this-case", earlier_act={"act": "handle"})
    body = answer_to(error).get_json()
    assert body["rule"] == "separation/handled-this-case"
    assert body["earlier_act"] == {"act": "handle"}


def test_context_never_overwrites_the_problem_itself() -> None:
    body = answer_to(SeparationError("no", type="x", instance="y", headers=1, status=1)).get_json()
    assert (body["status"], body["instance"]) == (403, "/thing")


@pytest.mark.parametrize(
    "error",
    [
        RuntimeError("secret"),
        CorruptRecordError("secret", row="secret"),
        InternalServerError("secret"),
    ],
)
def test_server_errors_tell_a_reference_and_nothing_else(
    error: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        answer = answer_to(error)
    assert answer.status_code == 500
    assert "secret" not in answer.get_data(as_text=True)
    assert answer.get_json()["reference"] == "ref-1"
    assert "ref-1" in caplog.text


def test_unavailable_store_says_when_to_try_again() -> None:
    answer = answer_to(StoreUnavailableError())
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "1")
