"""What a task says in two ways that do not agree: one of them would be lost."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.task_words import topic_of
from engine.kernel.vendors import CAMUNDA, FLOWABLE, LOOPING_VENDORS, is_external, zeebe
from engine.kernel.words import Node, child, cl, extensions, local_name

_TWICE = define(
    "activity/said-twice",
    "error",
    "What a task does is said once: a message, a topic or a notice, and not otherwise by a vendor.",
    "任务的内容只写一次：消息、主题或通知之一，且不得与其他厂商的扩展相矛盾。",
)
_TASKS = ("serviceTask", "sendTask")
_JOB_VENDORS = (*sorted(CAMUNDA), FLOWABLE)
_LOOP = "multiInstanceLoopCharacteristics"


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for node in subject.nodes():
        if local_name(node) in _TASKS:
            yield from _ways(node)
        for said in _said(node):
            values = {_bare(value): name for name, value in said if value}
            if len(values) > 1:
                told = " and ".join(f"{name} says {value!r}" for value, name in values.items())
                yield _TWICE.at(node, told, "leave one of them")


def _ways(node: Node) -> Iterator[Finding]:
    """A message is sent, a worker does it, or somebody is notified."""
    message = node.get("messageRef") if local_name(node) == "sendTask" else None
    notice = next(extensions(node, "notify"), None)
    ways = {
        "the message": message,
        "the topic": topic_of(node),
        "a notice to": None if notice is None else notice.get("to"),
    }
    said = [f"{way} {value!r}" for way, value in ways.items() if value]
    if len(said) > 1:
        yield _TWICE.at(node, f"it has {' and '.join(said)}", "leave one of them")


def _said(node: Node) -> Iterator[list[tuple[str, str | None]]]:
    """For each thing that several words say: the words with what they say."""
    yield [
        ("cl:topic", node.get(cl("topic"))),
        *((_word(v, "topic"), _of(node, v, "topic")) for v in _JOB_VENDORS if is_external(node, v)),
        ("taskDefinition", zeebe(node, "taskDefinition", "type")),
    ]
    if local_name(node) == "businessRuleTask":
        for ours, theirs, word in (
            ("decision", "decisionRef", "decisionId"),
            ("result", "resultVariable", "resultVariable"),
        ):
            yield [
                (f"cl:{ours}", node.get(cl(ours))),
                *((_word(v, theirs), _of(node, v, theirs)) for v in sorted(CAMUNDA)),
                ("calledDecision", zeebe(node, "calledDecision", word)),
            ]
    loop = child(node, _LOOP)
    if loop is not None:
        for ours, theirs in (("collection", "collection"), ("item", "elementVariable")):
            yield [
                (f"cl:{ours}", loop.get(cl(ours))),
                *((_word(v, theirs), _of(loop, v, theirs)) for v in sorted(LOOPING_VENDORS)),
            ]


def _of(node: Node, vendor: str, word: str) -> str | None:
    return node.get(f"{{{vendor}}}{word}")


def _word(vendor: str, word: str) -> str:
    """A vendor's word as people call it: camunda:topic."""
    return f"{vendor.rsplit('//', maxsplit=1)[-1].partition('.')[0]}:{word}"


def _bare(value: str) -> str:
    """`=xs`, `${xs}` and `xs` name the same."""
    return value.strip().removeprefix("=").removeprefix("${").removesuffix("}").strip()
