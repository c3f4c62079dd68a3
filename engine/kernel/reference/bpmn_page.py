"""docs/reference/bpmn.md: what becomes of every element and attribute of BPMN 2.0."""

from collections.abc import Iterator

from engine.kernel.bpmn_table import ELEMENTS, EXECUTED, POSITIONS, Fate, Verdict
from engine.kernel.xsd.fates import attribute_verdict, owner_name
from engine.kernel.xsd.model import Attribute, Type, bpmn_schema

_HEAD = """\
# BPMN 2.0

Made from `engine/kernel/bpmn_table.py` and the XML Schema of BPMN 2.0 (`make openapi`); not \
written by hand. A test walks the schema: there is no element and no attribute beside these, and \
each row is proved by a diagram of its own.

- **executed**: the engine does what BPMN says;
- **refused**: a diagram that has it is refused by the named [rule](rules.md); an attribute is \
refused when it is given another value than its default;
- **documentation**: it may stand there, says something to readers only, and is kept.

An attribute that is not named shares the fate of its element. `owner/name` is an element that is \
declared inside others: `flowNode` is every task, gateway, event and sub-process, `catchEvent` and \
`throwEvent` are the events, `dataAssociation` both associations of data.

What stands in `extensionElements` and attributes with another vendor's prefix are left in place; \
[`foreign/behaviour`](rules.md#foreignbehaviour) refuses those that would change what is executed. \
Conditions and other expressions are [FEEL](feel.md).
"""
_TITLES = {
    Fate.EXECUTED: "Executed",
    Fate.REFUSED: "Refused",
    Fate.DOCUMENTATION: "Documentation",
}


def bpmn_page() -> str:
    """The whole page."""
    parts = [_HEAD]
    for fate, title in _TITLES.items():
        keys = sorted((k for k, v in ELEMENTS.items() if v.fate is fate), key=str.lower)
        parts.append(f"\n## {title}\n\n")
        parts += _executed(keys) if fate is Fate.EXECUTED else _others(keys)
    return "".join([*parts, *_positions()])


def _positions() -> Iterator[str]:
    kinds = list(dict.fromkeys(kind for row in POSITIONS.values() for kind in row))
    yield "\n## Events by position\n\n"
    yield "Several definitions on one event may stand where each of them may, if they can wait "
    yield f"or be thrown together ({_link('event/several-definitions')}).\n\n"
    yield "| position | executed | refused |\n|---|---|---|\n"
    for position, row in POSITIONS.items():
        done = ", ".join(kind for kind in kinds if row[kind] == EXECUTED)
        rules = dict.fromkeys(v.rule for v in row.values() if v.rule is not None)
        refused = "; ".join(
            f"{', '.join(k for k in kinds if row[k].rule == rule)} ({_link(rule)})"
            for rule in rules
        )
        yield f"| {position} | {done} | {refused} |\n"


def _executed(keys: list[str]) -> Iterator[str]:
    yield "| element | executed | refused | documentation |\n|---|---|---|---|\n"
    for key in keys:
        found: dict[Fate, list[str]] = {fate: [] for fate in Fate}
        for attribute in attributes_of(key):
            verdict = attribute_verdict(key, attribute)
            found[verdict.fate].append(_named(attribute, verdict))
        cells = [", ".join(found[fate]) for fate in _TITLES]
        yield f"| `{key}` | {' | '.join(cells)} |\n"


def _others(keys: list[str]) -> Iterator[str]:
    yield "| element | by | attributes |\n|---|---|---|\n"
    for key in keys:
        rule = ELEMENTS[key].rule
        told = [_told(key, attribute) for attribute in attributes_of(key)]
        yield f"| `{key}` | {_link(rule) if rule else ''} | {', '.join(told)} |\n"


def _told(key: str, attribute: Attribute) -> str:
    """The attribute, and its rule where it is not that of its element."""
    verdict = attribute_verdict(key, attribute)
    return f"`{attribute.name}`" if verdict == ELEMENTS[key] else _named(attribute, verdict)


def _named(attribute: Attribute, verdict: Verdict) -> str:
    name = f"`{attribute.name}`"
    return name if verdict.rule is None else f"{name} ({_link(verdict.rule)})"


def _link(rule: str) -> str:
    return f"[`{rule}`](rules.md#{rule.replace('/', '')})"


def attributes_of(key: str) -> list[Attribute]:
    """The attributes that the schema gives to the element of a row."""
    type_ = type_of(key)
    return [] if type_ is None else list(type_.attributes.values())


def type_of(key: str) -> Type | None:
    """The complex type of a row's element; None when it holds text only."""
    schema = bpmn_schema()
    owner, _, name = key.rpartition("/")
    if not owner:
        return schema.types[schema.elements[key]]
    holder = next(t for t in schema.types.values() if owner_name(t.name) == owner)
    child = next(c for c in holder.children if c.name == name and not c.is_global)
    found = schema.types.get(child.type)
    return schema.types["tFormalExpression"] if found and found.name == "tExpression" else found
