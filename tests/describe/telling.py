"""What is told of small diagrams, step by step: what tests of the description share."""

from engine.kernel.describe import Language, as_json
from tests.describe.effects import described
from tests.kernel.drawing import diagram, process

Told = dict[str, list[str]]


def told(*parts: str, lang: Language = "en", **attributes: str) -> Told:
    """The sentences of a process `p`, by the id under which they stand; its own are under `p`."""
    return told_of(process("p", *parts, **attributes), lang=lang)


def told_of(*processes: str, lang: Language = "en", **files: bytes) -> Told:
    """The sentences of the first of these processes."""
    chapter = as_json(described({"p.bpmn": diagram(*processes), **files}, lang))["chapters"][0]
    found = {chapter["id"]: [sentence["text"] for sentence in chapter["intro"]]}
    for part in chapter["parts"]:
        for entry in part["entries"]:
            found[entry["id"]] = [sentence["text"] for sentence in entry["sentences"]]
    return found
