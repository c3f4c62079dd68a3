"""Who is told, and what a cell of a decision table asks for: short texts of FEEL in words."""

from lark import Tree

from engine.domain.terms import ACTS, ROLES
from engine.feel.errors import FeelError
from engine.feel.grammar import parse
from engine.kernel.describe.conditions import Node, literal_of, path_of, tree_of
from engine.kernel.describe.fields import Fields
from engine.kernel.describe.marks import code, number
from engine.kernel.describe.wording import Wording

_SIGNS = {"<": "less", ">": "more", "<=": "at_most", ">=": "at_least"}


def recipients(text: str, wording: Wording, fields: Fields) -> str | None:
    """A list of recipients in words; None where any of it is something else."""
    try:
        tree = tree_of(text)
    except FeelError:
        return None
    if tree.data == "name":
        return None
    items = tree.children if tree.data == "list" else [tree]
    found = [_recipient(item, wording, fields) for item in items]
    return None if not found or None in found else wording.listed(map(str, found))


def _recipient(tree: Node, wording: Wording, fields: Fields) -> str | None:
    if not isinstance(tree, Tree):
        return None
    if tree.data == "add":
        start, field = literal_of(tree.children[0]), path_of(tree.children[2])
        if start == ("string", "unit:") and field is not None:
            return wording.say("recipient.unit", unit=fields.named(field, wording))
        return None
    kind, text = literal_of(tree) or ("", "")
    return named_recipient(text, wording) if kind == "string" else None


def named_recipient(text: str, wording: Wording) -> str | None:
    """One recipient that is written out."""
    word, _, name = text.partition(":")
    if text == "holders":
        return wording.say("recipient.holders")
    if not name:
        return None
    if word == "role":
        return wording.say("recipient.role", role=wording.term(ROLES, name))
    if word == "actor":
        return wording.say("recipient.actor", act=wording.term(ACTS, name))
    if word in ("unit", "person"):
        return wording.say(f"recipient.{word}", **{word: code(name)})
    return None


def cell_asks(text: str, wording: Wording) -> str:
    """What a cell of a decision table asks of its input."""
    try:
        tree = parse(text, frozenset(), {}, "unary_tests")
    except FeelError:
        return wording.say("test.code", value=code(text))
    only = tree.children[0] if len(tree.children) == 1 else None
    return _test(only, wording) or wording.say("test.code", value=code(text))


def _test(tree: Node, wording: Wording) -> str | None:
    if not isinstance(tree, Tree):
        return None
    if tree.data == "operator_range":
        return _beyond(str(tree.children[0]), literal_of(tree.children[1]), wording)
    if tree.data == "call" and path_of(tree.children[0]) == ("not",):
        arguments = tree.children[1]
        excluded = _worth(arguments.children[0], wording) if len(arguments.children) == 1 else None
        return None if excluded is None else wording.say("test.is_not", value=excluded)
    value = _worth(tree, wording)
    return None if value is None else wording.say("test.is", value=value)


def _beyond(sign: str, limit: tuple[str, str] | None, wording: Wording) -> str | None:
    """A comparison with a number; other orders are shown as they are written."""
    if limit is None or limit[0] != "number" or sign not in _SIGNS:
        return None
    return wording.say(f"test.{_SIGNS[sign]}", value=number(limit[1]))


def _worth(tree: Node, wording: Wording) -> str | None:
    found = literal_of(tree) if isinstance(tree, Tree) else None
    if found is None:
        return None
    kind, text = found
    if kind == "string":
        return f"“{text}”"
    if kind == "number":
        return number(text)
    return wording.say(f"value.{kind}")


def cell_gives(text: str, wording: Wording, fields: Fields) -> str:
    """What a cell of a decision table gives."""
    people = recipients(text, wording, fields)
    if people is not None:
        return wording.say("recipient.list", people=people)
    try:
        value = _worth(tree_of(text), wording)
    except FeelError:
        value = None
    return code(text) if value is None else value
