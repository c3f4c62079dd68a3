"""Identifiers: UUIDv7 from an injected source, so that keys sort by time and tests are exact."""

import re
import uuid
from typing import Protocol

#: Nine digits: more would be beyond what both databases store in an integer.
_PART = re.compile(r"([^.]*)\.([0-9]{1,9})\.([0-9]{1,9})")
_VERSION_7 = 0x7 << 76
_VARIANT = 0x2 << 62


class Ids(Protocol):
    """A source of new identifiers in canonical UUID text form."""

    def new(self) -> str: ...


def uuid7(milliseconds: int, randomness: bytes) -> str:
    """Builds RFC 9562 version 7 text from a Unix time in milliseconds and ten random bytes."""
    random_bits = int.from_bytes(randomness[:10], "big")
    rand_a = (random_bits >> 62) & 0xFFF
    rand_b = random_bits & ((1 << 62) - 1)
    value = ((milliseconds & ((1 << 48) - 1)) << 80) | _VERSION_7 | (rand_a << 64) | _VARIANT
    return str(uuid.UUID(int=value | rand_b))


def is_uuid(text: str) -> bool:
    """Whether a text is a UUID in canonical form."""
    try:
        return str(uuid.UUID(text)) == text
    except ValueError:
        return False


def part_id(case_id: str, instance: int, token: int) -> str:
    """The public name of a work item or job: the case it belongs to, the instance, the token.

    It holds everything that finds the row, so no second index is needed and no id is drawn
    inside a decision.
    """
    return f"{case_id}.{instance}.{token}"


def split_part_id(part: str) -> tuple[str, int, int] | None:
    """The three parts of a work item's or job's public name, or None when it is not one."""
    found = _PART.fullmatch(part)
    if found is None or not is_uuid(found[1]):
        return None
    case_id, instance, token = found.groups()
    return case_id, int(instance), int(token)
