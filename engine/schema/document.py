"""The case document's schema: a JSON Schema 2020-12 subset with titles and `personal`.

One schema belongs to a release; form, API and declared outputs use it. Validation is by
`jsonschema`, one compiled validator per top-level field.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError

from engine.domain.errors import BadVariablesError, DefinitionError

_FORMATS = FormatChecker(formats=("date", "date-time"))


class DocumentSchema:
    """The fields that a case document may hold."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Compiles the schema; DefinitionError names what is wrong in it."""
        try:
            Draft202012Validator.check_schema(dict(schema))
        except SchemaError as exc:
            place = "/".join(str(part) for part in exc.path)
            raise DefinitionError(f"case.schema.json: {place}: {exc.message}") from exc
        self.schema = schema
        properties: Mapping[str, Any] = schema.get("properties", {})
        self._validators = {
            name: Draft202012Validator(_rooted(field, schema), format_checker=_FORMATS)
            for name, field in properties.items()
        }
        self._closed = schema.get("additionalProperties", True) is False
        self.required: tuple[str, ...] = tuple(schema.get("required", ()))
        self.personal = frozenset(_personal_paths(properties, ()))

    @classmethod
    def read(cls, content: bytes) -> "DocumentSchema":
        """Reads `case.schema.json`; DefinitionError with the line when it is not JSON."""
        try:
            data = json.loads(content)
        except ValueError as exc:
            raise DefinitionError(f"case.schema.json is not JSON: {exc}") from exc
        if not isinstance(data, dict):
            raise DefinitionError("case.schema.json must be an object")
        return cls(data)

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(self._validators)

    def check(self, data: Mapping[str, Any]) -> None:
        """BadVariablesError with one error per wrong field, each with its JSON pointer.

        Null says that a field has no value and fits every field.
        """
        errors = [error for name, value in data.items() for error in self._errors(name, value)]
        if errors:
            first = errors[0]
            raise BadVariablesError(f"{first['pointer']}: {first['message']}", errors=errors)

    def check_required(self, document: Mapping[str, Any]) -> None:
        """BadVariablesError that names the fields a new case must have and has not."""
        missing = [name for name in self.required if document.get(name) is None]
        if missing:
            errors = [{"pointer": f"/{name}", "message": "is required"} for name in missing]
            raise BadVariablesError(f"required: {', '.join(missing)}", errors=errors)

    def _errors(self, name: str, value: Any) -> Iterator[dict[str, str]]:
        validator = self._validators.get(name)
        if validator is None:
            if self._closed:
                yield {"pointer": f"/{name}", "message": "is not a field of the case document"}
            return
        if value is None:
            return
        for error in validator.iter_errors(value):
            if not _is_sealed(error.instance):
                yield _problem(name, error)


def _problem(name: str, error: ValidationError) -> dict[str, str]:
    tail = "".join(f"/{part}" for part in error.absolute_path)
    return {"pointer": f"/{name}{tail}", "message": error.message}


def _rooted(field: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, Any]:
    """A field's schema with the root's definitions, so that `$ref: #/$defs/…` resolves."""
    definitions = schema.get("$defs")
    return dict(field) if definitions is None else {**field, "$defs": definitions}


def _personal_paths(
    properties: Mapping[str, Any], above: tuple[str, ...]
) -> Iterator[tuple[str, ...]]:
    for name, field in properties.items():
        path = (*above, name)
        if field.get("personal") is True:
            yield path
        else:
            yield from _personal_paths(field.get("properties", {}), path)


def _is_sealed(value: Any) -> bool:
    return isinstance(value, Mapping) and set(value) == {"commitment", "ref"}
