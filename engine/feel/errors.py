"""What can go wrong with FEEL texts and decision models, always with the place.

Knows nothing of diagrams: the caller adds the element in which the text stands.
"""

from typing import Any, ClassVar

from engine.domain.errors import DecisionError, ExpressionError


class FeelError(ExpressionError):
    """A FEEL expression cannot be read or evaluated."""

    code: ClassVar[str] = "feel-error"

    def __init__(
        self, message: str | None = None, *, line: int = 1, column: int = 1, **context: Any
    ) -> None:
        super().__init__(message, line=line, column=column, **context)
        self.line = line
        self.column = column


class FeelSyntaxError(FeelError):
    """The text is not FEEL."""

    code: ClassVar[str] = "feel-syntax"

    def __init__(
        self,
        message: str | None = None,
        *,
        line: int = 1,
        column: int = 1,
        proposal: str | None = None,
        **context: Any,
    ) -> None:
        if proposal is not None:
            context["proposal"] = proposal
        super().__init__(message, line=line, column=column, **context)
        #: The FEEL text that was probably meant, when a mechanical translation is possible.
        self.proposal = proposal


class FeelBudgetError(FeelError):
    """The expression needs more steps, depth, text or items than it may use."""

    code: ClassVar[str] = "feel-budget"


class FeelValueError(FeelError):
    """A value is none of FEEL's: floats and foreign objects are refused."""

    code: ClassVar[str] = "feel-value"


class DecisionModelError(DecisionError):
    """The decision model cannot be read."""

    code: ClassVar[str] = "decision-model"

    def __init__(
        self,
        message: str | None = None,
        *,
        element: str | None = None,
        line: int | None = None,
        **context: Any,
    ) -> None:
        where = f"{element or 'model'}, line {line}: " if line else ""
        super().__init__(f"{where}{message}" if message else None, **context)
        self.context.update(element=element, line=line)
        self.element = element
        self.line = line


class DecisionNotFoundError(DecisionError):
    """The model holds no such decision."""

    code: ClassVar[str] = "decision-not-found"


class HitPolicyError(DecisionError):
    """More rules of a decision table match than its hit policy allows."""

    code: ClassVar[str] = "hit-policy-violated"

    def __init__(
        self, message: str | None = None, *, rules: tuple[int, ...] = (), **context: Any
    ) -> None:
        super().__init__(message, rules=list(rules), **context)
        #: The rules in question, numbered from 1 as the table shows them.
        self.rules = rules
