"""Which element an error of an automatic step belongs to.

Whoever gave the command is not at fault when a later step cannot be executed: such an error is an
ExecutionError that names the element and, in `cause`, the code of what went wrong there.
"""

from types import TracebackType

from engine.domain.errors import EngineError, ExecutionError


class at_step:  # noqa: N801 reads as a word of the with statement
    """Errors inside are errors of this element's step; an inner one keeps its own element."""

    __slots__ = ("_element",)

    def __init__(self, element: str) -> None:
        self._element = element

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if isinstance(error, ExecutionError):
            error.context.setdefault("element", self._element)
        elif isinstance(error, EngineError):
            raise ExecutionError(error.message, element=self._element, cause=error.code) from error
