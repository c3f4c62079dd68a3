"""Names by which something is found: each is the text that is written, nothing computes it."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.task_words import topic_of
from engine.kernel.words import Node, children, local_name

_COMPUTED = define(
    "event/computed-name",
    "error",
    "The name of a message, signal, error, escalation or topic is a fixed text, not an expression.",
    "消息、信号、错误、升级和主题的名称须为固定文本，不得为表达式。",
)
_NAMES = {
    "message": "name",
    "signal": "name",
    "error": "errorCode",
    "escalation": "escalationCode",
}


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for node in children(subject.root, *_NAMES):
        attribute = _NAMES[local_name(node)]
        yield from _fixed(node, attribute, node.get(attribute))
    for node in subject.nodes("serviceTask", "sendTask", "businessRuleTask"):
        yield from _fixed(node, "topic", topic_of(node))


def _fixed(node: Node, what: str, text: str | None) -> Iterator[Finding]:
    if text is None or not (text.lstrip().startswith("=") or "${" in text or "#{" in text):
        return
    yield _COMPUTED.at(
        node,
        f"its {what} {text[:60]!r} is an expression, which nobody computes",
        "write a fixed text; what differs from case to case goes into its key or its data",
    )
