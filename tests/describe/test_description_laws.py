"""What has an effect at run time is said: another diagram is another text."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from engine.kernel.compile.model import Element
from engine.kernel.describe import as_json, as_text
from engine.kernel.release import Checked
from tests.describe.corpus import Files, shipped, small
from tests.describe.effects import changed, checked, described, effects, sayings
from tests.describe.everything import EVERYTHING

#: Of all changes of a diagram; `make fuzz` tries every one.
SHARE = min(1.0, int(os.environ.get("CASELOOP_EXAMPLES", "100")) / 2000)
_SMALL = sorted(set(small()) - {"everything"})


def silent_changes(
    files: Files, name: str, diagram: str = "", share: float = SHARE
) -> Iterator[str]:
    """Changes of one file that have an effect and change no letter.

    Most small diagrams are a `p.bpmn`: the draw is of the diagram too, so each tries others.
    """
    draw = random.Random(f"{diagram}/{name}")
    before, told = effects(checked(files)), sayings(described(files))
    for was, candidates in changed(files[name]):
        if draw.random() > share:
            continue
        for data in candidates:
            new = {**files, name: data}
            found = checked(new)
            if found.accepted and effects(found) != before:
                if sayings(described(new)) == told:
                    yield was
                break


@pytest.mark.parametrize("name", _SMALL)
def test_every_change_with_an_effect_changes_the_text_of_a_small_diagram(name: str) -> None:
    files = small()[name]
    for file in files:
        if file.endswith(".bpmn"):
            assert list(silent_changes(files, file, name)) == []


@pytest.mark.slow
def test_every_change_with_an_effect_changes_the_text_of_a_diagram_with_everything() -> None:
    assert list(silent_changes(EVERYTHING, "all/all.bpmn")) == []


@pytest.mark.slow
@pytest.mark.parametrize("process", ["case_disposition", "escalation"])
def test_every_change_with_an_effect_changes_the_text_of_what_is_shipped(process: str) -> None:
    share = SHARE if process == "escalation" else SHARE / 10
    assert list(silent_changes(shipped(), f"{process}/{process}.bpmn", share=share)) == []


def _all(real_data: Path | None = None) -> Iterator[tuple[str, Files]]:
    yield "shipped", shipped()
    yield from small().items()
    for file in sorted((real_data / "bpmn").rglob("*.bpmn")) if real_data else ():
        files = {file.name: file.read_bytes()}
        found = checked(files)
        if found.accepted and found.definitions:
            yield file.name, files


def test_every_element_and_flow_is_spoken_of(real_data: Path) -> None:
    for name, files in _all(real_data):
        found, told = checked(files), as_json(described(files))
        for chapter in told["chapters"]:
            definition = found.definitions.get(chapter["id"])
            if definition is None:
                continue
            spoken = set(_about(chapter))
            flows = {f.id for body in definition.bodies.values() for f in body.flows}
            assert (name, (set(definition.elements) | flows) - spoken) == (name, set())


def _about(chapter: dict) -> Iterator[str]:  # type: ignore[type-arg]
    for part in chapter["parts"]:
        for entry in part["entries"]:
            yield entry["id"]
            for sentence in entry["sentences"]:
                yield from sentence["about"]
    for sentence in chapter["intro"]:
        yield from sentence["about"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_name_condition_and_code_stands_in_the_text(real_data: Path, lang: str) -> None:
    for name, files in _all(real_data):
        text = as_text(described(files, "zh" if lang == "zh" else "en"))
        missing = {said for said in _sayings(checked(files)) if said not in text}
        assert (name, missing) == (name, set())


def _sayings(found: Checked) -> Iterator[str]:
    """Names of elements, messages, signals, topics, codes: letter by letter."""
    for definition in found.definitions.values():
        for element in definition.elements.values():
            yield from (" ".join(word.split()) for word in _words(element) if word)


def _words(element: Element) -> Iterator[str | None]:
    yield element.name
    yield element.topic
    yield element.decision
    yield element.called
    for event in element.events:
        yield from (event.message, event.signal, event.error_code, event.escalation_code)
