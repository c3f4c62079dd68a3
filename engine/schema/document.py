"""The case document's schema: a JSON Schema 2020-12 subset with titles and `personal`.

One schema belongs to a release; form, API and declared outputs use it. Validation is by
`jsonschema`, one compiled validator per top-level field. Personal values are validated before
they are sealed, and not again where they lie sealed.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import SchemaError, ValidationError

from engine.domain.errors import BadVariablesError, DefinitionError
from engine.domain.evidence import to_plain
from engine.schema.marks import EACH, PersonalPath, find_marks
from engine.schema.personal import SealedValue, is_sealed, seal, sealed_within

#: Words by which the content of one value decides about another's, or about the whole.
_COMBINING = frozenset(
    {"anyOf", "contains", "dependentSchemas", "else", "if", "not", "oneOf", "then"}
)
_FORMATS = FormatChecker(formats=("date", "date-time"))


class DocumentSchema:
    """The fields that a case document may hold."""

    def __init__(self, schema: Mapping[str, Any]) -> None:
        """Compiles the schema; DefinitionError names every place where it is wrong."""
        self.personal = _checked_paths(schema)
        self.schema = schema
        properties: Mapping[str, Any] = schema.get("properties", {})
        self._validators = {
            name: Draft202012Validator(_rooted(field, schema), format_checker=_FORMATS)
            for name, field in properties.items()
        }
        self._closed = schema.get("additionalProperties", True) is False
        self.required: tuple[str, ...] = tuple(schema.get("required", ()))
        self._holding = frozenset(path[0] for path in self.personal)

    @classmethod
    def read(cls, content: bytes) -> "DocumentSchema":
        """Reads `case.schema.json`; DefinitionError with the line when it is not JSON."""
        try:
            data = json.loads(content)
            if not isinstance(data, dict):
                raise _refusal([("", "it must be an object")])
            return cls(data)
        except RecursionError:
            raise _refusal([("", "it is nested too deeply")]) from None
        except ValueError as exc:
            raise _refusal([("", f"it is not JSON: {exc}")]) from exc

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

    def seal(
        self, data: Mapping[str, Any], *, new_ref: Callable[[], str], new_salt: Callable[[], str]
    ) -> tuple[Mapping[str, Any], tuple[SealedValue, ...]]:
        """Checks the fields that hold personal values, then takes these out.

        BadVariablesError as from `check`: once sealed, a value says nothing of itself any more.
        """
        if self._holding.isdisjoint(data):
            return data, ()
        self.check({n: to_plain(data[n], n) for n in data if n in self._holding})
        return seal(data, self.personal, new_ref=new_ref, new_salt=new_salt)

    def _errors(self, name: str, value: Any) -> Iterator[dict[str, str]]:
        validator = self._validators.get(name)
        if validator is None:
            if self._closed:
                yield {"pointer": f"/{name}", "message": "is not a field of the case document"}
            return
        if value is None:
            return
        for error in validator.iter_errors(value):
            if name not in self._holding or not self._was_checked(name, error):
                yield _problem(name, error)

    def _was_checked(self, name: str, error: ValidationError) -> bool:
        """Whether the error is about a value that was checked before it was sealed."""
        if is_sealed(error.instance):
            steps = (EACH if isinstance(part, int) else part for part in error.absolute_path)
            return (name, *steps) in self.personal
        if _COMBINING.isdisjoint(error.absolute_schema_path):
            return False
        return next(sealed_within(error.instance), None) is not None


def _checked_paths(schema: Mapping[str, Any]) -> frozenset[PersonalPath]:
    """The paths of personal values; DefinitionError for a schema that cannot be kept."""
    try:
        Draft202012Validator.check_schema(dict(schema))
    except SchemaError as exc:
        raise _refusal([("".join(f"/{part}" for part in exc.path), exc.message)]) from exc
    marks = find_marks(schema)
    if marks.faults:
        raise _refusal(marks.faults)
    return marks.paths


def _refusal(faults: Sequence[tuple[str, str]]) -> DefinitionError:
    errors = [{"pointer": pointer, "message": message} for pointer, message in faults]
    text = "\n".join(
        f"case.schema.json: {pointer or '/'}: {message}" for pointer, message in faults
    )
    return DefinitionError(text, errors=errors)


def _problem(name: str, error: ValidationError) -> dict[str, str]:
    tail = "".join(f"/{part}" for part in error.absolute_path)
    return {"pointer": f"/{name}{tail}", "message": error.message}


def _rooted(field: Any, schema: Mapping[str, Any]) -> Any:
    """A field's schema with the root's definitions, so that `$ref: #/$defs/…` resolves."""
    definitions = schema.get("$defs")
    if definitions is None or not isinstance(field, Mapping):
        return field
    return {**field, "$defs": definitions}
