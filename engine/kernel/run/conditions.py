"""Events that wait for a condition: they come when it becomes true, not while it stays so.

A token remembers in its key that the condition held when it was last looked at. Looked at before
every step that may change the data, and at rest; a condition that is true when the event begins to
wait has become true then.
"""

from engine.kernel.run.token import Token

_HELD = "held"


def became_true(token: Token) -> bool:
    """Whether the condition is true now and was not at the last look."""
    host = token.workflow.top_workflow.host
    condition = token.task_spec.element.condition
    holds = host.evaluate(condition, token.workflow.scope_of(token)) is True
    held, token.key = token.key == _HELD, _HELD if holds else None
    return holds and not held
