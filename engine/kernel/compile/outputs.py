"""What an element may write to the case document: its `cl:output` children."""

from collections.abc import Iterable

from engine.feel import Expression
from engine.kernel.compile.model import Output
from engine.kernel.compile.reading import Reading, truth, words
from engine.kernel.words import Node

OUTPUT_TYPES = frozenset(
    {
        "text",
        "integer",
        "number",
        "boolean",
        "date",
        "instant",
        "choice",
        "photo",
        "photos",
        "unit",
        "person",
        "object",
    }
)


def read_outputs(node: Node, outcomes: tuple[str, ...], reading: Reading) -> tuple[Output, ...]:
    """The `cl:output` children: what this element may write to the case document."""
    found = []
    for mark in reading.children(node, "output", "name"):
        type_ = mark.get("type") or "text"
        if type_ not in OUTPUT_TYPES:
            reading.refuse(node, f"the output type {type_!r} is unknown", listed(OUTPUT_TYPES))
        required = _required(node, mark, outcomes, reading)
        within = _within(node, mark, type_, reading)
        choices = words(mark.get("choices"))
        kind = _of_units(node, mark, type_, "kind", reading)
        found.append(Output(mark.get("name") or "", type_, required, choices, within, kind))
    return tuple(found)


def _of_units(node: Node, mark: Node, type_: str, word: str, reading: Reading) -> str | None:
    """A word that narrows which units may be named."""
    text = mark.get(word)
    if text is not None and type_ != "unit":
        reading.refuse(node, f"{word}={text!r} on the type {type_}", 'only type="unit" has it')
    return text


def _within(node: Node, mark: Node, type_: str, reading: Reading) -> Expression | None:
    """The unit that the given unit must stand under, as FEEL."""
    text = _of_units(node, mark, type_, "within", reading)
    return reading.optional_of(node, text, f"within of cl:output {mark.get('name')}")


def _required(
    node: Node, mark: Node, outcomes: tuple[str, ...], reading: Reading
) -> bool | frozenset[str]:
    text = (mark.get("required") or "false").strip()
    if text in ("true", "false"):
        return truth(text)
    wanted = frozenset(word.removeprefix("@") for word in words(text))
    for outcome in sorted(wanted - set(outcomes)):
        reading.refuse(node, f"required={text!r}: {outcome!r} is no outcome", listed(outcomes))
    return wanted


def listed(names: Iterable[str]) -> str:
    """The way out of a word that is unknown: those that are known."""
    return "there are: " + (", ".join(names) or "none")
