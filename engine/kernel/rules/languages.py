"""The language of expressions: FEEL only, and what was written in another is proposed in FEEL."""

from collections.abc import Iterator

from engine.feel import FeelError, compile_expression, feel_for
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import Node, local_name, text_of

_LANGUAGE = define(
    "expression/language",
    "error",
    "An expression declares FEEL as its language, or none.",
    "表达式的语言须为 FEEL，或不声明。",
)
#: The expressions that the engine evaluates.
_EVALUATED = frozenset(
    {
        "completionCondition",
        "condition",
        "conditionExpression",
        "dataPath",
        "loopCardinality",
        "loopCondition",
        "timeCycle",
        "timeDate",
        "timeDuration",
    }
)


def check(subject: Subject) -> Iterator[Finding]:
    """All rules of this family."""
    for process in subject.processes:
        for node in process.iter():
            if _is_evaluated(node):
                yield from check_language(node)


def check_language(node: Node) -> Iterator[Finding]:
    """That an expression which is evaluated does not declare another language."""
    language = node.get("language")
    if language and not is_feel(language):
        yield _LANGUAGE.at(
            _place(node),
            f"its {local_name(node)} {text_of(node)[:60]!r} is written in {language[:60]}",
            _way_out(text_of(node)),
        )


def _is_evaluated(node: Node) -> bool:
    parent = node.getparent()
    around = "" if parent is None else local_name(parent)
    return local_name(node) in _EVALUATED and around != "complexBehaviorDefinition"


def is_feel(language: str) -> bool:
    """Whether a declared language means FEEL, by its name or by the address of its version."""
    return "feel" in language.lower()


def _way_out(text: str) -> str:
    proposal = feel_for(text)
    if proposal is not None:
        return f"write in FEEL: {proposal}"
    try:
        compile_expression(text)
    except FeelError:
        return "write it in FEEL"
    return "the text is FEEL as well: remove the language, if it means the same"


def _place(node: Node) -> Node:
    """The nearest element with an id, so that a person finds the place."""
    for place in node.iterancestors():
        if place.get("id"):
            return place
    return node
