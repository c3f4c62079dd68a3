"""Personal values: every mark is sealed or refused, and a value is judged before it is sealed."""

import json
from collections.abc import Iterator
from itertools import count
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import BadVariablesError, DefinitionError
from engine.schema import EACH, DocumentSchema, SealedValue, commitment, is_sealed, refuse_sealed

PHONE = {"pattern": "^[0-9]{5,}$", "personal": True, "type": "string"}
WITNESSES = {
    "items": {"properties": {"phone": PHONE, "said": {"type": "string"}}, "type": "object"},
    "type": "array",
}
SEALED = {"commitment": "0" * 64, "ref": "1"}


def schema_of(defs: dict[str, Any] | None = None, **fields: Any) -> DocumentSchema:
    return DocumentSchema(
        {"$defs": defs or {}, "additionalProperties": False, "properties": fields}
    )


def sealed(schema: DocumentSchema, data: dict[str, Any]) -> tuple[Any, tuple[SealedValue, ...]]:
    refs = map(str, count(1))
    return schema.seal(data, new_ref=lambda: next(refs), new_salt=lambda: "00" * 16)


def faults(schema: dict[str, Any]) -> list[str]:
    """The pointers that a schema is refused at."""
    with pytest.raises(DefinitionError) as refused:
        DocumentSchema(schema)
    return [error["pointer"] for error in refused.value.context["errors"]]


def test_value_in_items_of_a_list_is_sealed_and_kept_apart() -> None:
    schema = schema_of(witnesses=WITNESSES)
    data = {"witnesses": [{"phone": "13900001234", "said": "yes"}, {"said": "no"}]}
    given_, values = sealed(schema, data)
    assert [v.value for v in values] == ["13900001234"]
    assert "13900001234" not in json.dumps(given_)
    assert given_["witnesses"][0]["said"] == "yes"
    assert given_["witnesses"][1] == {"said": "no"}
    stands = given_["witnesses"][0]["phone"]
    assert stands == {"commitment": commitment("00" * 16, "13900001234"), "ref": "1"}


def test_value_behind_references_and_lists_of_lists_is_sealed() -> None:
    defs = {"person": {"properties": {"phone": {"$ref": "#/$defs/phone"}}}, "phone": PHONE}
    rows = {"items": {"items": {"$ref": "#/$defs/person"}, "type": "array"}, "type": "array"}
    schema = schema_of(defs, table=rows, who={"$ref": "#/$defs/person"})
    assert schema.personal == {("table", EACH, EACH, "phone"), ("who", "phone")}
    _, values = sealed(schema, {"table": [[{"phone": "11111"}]], "who": {"phone": "22222"}})
    assert [v.value for v in values] == ["11111", "22222"]


def test_whole_list_or_object_can_be_one_personal_value() -> None:
    schema = schema_of(home={"personal": True, "properties": {"street": {}}, "type": "object"})
    given_, [value] = sealed(schema, {"home": {"street": "x"}})
    assert value.value == {"street": "x"}
    assert is_sealed(given_["home"])


def test_field_that_is_called_personal_is_no_mark() -> None:
    schema = schema_of(personal={"type": "boolean"}, note={"default": {"personal": True}})
    assert schema.personal == frozenset()


UNREACHED: dict[str, tuple[dict[str, Any], str]] = {
    "one of several": ({"anyOf": [{"type": "null"}, PHONE]}, "/properties/f/anyOf/1/personal"),
    "all of": ({"allOf": [PHONE]}, "/properties/f/allOf/0/personal"),
    "condition": ({"if": PHONE}, "/properties/f/if/personal"),
    "place in a list": ({"prefixItems": [PHONE]}, "/properties/f/prefixItems/0/personal"),
    "the rest of a list": (
        {"items": PHONE, "prefixItems": [{}]},
        "/properties/f/items/personal",
    ),
    "names by pattern": (
        {"patternProperties": {"a/b": PHONE}},
        "/properties/f/patternProperties/a~1b/personal",
    ),
    "other names": ({"additionalProperties": PHONE}, "/properties/f/additionalProperties/personal"),
    "a word that is none": ({"propertees": {"x": PHONE}}, "/properties/f/propertees/x/personal"),
    "a reference inside": ({"oneOf": [{"$ref": "#/$defs/phone"}]}, "/$defs/phone/personal"),
}


@pytest.mark.parametrize("what", UNREACHED)
def test_mark_that_sealing_cannot_follow_is_refused_at_its_place(what: str) -> None:
    field, pointer = UNREACHED[what]
    assert pointer in faults({"$defs": {"phone": PHONE}, "properties": {"f": field}})


def test_mark_beside_a_reached_one_is_refused_though_the_reference_is_also_reached() -> None:
    ref = {"$ref": "#/$defs/phone"}
    fields = {"a": ref, "b": {"anyOf": [ref]}}
    assert faults({"$defs": {"phone": PHONE}, "properties": fields}) == ["/$defs/phone/personal"]


def test_mark_in_what_holds_itself_is_refused() -> None:
    node = {"properties": {"next": {"$ref": "#/$defs/node"}, "phone": PHONE}}
    schema = {"$defs": {"node": node}, "properties": {"first": {"$ref": "#/$defs/node"}}}
    assert faults(schema) == ["/$defs/node/properties/phone/personal"]


def test_mark_in_a_definition_that_no_field_uses_is_refused() -> None:
    assert faults({"$defs": {"phone": PHONE}}) == ["/$defs/phone/personal"]


@pytest.mark.parametrize("schema", [PHONE, {"items": PHONE}])
def test_mark_on_the_document_itself_is_refused(schema: dict[str, Any]) -> None:
    assert len(faults(schema)) == 1


@pytest.mark.parametrize("mark", ["true", 1, None])
def test_mark_that_is_neither_true_nor_false_is_refused(mark: Any) -> None:
    assert faults({"properties": {"f": {"personal": mark}}}) == ["/properties/f/personal"]


@pytest.mark.parametrize("reference", ["#/$defs/x", "#/properties/a", "http://localhost/x", "#x"])
def test_reference_that_no_validator_could_follow_is_refused(reference: str) -> None:
    schema = {"properties": {"a": {}, "f": {"items": {"$ref": reference}}}}
    assert faults(schema) == ["/properties/f/items/$ref"]


def test_references_that_unfold_without_end_are_refused() -> None:
    ref = {
        f"d{n}": {"properties": {x: {"$ref": f"#/$defs/d{n + 1}"} for x in "ab"}} for n in range(30)
    }
    schema = {"$defs": {**ref, "d30": {}}, "properties": {"f": {"$ref": "#/$defs/d0"}}}
    assert faults(schema) == [""]


def test_personal_value_is_validated_before_it_is_sealed() -> None:
    schema = schema_of(witnesses=WITNESSES)
    with pytest.raises(BadVariablesError) as refused:
        sealed(schema, {"witnesses": [{"phone": "no number"}]})
    assert [e["pointer"] for e in refused.value.context["errors"]] == ["/witnesses/0/phone"]


def test_sealed_value_is_not_validated_again_but_all_around_it_is() -> None:
    schema = schema_of(witnesses=WITNESSES)
    schema.check({"witnesses": [{"phone": SEALED, "said": "yes"}]})
    with pytest.raises(BadVariablesError) as refused:
        schema.check({"witnesses": [{"phone": SEALED, "said": 5}]})
    assert [e["pointer"] for e in refused.value.context["errors"]] == ["/witnesses/0/said"]


@pytest.mark.parametrize("data", [{"note": SEALED}, {"witnesses": [{"said": SEALED}]}])
def test_sealed_shape_fits_no_field_that_is_not_personal(data: dict[str, Any]) -> None:
    with pytest.raises(BadVariablesError):
        schema_of(note={"type": "string"}, witnesses=WITNESSES).check(data)


def test_condition_on_a_personal_value_is_judged_before_sealing_only() -> None:
    short = {"properties": {"phone": {"maxLength": 5}}, "required": ["said"]}
    choice = {"anyOf": [short, {"properties": {"phone": {"minLength": 6}}}]}
    who = {"properties": {"phone": PHONE}, **choice}
    schema = schema_of(who=who)
    given_, _ = sealed(schema, {"who": {"phone": "13900001234"}})
    schema.check(given_)
    with pytest.raises(BadVariablesError):
        sealed(schema, {"who": {"phone": "11111"}})


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"properties": {"phone": PHONE}}, "13900001234"),
        ({"properties": {"phone": PHONE}}, ["13900001234"]),
        ({"items": PHONE}, "13900001234"),
        ({"items": PHONE}, {"0": "13900001234"}),
    ],
)
def test_value_of_another_kind_cannot_pass_around_sealing(field: Any, value: Any) -> None:
    """The schema says nothing of the type: a text where a list was meant would go in plain."""
    with pytest.raises(BadVariablesError) as refused:
        sealed(schema_of(f=field), {"f": value})
    assert refused.value.context["errors"][0]["pointer"] == "/f"


@pytest.mark.parametrize(
    ("data", "pointer"),
    [({"a": SEALED}, "/a"), ({"a": [{"b": SEALED}]}, "/a/0/b"), ({"a": {"b": SEALED}}, "/a/b")],
)
def test_sealed_shape_is_refused_from_outside(data: dict[str, Any], pointer: str) -> None:
    with pytest.raises(BadVariablesError) as refused:
        refuse_sealed(data)
    assert [e["pointer"] for e in refused.value.context["errors"]] == [pointer]
    refuse_sealed({"a": {**SEALED, "more": 1}, "b": [{"ref": "x"}]})


def _fields(depth: int) -> st.SearchStrategy[dict[str, Any]]:
    texts: list[dict[str, Any]] = [{"type": "string"}, {"personal": True, "type": "string"}]
    plain = st.sampled_from(texts)
    if depth == 0:
        return plain
    inner = _fields(depth - 1)
    named = st.dictionaries(st.sampled_from("abc"), inner, max_size=3)
    objects = named.map(lambda found: dict[str, Any](properties=found, type="object"))
    lists = inner.map(lambda found: dict[str, Any](items=found, type="array"))
    return st.one_of(plain, objects, lists)


def _filled(field: dict[str, Any], words: Iterator[str]) -> Any:
    if field["type"] == "object":
        return {name: _filled(inner, words) for name, inner in field["properties"].items()}
    if field["type"] == "array":
        return [_filled(field["items"], words) for _ in range(2)]
    return ("secret" if field.get("personal") else "public") + next(words)


@given(_fields(3))
def test_no_marked_value_is_left_and_no_other_is_taken(field: dict[str, Any]) -> None:
    data = {"f": _filled(field, (f"-{n}-" for n in count()))}
    schema = schema_of(f=field)
    given_, values = sealed(schema, data)
    text = json.dumps(given_)
    assert "secret" not in text
    assert text.count("public") == json.dumps(data).count("public")
    assert len(values) == json.dumps(data).count("secret")
    schema.check(given_)
