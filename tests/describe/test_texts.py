"""The catalog of sentences and the words of the field."""

import re
from pathlib import Path
from string import Formatter

import pytest

from engine.domain import terms
from engine.domain.acts import _EVENTS, AXIS_OF_ACT, STAGES
from engine.domain.people import Axis
from engine.domain.terms import Term
from engine.kernel.compile.outputs import OUTPUT_TYPES
from engine.kernel.describe.wording import catalog
from tests.describe.corpus import ROOT

_SOURCES = ROOT / "engine" / "kernel" / "describe"
TABLES = {
    name: table
    for name, table in vars(terms).items()
    if isinstance(table, dict) and all(isinstance(t, Term) for t in table.values())
}


def _names(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("key", catalog())
def test_both_languages_say_the_same_things(key: str) -> None:
    said = catalog()[key]
    assert _names(said.zh) == _names(said.en)


def test_no_sentence_is_left_over() -> None:
    code = "".join(file.read_text("utf-8") for file in sorted(_SOURCES.glob("*.py")))
    named = set(re.findall(r'"([a-z_]+\.?[a-zA-Z_.]*)', code))
    begun = {name for name in named if "." in name}
    left = {k for k in catalog() if k not in named and not any(k.startswith(b) for b in begun)}
    assert left <= {f"end.{how}" for how in ("terminate", "throws")}  # built from a shorter key


def test_every_word_of_ours_has_a_title() -> None:
    assert set(terms.ACTS) == set(AXIS_OF_ACT)
    assert set(terms.STAGES) == set(STAGES)
    assert set(terms.AXES) == set(Axis)
    assert set(terms.OUTPUT_TYPES) == OUTPUT_TYPES
    answers = {outcome for _, outcome in _EVENTS}
    known = {name.rpartition("/")[2] for name in terms.OUTCOMES}
    assert answers <= known


@pytest.mark.parametrize("table", TABLES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_two_words_of_a_table_read_the_same(table: str, lang: str) -> None:
    titles = [getattr(term, lang) for term in TABLES[table].values()]
    assert len(titles) == len(set(titles))


@pytest.mark.parametrize("table", ["ROLES", "ACTS", "STAGES", "AXES", "OUTCOMES"])
def test_glossary_has_every_word(table: str) -> None:
    page = Path(ROOT / "docs" / "glossary.md").read_text("utf-8")
    missing = {t for t in TABLES[table].values() if t.zh not in page or t.en not in page}
    assert missing == set()
