"""One running instance: the only door to the stepping layer.

Every method that moves the instance runs until everything waits again. When one raises, the
instance is spoilt: load it again from the state before.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial
from operator import itemgetter
from types import MappingProxyType
from typing import Any, TypeVar

from engine.domain.errors import DefinitionNotFoundError, WrongStateError
from engine.kernel.compile.model import CompiledRelease, Definition, Element
from engine.kernel.run import throwing
from engine.kernel.run.codec import dump_state, load_state
from engine.kernel.run.failing import at_step
from engine.kernel.run.host import Host, Step, Thrown, Wait
from engine.kernel.run.token import READY, STARTED, WAITING, Token
from engine.kernel.run.workflow import CaseWorkflow

T = TypeVar("T")
_NOTHING: Mapping[str, Any] = MappingProxyType({})


class Instance:
    """An instance of a process of a release, with everything inside it."""

    __slots__ = ("_case",)

    def __init__(self, case: CaseWorkflow) -> None:
        self._case = case

    @classmethod
    def start(
        cls,
        release: CompiledRelease,
        process_id: str,
        host: Host,
        *,
        start_event: str | None = None,
    ) -> "Instance":
        """Starts a process; with several start events, `start_event` says which."""
        if process_id not in release.programs:
            raise DefinitionNotFoundError(f"the release has no process {process_id!r}")
        case = CaseWorkflow(release.programs[process_id], host)
        case.spec.begin(case, None, start_event)
        case.settle()
        return cls(case)

    @classmethod
    def load(cls, release: CompiledRelease, state: list[Any], host: Host) -> "Instance":
        """The instance as it was dumped."""
        return cls(load_state(release.programs, state, host))

    def dump(self) -> list[Any]:
        """The state in plain JSON."""
        return dump_state(self._case)

    # what it is doing

    @property
    def definition(self) -> Definition:
        found: Definition = self._case.program.definition
        return found

    @property
    def finished(self) -> bool:
        return bool(self._case.completed)

    @property
    def cancelled(self) -> bool:
        return self._case.cancelled

    @property
    def steps(self) -> tuple[Step, ...]:
        """What happened since the instance was loaded, or since `take_steps`."""
        return tuple(self._case.steps)

    @property
    def thrown(self) -> tuple[Thrown, ...]:
        """What left the instance since it was loaded, or since `take_thrown`."""
        return tuple(self._case.thrown)

    @property
    def ends(self) -> tuple[str, ...]:
        """The end events reached since the instance was loaded."""
        return tuple(self._case.ends)

    def take_steps(self) -> tuple[Step, ...]:
        taken, self._case.steps = tuple(self._case.steps), []
        return taken

    def take_thrown(self) -> tuple[Thrown, ...]:
        taken, self._case.thrown = tuple(self._case.thrown), []
        return taken

    def waits(self) -> tuple[Wait, ...]:
        """Everything that the instance waits for, the oldest first."""
        scopes = self._case.scopes_inside()
        found = [_wait(token) for scope in scopes for token in scope.tokens() if _is_wait(token)]
        return tuple(sorted(found, key=itemgetter(0)))

    def joins_waiting(self) -> tuple[Element, ...]:
        """The gateways at which tokens wait for others, in the order of the scopes."""
        scopes = self._case.scopes_inside()
        elements = (token.task_spec.element for scope in scopes for token in scope.tokens())
        return tuple(element for element in elements if element.kind in _JOINS)

    # moving it

    def complete(self, token: int, outcome: str | None = None) -> None:
        """Somebody has completed a work item or a job."""
        waiting = self._find(token, "work_item", "job")
        if outcome is not None:
            waiting.data = {**waiting.data, "outcome": outcome}
        self._move(waiting.complete, waiting.task_spec.element.id)

    def throw_error(self, token: int, code: str, message: str | None = None) -> bool:
        """A worker raises a BPMN error; False when nothing catches it and nothing has changed."""
        waiting = self._find(token, "work_item", "job")
        return self._move(lambda: throwing.throw_error(waiting, code), waiting.task_spec.element.id)

    def deliver_message(self, token: int) -> None:
        """The message that this token waits for has come."""
        self._come(token, "message")

    def fire(self, token: int) -> None:
        """The timer that this token waits for has gone off."""
        self._come(token, "timer")

    def signal(self, name: str, payload: Mapping[str, Any] = _NOTHING) -> int:
        """A signal reaches everything that waits for it; answers how many."""
        process = self.definition.process_id
        return self._move(lambda: throwing.signal(self._case, name, payload), process)

    def look_at_conditions(self) -> None:
        """The document has changed elsewhere: events whose condition has become true come."""
        self._case.spent = 0
        self._case.settle()

    def set_due(self, token: int, due: datetime | None) -> None:
        """Moves a timer."""
        self._find(token, "timer").due = due

    def cancel(self) -> None:
        """Withdraws everything; the instance has ended without an end event."""
        self._case.cancel_tokens()
        self._case.completed = self._case.cancelled = True

    def _come(self, token: int, kind: str) -> None:
        waiting = self._find(token, kind)
        shape = waiting.task_spec
        self._move(lambda: shape.come(waiting), shape.element.id)

    def _move(self, move: Callable[[], T], element: str) -> T:
        self._case.spent = 0
        with at_step(element):
            answer = move()
        self._case.settle()
        return answer

    def _find(self, number: int, *kinds: str) -> Token:
        token = self._case.find(number)
        if token is None or not _is_wait(token) or token.task_spec.wait_kind not in kinds:
            raise WrongStateError(
                f"token {number} of {self.definition.process_id} is not waiting for a "
                f"{' or '.join(kinds)}",
                rule="state/not-open",
                token=number,
            )
        return token


_JOINS = frozenset({"parallelGateway", "inclusiveGateway"})
_STATE_OF = {"work_item": READY, "job": STARTED}


def _is_wait(token: Token) -> bool:
    kind = token.task_spec.wait_kind
    if kind is None or token.loop is not None:
        return False
    state: int = token._state
    return bool(state == _STATE_OF.get(kind, WAITING))


def _wait(token: Token) -> Wait:
    shape = token.task_spec
    kind = shape.wait_kind
    return Wait(
        token.id,
        shape.element,
        kind,
        token.due,
        shape.wait_name(),
        token.key if kind == "message" else None,
        partial(token.workflow.scope_of, token),
    )
