"""Operations: a message that is named beside one is a message of that operation."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.task_words import operation_of
from engine.kernel.words import Node, bpmn, children, local_reference, place_of, text_of

_OPERATION = define(
    "activity/operation",
    "error",
    "A task or event that names a message and an operation means one message by them.",
    "任务或事件同时写消息和操作时，两者须指同一消息。",
)
_NAMES_BOTH = ("sendTask", "receiveTask", "messageEventDefinition")


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    found = (o for i in children(subject.root, "interface") for o in children(i, "operation"))
    operations = {o.get("id") or "": o for o in found}
    for process in subject.processes:
        for node in process.iter(*(bpmn(kind) for kind in _NAMES_BOTH)):
            operation = operations.get(local_reference(operation_of(node)) or "")
            if operation is not None and node.get("messageRef"):
                yield from _agrees(node, operation)


def _agrees(node: Node, operation: Node) -> Iterator[Finding]:
    """What it takes, or what it answers, is the message."""
    named = [text_of(m) for m in children(operation, "inMessageRef", "outMessageRef")]
    messages = [local_reference(name) for name in named]
    if local_reference(node.get("messageRef")) not in messages:
        yield _OPERATION.at(
            place_of(node),
            f"its message is {node.get('messageRef')!r}, "
            f"but its operation has {' and '.join(map(repr, messages))}",
            "leave one of them",
        )
