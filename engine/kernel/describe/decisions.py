"""Decisions that a process uses, rule by rule, as they stand in the release's DMN files."""

from collections.abc import Iterable, Iterator, Mapping

from engine.domain.evidence import digest
from engine.feel.dmn.reading import attribute, box, child, children, local, read_root, text_in
from engine.kernel.describe.fields import Fields
from engine.kernel.describe.marks import code
from engine.kernel.describe.model import Chapter, Entry, Part, Sentence
from engine.kernel.describe.recipients import cell_asks, cell_gives
from engine.kernel.describe.wording import Wording
from engine.kernel.diff.facts import canonical
from engine.kernel.diff.texts import tidy
from engine.kernel.files import is_decision
from engine.kernel.words import Node

_REQUIRED = frozenset(
    {"requiredDecision", "requiredKnowledge", "outputDecision", "encapsulatedDecision"}
)
_TOLD = frozenset({"decision", "businessKnowledgeModel", "decisionService"})


def decision_chapters(
    files: Mapping[str, bytes], wanted: Iterable[str], wording: Wording, fields: Fields
) -> Iterator[Chapter]:
    """The decisions of these ids and whatever they need, each told once."""
    known: dict[str, tuple[str, Node]] = {}
    for path in sorted(files):
        if is_decision(path):
            for node in read_root(files[path]):
                if local(node) in _TOLD:
                    known.setdefault(attribute(node, "id"), (path, node))
    open_, seen = sorted(set(wanted), reverse=True), set[str]()
    while open_:
        name = open_.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        path, node = known[name]
        yield _chapter(name, path, digest(files[path]), node, wording, fields)
        open_ += sorted(_needs(node), reverse=True)


def _needs(node: Node) -> Iterator[str]:
    for part in node.iter():
        if local(part) in _REQUIRED:
            yield (part.get("href") or "").rpartition("#")[2]


def _chapter(
    name: str, path: str, version: str, node: Node, wording: Wording, fields: Fields
) -> Chapter:
    title = _title(node, name, wording)
    logic = box(node)
    if logic is None or local(logic) != "decisionTable":
        told = _sentence(wording, "decision.logic", name, logic=code(_logic(node, logic)))
        return Chapter(name, title, path, version, (told,), ())
    policy = f"{logic.get('hitPolicy', 'UNIQUE')} {logic.get('aggregation', '')}".strip()
    inputs = [_column(part, "inputExpression") for part in children(logic, "input")]
    outputs = [_column(part, "") for part in children(logic, "output")]
    intro = (
        _sentence(wording, "decision.inputs", name, inputs=wording.listed(_shown(wording, inputs))),
        _sentence(
            wording, "decision.outputs", name, outputs=wording.listed(_shown(wording, outputs))
        ),
        _sentence(wording, "decision.policy", name, policy=_policy(wording, policy)),
        *_defaults(wording, name, logic),
    )
    rules = tuple(
        Entry(f"{name}/{n}", str(n), "", (_rule(name, rule, inputs, outputs, wording, fields),))
        for n, rule in enumerate(children(logic, "rule"), 1)
    )
    part = Part("rules", wording.say("part.rules"), rules)
    return Chapter(name, title, path, version, intro, (part,))


def _sentence(wording: Wording, key: str, name: str, **values: object) -> Sentence:
    return Sentence(key, wording.say(key, **values), (name,))


def _logic(node: Node, logic: Node | None) -> str:
    if logic is None:
        return canonical(node)
    return tidy(text_in(logic)) if local(logic) == "literalExpression" else canonical(logic)


def _policy(wording: Wording, policy: str) -> str:
    words = {"UNIQUE": "unique", "FIRST": "first", "COLLECT": "collect", "ANY": "any"}
    key = f"policy.{words[policy]}" if policy in words else "policy.other"
    return wording.say(key, policy=code(policy))


Column = tuple[str, str]


def _column(part: Node, expression: str) -> Column:
    """A column's title and what stands in it: the expression of an input, the name of an output."""
    inner = child(part, expression) if expression else None
    said = tidy(text_in(inner)) if inner is not None else attribute(part, "name")
    allowed = child(part, "inputValues" if expression else "outputValues")
    values = tidy(text_in(allowed)) if allowed is not None else ""
    return attribute(part, "label") or said, f"{said} : {values}" if values else said


def _shown(wording: Wording, columns: Iterable[Column]) -> Iterator[str]:
    for title, said in columns:
        yield wording.say("decision.column", title=title, said=code(said)) if said else title


def _defaults(wording: Wording, name: str, table: Node) -> Iterator[Sentence]:
    for part in children(table, "output"):
        default = child(part, "defaultOutputEntry")
        if default is not None:
            yield _sentence(
                wording,
                "decision.default",
                name,
                output=attribute(part, "label") or attribute(part, "name"),
                value=code(text_in(default)),
            )


def _title(node: Node, name: str, wording: Wording) -> str:
    """The decision's name, and that of the model around it."""
    around = node.getparent()
    own = attribute(node, "name") or name
    model = "" if around is None else attribute(around, "name")
    key = "decision.title" if model in ("", own) else "decision.title_named"
    return wording.say(key, name=wording.quoted(own), model=wording.quoted(model))


def _rule(
    name: str,
    rule: Node,
    inputs: list[Column],
    outputs: list[Column],
    wording: Wording,
    fields: Fields,
) -> Sentence:
    entries = [tidy(text_in(part)) for part in children(rule, "inputEntry")]
    asked = [
        wording.say("decision.cell", title=title, value=cell_asks(text, wording))
        for (title, _), text in zip(inputs, entries, strict=False)
        if text not in ("-", "")
    ]
    given = [
        wording.say(
            "decision.given",
            title=title or wording.say("decision.result"),
            value=cell_gives(tidy(text_in(part)), wording, fields),
        )
        for (title, _), part in zip(outputs, children(rule, "outputEntry"), strict=False)
    ]
    when = wording.listed(asked, "list.both") if asked else wording.say("decision.always")
    return _sentence(wording, "decision.rule", name, when=when, then=wording.listed(given))
