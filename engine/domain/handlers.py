"""The contract between the runtime and a built-in handler of service tasks.

A handler is a function of one topic: variables and a context in, the declared outputs back. It
runs after the commit that made its job, at least once, and must know no kernel, store or HTTP:
what it may look up of the city is handed to it.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from engine.domain.evidence import Json
from engine.domain.grid import Cell


@dataclass(frozen=True, slots=True)
class Unit:
    """A unit 部门 as handlers see it. `trade` is what it can mend, in the catalog's words."""

    id: str
    name: str
    kind: str | None = None
    district: str | None = None
    trade: str | None = None


class Lookups(Protocol):
    """What a handler may ask about the city; the catalog is the one that the case pins."""

    def cells(self) -> Sequence[Cell]: ...

    def units(self) -> Sequence[Unit]: ...

    def catalog_row(self, class_code: str, condition: int) -> Mapping[str, Any] | None: ...


@dataclass(frozen=True, slots=True)
class HandlerContext:
    """The job around the variables.

    `job_id` stays the same over every attempt: it is the idempotency key of whatever a handler
    does outside.
    """

    job_id: str
    case_id: str
    element: str
    attempt: int
    lookups: Lookups


class Handler(Protocol):
    """A function that does the jobs of one topic and answers their declared outputs.

    Raises HandlerRefusedError for a refusal that the diagram may catch by its code, HandlerError
    (or anything else) for a failure that may be tried again.
    """

    def __call__(
        self, variables: Mapping[str, Json], context: HandlerContext
    ) -> Mapping[str, Json]: ...
