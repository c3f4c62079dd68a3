"""What passes between the stepping layer and whoever steps: scopes, waits, steps, throws.

The stepping layer knows no case document, no clock and no people; it asks its host.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal, NamedTuple, Protocol

from engine.feel import Expression
from engine.kernel.compile.model import Element

WaitKind = Literal["work_item", "job", "message", "signal", "timer", "condition"]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression at this place can read beside the case document.

    `local` is the live mapping of the process's local variables: the host writes them there, in
    plain JSON. `fired` and `last_due` say which round of a repeated timer is asked for.
    """

    local: dict[str, Any]
    outcome: str | None = None
    items: dict[str, Any] = field(default_factory=dict)
    path: tuple[str, ...] = ()
    fired: int = 0
    last_due: datetime | None = None


class Wait(NamedTuple):
    """A place where the instance waits for somebody or something."""

    token: int
    element: Element
    kind: WaitKind
    due: datetime | None
    name: str | None
    key: str | None
    read_scope: Callable[[], Scope]

    @property
    def scope(self) -> Scope:
        """What expressions can read here, as long as the instance has not moved."""
        return self.read_scope()


class Step(NamedTuple):
    """Something that happened to an element; `path` is the ids of the scopes around it."""

    what: Literal["entered", "left", "cancelled"]
    element: Element
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Thrown:
    """A message, signal or escalation that left the instance."""

    kind: Literal["message", "signal", "escalation"]
    name: str
    payload: dict[str, Any]
    #: whom a message is drawn to; nobody: whoever waits for it
    targets: frozenset[str] = frozenset()


class Host(Protocol):
    """Whoever steps an instance: the decision on a real case, or a test."""

    @property
    def now(self) -> datetime: ...

    def evaluate(self, expression: Expression, scope: Scope) -> Any:
        """The value of an expression."""

    def write(self, name: str, value: Any, scope: Scope, element: Element) -> None:
        """Writes a field of the case document, or `local.x` into `scope.local`."""

    def decide(self, element: Element, scope: Scope) -> Any:
        """Takes the decision of a business rule task."""

    def notify(self, element: Element, scope: Scope) -> None:
        """Sends the notice of a send task."""

    def receive(self, element: Element, payload: Mapping[str, Any]) -> None:
        """Takes over what a signal of the case brings to an event that waits for it."""

    def due(self, element: Element, scope: Scope) -> datetime | None:
        """When a timer that is being armed is due; None: not yet known, or no further round."""
