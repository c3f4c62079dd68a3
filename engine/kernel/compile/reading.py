"""Reading values out of a diagram: expressions, words, lists. Every fault becomes a finding."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import dropwhile

from engine.feel import Expression, FeelError, FeelSyntaxError, compile_expression, feel_for
from engine.kernel.findings import Finding
from engine.kernel.rules.registry import define
from engine.kernel.rules.subject import Subject
from engine.kernel.words import Node, cl, extensions

_EXPRESSION = define(
    "expression/feel",
    "error",
    "Expressions are FEEL that can be read.",
    "表达式须为可读的 FEEL。",
)
_FUNCTION = define(
    "expression/function",
    "error",
    "Expressions call functions of FEEL.",
    "表达式只能调用 FEEL 的函数。",
)
_EMPTY = define("expression/empty", "error", "An expression is not empty.", "表达式不得为空。")
PERSONAL = define(
    "expression/personal",
    "error",
    "No expression reads a personal field: the case is replayed after it was erased.",
    "表达式不得读取个人信息字段。",
)
NOT_PERSONAL = "let it depend on something else"
_MISSING = define(
    "word/missing", "error", "A word of ours lacks an attribute.", "cl 元素缺少必需的属性。"
)
_VALUE = define(
    "word/value", "error", "A word of ours has a value it cannot have.", "cl 属性的值无效。"
)


@dataclass(slots=True)
class Reading:
    """One file being read: what was found, and what its expressions may not read."""

    subject: Subject
    findings: list[Finding] = field(default_factory=list)

    def expression(self, node: Node, text: str | None, what: str) -> Expression | None:
        """Compiles a text that is always FEEL; None (and a finding) when it cannot be read."""
        stripped = (text or "").strip()
        if not stripped.removeprefix("=").strip():
            self.findings.append(_EMPTY.at(node, f"{what} is empty", "write a FEEL expression"))
            return None
        try:
            compiled = compile_expression(stripped)
        except FeelError as exc:
            self._unreadable(node, stripped, what, exc)
            return None
        self._refuse_unknown(node, compiled, what)
        self._refuse_personal(node, compiled, what)
        return compiled

    def text_or_expression(
        self, node: Node, text: str | None, what: str
    ) -> Expression | str | None:
        """A literal text, or FEEL when it begins with `=`."""
        if text is None or not text.strip().startswith("="):
            self._refuse_template(node, text, what)
            return text
        return self.expression(node, text, what)

    def optional(self, node: Node, word: str) -> Expression | None:
        """One of our attributes that is always FEEL."""
        text = node.get(cl(word))
        return None if text is None else self.expression(node, text, f"cl:{word}")

    def optional_of(self, node: Node, text: str | None, what: str) -> Expression | None:
        """A text that may be absent and is always FEEL."""
        return None if text is None else self.expression(node, text, what)

    def children(self, node: Node, word: str, *needed: str) -> Iterator[Node]:
        """Our children of one word that have the attributes they need."""
        for found in extensions(node, word):
            missing = [name for name in needed if not found.get(name)]
            if missing:
                self.refuse(node, f"cl:{word} lacks {', '.join(missing)}", "write it", missing=True)
            else:
                yield found

    def refuse(self, node: Node, message: str, way_out: str, *, missing: bool = False) -> None:
        self.findings.append((_MISSING if missing else _VALUE).at(node, message, way_out))

    def add(self, findings: Iterable[Finding]) -> None:
        self.findings.extend(findings)

    def _unreadable(self, node: Node, text: str, what: str, exc: FeelError) -> None:
        proposal = exc.proposal if isinstance(exc, FeelSyntaxError) else None
        way_out = f"write: {proposal}" if proposal else "write it in FEEL"
        message = f"{what} {text!r} is not FEEL: {exc.message}"
        self.findings.append(_EXPRESSION.at(node, message, way_out))

    def _refuse_template(self, node: Node, text: str | None, what: str) -> None:
        """`${x}` in a literal text was meant as an expression."""
        if text is None or ("${" not in text and "#{" not in text):
            return
        try:
            compile_expression(text)
        except FeelError as exc:
            self._unreadable(node, text, what, exc)

    def _refuse_unknown(self, node: Node, compiled: Expression, what: str) -> None:
        """A function that FEEL does not have is null for ever, so nothing would ever be true."""
        for name in compiled.unknown_calls:
            proposal = feel_for(compiled.text)
            way_out = (
                f"write: {proposal}" if proposal else "FEEL's functions: docs/reference/feel.md"
            )
            message = f"{what} {compiled.text[:60]!r} calls {name}, which FEEL does not have"
            self.findings.append(_FUNCTION.at(node, message, way_out))

    def _refuse_personal(self, node: Node, compiled: Expression, what: str) -> None:
        for name in sorted(personal_among(compiled.variables, self.subject.personal)):
            message = f"{what} reads the personal field {name!r}"
            self.findings.append(PERSONAL.at(node, message, NOT_PERSONAL))


def personal_among(
    paths: Iterable[tuple[str, ...]], personal: frozenset[tuple[str, ...]]
) -> frozenset[str]:
    """The personal fields that an expression with these paths reads, as they are written.

    What holds a personal field may be read whole: there are references in it, no values.
    """
    if not personal:
        return frozenset()
    plain = [tuple(dropwhile(lambda part: part == "case", path)) for path in paths]
    return frozenset(
        ".".join(field) for path in plain for field in personal if path[: len(field)] == field
    )


def words(text: str | None) -> tuple[str, ...]:
    """The words of a space-separated list."""
    return tuple((text or "").split())


def clock_marks(text: str | None) -> tuple[tuple[str, str | None], ...]:
    """`handling@rework closing` as pairs of clock and outcome."""
    pairs = (mark.partition("@") for mark in words(text))
    return tuple((clock, outcome or None) for clock, _, outcome in pairs)


def truth(text: str | None) -> bool:
    return (text or "").strip() == "true"
