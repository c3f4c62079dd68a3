"""What is wrong with a script is told with its file, key and line, before anything is played."""

import pytest

from engine.kernel.player import ScenarioError, read_scenario


@pytest.mark.parametrize(
    ("text", "told", "line"),
    [
        ("story: x\nstepz: []\n", "s.yaml: unknown key 'stepz'", 2),
        ("steps:\n- complete: a\n  dta: {}\n", "s.yaml: step 1 (complete): unknown key 'dta'", 3),
        ("steps:\n- complete: a\n  data: [1]\n", "s.yaml: step 1: data: keys with values", 3),
        ("steps:\n- complete: [a]\n", "s.yaml: step 1: complete: one value is needed", 2),
        ("steps:\n- complete: a\n  claim: b\n", "s.yaml: step 1: exactly one of", 2),
        ("steps:\n- expect:\n    waitng: []\n", "unknown key 'waitng'", 3),
        ("expect:\n  ends: [end]\n  path: end\n", "s.yaml: expect: path is a list", 3),
        ("expect:\n  status: done\n", "s.yaml: expect: status is one of", 2),
        ("case:\n  a: 1\n  b: {c: 1.5}\n", "s.yaml: case.b.c: write 1.5 as text", 3),
        ("people:\n  li: crew\n", "s.yaml: people: li: a list of posts", 2),
        ("story: x\nat: yesterday\n", "s.yaml: at: ", 2),
        ("story: x\nby: 7\n", "s.yaml: by: a text is needed here", 2),
        ('{"story": "x",\n "by": 7}', "s.yaml: by: a text is needed here", 2),
    ],
)
def test_fault_is_told_with_file_key_and_line(text: str, told: str, line: int) -> None:
    with pytest.raises(ScenarioError) as caught:
        read_scenario(text.encode(), "s.yaml")
    assert told in str(caught.value)
    assert str(caught.value).endswith(f"(line {line})")


@pytest.mark.parametrize(
    "text", ["steps: []\nby: li\nsteps: []\n", "story: x\ncase: {a: 1,\n  b: 2, a: 3}\n"]
)
def test_key_that_is_written_twice_is_refused(text: str) -> None:
    """The first would be dropped silently."""
    with pytest.raises(ScenarioError, match=r"^s\.yaml: key '\w+' is written twice \(lines "):
        read_scenario(text.encode(), "s.yaml")


def test_merged_keys_of_yaml_may_be_said_anew() -> None:
    text = "case:\n  base: &base {a: 1, b: 2}\n  other: {<<: *base, a: 3}\n"
    assert read_scenario(text.encode(), "s.yaml").case["other"] == {"a": 3, "b": 2}


def test_value_that_lies_within_itself_is_refused() -> None:
    with pytest.raises(ScenarioError, match=r"^s\.yaml: nested too deep, or within itself$"):
        read_scenario(b"case: &all {a: *all}\n", "s.yaml")
