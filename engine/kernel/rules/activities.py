"""Activities: that the engine knows what to do at each of them."""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.task_words import (
    assigns_anything,
    called_of,
    decision_of,
    job_topic,
    result_of,
    script_of,
    topic_of,
)
from engine.kernel.words import (
    Node,
    children,
    event_definitions,
    extensions,
    is_of_case,
    local_name,
)

_CONTAINER = define(
    "activity/container",
    "error",
    "Ad-hoc sub-processes are not executed.",
    "不支持临时子流程。",
)
_TOPIC = define(
    "activity/no-topic",
    "warning",
    "A task that a system does names the topic of its job; without one the topic is its id.",
    "由系统完成的任务须写明主题；未写时以其 id 为主题。",
)
_SCRIPT = define(
    "activity/script",
    "error",
    "A script task assigns in FEEL; scripts in other languages are refused.",
    "脚本任务只用 FEEL 赋值，不接受其他语言。",
)
_NO_SCRIPT = define(
    "activity/no-script",
    "warning",
    "A script task that assigns nothing is passed.",
    "没有赋值的脚本任务直接通过。",
)
_DECISION = define(
    "activity/no-decision",
    "error",
    "A business rule task with a decision names one of the release.",
    "业务规则任务所写的决策须在发布包中。",
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


def _job(node: Node, _subject: Subject) -> Iterator[Finding]:
    """In a case's main process the house asks for the topic."""
    if job_topic(node) is not None and topic_of(node) is None and not is_of_case(node):
        yield _TOPIC.at(
            node,
            f"it names no topic, so workers fetch it as {node.get('id')!r}",
            'write cl:topic="…" for the worker that does it',
        )


def _script(node: Node, _subject: Subject) -> Iterator[Finding]:
    if script_of(node):
        yield _SCRIPT.at(
            node,
            f"its script {script_of(node)[:60]!r} cannot be executed",
            'write <cl:assign name="x" value="=FEEL"/> in its extension elements',
        )
    elif not assigns_anything(node):
        yield _NO_SCRIPT.at(
            node, "it assigns nothing, and a token passes it", "add a cl:assign, or delete the task"
        )


def _rule(node: Node, subject: Subject) -> Iterator[Finding]:
    name = decision_of(node)
    if name is not None and name not in subject.decisions:
        yield _DECISION.at(
            node, f"the release has no decision {name!r}", "add the decision's file to the release"
        )
    elif name is not None and topic_of(node) is not None:
        yield _DECISION.at(node, "it has a topic as well", "leave one of them")
    elif name is None and result_of(node) is not None:
        yield _DECISION.at(
            node, f"nothing decides what {result_of(node)!r} takes", 'write cl:decision="…"'
        )
    of_a_job = [word for word in ("in", "output") if next(extensions(node, word), None) is not None]
    if name is not None and of_a_job:
        message = f"a decision reads the case itself, and cl:{of_a_job[0]} is for jobs"
        yield _DECISION.at(node, message, "leave it out; cl:result names what is kept")
    yield from _job(node, subject)


def _send(node: Node, subject: Subject) -> Iterator[Finding]:
    is_notice = next(extensions(node, "notify"), None) is not None
    if node.get("messageRef") is not None and topic_of(node) is None and not is_notice:
        yield from _message(node, subject)
    elif node.get("operationRef") is not None and topic_of(node) is None and not is_notice:
        yield from _operation(node)
    else:
        yield from _job(node, subject)


def _receive(node: Node, subject: Subject) -> Iterator[Finding]:
    if node.get("messageRef") is None and node.get("operationRef") is not None:
        yield from _operation(node)
    elif node.get("messageRef") is None:
        yield _RECEIVE.at(
            node, f"it waits for a message {node.get('id')!r}", "choose a message, if it has one"
        )
    else:
        yield from _message(node, subject)


def _message(node: Node, subject: Subject) -> Iterator[Finding]:
    found = subject.named("message", node.get("messageRef"))
    if found is None or not (found.get("name") or "").strip():
        yield _MESSAGE.at(
            node,
            f"messageRef {node.get('messageRef')!r} names no message with a name",
            "add the message to the file and name it",
        )


def _operation(node: Node) -> Iterator[Finding]:
    """What its operation takes was looked up before; there was nothing."""
    yield _MESSAGE.at(
        node,
        f"operationRef {node.get('operationRef')!r} names no operation with a message",
        "add the operation to an interface of the file, or choose a message",
    )


def _call(node: Node, subject: Subject) -> Iterator[Finding]:
    name = called_of(node)
    if not name:
        yield _CALLED.at(node, "it calls nothing", "choose the process that it calls")
    elif name not in subject.callable_processes:
        yield _CALLED.at(node, *_why_not(name, subject))
    elif not _begins_by_itself(subject.callable_processes[name]):
        yield _CALLED.at(
            node,
            f"{name} has no start without an event",
            "give it one: a call waits for no message, signal or timer to begin",
        )


def _begins_by_itself(process: Node) -> bool:
    starts = list(children(process, "startEvent"))
    return not starts or any(not event_definitions(start) for start in starts)


def _why_not(name: str, subject: Subject) -> tuple[str, str]:
    """Why a name cannot be called, and the way out."""
    found = {n.get("id"): local_name(n) for n in children(subject.root)}.get(name, "")
    if found.startswith("global"):
        message = f"{name!r} is a {found}: it stands in the file, but global tasks are not executed"
        return message, "draw the task here, or a process that holds it"
    if found == "process":
        return f"the process {name!r} of this file is not executable", 'write isExecutable="true"'
    message = f"no executable process {name!r} stands in these files"
    return message, "add the called diagram, or correct calledElement"


def _passed(node: Node, _subject: Subject) -> Iterator[Finding]:
    yield _MANUAL.at(node, "a token passes it at once", "use a user task to wait for a person")


_BY_KIND = {
    "serviceTask": _job,
    "scriptTask": _script,
    "businessRuleTask": _rule,
    "sendTask": _send,
    "receiveTask": _receive,
    "callActivity": _call,
    "task": _passed,
    "manualTask": _passed,
}
