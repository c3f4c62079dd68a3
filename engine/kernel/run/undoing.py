"""Compensation: what was completed is remembered in its scope, and undone on demand, newest first.

A memory is a dormant token beside the activity. What a sub-process remembered when it closed lies
in its own memory: undoing a sub-process that has no handler opens it again and undoes what is in
it. Whoever waits for an undoing stands in the `flow` of its token, which no join reads.
"""

from typing import Any

from engine.kernel.run.token import READY, STARTED, WAITING, Token

_INSIDE = "inside"
_ROUND = "round"
_PORTION = "portion"
_UNDO = "undo"
#: how a scope that was opened again is undone: by its own event sub-process, or piece by piece
_BY_HANDLER, _PIECEWISE = "handler", "pieces"

Memories = list[list[Any]]


def remember(memory: Any, token: Token) -> None:
    """Notes that the activity of `memory` was completed by this token: each round of a loop."""
    inside = token.undo or []
    if token.loop is not None:
        for items in token.loop.get("rounds", ()):
            _note(memory, token, {_INSIDE: [], _ROUND: items})
    elif memory.handler is not None or inside or memory.inner_handler() is not None:
        _note(memory, token, {_INSIDE: inside})


def _note(memory: Any, token: Token, items: dict[str, Any]) -> None:
    note = token.workflow.put(memory)
    note._set_state(WAITING)
    note.items = items


def keep_portions(scope: Any) -> None:
    """Notes what was completed in loops and sub-processes that are about to be withdrawn."""
    for token in scope.tokens():
        memory = token.task_spec.memory
        if memory is None:
            continue
        if token.loop is not None:
            remember(memory, token)
        inside = scope.top_workflow.subprocesses.get(token.id)
        if inside is None:
            continue
        keep_portions(inside)
        notes = memories_of(inside)
        if notes:
            _note(memory, token, {_INSIDE: notes, _PORTION: True})


def memories_of(scope: Any) -> Memories:
    """What a scope remembers, the oldest first, as plain values."""
    return [[t.task_spec.name, t.items] for t in scope.tokens() if t.task_spec.is_memory]


def undo_next(scope: Any, activity: str | None, waiting: Token | None) -> bool:
    """Begins to undo the newest memory of a scope; False when there is none (of this activity).

    Who waits undoes what was completed when it began, not what is completed meanwhile.
    """
    notes = [t for t in scope.tokens() if t.task_spec.is_memory]
    if waiting is not None:
        waiting.fired = waiting.fired or scope.top_workflow.last_number
        notes = [t for t in notes if t.id <= waiting.fired]
    wanted = [t for t in notes if activity in (None, t.task_spec.element.id)]
    if not wanted:
        return False
    note = max(wanted, key=lambda t: t.id)
    memory, items = note.task_spec, note.items or {}
    scope.forget(note)
    handler = None if _PORTION in items else memory.handler
    token = scope.put(handler or memory.host)
    token.flow = None if waiting is None else waiting.id
    if handler is None:
        _open_again(memory.host, token, items)
        return True
    if not handler.repeats:  # its own rounds have items of their own
        token.items = items.get(_ROUND)
    handler._update(token)
    return True


def _open_again(shape: Any, token: Token, items: dict[str, Any]) -> None:
    """A sub-process is opened for the undoing of what was done in it; its own way if it ended."""
    handler = None if _PORTION in items else shape.inside.undo_start
    token.loop = {_UNDO: _PIECEWISE if handler is None else _BY_HANDLER}
    token._set_state(STARTED)
    scope = shape.open_inside(token)
    for name, kept in items.get(_INSIDE, []):
        note = scope.put(scope.spec.task_specs[name])
        note._set_state(WAITING)
        note.items = kept
    if handler is not None:
        handler._update(scope.put(handler))
    else:
        undo_next(scope, None, None)


def goes_on_undoing(scope: Any) -> bool:
    """Whether a scope that was opened again has more to undo, and has begun with it."""
    host = scope.host_token
    if host is None or host.loop is None or host.loop.get(_UNDO) != _PIECEWISE:
        return False
    return undo_next(scope, None, None)


def is_undoing(token: Token) -> bool:
    """Whether the token undoes something instead of doing it."""
    undoes = token.loop is not None and _UNDO in token.loop
    return bool(undoes or token.task_spec.element.for_compensation)


def undone(token: Token) -> None:
    """An undoing is done: whoever waits for it goes on with the next."""
    if token.flow is None:
        return
    waiting = token.workflow.top_workflow.find(token.flow)
    if waiting is not None:
        waiting._set_state(READY)
        waiting.workflow.top_workflow.queue.append(waiting)


def withdraw_undoing(token: Token) -> None:
    """Whoever waited for undoings was withdrawn: they are withdrawn with him."""
    for scope in token.workflow.top_workflow.scopes_inside():
        for other in list(scope.tokens()):
            if other.flow == token.id and is_undoing(other):
                other.cancel()


def scopes_to_undo(token: Token) -> tuple[Any, ...]:
    """Whose activities a throw undoes: its scope's, then those around its event sub-process."""
    scope: Any = token.workflow
    host = scope.host_token
    if host is not None and host.task_spec.element.kind == "eventSubProcess":
        return scope, host.workflow
    return (scope,)
