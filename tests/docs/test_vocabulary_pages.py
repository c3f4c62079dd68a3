"""The reference of words, scenarios and events says what the code knows, no more and no less."""

import re
from pathlib import Path

from engine.domain import acts
from engine.domain.commands import COMMANDS
from engine.kernel.player import scenario
from engine.kernel.rules.vocabulary import ATTRIBUTES, CHILDREN

ROOT = Path(__file__).parents[2]
REFERENCE = ROOT / "docs" / "reference"
_ROW = re.compile(r"^\| (.+) \|$", re.MULTILINE)
_WORD = re.compile(r"`([^`\n]+)`")


def _rows(page: str, heading: str) -> list[list[list[str]]]:
    """The words in backticks, cell by cell, of the tables below a heading."""
    text = (REFERENCE / page).read_text(encoding="utf-8")
    section = text.partition(f"\n## {heading}\n")[2].partition("\n## ")[0]
    cells = [row.split(" | ") for row in _ROW.findall(section) if not row.startswith("---")]
    return [[_WORD.findall(cell) for cell in row] for row in cells]


def test_page_of_words_lists_every_attribute_where_it_may_stand() -> None:
    told = {row[0][0]: row[1] for row in _rows("bpmn-words.md", "Attributes") if row[0]}
    assert {on: told.get(on) for on in ATTRIBUTES} == {
        on: sorted(a) for on, a in ATTRIBUTES.items()
    }


def test_page_of_words_explains_every_attribute() -> None:
    explained = {word for row in _rows("bpmn-words.md", "Attributes") for word in row[0]}
    assert set().union(*ATTRIBUTES.values()) <= explained


def test_page_of_words_lists_every_element_with_its_attributes() -> None:
    rows = [row for row in _rows("bpmn-words.md", "Elements") if len(row) == 3 and row[0]]
    told = {(row[0][0], row[1][0]): row[2] for row in rows}
    known = {(on, word): sorted(a) for on, words in CHILDREN.items() for word, a in words.items()}
    assert told == known


def test_page_of_words_names_every_act() -> None:
    text = (REFERENCE / "bpmn-words.md").read_text(encoding="utf-8")
    assert not [act for act in acts.AXIS_OF_ACT if f"`{act}`" not in text]


def test_page_of_scenarios_names_every_key_and_step() -> None:
    text = (REFERENCE / "scenarios.md").read_text(encoding="utf-8")
    named = {word.partition(":")[0] for word in _WORD.findall(text)}
    known = scenario.STEP_KINDS | scenario.EXPECT_KEYS
    assert not known - named


def test_page_of_events_names_every_event_that_the_code_emits() -> None:
    text = (REFERENCE / "events.md").read_text(encoding="utf-8")
    named = set(_WORD.findall(text))
    code = "\n".join(p.read_text("utf-8") for p in (ROOT / "engine").rglob("*.py"))
    emitted = set(re.findall(r'(?:\bemit|\bEvent)\(\s*"([a-z_.]+)"', code))
    outcomes = set(re.findall(r'"(case\.[a-z_]+)"', (ROOT / "engine/domain/acts.py").read_text()))
    assert len(emitted) > 30
    assert not (emitted | outcomes) - named


def test_page_of_entries_names_every_command() -> None:
    text = (REFERENCE / "entry.md").read_text(encoding="utf-8")
    assert not [kind for kind in COMMANDS if f"`{kind}`" not in text]
