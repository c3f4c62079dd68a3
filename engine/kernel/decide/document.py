"""Writing the case document: declared outputs only, each write recorded with old and new value.

Some fields carry rules of the field with them: a grid cell brings its district and duty grid, and
filing under a condition brings limit, severity and closing condition of the catalog's row
(`domain.md` §3: they hang on the condition; §16.5: a later change of class never recomputes them
silently). The closing condition that a case has so is the one that it is closed under.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from engine.domain.acts import CLOSING, FILING
from engine.domain.errors import BadVariablesError
from engine.domain.evidence import to_plain
from engine.feel import to_json
from engine.kernel.compile.model import Element, Output
from engine.kernel.decide.authorise import is_within
from engine.kernel.decide.scope import evaluate
from engine.kernel.decide.working import Working
from engine.schema import find_type_error

GRID_FIELD = "grid_cell"
#: What says where a problem is; one of them is enough.
PLACE_FIELDS = (GRID_FIELD, "place")
CLOSING_FIELD = "closing_condition"
#: Of a list in one declared output.
MOST_ENTRIES = 200


def write(w: Working, values: Mapping[str, Any], element: Element | None, round_: int = 0) -> None:
    """Writes values into the document after the schema's check; one event tells all changes."""
    changes: dict[str, Any] = {}
    if w.world.schema is not None:
        w.world.schema.check(values)
    for name, value in _with_place(w, values).items():
        plain = to_plain(value, name)
        old = w.document.get(name)
        if old != plain:
            changes[name] = [old, plain]
            w.document[name] = plain
    if changes:
        w.emit("document.changed", {"changes": changes}, element, round_)


def write_feel(w: Working, name: str, value: Any, element: Element) -> None:
    """Writes the result of an expression."""
    write(w, {name: to_json(value)}, element)


def check_outputs(
    w: Working,
    outputs: Sequence[Output],
    data: Mapping[str, Any],
    *,
    outcome: str | None = None,
    whole: bool = True,
) -> None:
    """BadVariablesError (with rule) when data is not what is declared; what is not is refused.

    Unless it is the `whole` answer nothing is required: an error says why there is none.
    """
    if not outputs and w.world.takes_undeclared:
        return  # writing checks it by the case schema, where there is one
    declared = {output.name: output for output in outputs}
    errors = [_problem(name, _STRAY) for name in data if name not in declared]
    errors += [_problem(name, _NEEDED) for name in data if _empties_required(w, name, data)]
    for output in outputs:
        if whole or data.get(output.name) is not None:
            errors += _output_errors(output, outcome, data) or _unknown(w, output, data)
    if errors:
        missing = all(e["message"] == _REQUIRED for e in errors)
        stray = any(e["message"] == _STRAY for e in errors)
        rule = "output/not-declared" if stray else "output/required" if missing else "output/type"
        first = errors[0]
        raise BadVariablesError(
            f"{first['pointer']}: {first['message']}",
            rule=rule,
            errors=errors,
            declared=sorted(declared),
        )


_REQUIRED = "is required for this outcome"
_STRAY = "is not declared by this step"
_NEEDED = "is required in every case and cannot be emptied"


def check_place(outputs: Sequence[Output], data: Mapping[str, Any]) -> None:
    """BadVariablesError when whoever saw the problem himself does not say where (row 1).

    Only where the start event takes such a field; whoever registers another's report may learn
    it later.
    """
    asked = [output.name for output in outputs if output.name in PLACE_FIELDS]
    if not asked or any(data.get(n) is not None for n in asked):
        return
    message = f"a collector's own report needs {' or '.join(asked)}"
    raise BadVariablesError(
        message, rule="report/no-place", errors=[_problem(name, message) for name in asked]
    )


def _empties_required(w: Working, name: str, data: Mapping[str, Any]) -> bool:
    schema = w.world.schema
    return data[name] is None and schema is not None and name in schema.required


def _output_errors(
    output: Output, outcome: str | None, data: Mapping[str, Any]
) -> list[dict[str, str]]:
    value = data.get(output.name)
    if value is None:
        required = output.required
        needed = required if isinstance(required, bool) else outcome in required
        return [_problem(output.name, _REQUIRED)] if needed else []
    message = _too_many(value) or find_type_error(output.type, value, output.choices)
    return [] if message is None else [_problem(output.name, message)]


def _too_many(value: object) -> str | None:
    """Each entry of a list may be a question to the database and is kept in every later state."""
    if isinstance(value, list) and len(value) > MOST_ENTRIES:
        return f"has {len(value)} entries; at most {MOST_ENTRIES} can be given at once"
    return None


def _unknown(w: Working, output: Output, data: Mapping[str, Any]) -> list[dict[str, str]]:
    """What has the form of a reference and refers to nothing."""
    if output.type == "unit" and data.get(output.name) is not None:
        unit = data[output.name]
        row = w.facts.need(f"unit:{unit}")
        if row is None:
            return [_problem(output.name, f"there is no unit {unit!r}")]
        if output.kind is not None and row.get("kind") != output.kind:
            return [_problem(output.name, f"{unit!r} is a {row.get('kind')}, not a {output.kind}")]
        return _elsewhere(w, output, unit)
    return _unknown_photos(w, output, data)


def _elsewhere(w: Working, output: Output, unit: str) -> list[dict[str, str]]:
    """A unit must stand under the one that the step names: a department sends its own crews."""
    if output.within is None:
        return []
    around = to_json(evaluate(w, output.within))
    if around is None:
        return [_problem(output.name, f"{output.within.text} names no unit yet to belong to")]
    if is_within(w.facts, unit, around):
        return []
    return [_problem(output.name, f"{unit!r} does not belong to {around!r}")]


def _unknown_photos(w: Working, output: Output, data: Mapping[str, Any]) -> list[dict[str, str]]:
    """A photograph must have been attached to this case, as a picture, before it is named."""
    value = data.get(output.name)
    if value is None or output.type not in ("photo", "photos"):
        return []
    named = value if isinstance(value, list) else [value]
    known = w.facts.need_all(f"attachment:{w.case_id}/{sha}" for sha in named)
    wrong = ((sha, _no_photo(found)) for sha, found in zip(named, known, strict=True))
    return [_problem(output.name, f"{sha} {why}") for sha, why in wrong if why]


def _no_photo(found: object) -> str | None:
    """Why an attachment is no photograph. Entries of old say only that there was one."""
    if not found:
        return "is no attachment of this case"
    if found is True or str(found).startswith("image/"):
        return None
    return f"is {found}, not a picture; attach it with a media type image/…"


def _problem(name: str, message: str) -> dict[str, str]:
    return {"message": message, "pointer": f"/data/{name}"}


def _with_place(w: Working, values: Mapping[str, Any]) -> dict[str, Any]:
    """Adds the district and duty grid of a grid cell that is being written."""
    out = dict(values)
    cell = out.get(GRID_FIELD)
    if cell is None or cell == w.document.get(GRID_FIELD):
        return out
    row = w.facts.need(f"grid:{cell}")
    if row is None:
        raise BadVariablesError(
            f"there is no grid cell {cell!r}",
            rule="grid/unknown-cell",
            errors=[_problem(GRID_FIELD, f"there is no grid cell {cell!r}")],
        )
    out["district"], out["duty_grid"] = row.get("district"), row.get("duty_grid")
    return out


def filing_values(
    w: Working, element: Element, outcome: str | None, data: Mapping[str, Any]
) -> dict[str, Any]:
    """What filing under a condition adds: limit, severity, closing condition of the catalog's row.

    A row without a closing condition empties that of an earlier filing: whoever closes gives one.
    """
    if (element.act, outcome) != FILING or "condition" not in data:
        return {}
    code = data.get("class", w.document.get("class"))
    row = w.facts.need(f"catalog:{code}/{data['condition']}")
    if row is None:
        message = f"the catalog has no condition {data['condition']} in class {code!r}"
        raise BadVariablesError(
            message, rule="catalog/unknown-condition", errors=[_problem("condition", message)]
        )
    values = {"limit": row["limit"]}
    if _takes(w, "severity", data) and row.get("severity") is not None:
        values["severity"] = row["severity"]
    if _takes(w, CLOSING_FIELD, data):
        values[CLOSING_FIELD] = row.get(CLOSING_FIELD) or None
    return values


def _takes(w: Working, name: str, data: Mapping[str, Any]) -> bool:
    """Whether the case has such a field and nobody said what shall stand in it."""
    return w.world.schema is not None and name in w.world.schema.fields and name not in data


def closing_values(
    w: Working, element: Element, outcome: str | None, data: Mapping[str, Any]
) -> dict[str, Any]:
    """What closing takes from the case where the closer says nothing of it: its condition."""
    declared = any(output.name == CLOSING_FIELD for output in element.outputs)
    known = w.document.get(CLOSING_FIELD)
    if (element.act, outcome) != CLOSING or not declared or CLOSING_FIELD in data or known is None:
        return {}
    return {CLOSING_FIELD: known}
