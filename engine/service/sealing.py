"""Personal values are sealed before anything is decided: references and commitments go on."""

import secrets
from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

from engine.domain.commands import Command
from engine.domain.rows import Decision, PersonalValue, Pins
from engine.schema import SealedValue, refuse_sealed
from engine.service.installation import Installation


def seal_values(
    inst: Installation, pins: Pins, command: Command
) -> tuple[Command, tuple[SealedValue, ...]]:
    """The command with references and commitments in the place of personal values.

    BadVariablesError when one of them does not fit the schema, or was sealed by somebody else.
    """
    data = getattr(command, "data", None)
    if not data:
        return command, ()
    refuse_sealed(data)
    schema = inst.world(pins).schema
    if schema is None or not schema.personal:
        return command, ()
    sealed, values = schema.seal(data, new_ref=inst.ids.new, new_salt=_salt)
    if not values:
        return command, ()
    return cast("Command", replace(cast("Any", command), data=sealed)), values


def with_personal(decision: Decision, personal: Sequence[SealedValue]) -> Decision:
    """The decision, which also writes the values themselves beside the journal."""
    values = tuple(PersonalValue(decision.case_id, v.ref, v.salt, v.value) for v in personal)
    return replace(decision, rows=replace(decision.rows, personal=values))


def _salt() -> str:
    """128 random bits as hexadecimal, for one personal value."""
    return secrets.token_hex(16)
