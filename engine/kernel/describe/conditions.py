"""FEEL in words, where its shape is simple; everything else is shown as it is written.

Simple are comparisons of a field with a value, joined by `and` and `or`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeAlias

from lark import Tree

from engine.domain.terms import Term
from engine.feel import Expression
from engine.feel.grammar import parse
from engine.kernel.describe.fields import Fields, Path
from engine.kernel.describe.marks import code, number
from engine.kernel.describe.wording import Wording

Node: TypeAlias = Any
_NO_TERMS: Mapping[str, Term] = MappingProxyType({})
OUTCOME: Path = ("outcome",)
_TURNED = {"=": "=", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}
_WORDS = {"=": "is", "!=": "is_not", "<": "less", ">": "more", "<=": "at_most", ">=": "at_least"}


@dataclass(frozen=True, slots=True)
class Atom:
    """A field compared with a value that is written out."""

    path: Path
    sign: str
    #: string, number, true, false or null
    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Phrases:
    """Says conditions in one language, with the titles of one process."""

    wording: Wording
    fields: Fields

    def condition(self, expression: Expression, act: str | None = None) -> str:
        """What must hold; `act` is that of the person whose answer `outcome` is."""
        said = self._said(tree_of(expression.text), act, inner=False)
        return said or self.wording.say("condition.code", code=code(expression.text))

    def value(self, expression: Expression, terms: Mapping[str, Term] = _NO_TERMS) -> str:
        """A field by its title, a value written out, or the expression as it is written.

        `terms` are the words of the field that the value is one of.
        """
        said = self._worth(tree_of(expression.text), terms)
        return code(expression.text) if said is None else said

    def _worth(self, tree: Node, terms: Mapping[str, Term]) -> str | None:
        tree = _ungrouped(tree)
        if (path := path_of(tree)) is not None:
            return self.fields.named(path, self.wording)
        if tree.data == "if_":
            return self._if(tree, terms)
        found = literal_of(tree)
        if found is None:
            return None
        kind, text = found
        return self.wording.term(terms, text) if terms and kind == "string" else self._value(*found)

    def _if(self, tree: Node, terms: Mapping[str, Term]) -> str | None:
        asked, then, otherwise = tree.children
        condition = self._said(asked, None, inner=False)
        worth = [self._worth(branch, terms) for branch in (then, otherwise)]
        if condition is None or None in worth:
            return None
        return self.wording.say("value.if", condition=condition, then=worth[0], otherwise=worth[1])

    def _said(self, tree: Node, act: str | None, *, inner: bool) -> str | None:
        tree = _ungrouped(tree)
        if tree.data in ("and_", "or_"):
            parts = [self._said(child, act, inner=True) for child in tree.children]
            if None in parts:
                return None
            joined = self.wording.listed(map(str, parts), f"condition.{tree.data}")
            return self.wording.say("condition.group", inside=joined) if inner else joined
        atom = atom_of(tree)
        return None if atom is None else self._atom(atom, act)

    def _atom(self, atom: Atom, act: str | None) -> str:
        say = self.wording.say
        if atom.path == OUTCOME and atom.kind == "string":
            key = f"condition.outcome.{_WORDS[atom.sign]}"
            return say(key, value=self.wording.outcome(atom.value, act))
        name = self.fields.named(atom.path, self.wording)
        if atom.kind == "null":
            return say("condition.empty" if atom.sign == "=" else "condition.given", name=name)
        key = f"condition.{_WORDS[atom.sign]}"
        return say(key, name=name, value=self._value(atom.kind, atom.value))

    def _value(self, kind: str, value: str) -> str:
        if kind == "string":
            return f"“{value}”"
        if kind == "number":
            return number(value)
        return self.wording.say(f"value.{kind}")


def tree_of(text: str) -> Node:
    """The tree of a text that has been compiled already."""
    return parse(text, frozenset(), {}, "expression")


def path_of(tree: Node) -> Path | None:
    """`a.b.c` as its parts."""
    if tree.data == "name":
        return (str(tree.children[0]),)
    if tree.data != "path":
        return None
    before = path_of(tree.children[0])
    return None if before is None else (*before, str(tree.children[1]))


def atom_of(tree: Node) -> Atom | None:
    """A comparison of a field with a value; equality and order only where they mean something."""
    if tree.data != "compare":
        return None
    left, sign, right = tree.children
    path, found = path_of(left), literal_of(right)
    if path is None or found is None:
        path, found, sign = path_of(right), literal_of(left), _TURNED.get(str(sign))
    if path is None or found is None or str(sign) not in _WORDS:
        return None
    ordered = sign in ("=", "!=") or found[0] == "number"
    return Atom(path, str(sign), *found) if ordered else None


def _ungrouped(tree: Node) -> Node:
    while tree.data == "group" and isinstance(tree.children[0], Tree):
        tree = tree.children[0]
    return tree


def literal_of(tree: Node) -> tuple[str, str] | None:
    """The kind and the text of a value that is written out."""
    tree = _ungrouped(tree)
    if tree.data == "negate":
        inner = literal_of(tree.children[1])
        return None if inner is None or inner[0] != "number" else ("number", f"-{inner[1]}")
    if tree.data in ("true", "false", "null"):
        return str(tree.data), str(tree.data)
    if tree.data not in ("string", "number"):
        return None
    text = str(tree.children[0])
    if tree.data == "number":
        return "number", text
    return None if "\\" in text else ("string", text[1:-1])
