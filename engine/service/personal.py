"""Showing personal values: only to who may see them, masked to everybody else."""

from collections.abc import Mapping
from typing import Any

from engine.domain.people import Actor
from engine.service.installation import Installation
from engine.service.rights import PERSONAL
from engine.store.queries.case import list_personal_values

MASKED = "***"
ERASED = None


def open_values(
    inst: Installation, actor: Actor, case_id: str, document: Mapping[str, Any]
) -> dict[str, Any]:
    """The document with each reference replaced: by its value, by a mask, or by null if erased."""
    values: dict[str, Any] | None = None
    if PERSONAL in actor.scopes:
        with inst.database.reads() as reader:
            values = {v.ref: v.value for v in list_personal_values(reader, case_id)}
    return {name: _opened(value, values) for name, value in document.items()}


def _opened(node: Any, values: Mapping[str, Any] | None) -> Any:
    if isinstance(node, Mapping):
        if set(node) == {"commitment", "ref"}:
            return MASKED if values is None else values.get(node["ref"], ERASED)
        return {name: _opened(value, values) for name, value in node.items()}
    if isinstance(node, list):
        return [_opened(item, values) for item in node]
    return node
