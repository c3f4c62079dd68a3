"""A token: SpiffWorkflow's task with small numbers for ids and no memory of finished tasks.

The tree of an instance holds live tokens only. A token's parent is the root of its scope, or the
activity it belongs to (boundary events, instances of a loop, events behind an event gateway).
"""

from datetime import datetime
from typing import Any

from engine.kernel.run.spiff import Task, TaskState

COMPLETED, CANCELLED = TaskState.COMPLETED, TaskState.CANCELLED
READY, STARTED, WAITING = TaskState.READY, TaskState.STARTED, TaskState.WAITING
FUTURE = TaskState.FUTURE
FINISHED = TaskState.FINISHED_MASK
ROOT = 0


class Token(Task):
    """One token at one element."""

    #: the incoming flow it came by (joins), its due time, the key of an awaited message
    flow: int | None = None
    due: datetime | None = None
    key: str | None = None
    #: how often its repeated timer has fired; where compensation is thrown, the last number given
    #: out before
    fired = 0
    #: an instance inside a loop carries its items; the loop's body carries its counters
    items: dict[str, Any] | None = None
    loop: dict[str, Any] | None = None
    #: what the inside that has just closed remembers, until this token notes it; never stored
    undo: list[list[Any]] | None = None
    # what SpiffWorkflow's tasks have and nobody here asks for
    triggered = False
    thread_id = 0
    last_state_change = 0

    def __init__(self, workflow: Any, task_spec: Any, parent: "Token | None", number: int) -> None:
        """Replaces Task.__init__, which draws a UUID and reads the system's clock."""
        self.id = number
        self.workflow = workflow
        self.task_spec = task_spec
        self._parent = None if parent is None else parent.id
        self._children: list[int] = []
        self._state = FUTURE
        self.data: dict[str, Any] = {} if parent is None else parent.data
        self.internal_data: dict[str, Any] = {}
        workflow.tasks[number] = self
        if parent is not None:
            parent._children.append(number)

    @property
    def parent(self) -> Any:
        """As SpiffWorkflow has it, without a look-up for the root."""
        return None if self._parent is None else self.workflow.tasks.get(self._parent)

    @parent.setter
    def parent(self, token: "Token") -> None:
        self._parent = token.id

    @property
    def children(self) -> list["Token"]:
        """A copy, so that they can be forgotten on the way."""
        tasks = self.workflow.tasks
        return [tasks[number] for number in self._children] if self._children else []

    @property
    def outcome(self) -> str | None:
        """The last outcome given on this token's path."""
        outcome: str | None = self.data.get("outcome")
        return outcome

    @property
    def is_free(self) -> bool:
        """Whether it hangs under no other token of its scope."""
        return self._parent == ROOT

    def _set_state(self, value: int) -> None:
        self._state = value

    def _inherit_data(self) -> None:
        """The data came with the token when it was made; SpiffWorkflow would merge it deeply."""

    def _add_child(self, task_spec: Any, state: int = FUTURE) -> "Token":
        child = Token(self.workflow, task_spec, self, self.workflow.top_workflow.next_number())
        child._state = state
        return child

    def run(self) -> bool | None:
        """Runs the element; a step that ends its own token (error, terminate) leaves it ended."""
        result: bool | None = self.task_spec._run(self)
        if self._state & FINISHED:
            return result
        if result is None:
            self._set_state(STARTED)
        else:
            self.complete()
        return result

    def cancel(self) -> None:
        """Withdraws the token with everything inside it, innermost first."""
        if self._state & FINISHED:
            return
        inside = self.workflow.top_workflow.subprocesses.pop(self.id, None)
        if inside is not None:
            inside.cancel_tokens()
        for child in self.children:
            child.cancel()
        self.task_spec._on_cancel(self)
        self._set_state(CANCELLED)
        self.workflow.forget(self)
