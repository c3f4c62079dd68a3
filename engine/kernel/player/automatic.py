"""Completing what waits without being told how: `caseloop play --auto` (`play.md`)."""

from collections.abc import Iterator

from engine.domain.errors import EngineError, ForbiddenError
from engine.kernel.compile.model import Definition
from engine.kernel.player.player import Player
from engine.kernel.player.script_errors import ScenarioError
from engine.kernel.player.standing import waiting_text
from engine.kernel.player.steps import StepRunner
from engine.kernel.run import Wait

MOST_STEPS = 10_000

Place = tuple[int, Wait]


class Automatic:
    """Completes the first waiting work item or job in document order, again and again."""

    def __init__(self, player: Player, people: tuple[str, ...]) -> None:
        self._player = player
        self._people = people
        self._order = document_order(player)
        self._refused: dict[tuple[int, int], str] = {}
        self.steps = 0

    def run(self, runner: StepRunner) -> None:
        """Until only events are awaited; ScenarioError when something cannot be completed so.

        What an incident stops is left alone: nobody has dealt with the incident.
        """
        while self.steps < MOST_STEPS:
            place = min(self._open(), key=self._rank, default=None)
            if place is None:
                break
            self.steps += 1
            self._finish(runner, *place)
        if self._refused:
            raise ScenarioError(
                f"{'; '.join(self._refused.values())}; waiting: {waiting_text(self._player)}"
            )

    @property
    def is_exhausted(self) -> bool:
        """Whether it stopped because it had done enough, not because nothing was left."""
        return self.steps >= MOST_STEPS

    def _open(self) -> Iterator[Place]:
        state = self._player.state
        stopped = {(i.instance, i.token) for i in state.incidents} if state is not None else set()
        for instance, wait in self._player.waits():
            place = (instance, wait.token)
            if wait.kind not in ("work_item", "job") or place in self._refused:
                continue
            if place not in stopped:
                yield instance, wait

    def _rank(self, place: Place) -> tuple[int, int, int]:
        instance, wait = place
        element = wait.element
        return self._order.get((element.process, element.id), 0), instance, wait.token

    def _finish(self, runner: StepRunner, instance: int, wait: Wait) -> None:
        try:
            self._by_somebody(runner, instance, wait)
        except EngineError as exc:
            rule = exc.context.get("rule")
            told = f"{wait.element.id} cannot be completed without data or choice: {exc}"
            self._refused[(instance, wait.token)] = told + (f" [{rule}]" if rule else "")

    def _by_somebody(self, runner: StepRunner, instance: int, wait: Wait) -> None:
        """The one who would act without a name; when he may not, the first who may."""
        try:
            runner.finish(instance, wait, {})
        except ForbiddenError:
            for person in self._people:
                try:
                    runner.finish(instance, wait, {"by": person})
                except ForbiddenError:
                    continue
                return
            raise


def document_order(player: Player) -> dict[tuple[str, str], int]:
    """The rank of every element by (process, id), as they stand in the diagrams."""
    found = [
        (process, name)
        for process, definition in player.world.model.definitions.items()
        for name in _inside(definition, process)
    ]
    return {place: rank for rank, place in enumerate(found)}


def _inside(definition: Definition, body: str) -> Iterator[str]:
    for name in definition.bodies[body].elements:
        yield name
        if name in definition.bodies:
            yield from _inside(definition, name)
