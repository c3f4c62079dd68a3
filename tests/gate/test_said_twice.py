"""What a task says in two ways that differ is named with both."""

import pytest

from tests.kernel.drawing import shape, user, words
from tests.kernel.judging import gate, with_task

_CAMUNDA = "http://camunda.org/schema/1.0/bpmn"
_NOTICE = words('<cl:notify to="a"/>')


def camunda(kind: str, attributes: str, inside: str = "") -> str:
    return f'<{kind} id="x" xmlns:v="{_CAMUNDA}" {attributes}>{inside}</{kind}>'


def told(task: str) -> list[str]:
    return [f.message for f in gate(*with_task(task)) if f.rule == "activity/said-twice"]


def looped(attributes: str) -> str:
    loop = f'<multiInstanceLoopCharacteristics xmlns:v="{_CAMUNDA}" {attributes}/>'
    return user("x", loop)


@pytest.mark.parametrize(
    ("task", "both"),
    [
        (shape("sendTask", "x", messageRef="m", cl_topic="t"), ("'m'", "'t'")),
        (shape("sendTask", "x", _NOTICE, cl_topic="t"), ("'a'", "'t'")),
        (shape("serviceTask", "x", _NOTICE, cl_topic="t"), ("'a'", "'t'")),
        (
            camunda("serviceTask", 'cl:topic="ours" v:type="external" v:topic="theirs"'),
            ("cl:topic says 'ours'", "camunda:topic says 'theirs'"),
        ),
        (
            camunda("businessRuleTask", 'cl:decision="ours" v:decisionRef="theirs"'),
            ("cl:decision says 'ours'", "camunda:decisionRef says 'theirs'"),
        ),
        (looped('cl:collection="=xs" v:collection="ys"'), ("'xs'", "'ys'")),
        (looped('cl:collection="=xs" cl:item="a" v:elementVariable="b"'), ("'a'", "'b'")),
    ],
)
def test_both_are_named(task: str, both: tuple[str, str]) -> None:
    [message] = told(task)
    assert all(said in message for said in both)


@pytest.mark.parametrize(
    "task",
    [
        shape("sendTask", "x", messageRef="m"),
        camunda("serviceTask", 'cl:topic="t" v:type="external" v:topic="t"'),
        looped('cl:collection="=xs" v:collection="${xs}"'),
    ],
)
def test_what_agrees_is_not_spoken_about(task: str) -> None:
    assert told(task) == []
