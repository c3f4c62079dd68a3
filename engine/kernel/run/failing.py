"""Which element an error of an automatic step belongs to.

Whoever gave the command is not at fault when a later step cannot be executed: such an error is an
ExecutionError that names the element and, in `cause`, the code of what went wrong there.
"""

from types import TracebackType

from engine.domain.errors import EngineError, ExecutionError


class at_step:  # noqa: N801 used as a word of the language: `with at_step(…):`
    """Errors inside are errors of this element's step; an inner one keeps its own element.

    A class, because every step enters one: a generator would cost ten times as much.
    """

    __slots__ = ("_element",)

    def __init__(self, element: str) -> None:
        self._element = element

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        exc: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        if isinstance(exc, ExecutionError):
            exc.context.setdefault("element", self._element)
        elif isinstance(exc, EngineError):
            raise ExecutionError(exc.message, element=self._element, cause=exc.code) from exc
