"""How things are said in one language: the catalog of sentences, and the words of the field.

All sentences stand in `texts.yaml`, both languages side by side; words in `engine.domain.terms`.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from engine.domain.limits import Limit, Unit
from engine.domain.terms import LIMIT_UNITS, OUTCOMES, Term
from engine.kernel.describe.marks import code, number

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


@cache
def catalog() -> dict[str, Term]:
    """Every sentence by its key."""
    text = files(__package__).joinpath("texts.yaml").read_text(encoding="utf-8")
    return {key: Term(**said) for key, said in yaml.safe_load(text).items()}


@dataclass(frozen=True, slots=True)
class Wording:
    """One language."""

    lang: Language

    def say(self, key: str, /, **values: object) -> str:
        """A sentence, or a part of one."""
        text: str = getattr(catalog()[key], self.lang)
        return text.format(**values)

    def word(self, term: Term) -> str:
        """A word of the field."""
        found: str = getattr(term, self.lang)
        return found

    def term(self, table: Mapping[str, Term], name: str) -> str:
        """What a word of ours is called; a word that the house does not know stays as it is."""
        return self.word(table[name]) if name in table else self.quoted(name)

    def quoted(self, name: str) -> str:
        """A name as it stands in the drawing; line breaks are only drawn."""
        return f"“{' '.join(name.split())}”"

    def listed(self, items: Iterable[str], key: str = "list.and") -> str:
        """`a、b` or `a, b`."""
        return self.say(key).join(items)

    def outcome(self, name: str, act: str | None = None) -> str:
        """What an answer is called; one that has no word is quoted as it is."""
        found = OUTCOMES.get(f"{act}/{name}") or OUTCOMES.get(name)
        return self.quoted(self.word(found) if found is not None else name)

    def limit(self, limit: Limit) -> str:
        """`4 工作时`, `4 working hours`."""
        if limit.unit is Unit.ISO:
            return code(str(limit))
        return self.amount(limit.amount, self.word(LIMIT_UNITS[limit.unit]))

    def amount(self, amount: Decimal, unit: str) -> str:
        """A number with its unit; English has a plural."""
        shown = format(amount, "f")
        shown = shown.rstrip("0").rstrip(".") if "." in shown else shown
        plural = "s" if self.lang == "en" and amount != 1 else ""
        return number(f"{shown} {unit}{plural}")


def json_title(value: Mapping[str, Any], lang: Language) -> str | None:
    """The title of a field or form in a language; the Chinese one where there is no other."""
    english = value.get("x-title-en") if lang == "en" else None
    found = english or value.get("title")
    return found if isinstance(found, str) else None
