"""Where a schema marks values `personal`, and which marks sealing could not follow.

The gate and the sealing read the same answer: what is not a path here is a fault, so that no
mark is passed over. A path leads through `properties`, `items` and references to `$defs`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

#: In a path: every item of a list.
EACH = None
PersonalPath = tuple[str | None, ...]

#: Words whose value maps names to schemas, and words whose value is data, not a schema.
_MAPS = frozenset({"$defs", "definitions", "dependentSchemas", "patternProperties", "properties"})
_DATA = frozenset({"const", "default", "enum", "examples"})
_FOREIGN = frozenset({"$anchor", "$dynamicAnchor", "$dynamicRef", "$id", "$recursiveRef"})
_DEFINITIONS = "#/$defs/"
_MOST_STEPS = 20_000
_UNREACHED = (
    "a value marked personal here would not be sealed; mark a field that `properties`, `items` "
    "and `$ref` lead to, or the whole field around it"
)


class Fault(NamedTuple):
    """What is wrong in a schema, and where: a JSON pointer into it."""

    pointer: str
    message: str


@dataclass(frozen=True, slots=True)
class Marks:
    """The paths of personal values in a document, and the faults of the schema."""

    paths: frozenset[PersonalPath]
    faults: tuple[Fault, ...]


def find_marks(schema: Mapping[str, Any]) -> Marks:
    """Every mark of the schema: as a path, or as a fault."""
    walk = _Walk(schema)
    walk.descend(schema, "", (), ())
    used = set()
    for pointer, word, value in _references(schema, ""):
        if word == "$ref":
            used.add(value)
            walk.check_reference(pointer, value)
        else:
            walk.faults[f"{pointer}/{word}"] = f"{word} is not understood; write $ref to $defs"
    definitions = schema.get("$defs", {})
    for name, node in definitions.items() if isinstance(definitions, Mapping) else ():
        place = f"/$defs/{_escaped(name)}"
        if f"#{place}" not in used:
            walk.descend(node, place, None, ())
    faults = tuple(Fault(pointer, text) for pointer, text in sorted(walk.faults.items()))
    return Marks(frozenset(walk.paths), faults)


@dataclass(slots=True)
class _Walk:
    root: Mapping[str, Any]
    paths: set[PersonalPath] = field(default_factory=set)
    faults: dict[str, str] = field(default_factory=dict)
    steps: int = 0

    def descend(
        self, node: Any, pointer: str, path: PersonalPath | None, refs: tuple[str, ...]
    ) -> None:
        """Looks at a schema. `path` is None where sealing cannot follow; `refs` led here."""
        self.steps += 1
        if self.steps > _MOST_STEPS:
            self.faults[""] = "its references unfold into too many fields"
            return
        if not isinstance(node, Mapping) or self._is_marked(node, pointer, path):
            return
        for word, value in node.items():
            if word == "$ref":
                self._follow(value, path, refs)
            elif word not in _DATA and word != "$defs":
                for place, child, step in _parts(word, value, node):
                    below = None if path is None or step is None else (*path, *step)
                    if below == (EACH,):
                        below = None  # a case document is no list
                    self.descend(child, f"{pointer}/{place}", below, refs)

    def check_reference(self, pointer: str, reference: str) -> None:
        """Only what lies in `$defs` can be referred to: a field is validated with these alone."""
        if _resolved(self.root, reference) is None:
            self.faults[f"{pointer}/$ref"] = f"{reference!r} leads nowhere; write {_DEFINITIONS}…"

    def _is_marked(self, node: Mapping[str, Any], pointer: str, path: PersonalPath | None) -> bool:
        mark = node.get("personal", False)
        if not isinstance(mark, bool):
            self.faults[f"{pointer}/personal"] = "personal is true or false"
        elif mark and path:
            self.paths.add(path)
        elif mark:
            self.faults[f"{pointer}/personal"] = _UNREACHED
        return mark is True

    def _follow(self, reference: Any, path: PersonalPath | None, refs: tuple[str, ...]) -> None:
        target = _resolved(self.root, reference)
        if target is None:
            return
        if reference not in refs:
            self.descend(target, reference[1:], path, (*refs, reference))
        elif path is not None:  # no path is long enough for what holds itself
            self.descend(target, reference[1:], None, (reference,))


def _parts(
    word: str, value: Any, node: Mapping[str, Any]
) -> Iterator[tuple[str, Any, PersonalPath | None]]:
    """The schemas in a word's value: place, schema, and the step of a document's path."""
    if word in _MAPS and isinstance(value, Mapping):
        for name, child in value.items():
            step = (name,) if word == "properties" else None
            yield f"{word}/{_escaped(name)}", child, step
    elif isinstance(value, list):
        for number, child in enumerate(value):
            yield f"{word}/{number}", child, None
    elif word == "items" and "prefixItems" not in node:
        yield word, value, (EACH,)
    else:
        yield _escaped(word), value, None


def _references(node: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    """Every word that refers to another schema: place, word, value."""
    if isinstance(node, list):
        for number, child in enumerate(node):
            yield from _references(child, f"{pointer}/{number}")
    if not isinstance(node, Mapping):
        return
    for word, value in node.items():
        if isinstance(value, str):
            if word == "$ref" or (word in _FOREIGN and pointer):
                yield pointer, word, value
        elif word not in _DATA:
            yield from _references(value, f"{pointer}/{_escaped(word)}")


def _resolved(root: Mapping[str, Any], reference: Any) -> Any:
    if not isinstance(reference, str) or not reference.startswith(_DEFINITIONS):
        return None
    node: Any = root
    for part in reference[2:].split("/"):
        name = part.replace("~1", "/").replace("~0", "~")
        node = node.get(name) if isinstance(node, Mapping) else None
    return node


def _escaped(name: str) -> str:
    return name.replace("~", "~0").replace("/", "~1")
