"""What can go wrong, by what a worker does next."""

from collections.abc import Mapping
from typing import Any


class CaseLoopError(Exception):
    """The server did not do what was asked."""


class UnavailableError(CaseLoopError):
    """The server cannot be reached, or asks to come again later. Trying again may help."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class RejectedError(CaseLoopError):
    """The server refuses the request. `code` is stable; `problem` is the whole answer."""

    def __init__(self, status: int, problem: Mapping[str, Any]) -> None:
        self.status = status
        self.code = str(problem.get("code") or "unknown")
        self.problem = dict(problem)
        super().__init__(f"{status} {self.code}: {problem.get('detail') or 'no detail'}")


class JobLostError(RejectedError):
    """The lock has expired, somebody else has the job, or the case went another way."""


class RefusalError(Exception):
    """Raised by a handler: a business refusal, which the diagram catches by its code."""

    def __init__(
        self, code: str, reason: str | None = None, data: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(reason or code)
        self.code = code
        self.reason = reason
        self.data = dict(data or {})
