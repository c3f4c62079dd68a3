"""Whatever is sent, the server keeps its word: no 5xx, and answers as the document says."""

from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import (
    content_type_conformance,
    not_a_server_error,
    response_schema_conformance,
    status_code_conformance,
)

from api.app import create_documented_app
from api.openapi import document_of
from tests.api.house import House

SCHEMA = schemathesis.openapi.from_dict(document_of(create_documented_app()))
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schemathesis.serializer("application/zip")
def as_it_is(_: schemathesis.SerializationContext, value: Any) -> bytes:
    """An archive is bytes already; texts that are none are as good for our purpose."""
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "replace")


@pytest.fixture
def known(house: House) -> dict[str, Any]:
    """Names of things that exist, so that requests get past the first look."""
    case_id = house.stamped()
    house.accepted()
    return {
        "case_id": case_id,
        "item_id": house.waiting(case_id)["id"],
        "job_id": house.locked_job()["id"],
        "name": house.photo(case_id),
        "number": 1,
        "person_id": "chen",
        "release_id": house.release,
        "path": "permit/permit.bpmn",
    }


@SCHEMA.parametrize()
@settings(
    max_examples=6,
    deadline=None,
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_server(
    case: schemathesis.Case[Any], house: House, known: dict[str, Any]
) -> None:
    headers = {"Authorization": f"Bearer {house.operator.token}"}
    for path_parameters in (case.path_parameters, {**known}):
        case.path_parameters = {
            name: path_parameters.get(name, value) for name, value in case.path_parameters.items()
        }
        answer = case.call(app=house.app, headers=headers)
        case.validate_response(answer, checks=CHECKS)
