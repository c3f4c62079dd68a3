"""Every rule of the gate shows what it refuses and what to write instead, and both are true."""

import pytest

from engine.kernel.examples import EXAMPLES
from engine.kernel.findings import Severity
from engine.kernel.release import check_release, compile_release
from engine.kernel.rules import REGISTRY


def rules_of(files: dict[str, bytes]) -> set[str]:
    """What is said about the files; information only where the rule itself is one."""
    return {f.rule for f in check_release(files).findings}


def grave(rules: set[str]) -> set[str]:
    return {name for name in rules if REGISTRY[name].severity is not Severity.INFO}


def test_every_rule_has_its_examples() -> None:
    assert set(EXAMPLES) == set(REGISTRY)


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_bad_example_breaks_its_rule_and_no_other(name: str) -> None:
    example = EXAMPLES[name]
    found = rules_of(example.bad_files)
    assert name in found
    assert grave(found) <= {name}


@pytest.mark.parametrize("name", sorted(EXAMPLES))
def test_good_example_is_accepted_without_a_word(name: str) -> None:
    example = EXAMPLES[name]
    files = example.good_files
    found = rules_of(files)
    assert name not in found
    assert grave(found) == set()
    assert compile_release(files).id
