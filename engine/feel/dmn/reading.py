"""Bytes of a decision model to elements, hardened: no DOCTYPE, no entities, no network, capped."""

from collections.abc import Iterator
from typing import Any

from lxml import etree

from engine.feel.errors import DecisionModelError

MAX_BYTES = 5_000_000
_NAMESPACE = "omg.org/spec/dmn/"
#: Elements that hold an expression.
BOXES = frozenset(
    {
        "literalExpression",
        "decisionTable",
        "context",
        "list",
        "relation",
        "functionDefinition",
        "invocation",
        "conditional",
        "filter",
        "for",
        "some",
        "every",
    }
)

Element = etree._Element  # noqa: SLF001 - lxml's name for the type it hands out


def read_root(xml: bytes) -> Element:
    """The `definitions` element; DecisionModelError for anything that is no DMN."""
    if len(xml) > MAX_BYTES:
        raise DecisionModelError(f"a decision model has at most {MAX_BYTES} bytes")
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False, remove_pis=True
    )
    try:
        root = etree.fromstring(xml, parser)
    except etree.XMLSyntaxError as error:
        raise DecisionModelError(
            f"no XML: {error.msg}", element="model", line=error.lineno
        ) from None
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        raise DecisionModelError("a DOCTYPE is refused", element="model", line=1)
    if (
        local(root) != "definitions"
        or _NAMESPACE not in (etree.QName(root).namespace or "").lower()
    ):
        raise DecisionModelError(
            "the root is not DMN's `definitions`", element=local(root), line=line_of(root)
        )
    return root


def line_of(element: Element) -> int | None:
    line: Any = element.sourceline
    return line if isinstance(line, int) else None


def local(element: Element) -> str:
    tag: Any = element.tag  # comments and instructions have a function here
    return etree.QName(tag).localname if isinstance(tag, str) else ""


def children(element: Element, *names: str) -> Iterator[Element]:
    return (child for child in element if local(child) in names)


def child(element: Element, name: str) -> Element | None:
    return next(children(element, name), None)


def box(element: Element) -> Element | None:
    """The expression inside an element."""
    return next(children(element, *BOXES), None)


def text_in(element: Element | None) -> str:
    """The `text` of an expression or a cell."""
    inner = None if element is None else child(element, "text")
    return "".join(map(str, inner.itertext())) if inner is not None else ""


def attribute(element: Element, name: str) -> str:
    """An attribute's value with blanks collapsed, or the empty text."""
    return " ".join((element.get(name) or "").split())


def label(element: Element) -> str:
    """How messages name an element: its id, else the nearest one around it."""
    found: Element | None = element
    while found is not None and not found.get("id"):
        found = found.getparent()
    name = local(element)
    return f"{name} {found.get('id')}" if found is not None else name


def refusal(element: Element, message: str) -> DecisionModelError:
    return DecisionModelError(message, element=label(element), line=line_of(element))
