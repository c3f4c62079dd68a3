"""What a definition does at run time, as plain values; and small changes to diagrams.

Left out is what nothing reads: lines, files, hashes, ids of flows, the lane of what only routes.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from typing import Any

from lxml import etree

from engine.feel import Expression
from engine.kernel.compile.model import Body, Definition, Element, Flow
from engine.kernel.describe import Description, Language, describe_release
from engine.kernel.release import Checked, check_release, compile_checked
from engine.kernel.words import DRAWING, GATEWAYS, namespace_of

_UNREAD = frozenset({"line", "file", "version", "default"})
#: What an attribute may say instead; others are tried with the words below.
_INSTEAD = {
    "role": ("collector", "department"),
    "act": ("check", "handle"),
    "stage": ("closing", "filing"),
    "axis": ("command", "supervision"),
    "type": ("photo", "text"),
    "required": ("true", "false"),
    "reasonRequired": ("*",),
    "startsClock": ("handling",),
    "stopsClock": ("handling",),
    "point": ("90 %", "70 %"),
    "from": ("check", "file"),
    "same": ("check", "file"),
    "kind": ("crew", "department"),
}
_TRIED = 6
_WORDS = (
    "collector",
    "department",
    "check",
    "handle",
    "closing",
    "command",
    "photo",
    "true",
    "false",
    "PT7M",
    "R2/PT7M",
    "2031-01-01T00:00:00Z",
    "9 工作日",
    "工作日",
    "90 %",
    "case",
)
_SKIPPED = frozenset({"id", "default", "isExecutable", "targetNamespace", "expressionLanguage"})
_UNSAID = ("documentation", "incoming", "outgoing", "text")


def effect_of(value: Any) -> Any:
    """Everything of a definition that has an effect, comparable."""
    if isinstance(value, Expression):
        return ("=", value.text)
    if isinstance(value, Body):
        return value.id, sorted(value.elements), sorted(map(_flow, value.flows), key=repr)
    if isinstance(value, Element) and value.event == "compensate":
        return _said(value, {"interrupting"})
    if isinstance(value, Element) and value.kind == "eventSubProcess":
        return _said(value, {"interrupting"})  # its start event says it
    if isinstance(value, Element) and _only_routes(value):
        return (*_said(value, {"role", "axis"}), value.process)
    return _said(value, set()) if is_dataclass(value) else _plain(value)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {key: effect_of(one) for key, one in sorted(value.items())}
    if isinstance(value, tuple | list):
        return [effect_of(one) for one in value]
    return sorted(value) if isinstance(value, frozenset) else value


def _only_routes(element: Element) -> bool:
    return element.kind in GATEWAYS or (
        element.kind == "intermediateThrowEvent" and element.event is None
    )


def _said(value: Any, less: set[str]) -> tuple[Any, ...]:
    names = (f.name for f in fields(value) if f.name not in _UNREAD | less)
    return tuple((name, effect_of(getattr(value, name))) for name in names)


def _flow(flow: Flow) -> tuple[Any, ...]:
    return flow.source, flow.target, effect_of(flow.condition), flow.name


def defaults_of(definition: Definition) -> Any:
    """Which of an element's ways is the default one."""
    flows = {f.id: _flow(f) for body in definition.bodies.values() for f in body.flows}
    return [effect_of(flows.get(e.default or "")) for _, e in sorted(definition.elements.items())]


def checked(files: Mapping[str, bytes]) -> Checked:
    """As `describe` judges: documentation as if it were executable."""
    found = check_release(files)
    if found.accepted and not found.definitions:
        return check_release(files, as_executable=True)
    return found


def described(files: Mapping[str, bytes], lang: Language = "zh") -> Description:
    return describe_release(compile_checked(checked(files), files), files, lang)


def effects(found: Checked) -> Any:
    """The effects of a whole release."""
    return [
        (name, effect_of(definition), defaults_of(definition))
        for name, definition in sorted(found.definitions.items())
    ]


def sayings(description: Description) -> list[tuple[Any, ...]]:
    """Every sentence without the hashes: what must differ when the effect does."""
    return [
        (
            chapter.id,
            chapter.title,
            [s.text for s in chapter.intro],
            [
                (entry.id, entry.number, entry.title, [(s.text, s.level) for s in entry.sentences])
                for part in chapter.parts
                for entry in part.entries
            ],
            sorted(chapter.labels.items()),
        )
        for chapter in description.chapters
    ]


def changed(data: bytes) -> Iterator[tuple[str, Iterator[bytes]]]:
    """For each attribute and text of a diagram: what it was, and diagrams where it is another."""
    root: Any = etree.fromstring(data)
    for node in root.iter():
        if not isinstance(node.tag, str) or namespace_of(node.tag) in DRAWING:
            continue
        local = node.tag.rpartition("}")[2]
        for name in node.attrib:
            if str(name).rpartition("}")[2] not in _SKIPPED and namespace_of(name) not in DRAWING:
                yield f"{local}@{name!s}={node.get(name)}", _with_values(root, node, name)
        text = str(node.text or "").strip()
        if text and local not in _UNSAID:
            yield f"{local}={text}", _with_texts(root, node, text)


def _with_values(root: Any, node: Any, name: Any) -> Iterator[bytes]:
    was = node.get(name)
    for value in _values(root, node, name)[:_TRIED]:
        node.set(name, value)
        data = etree.tostring(root)
        node.set(name, was)
        yield data


def _with_texts(root: Any, node: Any, text: str) -> Iterator[bytes]:
    was = node.text
    for value in _texts(text)[:_TRIED]:
        node.text = value
        data = etree.tostring(root)
        node.text = was
        yield data


def _texts(text: str) -> list[str]:
    counted = re.sub(r"\d+", lambda found: str(int(found[0]) + 3), text)
    quoted = re.sub(r'"([^"]*)"', r'"\1_too"', text)
    changed = (v for v in (counted, quoted, f"({text}) or x_y = 7") if v != text)
    return [*changed, *_WORDS]


def _values(root: Any, node: Any, name: Any) -> list[str]:
    value, local = node.get(name), str(name).rpartition("}")[2]
    if local == "name":
        return [f"{value} anew", "anew", "check", "handle"]
    if local.endswith("Ref"):
        others = {other.get("id") for other in root.iter() if other.get("id")}
        near = {other.get("id") for other in node.getparent() if other.get("id")}
        return sorted(near - {value}) + sorted(others - near - {value})[:5]
    if value in ("true", "false"):
        return ["false" if value == "true" else "true"]
    instead = (*_INSTEAD.get(local, ()), *_texts(value)[:2], f"{value}_too", f"{value} too")
    return [v for v in (*instead, *_WORDS) if v != value]
