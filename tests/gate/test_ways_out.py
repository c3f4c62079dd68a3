"""The way out of a vendor's word names words that are read where it stands."""

import re

import pytest

from engine.kernel.rules.vocabulary import ATTRIBUTES, CHILDREN
from tests.kernel.drawing import shape
from tests.kernel.judging import gate, with_task

_SPACE = "http://camunda.org/schema/1.0/bpmn"
_INSIDE = "<extensionElements><v:inputOutput/></extensionElements>"
_KINDS = (
    "userTask",
    "serviceTask",
    "sendTask",
    "receiveTask",
    "scriptTask",
    "businessRuleTask",
    "manualTask",
    "callActivity",
    "subProcess",
    "intermediateThrowEvent",
)


def ways_out(kind: str, attributes: str = "", inside: str = "") -> list[str]:
    node = shape(kind, "x", inside).replace(
        f"<{kind} ", f'<{kind} xmlns:v="{_SPACE}" {attributes} '
    )
    return [f.help for f in gate(*with_task(node)) if f.rule == "foreign/behaviour"]


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("word", ["resultVariable", "class", "inputOutput"])
def test_words_of_the_way_out_may_stand_there(kind: str, word: str) -> None:
    known = ATTRIBUTES[kind] | frozenset(CHILDREN.get(kind, ()))
    inside = _INSIDE if word == "inputOutput" else ""
    attributes = "" if inside else f'v:{word}="r"'
    for told in ways_out(kind, attributes, inside):
        if told.startswith("use cl:"):
            assert known.issuperset(re.findall(r"cl:(\w+)", told.partition(", or ")[0]))


@pytest.mark.parametrize(
    ("kind", "attributes", "inside", "told"),
    [
        ("scriptTask", 'v:resultVariable="r"', "", "use cl:assign"),
        ("serviceTask", 'v:resultVariable="r"', "", "use cl:output"),
        ("serviceTask", "", _INSIDE, "use cl:in and cl:output"),
        ("callActivity", "", _INSIDE, "use cl:in and cl:out"),
        ("userTask", "", _INSIDE, "use cl:output"),
        ("manualTask", "", _INSIDE, "use a script task with cl:assign"),
        ("userTask", 'v:class="a.B"', "", "use a service task with cl:topic"),
    ],
)
def test_word_fits_its_element(kind: str, attributes: str, inside: str, told: str) -> None:
    assert ways_out(kind, attributes, inside) == [told]
