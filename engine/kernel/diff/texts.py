"""Texts, names and references of XML in a form that does not depend on how it was written."""

import re
from collections.abc import Iterator

from engine.kernel.words import BPMN, CL, DRAWING, XSI, Node, namespace_of

#: How a namespace is called in a field's name; others by their own name in braces.
_SHORT = {
    CL: "cl",
    "http://camunda.org/schema/1.0/bpmn": "camunda",
    "http://operaton.org/schema/1.0/bpmn": "operaton",
    "http://flowable.org/bpmn": "flowable",
    "http://activiti.org/bpmn": "activiti",
    "http://camunda.org/schema/zeebe/1.0": "zeebe",
    "http://www.signavio.com": "signavio",
    "http://www.jboss.org/drools": "drools",
}
#: What BPMN takes where nothing is written: writing it says nothing new.
_DEFAULTS = {
    "cancelActivity": "true",
    "completionQuantity": "1",
    "gatewayDirection": "Unspecified",
    "eventGatewayType": "Exclusive",
    "implementation": "##unspecified",
    "instantiate": "false",
    "isClosed": "false",
    "isCollection": "false",
    "isExecutable": "false",
    "isForCompensation": "false",
    "isInterrupting": "true",
    "isSequential": "false",
    "isUnlimited": "true",
    "behavior": "All",
    "parallelMultiple": "false",
    "processType": "None",
    "startQuantity": "1",
    "testBefore": "false",
    "textFormat": "text/plain",
    "triggeredByEvent": "false",
    "expressionLanguage": "http://www.w3.org/1999/XPath",
    "typeLanguage": "http://www.w3.org/2001/XMLSchema",
}
_TRUTH = {"1": "true", "0": "false"}
_QUOTED = re.compile(r'("(?:[^"\\]|\\.)*")')
_REFERENCES = frozenset({"calledElement", "default"})
_TYPE = f"{{{XSI}}}type"
_PLAIN_TYPES = frozenset({"tFormalExpression", "tExpression"})


def tidy(text: str) -> str:
    """White space as one space, but as it is inside a text in quotes."""
    parts = _QUOTED.split(text)
    return "".join(p if i % 2 else re.sub(r"\s+", " ", p) for i, p in enumerate(parts)).strip()


def field_name(name: str) -> str:
    """`name`, `cl:role`, `{urn:other}word`: never by a prefix that the file happens to use."""
    namespace, local = namespace_of(name), name.rpartition("}")[2]
    if namespace in ("", BPMN):
        return local
    short = _SHORT.get(namespace)
    return f"{short}:{local}" if short else name


def attributes(node: Node, *, of_ours: bool) -> Iterator[tuple[str, str]]:
    """What the attributes say; ids and what only draws are passed over.

    `of_ours` says that BPMN's own rules hold: defaults, and references by qualified name.
    """
    for key, value in node.attrib.items():
        name, text = str(key), str(value)
        if name == "id" or namespace_of(name) in DRAWING:
            continue
        local = field_name(name)
        if name == _TYPE or (of_ours and _is_reference(name)):
            text = reference(node, text)
        elif of_ours:
            text = _plain(name, text)
        if of_ours and _says_nothing(name, text):
            continue
        yield local, tidy(text)


def reference(node: Node, text: str) -> str:
    """The id that a reference means; of another namespace with its name, never with a prefix."""
    prefix, _, local = text.strip().rpartition(":")
    namespace = node.nsmap.get(prefix) if prefix else None
    if namespace is None:
        return text.strip()
    target = node.getroottree().getroot().get("targetNamespace")
    return local if namespace == target else f"{{{namespace}}}{local}"


def _is_reference(name: str) -> bool:
    return name in _REFERENCES or (name.endswith("Ref") and "}" not in name)


def _says_nothing(name: str, text: str) -> bool:
    if name == _TYPE:
        return text.rpartition("}")[2].rpartition(":")[2] in _PLAIN_TYPES
    return text == _DEFAULTS.get(name)


def _plain(name: str, text: str) -> str:
    """`1` and `true` are the same truth in XML."""
    return _TRUTH.get(text, text) if _DEFAULTS.get(name) in _TRUTH.values() else text
