"""Words of other vendors that mean plainly what a word of ours means, and are read as that word.

Camunda 8 (Zeebe) writes them as elements with attributes. What of such an element is not read is
named here too, so that nothing of it is lost in silence. Our own word wins over a vendor's.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from engine.kernel.words import Node, child, local_name, namespace_of

ZEEBE = "http://camunda.org/schema/zeebe/1.0"
#: Vendors whose `type="external"` and `topic` on a task mean what ours mean.
CAMUNDA = frozenset({"http://camunda.org/schema/1.0/bpmn", "http://operaton.org/schema/1.0/bpmn"})
#: Vendors whose `collection` and `elementVariable` on a loop mean what ours mean.
LOOPING_VENDORS = CAMUNDA | {"http://flowable.org/bpmn", "http://activiti.org/bpmn"}
_EXTERNAL = dict.fromkeys(CAMUNDA, "external")
#: The tasks that may be a job.
JOB_TASKS = frozenset({"serviceTask", "sendTask", "businessRuleTask"})


@dataclass(frozen=True, slots=True)
class _Word:
    """One element of Zeebe: where it is read, and which of its attributes are."""

    on: frozenset[str]
    read: frozenset[str]


def _word(on: str, read: str) -> _Word:
    return _Word(frozenset(on.split()), frozenset(read.split()))


_WORDS = {"subscription": _word("message", "correlationKey")}


def zeebe(node: Node, word: str, attribute: str) -> str | None:
    """An attribute of an element of Zeebe, where it stands on what it is read on."""
    mark = _mark(node, word)
    text = "" if mark is None else (mark.get(attribute) or "").strip()
    return text or None


def feel_of(text: str | None) -> str | None:
    """A value of Zeebe as FEEL: an expression begins with `=`, anything else is a text."""
    if text is None or text.startswith("="):
        return text
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def is_external(node: Node, vendor: str) -> bool:
    """Whether a vendor's attribute says that a worker does the task, who asks by its topic."""
    word = node.get(f"{{{vendor}}}type")
    return word is not None and word == _EXTERNAL.get(vendor) and local_name(node) in JOB_TASKS


def is_read(node: Node, mark: Node) -> bool:
    """Whether this element of a vendor is read where it stands."""
    word = _WORDS.get(_short(mark))
    return namespace_of(mark.tag) == ZEEBE and word is not None and local_name(node) in word.on


def unread(mark: Node) -> Iterator[str]:
    """The attributes of an element that is read which are not."""
    known = _WORDS[_short(mark)].read
    yield from (str(name) for name in mark.attrib if str(name) not in known)


def _mark(node: Node, word: str) -> Node | None:
    holder = child(node, "extensionElements")
    if holder is None or local_name(node) not in _WORDS[word].on:
        return None
    found: Node | None = holder.find(f"{{{ZEEBE}}}{word}")
    return found


def _short(mark: Node) -> str:
    tag: str = str(mark.tag)
    return tag.rpartition("}")[2]
