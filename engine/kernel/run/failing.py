"""Which element an error of an automatic step belongs to.

Whoever gave the command is not at fault when a later step cannot be executed: such an error is an
ExecutionError that names the element and, in `cause`, the code of what went wrong there.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from engine.domain.errors import EngineError, ExecutionError


@contextmanager
def at_step(element: str) -> Iterator[None]:
    """Errors inside are errors of this element's step; an inner one keeps its own element."""
    try:
        yield
    except ExecutionError as exc:
        exc.context.setdefault("element", element)
        raise
    except EngineError as exc:
        raise ExecutionError(exc.message, element=element, cause=exc.code) from exc
