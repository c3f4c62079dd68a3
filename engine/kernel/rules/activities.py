"""Activities: that the engine knows what to do at each of them."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import (
    CAMUNDA,
    Node,
    child,
    children,
    cl,
    event_definitions,
    extensions,
    local_name,
    text_of,
)

_CONTAINER = define(
    "activity/container",
    "error",
    "Ad-hoc sub-processes are not executed.",
    "不支持临时子流程。",
)
_TOPIC = define(
    "activity/no-topic",
    "error",
    "A service task names the topic of its job.",
    "系统任务须写明主题。",
)
_SCRIPT = define(
    "activity/script",
    "error",
    "A script task assigns in FEEL; scripts in other languages are refused.",
    "脚本任务只用 FEEL 赋值，不接受其他语言。",
)
_DECISION = define(
    "activity/no-decision",
    "error",
    "A business rule task names a decision of the release.",
    "业务规则任务须写明发布包中的决策。",
)
_SEND = define(
    "activity/nothing-sent",
    "error",
    "A send task has a message, a notice or a topic.",
    "发送任务须有消息、通知或主题。",
)
_RECEIVE = define(
    "activity/receive-without-message",
    "warning",
    "A receive task without message waits for a message named like the task.",
    "没有消息的接收任务等待与任务同名的消息。",
)
_MESSAGE = define(
    "activity/message", "error", "A task's message stands in the file.", "任务的消息须在文件中。"
)
_CALLED = define(
    "activity/called-process",
    "error",
    "A call activity calls an executable process of the release that begins without an event.",
    "调用活动须调用发布包内可执行且无需事件即可开始的流程。",
)
_MANUAL = define(
    "activity/passed",
    "info",
    "Abstract and manual tasks are passed: the engine has nothing to wait for.",
    "抽象任务和手工任务直接通过，引擎不等待。",
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for node in subject.nodes():
        kind = local_name(node)
        if kind == "adHocSubProcess":
            yield _CONTAINER.at(node, f"a {kind} cannot be executed", "use a sub-process")
        if kind in _BY_KIND:
            yield from _BY_KIND[kind](node, subject)


def _service(node: Node, _subject: Subject) -> Iterator[Finding]:
    if topic_of(node) is None and next(extensions(node, "notify"), None) is None:
        yield _TOPIC.at(node, "it names no topic", 'write cl:topic="…" for the worker that does it')


def _script(node: Node, _subject: Subject) -> Iterator[Finding]:
    script = child(node, "script")
    if script is not None and text_of(script):
        yield _SCRIPT.at(
            node,
            f"its script {text_of(script)[:60]!r} cannot be executed",
            'write <cl:assign name="x" value="=FEEL"/> in its extension elements',
        )
    elif next(extensions(node, "assign"), None) is None:
        yield _SCRIPT.at(node, "it assigns nothing", "add a cl:assign, or delete the task")


def _rule(node: Node, subject: Subject) -> Iterator[Finding]:
    name = decision_of(node)
    if name is None:
        yield _DECISION.at(node, "it names no decision", 'write cl:decision="…"')
    elif name not in subject.decisions:
        yield _DECISION.at(
            node, f"the release has no decision {name!r}", "add the decision's file to the release"
        )


def _send(node: Node, subject: Subject) -> Iterator[Finding]:
    if next(extensions(node, "notify"), None) is not None or topic_of(node) is not None:
        return
    if node.get("messageRef") is None:
        yield _SEND.at(node, "it sends nothing", "choose a message, or write cl:notify")
    else:
        yield from _message(node, subject)


def _receive(node: Node, subject: Subject) -> Iterator[Finding]:
    if node.get("messageRef") is None:
        yield _RECEIVE.at(
            node, f"it waits for a message {node.get('id')!r}", "choose a message, if it has one"
        )
    else:
        yield from _message(node, subject)


def _message(node: Node, subject: Subject) -> Iterator[Finding]:
    found = subject.named("message", node.get("messageRef"))
    if found is None or not found.get("name"):
        yield _MESSAGE.at(
            node,
            f"messageRef {node.get('messageRef')!r} names no message with a name",
            "add the message to the file and name it",
        )


def _call(node: Node, subject: Subject) -> Iterator[Finding]:
    name = called_of(node)
    if not name:
        yield _CALLED.at(node, "it calls nothing", "choose the process that it calls")
    elif name not in subject.callable_processes:
        yield _CALLED.at(
            node,
            f"no executable process {name!r} stands in these files",
            "add the called diagram, or correct calledElement",
        )
    elif not _begins_by_itself(subject.callable_processes[name]):
        yield _CALLED.at(
            node,
            f"{name} has no start without an event",
            "give it one: a call waits for no message, signal or timer to begin",
        )


def _begins_by_itself(process: Node) -> bool:
    starts = list(children(process, "startEvent"))
    return not starts or any(not event_definitions(start) for start in starts)


def _passed(node: Node, _subject: Subject) -> Iterator[Finding]:
    yield _MANUAL.at(node, "a token passes it at once", "use a user task to wait for a person")


_BY_KIND = {
    "serviceTask": _service,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "sendTask": _send,
    "receiveTask": _receive,
    "callActivity": _call,
    "task": _passed,
    "manualTask": _passed,
}


def topic_of(node: Node) -> str | None:
    """The topic of a job: our own word, or that of an external task of Camunda and its heirs."""
    if node.get(cl("topic")):
        return node.get(cl("topic"))
    for vendor in CAMUNDA:
        if node.get(f"{{{vendor}}}type") == "external":
            return node.get(f"{{{vendor}}}topic")
    return None


def decision_of(node: Node) -> str | None:
    """The decision of a business rule task."""
    named = (node.get(f"{{{vendor}}}decisionRef") for vendor in sorted(CAMUNDA))
    return node.get(cl("decision")) or next((n for n in named if n), None)


def called_of(node: Node) -> str | None:
    """The process id that a call activity names, without the prefix of a qualified name."""
    name = node.get("calledElement")
    return None if name is None else name.rpartition(":")[2]
