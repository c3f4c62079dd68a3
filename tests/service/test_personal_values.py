"""Personal values on the command path: wherever they lie, they stay out of all that is kept."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.errors import BadVariablesError, DefinitionError, IdempotencyKeyReusedError
from engine.domain.evidence import canonical
from engine.domain.people import Actor
from engine.service import cases, evidence, releases
from engine.service.installation import Installation
from engine.service.rights import PERSONAL
from engine.store.migrations import run
from engine.store.tables import metadata
from tests.audit.town import OPERATOR, Town, pack, who

SCHEMA = "case_disposition/case.schema.json"
NUMBER = "13900001234"
SEALED = {"commitment": "0" * 64, "ref": "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001"}
GIVEN = {
    "class": "01-01",
    "description": "井盖破损",
    "grid_cell": "990101001001001",
    "source": "public",
}
WITNESSES = {
    "items": {
        "additionalProperties": False,
        "properties": {"phone": {"$ref": "#/$defs/phone"}, "said": {"type": "string"}},
        "type": "object",
    },
    "type": "array",
}
PHONE = {"pattern": "^[0-9]{5,20}$", "personal": True, "type": "string"}
SEES = Actor(via="user", person="feng", scopes=frozenset({PERSONAL}))


def with_fields(**fields: Any) -> dict[str, bytes]:
    """The packaged release whose cases have more fields."""
    schema = json.loads(pack()[SCHEMA])
    schema["properties"] |= fields
    schema["$defs"] = {"phone": PHONE}
    return {**pack(), SCHEMA: json.dumps(schema).encode()}


def open_case(inst: Installation, key: str | None = None, **data: Any) -> str:
    answer = cases.open_case(inst, SEES, data={**GIVEN, **data}, idempotency_key=key)
    return str(answer.data["case_id"])


@contextmanager
def connected(inst: Installation) -> Iterator[sa.Connection]:
    engine = run.connectable(inst.database.url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def everything_kept(inst: Installation, *, but: str) -> str:
    """All rows of the database as text, without one table."""
    with connected(inst) as connection:
        rows = [
            [
                bytes(v).decode("utf-8", "replace") if isinstance(v, (bytes, memoryview)) else v
                for v in row
            ]
            for table in metadata.sorted_tables
            if table.name != but
            for row in connection.execute(sa.select(table))
        ]
    return repr(rows)


def fingerprint(inst: Installation, key: str) -> str:
    with connected(inst) as connection:
        table = metadata.tables["idempotency"]
        query = sa.select(table.c.fingerprint).where(table.c.key == key)
        return str(connection.execute(query).scalar_one())


def test_personal_value_in_a_list_is_kept_in_its_own_row_only(town: Town) -> None:
    releases.deploy(town.inst, OPERATOR, with_fields(witnesses=WITNESSES))
    witnesses = [{"phone": NUMBER, "said": "yes"}, {"said": "no"}]
    case_id = open_case(town.inst, "k", witnesses=witnesses)
    assert cases.get_case(town.inst, SEES, case_id)["document"]["witnesses"] == witnesses
    hidden = cases.get_case(town.inst, who("feng"), case_id)["document"]["witnesses"]
    assert hidden == [{"phone": "***", "said": "yes"}, {"said": "no"}]
    assert NUMBER not in everything_kept(town.inst, but="personal_value")
    assert evidence.replay(town.inst, OPERATOR, case_id)["verdict"] == "conforms"
    assert evidence.verify(town.inst, OPERATOR, case_id)["verdict"] == "intact"


def test_release_whose_personal_values_could_not_be_sealed_is_refused(town: Town) -> None:
    either = {"anyOf": [{"type": "null"}, {"$ref": "#/$defs/phone"}]}
    with pytest.raises(DefinitionError) as refused:
        releases.deploy(town.inst, OPERATOR, with_fields(f=either))
    [error] = [f for f in refused.value.context["findings"] if f["severity"] == "error"]
    assert (error["file"], error["element"]) == (SCHEMA, "/$defs/phone/personal")


def test_personal_value_that_fits_no_schema_is_refused_at_its_pointer(town: Town) -> None:
    with pytest.raises(BadVariablesError) as refused:
        open_case(town.inst, reporter={"name": "钱多多", "phone": "call me"})
    assert [e["pointer"] for e in refused.value.context["errors"]] == ["/reporter/phone"]


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        ({"reporter": {"phone": SEALED}}, "/reporter/phone"),
        ({"description": SEALED}, "/description"),
        ({"photos_before": [SEALED]}, "/photos_before/0"),
    ],
)
def test_sealed_value_that_somebody_made_himself_is_refused(
    town: Town, data: dict[str, Any], pointer: str
) -> None:
    with pytest.raises(BadVariablesError) as refused:
        open_case(town.inst, **data)
    assert [e["pointer"] for e in refused.value.context["errors"]] == [pointer]


def test_stored_key_does_not_let_a_telephone_number_be_guessed(town: Town) -> None:
    """Without the secret, every number that there is can be tried and none is told from another."""
    reporter = {"phone": NUMBER}
    open_case(town.inst, "k", reporter=reporter)
    request = {"data": {**GIVEN, "reporter": reporter}, "process": None, "release": None}
    content = canonical({"kind": "open_case", "request": request})
    kept = fingerprint(town.inst, "k")
    assert kept != hashlib.sha256(content).hexdigest()
    assert kept == hmac.new(town.inst.secret(), content, hashlib.sha256).hexdigest()


def test_all_nodes_of_a_database_know_a_request_again(town: Town) -> None:
    other = Installation(
        town.inst.settings,
        town.inst.database,
        town.inst.blobs,
        town.inst.ids,
        town.inst.lease_clock,
    )
    first = open_case(town.inst, "k", reporter={"phone": NUMBER})
    assert open_case(other, "k", reporter={"phone": NUMBER}) == first
    with pytest.raises(IdempotencyKeyReusedError):
        open_case(other, "k", reporter={"phone": "13900001235"})
