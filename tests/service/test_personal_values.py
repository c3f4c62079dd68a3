"""Personal values on the command path: wherever they lie, they stay out of all that is kept."""

import hashlib
import hmac
import json
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
import sqlalchemy as sa

from engine.domain.errors import (
    BadVariablesError,
    CaseNotFoundError,
    DefinitionError,
    IdempotencyKeyReusedError,
    InvalidRequestError,
)
from engine.domain.evidence import canonical
from engine.domain.people import Actor
from engine.service import cases, evidence, releases
from engine.service.erasure import erase_personal
from engine.service.installation import Installation
from engine.service.rights import PERSONAL
from engine.store.answers import short
from engine.store.migrations import run
from engine.store.queries.case import list_personal_values
from engine.store.queries.journal import list_entries
from engine.store.tables import metadata
from tests.audit.town import OPERATOR, Town, pack, who

SCHEMA = "case_disposition/case.schema.json"
DIAGRAM = "case_disposition/case_disposition.bpmn"
NUMBER = "13900001234"
SEALED = {"commitment": "0" * 64, "ref": "0197f7c4-1c3a-7bd0-8a43-8f2a51f3d001"}
GIVEN = {
    "class": "01-01",
    "description": "井盖破损",
    "grid_cell": "990101001001001",
    "source": "public",
}
WITNESS = {
    "additionalProperties": False,
    "properties": {"phone": {"$ref": "#/$defs/phone"}, "said": {"type": "string"}},
    "type": "object",
}
PEOPLE = {"properties": {"witnesses": {"items": WITNESS, "type": "array"}}, "type": "object"}
PHONE = {"pattern": "^[0-9]{5,20}$", "personal": True, "type": "string"}
SEES = Actor(via="user", person="feng", scopes=frozenset({PERSONAL}))


def with_fields(**fields: Any) -> dict[str, bytes]:
    """The packaged release whose cases are opened with more fields, all of them objects."""
    schema = json.loads(pack()[SCHEMA])
    schema["properties"] |= fields
    schema["$defs"] = {"phone": PHONE}
    more = "".join(f'<cl:output name="{name}" type="object" />' for name in fields).encode()
    place = b'<cl:output name="place"'
    diagram = pack()[DIAGRAM].replace(place, more + place, 1)
    return {**pack(), DIAGRAM: diagram, SCHEMA: json.dumps(schema).encode()}


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


def fingerprint(inst: Installation) -> int:
    """That of the one request that came under a key."""
    with connected(inst) as connection:
        query = sa.select(metadata.tables["idempotency"].c.fingerprint)
        return int(connection.execute(query).scalar_one())


def test_personal_value_in_a_list_is_kept_in_its_own_row_only(town: Town) -> None:
    releases.deploy(town.inst, OPERATOR, with_fields(people=PEOPLE))
    people = {"witnesses": [{"phone": NUMBER, "said": "yes"}, {"said": "no"}]}
    case_id = open_case(town.inst, "k", people=people)
    assert cases.get_case(town.inst, SEES, case_id)["document"]["people"] == people
    hidden = cases.get_case(town.inst, who("feng"), case_id)["document"]["people"]
    assert hidden == {"witnesses": [{"phone": "***", "said": "yes"}, {"said": "no"}]}
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
    kept = fingerprint(town.inst)
    assert kept != short(hashlib.sha256(content).digest())
    assert kept == short(hmac.new(town.inst.secret(), content, hashlib.sha256).digest())


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


def values_of(inst: Installation, case_id: str) -> set[Any]:
    with inst.database.reads() as reader:
        return {value.value for value in list_personal_values(reader, case_id)}


def verdicts(inst: Installation, case_id: str) -> tuple[str, str]:
    replayed = evidence.replay(inst, OPERATOR, case_id)["verdict"]
    return replayed, evidence.verify(inst, OPERATOR, case_id)["verdict"]


def orders(inst: Installation) -> list[dict[str, Any]]:
    """The entries of erasures."""
    with inst.database.reads() as reader:
        bodies = [json.loads(entry.body) for entry in list_entries(reader, "security")]
    return [body for body in bodies if body["command"]["kind"] == "erase_personal"]


def test_erased_value_is_gone_and_the_case_still_conforms(town: Town) -> None:
    case_id = open_case(town.inst, reporter={"name": "钱多多", "phone": NUMBER})
    answer = erase_personal(
        town.inst, who("cheng"), case_id, reason="his wish", pointers=["/reporter/phone"]
    )
    assert values_of(town.inst, case_id) == {"钱多多"}
    shown = cases.get_case(town.inst, SEES, case_id)["document"]["reporter"]
    assert shown == {"name": "钱多多", "phone": None}
    assert verdicts(town.inst, case_id) == ("conforms", "intact")
    assert NUMBER not in everything_kept(town.inst, but="secret")
    [order] = orders(town.inst)
    [event] = order["events"]
    assert (event["type"], order["actor"]["person"]) == ("personal.erased", "cheng")
    assert event["data"] == {"case": case_id, "reason": "his wish", "refs": answer.data["erased"]}
    town.void_asked(case_id)
    assert verdicts(town.inst, case_id) == ("conforms", "intact")


def test_erasure_reaches_what_stood_there_before_it_was_changed(town: Town) -> None:
    output = b'<cl:output name="condition"'
    written = b'<cl:output name="reporter" type="object" />' + output
    files = with_fields(people=PEOPLE)
    releases.deploy(
        town.inst, OPERATOR, {**files, DIAGRAM: files[DIAGRAM].replace(output, written)}
    )
    case_id = town.report(people={"witnesses": [{"phone": "33333"}]}, reporter={"phone": "11111"})
    town.do(case_id, "zhou", "file_case", "filed", condition=2, reporter={"phone": "22222"})
    assert values_of(town.inst, case_id) == {"11111", "22222", "33333"}
    erase_personal(town.inst, OPERATOR, case_id, reason="x", pointers=["/reporter"])
    assert values_of(town.inst, case_id) == {"33333"}
    erase_personal(town.inst, OPERATOR, case_id, reason="x")
    assert values_of(town.inst, case_id) == set()
    assert verdicts(town.inst, case_id) == ("conforms", "intact")
    assert len(orders(town.inst)) == 2


def test_erasing_again_erases_nothing_and_records_nothing(town: Town) -> None:
    case_id = open_case(town.inst, reporter={"phone": NUMBER})
    erase_personal(town.inst, OPERATOR, case_id, reason="x", pointers=["/reporter"])
    again = erase_personal(town.inst, OPERATOR, case_id, reason="x", pointers=["/reporter"])
    assert again.data == {"erased": []}
    assert len(orders(town.inst)) == 1


@pytest.mark.parametrize("pointer", ["/description", "/reporter/pho", "/nothing"])
def test_place_where_nothing_personal_stood_is_refused(town: Town, pointer: str) -> None:
    case_id = open_case(town.inst, reporter={"phone": NUMBER})
    with pytest.raises(InvalidRequestError, match=pointer):
        erase_personal(
            town.inst, OPERATOR, case_id, reason="x", pointers=["/reporter/phone", pointer]
        )
    assert values_of(town.inst, case_id) == {NUMBER}
    assert orders(town.inst) == []


def test_case_that_is_none_of_his_business_is_not_found(town: Town) -> None:
    case_id = open_case(town.inst, reporter={"phone": NUMBER})
    with pytest.raises(CaseNotFoundError):
        erase_personal(town.inst, who("peng"), case_id, reason="x")
    assert values_of(town.inst, case_id) == {NUMBER}
