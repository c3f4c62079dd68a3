"""What fields of the case document and forms are called, by the titles in schema and forms."""

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import yaml

from engine.domain.terms import Term
from engine.kernel.describe.marks import code
from engine.kernel.describe.wording import Language, Wording, json_title

Path = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Fields:
    """Titles by path; a title that two fields share says too little, and is not used."""

    titles: Mapping[Path, str]
    #: names that are variables of the called process, not fields of the case
    local: frozenset[str] = frozenset()

    def named(self, path: Path, wording: Wording) -> str:
        """`case.x` and `x` are the same field; what has no title is shown as written."""
        plain = path[1:] if len(path) > 1 and path[0] == "case" else path
        hidden = plain[0] in self.local and plain == path
        title = None if hidden else self.titles.get(plain)
        return code(".".join(path)) if title is None else wording.quoted(title)


def titles_of(schema: bytes | None, lang: Language) -> dict[Path, str]:
    """The titles that a case schema gives."""
    if schema is None:
        return {}
    found = dict(_titles(json.loads(schema), (), lang))
    counts = Counter(found.values())
    return {path: title for path, title in found.items() if counts[title] == 1}


def _titles(schema: Mapping[str, Any], above: Path, lang: Language) -> Iterator[tuple[Path, str]]:
    properties = schema.get("properties")
    for name, field in properties.items() if isinstance(properties, Mapping) else ():
        if not isinstance(field, Mapping):
            continue
        title = json_title(field, lang)
        if title:
            yield (*above, name), title
        yield from _titles(field, (*above, name), lang)


def form_titles(forms: Mapping[str, bytes]) -> dict[str, Term]:
    """The titles of forms, by the id with which a diagram names them."""
    found: dict[str, Term] = {}
    for path, content in sorted(forms.items()):
        form = yaml.safe_load(content)
        if isinstance(form, Mapping) and (title := json_title(form, "zh")):
            term = Term(title, json_title(form, "en") or title)
            found.setdefault(PurePosixPath(path).stem, term)
    return found
