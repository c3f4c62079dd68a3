"""The courses that a case can take to its end, as the tasks that people do on them.

For each human task the shortest undisturbed run to an end with the outcome `closed` that passes
it: so every task is asked whether somebody can do it.
"""

from dataclasses import dataclass

from engine.kernel.compile.model import Definition, Element
from engine.kernel.proof.budget import Budget
from engine.kernel.proof.watch import Watch, shortest_run, watched_game

_CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Course:
    """A run to the end, and the tasks of people on it in their order, each once."""

    start: str
    path: tuple[str, ...]
    tasks: tuple[Element, ...]

    def until(self, task: Element) -> tuple[str, ...]:
        """The path as far as a task."""
        return self.path[: self.path.index(task.id) + 1]


def courses(definition: Definition, budget: Budget | None = None) -> list[Course]:
    """One course for each set of tasks; the longest first, for it asks the most.

    TooLargeError when the budget does not suffice for all of them together.
    """
    ends = _ends(definition)
    tasks = {e.id: e for e in definition.elements.values() if e.kind == "userTask"}
    starts = frozenset(e.id for e in definition.start_events)
    found: dict[frozenset[str], Course] = {}
    keep, spent = frozenset(tasks) | ends | starts, budget or Budget()
    game = watched_game(definition, _past("", keep, ends), spent, plain=True)
    for name in tasks:
        path = shortest_run(game, _past(name, keep, ends), spent)
        if path is None:
            continue
        done = tuple(tasks[i] for i in dict.fromkeys(path) if i in tasks)
        start = next((i for i in path if i in starts), "")
        found.setdefault(frozenset(t.id for t in done), Course(start, path, done))
    return sorted(found.values(), key=lambda course: -len(course.tasks))


def _ends(definition: Definition) -> frozenset[str]:
    """The ends at which a case is closed; where none says so, every end of the process."""
    ends = [e for e in definition.elements.values() if e.kind == "endEvent"]
    closed = frozenset(e.id for e in ends if e.outcome == _CLOSED)
    return closed or frozenset(e.id for e in ends if e.scope == definition.process_id)


def _past(name: str, keep: frozenset[str], ends: frozenset[str]) -> Watch:
    return Watch(
        keep=keep,
        start=False,
        after=lambda seen, entered: seen or entered == name,
        ends=lambda seen, entered: seen and entered in ends,
    )
