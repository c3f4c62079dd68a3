"""The one tree of errors. A class's docstring is its default message; `code` is stable on the wire.

Errors carry ids and plain data in `context`, never live tasks or sessions. HTTP statuses are the
API's business.
"""

from typing import Any, ClassVar


class EngineError(Exception):
    """Something went wrong in the engine."""

    code: ClassVar[str] = "engine-error"
    retryable: ClassVar[bool] = False

    def __init__(self, message: str | None = None, **context: Any) -> None:
        self.message = message or (self.__class__.__doc__ or "").strip()
        self.context = context
        super().__init__(self.message)


class InvalidRequestError(EngineError):
    """The request cannot be understood."""

    code = "invalid-request"


class BadVariablesError(InvalidRequestError):
    """The data does not fit the case document's schema or the declared outputs."""

    code = "bad-variables"


class UnknownCommandError(InvalidRequestError):
    """There is no such command."""

    code = "unknown-command"


class UnknownOutcomeError(InvalidRequestError):
    """The diagram does not declare this outcome."""

    code = "unknown-outcome"


class ReasonRequiredError(InvalidRequestError):
    """This outcome needs a reason."""

    code = "reason-required"


class IdempotencyKeyReusedError(InvalidRequestError):
    """This idempotency key was used for another request."""

    code = "idempotency-key-reused"


class UnencodableValueError(InvalidRequestError):
    """The value has no canonical form: floats, U+0000 and lone surrogates are refused."""

    code = "unencodable-value"


class LimitError(InvalidRequestError):
    """The text is not a time limit or a point of one."""

    code = "bad-limit"


class CalendarError(InvalidRequestError):
    """The working calendar contradicts itself, or cannot answer."""

    code = "bad-calendar"


class NotFoundError(EngineError):
    """There is no such thing."""

    code = "not-found"


class CaseNotFoundError(NotFoundError):
    """There is no such case."""

    code = "case-not-found"


class WorkItemNotFoundError(NotFoundError):
    """There is no such work item, or it is no longer open."""

    code = "work-item-not-found"


class JobNotFoundError(NotFoundError):
    """There is no such job, or it is no longer open."""

    code = "job-not-found"


class DefinitionNotFoundError(NotFoundError):
    """The release holds no such definition."""

    code = "definition-not-found"


class ReleaseNotFoundError(NotFoundError):
    """There is no such release."""

    code = "release-not-found"


class AuthenticationError(EngineError):
    """Nobody knows this key or this password."""

    code = "not-authenticated"


class TooManyAttemptsError(AuthenticationError):
    """This login was tried with wrong passwords too often; it rests for a while."""

    code = "too-many-attempts"


class ForbiddenError(EngineError):
    """This person or system may not do this."""

    code = "forbidden"


class NotYourWorkItemError(ForbiddenError):
    """The work item belongs to another post, unit, duty grid or holder."""

    code = "not-your-work-item"


class SeparationError(ForbiddenError):
    """Supervision and management are separated: an earlier act on this case forbids this one."""

    code = "separation"


class ConflictError(EngineError):
    """The request does not fit the present state."""

    code = "conflict"


class WorkItemAlreadyClaimedError(ConflictError):
    """Somebody else holds this work item."""

    code = "work-item-already-claimed"


class LockLostError(ConflictError):
    """The lock on this job has expired or belongs to another worker."""

    code = "lock-lost"


class WrongStateError(ConflictError):
    """Not possible in this state."""

    code = "wrong-state"


class StaleVersionError(EngineError):
    """The resource has changed since it was read."""

    code = "stale-version"


class DefinitionError(EngineError):
    """The definition cannot be deployed."""

    code = "definition-refused"


class ExecutionError(EngineError):
    """The diagram cannot go on here; the case gets an incident."""

    code = "execution-error"


class ExpressionError(ExecutionError):
    """An expression cannot be read or evaluated."""

    code = "expression-error"


class DecisionError(ExecutionError):
    """A decision cannot be read or taken."""

    code = "decision-error"


class NoFlowTakenError(ExecutionError):
    """No outgoing flow has a true condition and there is no default flow."""

    code = "no-flow-taken"


class LoopGuardError(ExecutionError):
    """The automatic steps do not come to rest."""

    code = "loop-guard"


class UncaughtBpmnError(ExecutionError):
    """A BPMN error was thrown and nothing in the diagram catches it."""

    code = "uncaught-bpmn-error"


class HandlerError(ExecutionError):
    """A handler could not do its job."""

    code = "handler-error"


class HandlerRefusedError(HandlerError):
    """A handler refuses for a reason of the business; the diagram catches its error code."""

    code = "handler-refused"

    def __init__(self, error_code: str, message: str | None = None, **context: Any) -> None:
        super().__init__(message, error_code=error_code, **context)
        self.error_code = error_code


class StoreError(EngineError):
    """The store failed."""

    code = "store-error"


class StoreUnavailableError(StoreError):
    """The store cannot be reached now."""

    code = "store-unavailable"
    retryable = True


class CorruptRecordError(StoreError):
    """A stored record does not verify."""

    code = "corrupt-record"


class UnknownSemanticsError(StoreError):
    """The case is decided by a program that this node does not have."""

    code = "unknown-semantics"


class SettingsError(EngineError):
    """A setting has an odd value."""

    code = "bad-setting"
