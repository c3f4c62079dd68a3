"""An instance and the scopes inside it: SpiffWorkflow's workflows, flat and without history.

Owns the queue of automatic steps, its budget, numbering and the log of what happened.
"""

from collections import deque
from collections.abc import Iterable
from typing import Any

from engine.domain.errors import LoopGuardError
from engine.kernel.run.conditions import became_true
from engine.kernel.run.failing import at_step
from engine.kernel.run.host import Host, Scope, Step, Thrown
from engine.kernel.run.spiff import BpmnSubWorkflow, BpmnWorkflow
from engine.kernel.run.token import COMPLETED, READY, ROOT, WAITING, Token
from engine.kernel.run.undoing import Memories, goes_on_undoing, memories_of

#: Automatic steps without rest; a large release may take more of them (`Program.budget`).
STEP_BUDGET = 10_000
#: How deep processes may call each other, and scopes of any kind lie within each other.
DEPTH_LIMIT, NESTING_LIMIT = 64, 100


class _NoScripts:
    """Stands where SpiffWorkflow keeps its script engine: there is nothing to call."""


_NO_SCRIPTS = _NoScripts()


class Flat:
    """What an instance and its inner scopes have in common."""

    tasks: dict[int, Token]
    task_tree: Token
    spec: Any
    data: dict[str, Any]
    completed: bool
    top_workflow: Any
    path: tuple[str, ...]
    #: how many calls of processes lie around
    calls: int
    #: the scope whose local variables count here: the process's own
    process_scope: "Flat"
    #: the token of the enclosing scope that this scope runs for
    host_token: Token | None
    #: what was completed here and can be undone, once the scope is closed
    remembered: Memories

    def plant(self) -> None:
        """Gives the scope its root, the parent of every free token."""
        root = Token(self, self.spec.start, None, ROOT)
        root._set_state(COMPLETED)
        self.task_tree = root

    def tokens(self) -> list[Token]:
        """The live tokens of this scope, oldest first."""
        return [token for token in self.tasks.values() if token.id != ROOT]

    def put(self, spec: Any, source: Token | None = None) -> Token:
        """A new free token at an element; it takes the data of `source` along."""
        token = self.task_tree._add_child(spec)
        if source is not None:
            token.data = source.data
        return token

    def free(self, token: Token) -> None:
        """Hangs a token under the root."""
        parent = token.parent
        if parent is not None and parent.id != ROOT:
            parent._children.remove(token.id)
            token._parent = ROOT
            self.task_tree._children.append(token.id)

    def forget(self, token: Token) -> None:
        """Takes a token out of the tree; what hangs under it becomes free."""
        for child in token.children:
            self.free(child)
        if token._parent is not None:
            self.tasks[token._parent]._children.remove(token.id)
        del self.tasks[token.id]

    def update_waiting_tasks(self) -> None:
        """Nothing: waiting tokens are woken by what they wait for, never polled."""

    def _task_completed_notify(self, token: Token) -> None:
        """A token has passed its element: it is forgotten, and perhaps the scope is done."""
        self.forget(token)
        self.close_when_done(token)

    def close_when_done(self, last: Token) -> None:
        """Ends the scope when nothing is left but event sub-processes that wait for their event."""
        if self.completed:
            return
        for token in self.tasks.values():
            if token.id != ROOT and not token.task_spec.is_dormant:
                return
        if goes_on_undoing(self):
            return
        self.remembered = memories_of(self)
        for dormant in list(self.tokens()):
            self.forget(dormant)
        self.completed = True
        self.on_closed(last)

    def on_closed(self, last: Token) -> None:
        raise NotImplementedError

    def cancel_tokens(self, spare: Token | None = None) -> None:
        """Withdraws every token of the scope, the newest first, but `spare` and memories."""
        for token in reversed(list(self.tokens())):
            if token is spare or token.task_spec.is_memory:
                continue
            if token.id in self.tasks:
                token.cancel()

    def is_interrupted(self) -> bool:
        """Whether an interrupting event sub-process has taken this scope over."""
        return any(t.task_spec.takes_over for t in self.tokens())

    def scope_of(self, token: Token) -> Scope:
        """What expressions can read at this token."""
        return Scope(
            local=self.process_scope.data,
            outcome=token.outcome,
            items=_items(token),
            path=self.path,
            fired=token.fired,
            last_due=token.due,
        )


def _became_true(token: Token) -> bool:
    with at_step(token.task_spec.element.id):
        return became_true(token)


def _items(token: Token) -> dict[str, Any]:
    """Loop items of this token and of the embedded sub-processes around it; inner ones win."""
    items: dict[str, Any] = {}
    at: Token | None = token
    while at is not None:
        if at.items:
            items = {**at.items, **items}
        workflow = at.workflow
        if at._parent:  # under another token, not under the root
            at = workflow.tasks[at._parent]
        else:
            at = None if workflow is workflow.process_scope else workflow.host_token
    return items


class ScopeWorkflow(Flat, BpmnSubWorkflow):
    """The inside of one sub-process, event sub-process or called process."""

    def __init__(self, spec: Any, host_token: Token, *, is_process: bool) -> None:
        outer = host_token.workflow
        top = outer.top_workflow
        self.host_token = host_token
        self.path = (*outer.path, host_token.task_spec.name)
        super().__init__(spec, host_token.id, top, deserializing=True)
        self.process_scope = self if is_process else outer.process_scope
        self.calls = outer.calls + is_process
        self._refuse_too_deep()
        top.subprocesses[host_token.id] = self
        self.plant()

    def _refuse_too_deep(self) -> None:
        if self.calls > DEPTH_LIMIT:
            problem = f"processes call each other more than {DEPTH_LIMIT} deep"
        elif len(self.path) > NESTING_LIMIT:
            problem = (
                f"sub-processes and calls lie within each other more than {NESTING_LIMIT} deep"
            )
        else:
            return
        raise LoopGuardError(f"{self.path[-1]}: {problem}", element=self.path[-1])

    def _calculate_depth(self) -> int:
        return len(self.path)

    def on_closed(self, last: Token) -> None:
        """The activity around this scope may go on."""
        host = self.host_token
        assert host is not None
        host.task_spec.on_inside_closed(host, self, last)
        self.top_workflow.subprocesses.pop(host.id, None)
        self.top_workflow.resume(host)


class CaseWorkflow(Flat, BpmnWorkflow):
    """One instance of a process, with the queue of its automatic steps."""

    def __init__(self, program: Any, host: Host, number: int = 0) -> None:
        self.program = program
        self.host = host
        self.path = ()
        self.calls = 0
        self.host_token = None
        self.queue: deque[Token] = deque()
        self.last_number = number
        self.spent = 0
        self.steps: list[Step] = []
        self.thrown: list[Thrown] = []
        self.ends: list[str] = []
        super().__init__(
            program.main, program.scopes, script_engine=_NO_SCRIPTS, deserializing=True
        )
        self.process_scope = self
        self.cancelled = False
        self.plant()

    def next_number(self) -> int:
        self.last_number += 1
        return self.last_number

    def log(self, what: Any, token: Token) -> None:
        self.steps.append(Step(what, token.task_spec.element, token.workflow.path))

    def on_closed(self, last: Token) -> None:
        """The instance has ended."""

    def resume(self, token: Token) -> None:
        """Lets a token go on: it runs when its turn comes."""
        token._set_state(READY)
        self.queue.append(token)

    def scopes_inside(self) -> Iterable[Flat]:
        """This instance and all scopes inside it, outer ones first."""
        return [self, *self.subprocesses.values()]

    def find(self, number: int) -> Token | None:
        """The live token of this number."""
        for scope in self.scopes_inside():
            token = scope.tasks.get(number)
            if token is not None and number != ROOT:
                return token
        return None

    def settle(self) -> None:
        """Runs automatic steps until everything waits."""
        while True:
            self._drain()
            if self.completed:
                return
            if not (self._wake_by_condition() or self._fire_inclusive_join()):
                return

    def _drain(self) -> None:
        budget = self.program.budget
        while self.queue:
            token = self.queue.popleft()
            if token._state == READY and token.task_spec.changes_data:
                self._wake_by_condition()  # what is true now may not be true afterwards
            if token._state != READY:
                continue
            self.spent += 1
            if self.spent > budget:
                raise LoopGuardError(
                    f"{token.task_spec.name}: more than {budget} automatic steps without rest",
                    element=token.task_spec.name,
                )
            with at_step(token.task_spec.element.id):
                token.run()

    def _wake_by_condition(self) -> bool:
        """Lets every event come whose condition has become true; whether there was one.

        All are looked at before the first comes: what comes may make another's false again.
        """
        if not self.program.conditional:
            return False
        waiting = [
            token
            for scope in self.scopes_inside()
            for token in scope.tokens()
            if token.task_spec.wait_kind == "condition" and token._state == WAITING
        ]
        coming = [token for token in sorted(waiting, key=lambda t: t.id) if _became_true(token)]
        for token in coming:
            if token.id in token.workflow.tasks and token._state == WAITING:
                with at_step(token.task_spec.element.id):
                    token.task_spec.come(token)
        return bool(coming)

    def _fire_inclusive_join(self) -> bool:
        for scope in self.scopes_inside():
            for spec in scope.spec.inclusive_joins:
                waiting = [t for t in scope.tokens() if t.task_spec is spec and t._state == WAITING]
                if waiting and spec.can_fire(scope, waiting):
                    spec.fire(scope, waiting)
                    return True
        return False
