"""The steps of a scenario, executed on a player. What is not possible says what waits instead."""

from collections.abc import Callable, Mapping
from typing import Any

from engine.domain.city import City
from engine.domain.commands import (
    BroadcastSignal,
    ClaimWorkItem,
    Command,
    CompleteJob,
    CompleteWorkItem,
    CorrelateMessage,
    FailJob,
    ReleaseWorkItem,
    ThrowJobError,
)
from engine.domain.errors import EngineError
from engine.domain.people import Actor
from engine.kernel.player.crowd import ANYBODY, OpenCity
from engine.kernel.player.expectations import check_expectations
from engine.kernel.player.moving import instant_after
from engine.kernel.player.player import PLAYED_CASE, Player
from engine.kernel.player.scenario import STEP_KINDS
from engine.kernel.player.script_errors import ScenarioError
from engine.kernel.player.standing import waiting_text
from engine.kernel.run import Wait

Step = Mapping[str, Any]
WORKER = "scenario"


class StepRunner:
    """Runs the steps of one scenario."""

    def __init__(self, player: Player, city: City) -> None:
        self._player = player
        self._city = city
        self._kinds: dict[str, Callable[[Step], None]] = {
            "complete": self._complete,
            "claim": lambda s: self._item(s, "claim", ClaimWorkItem),
            "release": lambda s: self._item(s, "release", ReleaseWorkItem),
            "advance": self._move,
            "until": self._move,
            "message": self._message,
            "signal": self._signal,
            "fail": self._fail,
            "error": self._error,
            "refused": self._refused,
            "expect": lambda s: check_expectations(player, s["expect"]),
        }

    def run(self, step: Step) -> None:
        """Does one step."""
        kind = next(k for k in STEP_KINDS if k in step)
        self._kinds[kind](step)

    def _complete(self, step: Step) -> None:
        instance, wait = self._find(step["complete"], "work_item", "job")
        self.finish(instance, wait, step)

    def finish(self, instance: int, wait: Wait, step: Step) -> None:
        """Completes the work item or job of this place, as a step without its element says."""
        data = dict(step.get("data") or {})
        if wait.kind == "job":
            self._do(
                CompleteJob(
                    case_id=PLAYED_CASE,
                    instance=instance,
                    token=wait.token,
                    worker=WORKER,
                    data=data,
                ),
                Actor(via="worker"),
            )
            return
        outcome, reason = self._answer(step, wait, data)
        command = CompleteWorkItem(
            case_id=PLAYED_CASE,
            instance=instance,
            token=wait.token,
            outcome=outcome,
            reason=reason,
            data=data,
        )
        self._do(command, self._actor(step, instance, wait))

    def _answer(
        self, step: Step, wait: Wait, data: dict[str, Any]
    ) -> tuple[str | None, str | None]:
        """Outcome and reason, which may stand among the data; without one the first declared.

        Where the diagram declares nothing of ours they are fields of the document like others.
        """
        declared = wait.element.outcomes
        take = data.get if self._player.world.takes_undeclared and not declared else data.pop
        outcome = step.get("outcome", take("outcome", None))
        reason = step.get("reason", take("reason", None))
        if outcome is None and declared:
            outcome = declared[0]
        if (declared or "outcome" in step) and not isinstance(outcome, str | None):
            raise ScenarioError(
                f"outcome: a text is needed, not {outcome!r}; YAML reads some words as values, "
                f'such as yes and no: write them as "yes" and "no"'
            )
        return outcome if isinstance(outcome, str) else None, None if reason is None else str(
            reason
        )

    def _item(self, step: Step, kind: str, make: type[ClaimWorkItem | ReleaseWorkItem]) -> None:
        instance, wait = self._find(step[kind], "work_item")
        command = make(case_id=PLAYED_CASE, instance=instance, token=wait.token)
        self._do(command, self._actor(step, instance, wait))

    def _move(self, step: Step) -> None:
        self._player.advance(instant_after(step, self._player))

    def _message(self, step: Step) -> None:
        command = CorrelateMessage(
            case_id=PLAYED_CASE,
            name=step["message"],
            correlation_key=step.get("key"),
            reason=step.get("reason"),
            data=dict(step.get("data") or {}),
        )
        self._do(command, Actor(via="scenario", person=step.get("by")))

    def _signal(self, step: Step) -> None:
        command = BroadcastSignal(
            case_id=PLAYED_CASE, name=step["signal"], data=dict(step.get("data") or {})
        )
        self._do(command, Actor(via="scenario", person=step.get("by")))

    def _fail(self, step: Step) -> None:
        instance, wait = self._find(step["fail"], "job")
        command = FailJob(
            case_id=PLAYED_CASE,
            instance=instance,
            token=wait.token,
            worker=WORKER,
            reason=str(step.get("reason", "failed")),
            retries=_retries_of(step),
        )
        self._do(command, Actor(via="worker"))

    def _error(self, step: Step) -> None:
        instance, wait = self._find(step["error"], "job")
        command = ThrowJobError(
            case_id=PLAYED_CASE,
            instance=instance,
            token=wait.token,
            worker=WORKER,
            code=str(step.get("code", "")),
            reason=step.get("reason"),
            data=dict(step.get("data") or {}),
        )
        self._do(command, Actor(via="worker"))

    def _refused(self, step: Step) -> None:
        """The inner step must be refused, for the reason given."""
        wanted = step.get("rule")
        try:
            self.run(step["refused"])
        except ScenarioError as exc:
            if wanted is None or exc.context.get("rule") != wanted:
                raise
        except EngineError as exc:
            rule = exc.context.get("rule", exc.code)
            if wanted is not None and rule != wanted:
                raise ScenarioError(f"refused by {rule} ({exc}), not by {wanted}") from exc
        else:
            raise ScenarioError(f"{step['refused']} was not refused")

    def _do(self, command: Command, actor: Actor) -> None:
        self._player.do(command, actor)
        self._player.fire_due()

    def _find(self, element: str, *kinds: str) -> tuple[int, Wait]:
        for instance, wait in self._player.waits():
            if wait.element.id == element and wait.kind in kinds:
                return instance, wait
        if not self._is_known(element):
            raise ScenarioError(
                f"the diagram has no element {element!r}; waiting: {waiting_text(self._player)}",
                rule="scenario/unknown-element",
            )
        raise ScenarioError(
            f"{element} does not wait now for a {' or '.join(kinds).replace('_', ' ')}; waiting: "
            f"{waiting_text(self._player)}",
            rule="state/not-open",
        )

    def _is_known(self, element: str) -> bool:
        definitions = self._player.world.model.definitions.values()
        return any(element in definition.elements for definition in definitions)

    def _actor(self, step: Step, instance: int, wait: Wait) -> Actor:
        """Who is named by `by`; else the first whose post fits, as a city would send him."""
        if "by" in step:
            return Actor(via="scenario", person=step["by"], principal=step.get("for"))
        role = self._role(instance, wait)
        for person, posts in sorted(self._city.people.items()):
            for post in posts:
                if post.role == role and self._near(post.district):
                    return Actor(via="scenario", person=person)
        if isinstance(self._city, OpenCity) and role in self._city.open_roles:
            return Actor(via="scenario", person=ANYBODY)
        return Actor(via="scenario")

    def _role(self, instance: int, wait: Wait) -> str | None:
        """The role as it was settled when the work item opened."""
        state = self._player.state
        item = None if state is None else state.items.get((instance, wait.token))
        return None if item is None else item.role

    def _near(self, district: str | None) -> bool:
        return district in (None, self._player.document.get("district"))


def _retries_of(step: Step) -> int:
    retries = step.get("retries", 0)
    if not isinstance(retries, int):
        raise ScenarioError(f"retries must be a whole number, not {str(retries)[:40]!r}")
    return retries


def _text_or_none(value: Any) -> str | None:
    return value if isinstance(value, str) else None
