"""A played case in which nothing can happen any more: tokens at joins, and nothing is awaited."""

from typing import Any

from engine.kernel.player.player import Player

DEADLOCK = "deadlock"


def deadlocks_of(player: Player) -> list[dict[str, Any]]:
    """As an incident each join at which a token of a stuck instance waits for ever.

    The kernel's state says nothing of it: no step has failed, so there is nothing to retry.
    """
    joins = dict.fromkeys(element.id for element in player.stuck_at())
    message = "waits for a token that cannot come any more"
    return [{"id": j, "code": DEADLOCK, "message": f"{j} {message}"} for j in joins]
