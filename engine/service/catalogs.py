"""The catalog 立结案标准: classes and conditions with their limits, imported as versions.

A version is named by its content, so a case that pins one can prove by what it was judged.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from engine.domain.errors import InvalidRequestError
from engine.domain.evidence import canonical, digest, to_plain
from engine.domain.journal import Event
from engine.domain.limits import parse_limit
from engine.domain.people import Actor
from engine.service.administration import CATALOG, Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.service.tables import check_fields, check_unique, refusal, rows_of, text, text_or_none
from engine.store import UnitOfWork
from engine.store.queries.releases import find_installation, list_catalogs
from engine.store.writes.releases import CatalogRow, put_catalog, set_current

_HEAD = ("name", "valid_from", "categories", "note")
_DIGITS = 16
_SEVERITIES = (None, "normal", "high")
_LARGEST_NUMBER = 999_999_999


def import_catalog(
    inst: Installation, actor: Actor, data: Any, *, idempotency_key: str | None = None
) -> Answer:
    """Imports a catalog and makes it current for new cases; the same one again changes nothing."""
    rows = read_rows(data)
    content = digest(canonical(to_plain(data)))
    version = f"{data['id']}@{content[:_DIGITS]}"
    note = data.get("name")

    def change(work: UnitOfWork) -> Changed:
        with inst.database.reads() as reader:
            is_new = version not in {known.version for known in list_catalogs(reader)}
            installation = find_installation(reader)
        counts = {"counts": {"classes": len(data["classes"]), "conditions": len(rows)}}
        answer = {"catalog": version, **counts}
        if is_new:
            put_catalog(work, version, rows, note=note)
        elif installation is not None and installation.current_catalog == version:
            return Changed((), answer)
        set_current(work, catalog=version)
        said = {"catalog": version, "is_new": is_new, "sha256": content, **counts["counts"]}
        return Changed((Event("catalog.published", said),), answer)

    return record(
        inst,
        actor,
        CATALOG,
        "import_catalog",
        args={"catalog": version, "sha256": content},
        change=change,
        idempotency_key=idempotency_key,
    )


def read_rows(data: Any) -> list[CatalogRow]:
    """One row per condition with the class's values repeated; a refusal names the place."""
    classes = rows_of(data, "classes")
    check_fields(data, "catalog", required=("id", "classes"), optional=_HEAD)
    text(data, "id", "catalog")
    text_or_none(data, "name", "catalog")
    check_unique((entry.get("code") for entry in classes), "classes")
    return [row for n, entry in enumerate(classes) for row in _of_class(entry, f"classes/{n}")]


def _of_class(entry: Mapping[str, Any], place: str) -> Iterator[CatalogRow]:
    code = text(entry, "code", place)
    text(entry, "name", place)
    conditions = rows_of(entry, "conditions")
    if not conditions:
        raise refusal(f"{place}/conditions", "is empty: a class without condition files nothing")
    check_unique((condition.get("number") for condition in conditions), f"{place}/conditions")
    shared = {name: value for name, value in entry.items() if name not in ("conditions", "code")}
    for n, condition in enumerate(conditions):
        number = _number(condition, f"{place}/conditions/{n}")
        content = to_plain({**shared, **condition, "class": code, "condition": number})
        yield CatalogRow(code, number, content)


def _number(condition: Mapping[str, Any], place: str) -> int:
    """The condition's number, after what the diagram will read of it was looked at."""
    number = condition.get("number")
    if type(number) is not int or not 1 <= number <= _LARGEST_NUMBER:
        raise refusal(f"{place}/number", f"is not a number from 1 to {_LARGEST_NUMBER}")
    text(condition, "text", place)
    if "class" in condition or "condition" in condition:
        raise refusal(place, "says its class and number by where it stands; leave them out")
    severity = text_or_none(condition, "severity", place)
    if severity not in _SEVERITIES:
        raise refusal(f"{place}/severity", "is not normal or high")
    limit = text_or_none(condition, "limit", place)
    if limit is not None:
        try:
            parse_limit(limit)
        except InvalidRequestError as exc:
            raise refusal(f"{place}/limit", f"cannot be read: {exc.message}") from exc
    return number
