"""The state of an instance as plain JSON lists, about 1 KB, with a version number.

A row is one token: number, element, parent, flow, outcome, due, key, fired, items, loop; trailing
empty fields are left out. Element ids stand in full, so that a state can be read and moved to
another version of its diagram.
"""

from collections.abc import Mapping
from typing import Any

from engine.domain.clock import from_wire, to_wire
from engine.domain.errors import CorruptRecordError
from engine.kernel.run.host import Host
from engine.kernel.run.program import Program
from engine.kernel.run.token import ROOT, STARTED, Token
from engine.kernel.run.workflow import CaseWorkflow, Flat, ScopeWorkflow

STATE_VERSION = 1
RUNNING, FINISHED, CANCELLED = 0, 1, 2
#: a row without any field, and the fields that most tokens do with
_ABSENT: list[Any] = [None] * 10
_PLAIN_FIELDS = 5


def dump_state(case: CaseWorkflow) -> list[Any]:
    """`[version, process, last number, status, local variables, rows, scopes]`."""
    status = CANCELLED if case.cancelled else FINISHED if case.completed else RUNNING
    scopes = [
        [number, _rows(scope), dict(scope.data) if scope.process_scope is scope else None]
        for number, scope in case.subprocesses.items()
    ]
    name = case.program.definition.process_id
    return [STATE_VERSION, name, case.last_number, status, dict(case.data), _rows(case), scopes]


def load_state(programs: Mapping[str, Program], state: list[Any], host: Host) -> CaseWorkflow:
    """The instance that was dumped; CorruptRecordError when the release cannot hold it."""
    if not state or state[0] != STATE_VERSION:
        raise CorruptRecordError(f"an instance state of version {state[:1]} is not understood")
    _, name, last_number, status, local, rows, scopes = state
    if name not in programs:
        raise CorruptRecordError(f"the release has no process {name!r}", process=name)
    case = CaseWorkflow(programs[name], host, last_number)
    case.data.update(local)
    case.completed, case.cancelled = status != RUNNING, status == CANCELLED
    _plant(case, rows)
    hosts = dict(case.tasks)
    for number, inner_rows, inner_local in scopes:
        token = hosts.get(number)
        if token is None:
            raise CorruptRecordError(f"the scope of token {number} has no token", token=number)
        scope = ScopeWorkflow(token.task_spec.inside, token, is_process=inner_local is not None)
        scope.data.update(inner_local or {})
        _plant(scope, inner_rows)
        hosts.update(scope.tasks)
    return case


def _rows(scope: Flat) -> list[list[Any]]:
    return [_row(token) for token in scope.tasks.values() if token.id != ROOT]


def _row(token: Token) -> list[Any]:
    row = [
        token.id,
        token.task_spec.name,
        token._parent or None,
        token.flow,
        token.outcome,
        None if token.due is None else to_wire(token.due),
        token.key,
        token.fired or None,
        token.items,
        None if token.loop is None else dict(token.loop),
    ]
    while row[-1] is None:
        row.pop()
    return row


def _plant(scope: Flat, rows: list[list[Any]]) -> None:
    specs, tasks = scope.spec.task_specs, scope.tasks
    for row in rows:
        number, name, parent, flow, outcome, *more = row + _ABSENT[len(row) :]
        spec, above = specs.get(name), tasks.get(parent or ROOT)
        if spec is None or above is None:
            raise CorruptRecordError(
                f"token {number} stands at {name!r}, which {scope.spec.name} does not have",
                token=number,
                element=name,
            )
        token = Token(scope, spec, above, number)
        token._state = spec.rest_state
        token.data = {} if outcome is None else {"outcome": outcome}
        token.flow = flow
        if len(row) > _PLAIN_FIELDS:
            _furnish(token, *more)


def _furnish(
    token: Token, due: str | None, key: str | None, fired: int | None, items: Any, loop: Any
) -> None:
    """The fields that few tokens have."""
    token.due = None if due is None else from_wire(due)
    token.key, token.fired, token.items = key, fired or 0, items
    if loop is not None:
        token.loop = dict(loop)
        token._state = STARTED
