"""docs/reference/rules.md: every rule of the gate with both texts and its two examples."""

import re
from collections.abc import Iterable, Iterator
from itertools import groupby

from engine.kernel.examples import EXAMPLES, AnyExample, FileExample
from engine.kernel.release import check_release
from engine.kernel.rules import REGISTRY, Rule

_HEAD = """\
# Rules of the gate

Made from the rules themselves (`make openapi`); not written by hand.

`caseloop lint`, deploying and the designer judge a diagram by the same rules. An **error** \
refuses it: it cannot be executed as BPMN 2.0 says, or something in it would be lost. A \
**warning** and an **info** only speak; but a warning of the family `house` keeps a case's main \
process from being published. Every finding names the rule, the element, the line, and the way out.

What becomes of each element and attribute of BPMN stands in [BPMN 2.0](bpmn.md), our own words \
in [Words of a diagram](bpmn-words.md).

Each rule shows a fragment that it speaks about, and one that it does not. Around the fragment the \
diagram is complete: there is a start, a user task `ask`, and the message `paid`, the signal \
`alarm`, the error `broken` and the escalation `late`.
"""
_FAMILIES = {
    "source": "The file",
    "structure": "Structure",
    "flow": "Sequence flows",
    "gateway": "Gateways",
    "event": "Events",
    "activity": "Activities",
    "compensation": "Compensation",
    "transaction": "Transactions",
    "data": "Data",
    "pool": "Pools and message flows",
    "expression": "Expressions",
    "word": "Our own words",
    "foreign": "Words of other vendors",
    "house": "House rules for a case's main process",
    "file": "Files of a release",
}
_TAG = re.compile(r"<[^>]+>|[^<]+")


def rules_page() -> str:
    """The whole page; a release asks all rules, wherever they are defined."""
    check_release({})
    rules = sorted(REGISTRY.values(), key=lambda rule: (_rank(rule), rule.id))
    parts = [_HEAD]
    for family, found in groupby(rules, key=_family):
        parts.append(f"\n## {_FAMILIES.get(family, family)}\n")
        parts += [_section(rule) for rule in found]
    return "".join(parts)


def _family(rule: Rule) -> str:
    return rule.id.partition("/")[0]


def _rank(rule: Rule) -> int:
    names = list(_FAMILIES)
    return names.index(_family(rule)) if _family(rule) in names else len(names)


def _section(rule: Rule) -> str:
    lines = [f"\n### `{rule.id}`\n", f"**{rule.severity}** · {rule.en} {rule.zh}\n"]
    example = EXAMPLES.get(rule.id)
    return "\n".join([*lines, *([] if example is None else _shown(example))])


def _shown(example: AnyExample) -> Iterator[str]:
    for word, fragment in (("Not so", example.bad), ("But so", example.good)):
        place = _place(example, good=fragment is example.good)
        yield f"{word}{place}:\n"
        yield f"```{'json' if _is_json(example) else 'xml'}"
        yield indented(fragment) or "(nothing)"
        yield "```\n"


def _place(example: AnyExample, *, good: bool) -> str:
    if not isinstance(example, FileExample):
        return ""
    name = (example.good_name if good else None) or example.name
    known = "".join(f", beside `{other}`" for other in example.beside)
    return f" (`{name}`{known})"


def _is_json(example: AnyExample) -> bool:
    return isinstance(example, FileExample) and not example.bad.startswith("<")


def indented(fragment: str) -> str:
    """One tag a line, with what stands inside it moved in; short elements stay on their line."""
    return "\n".join(_lines(_TAG.findall(fragment)))


def _lines(parts: Iterable[str]) -> Iterator[str]:
    depth, waiting = 0, ""
    for part in parts:
        if part.startswith("</"):
            depth -= 1
            yield f"{'  ' * depth if not waiting else ''}{waiting}{part}"
            waiting = ""
        elif part.startswith("<") and not part.endswith(("/>", "?>")):
            if waiting:
                yield waiting
            waiting = "  " * depth + part
            depth += 1
        elif not part.startswith("<") and waiting:
            waiting += part
        else:
            if waiting:
                yield waiting
                waiting = ""
            yield "  " * depth + part
    if waiting:
        yield waiting
