"""Which functions a tree calls that FEEL does not have and that the text does not define itself.

Such a call is null for ever, so a condition with it never holds.
"""

from lark import Token, Tree

from engine.feel.builtins import BUILTINS

Node = Tree[Token]
#: Nodes whose first token is a name that the text itself defines.
_DEFINES = frozenset({"iterator", "parameter", "entry"})


def unknown_calls(tree: Node) -> tuple[str, ...]:
    """The called names, a method with its subject: `execution.getVariable`."""
    own = {str(n.children[0]).strip('"') for n in tree.iter_subtrees() if n.data in _DEFINES}
    known = own | set(BUILTINS)
    called = [n.children[0] for n in tree.iter_subtrees() if n.data == "call"]
    names = (_called(callee) for callee in called if isinstance(callee, Tree))
    return tuple(dict.fromkeys(n for n in names if n and n.partition(".")[0] not in own | known))


def _called(callee: Node) -> str:
    """The name of what is called; empty when it is worked out."""
    if callee.data == "name":
        return str(callee.children[0])
    if callee.data != "path":
        return ""
    base = callee.children[0]
    subject = _called(base) if isinstance(base, Tree) else ""
    return f"{subject or '…'}.{callee.children[-1]}"
