"""What a task names: the topic of its job, its decision and result, the process that it calls.

Our own word comes first, then that of a vendor which means the same.
"""

from engine.kernel.vendors import CAMUNDA, external_topic, zeebe
from engine.kernel.words import Node, child, cl, extensions, local_name, text_of


def topic_of(node: Node) -> str | None:
    """The topic that a job names: our own word, or that of a task for workers of a vendor."""
    ours = node.get(cl("topic"))
    return ours or external_topic(node) or zeebe(node, "taskDefinition", "type")


def job_topic(node: Node) -> str | None:
    """The topic of a task that is a job: where it names none, its id. None: it is no job."""
    if not _is_job(node):
        return None
    return topic_of(node) or node.get("id")


def _is_job(node: Node) -> bool:
    """Whether a worker does it, also where the diagram says no more than that a system does."""
    kind = local_name(node)
    if next(extensions(node, "notify"), None) is not None:
        return False
    if kind == "businessRuleTask":
        return decision_of(node) is None
    return kind == "serviceTask" or (kind == "sendTask" and not _sends(node))


def _sends(node: Node) -> bool:
    return node.get("messageRef") is not None and topic_of(node) is None


def decision_of(node: Node) -> str | None:
    """The decision of a business rule task."""
    ours = node.get(cl("decision")) or _of_camunda(node, "decisionRef")
    return ours or zeebe(node, "calledDecision", "decisionId")


def result_of(node: Node) -> str | None:
    """The name that takes the result of a business rule task."""
    ours = node.get(cl("result")) or _of_camunda(node, "resultVariable")
    return ours or zeebe(node, "calledDecision", "resultVariable")


def called_of(node: Node) -> str | None:
    """The process id that a call activity names, without the prefix of a qualified name."""
    name = node.get("calledElement") or zeebe(node, "calledElement", "processId")
    return None if name is None else name.rpartition(":")[2]


def script_of(node: Node) -> str:
    """The script of a script task, in whatever language."""
    return text_of(child(node, "script"))


def operation_of(node: Node) -> str | None:
    """The id of the operation that a task or the definition of a message event names."""
    if local_name(node) == "messageEventDefinition":
        return text_of(child(node, "operationRef")) or None
    return node.get("operationRef")


def assigns_anything(node: Node) -> bool:
    """Whether a script task assigns in FEEL, by our own word or by that of a vendor."""
    own = next(extensions(node, "assign"), None)
    return own is not None or zeebe(node, "script", "expression") is not None


def _of_camunda(node: Node, word: str) -> str | None:
    named = (node.get(f"{{{vendor}}}{word}") for vendor in sorted(CAMUNDA))
    return next((name for name in named if name), None)
