"""Words of other vendors that mean plainly what a word of ours means, and are read as that word.

Camunda 8 (Zeebe) writes them as elements with attributes. What of such an element is not read is
named here too, so that nothing of it is lost in silence. Where our own word says it already, the
vendor's is not read at all, and the gate refuses it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.words import Node, child, cl, extensions, local_name, namespace_of

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
FLOWABLE = "http://flowable.org/bpmn"
CAMUNDA = frozenset({"http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn"})
#: Vendors whose `collection` and `elementVariable` on a loop mean what ours mean.
LOOPING_VENDORS = CAMUNDA | {FLOWABLE, "http://activiti.org/bpmn"}
#: By vendor the `type` with which its `topic` on a task means what ours means.
_EXTERNAL = {**dict.fromkeys(sorted(CAMUNDA), "external"), FLOWABLE: "external-worker"}
#: The tasks that may be a job.
JOB_TASKS = frozenset({"serviceTask", "sendTask", "businessRuleTask"})


@dataclass(frozen=True, slots=True)
class _Word:
    """One element of Zeebe, and how it is read.

    `needed` are the attributes without which it says nothing, `names` those that must be plain
    names, not expressions.
    """

    on: frozenset[str]
    needed: frozenset[str]
    further: frozenset[str] = frozenset()
    names: frozenset[str] = frozenset()


def _word(on: str, needed: str, further: str = "", names: str = "") -> _Word:
    return _Word(*(frozenset(text.split()) for text in (on, needed, further, names)))


_WORDS = {
    "subscription": _word("message", "correlationKey"),
    "taskDefinition": _word("serviceTask sendTask businessRuleTask", "type", names="type"),
    "calledElement": _word("callActivity", "processId", names="processId"),
    "calledDecision": _word("businessRuleTask", "decisionId", "resultVariable", "decisionId"),
    "script": _word("scriptTask", "expression resultVariable"),
    "loopCharacteristics": _word(
        "multiInstanceLoopCharacteristics", "inputCollection", "inputElement"
    ),
}
#: Which word of ours, or of BPMN, says the same as an element of Zeebe.
_SAID_BY = {
    "taskDefinition": cl("topic"),
    "calledElement": "calledElement",
    "calledDecision": cl("decision"),
    "loopCharacteristics": cl("collection"),
}
_OURS = cl("")
#: What these attributes say when it is what happens here anyway.
_AS_HERE = {
    "propagateAllChildVariables": "true",
    "propagateAllParentVariables": "true",
    "bindingType": "deployment",
}
_SHARED = 'the value "true": a called process works on the same case document'
#: Attributes that would change what is executed, and what to write instead.
_LOST = {
    "outputCollection": "declared outputs (cl:output)",
    "outputElement": "declared outputs (cl:output)",
    "propagateAllChildVariables": _SHARED,
    "propagateAllParentVariables": _SHARED,
    "versionTag": "the release: what is called or decided is found in it",
}


def external_topic(node: Node) -> str | None:
    """The topic of a task that a vendor's engine leaves to workers."""
    found = (node.get(f"{{{v}}}topic") for v in _EXTERNAL if is_external(node, v))
    return next((topic for topic in found if topic), None)


def is_external(node: Node, vendor: str) -> bool:
    """Whether a vendor's attribute says that a worker does the task, who asks by its topic."""
    word = node.get(f"{{{vendor}}}type")
    return word is not None and word == _EXTERNAL.get(vendor) and local_name(node) in JOB_TASKS


def zeebe(node: Node, word: str, attribute: str) -> str | None:
    """An attribute of an element of Zeebe, where that is read."""
    holder = child(node, "extensionElements")
    mark: Node | None = None if holder is None else holder.find(f"{{{ZEEBE}}}{word}")
    if mark is None or not is_read(node, mark):
        return None
    return _text(mark, attribute) or None


def feel_of(text: str | None) -> str | None:
    """A value of Zeebe as FEEL: an expression begins with `=`, anything else is a text."""
    if text is None or text.startswith("="):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_read(node: Node, mark: Node) -> bool:
    """Whether this element of a vendor is read where it stands."""
    name = _short(mark)
    word = _WORDS.get(name)
    if namespace_of(mark.tag) != ZEEBE or word is None or local_name(node) not in word.on:
        return False
    if any(not _text(mark, needed) for needed in word.needed) or is_said_by(node, str(mark.tag)):
        return False
    if name == "loopCharacteristics" and not _text(mark, "inputCollection").startswith("="):
        return False
    return not any(_text(mark, attribute).startswith("=") for attribute in word.names)


def unread(mark: Node) -> Iterator[tuple[str, str | None]]:
    """The attributes of an element that is read which are not; what to write instead, if much."""
    word = _WORDS[_short(mark)]
    for name in map(str, mark.attrib):
        if name not in word.needed | word.further and mark.get(name) != _AS_HERE.get(name):
            yield name, _LOST.get(name)


def is_said_by(node: Node, name: str) -> str | None:
    """Our own word, or BPMN's, that stands here and says what this element of Zeebe says."""
    space, word = namespace_of(name), name.rpartition("}")[2]
    if space != ZEEBE or word not in _WORDS or local_name(node) not in _WORDS[word].on:
        return None
    if word == "script":
        return "cl:assign" if next(extensions(node, "assign"), None) is not None else None
    ours = _SAID_BY.get(word)
    return None if ours is None or node.get(ours) is None else ours.replace(_OURS, "cl:")


def _text(mark: Node, attribute: str) -> str:
    return (mark.get(attribute) or "").strip()


def _short(mark: Node) -> str:
    tag: str = str(mark.tag)
    return tag.rpartition("}")[2]
