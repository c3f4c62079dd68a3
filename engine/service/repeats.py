"""Writes that may happen twice without harm, and under one key still answer once.

Their answer is kept after the write, in a transaction of its own: whoever dies between the two does
the write again when he repeats his request, which is what it would be without a key.
"""

from collections.abc import Callable

from engine.domain.evidence import Json
from engine.domain.people import Actor
from engine.service.answers import Answer, key_for, read_stored, to_stored
from engine.service.installation import Installation


def kept(
    inst: Installation,
    actor: Actor,
    idempotency_key: str | None,
    request: Json,
    act: Callable[[], Answer],
) -> Answer:
    """What was answered to this request under this key, else what is answered now.

    IdempotencyKeyReusedError when the key was another request's. Data are plain JSON.
    """
    key = key_for(inst, actor, idempotency_key, request)
    if key is None:
        return act()
    with inst.database.unit_of_work() as work:
        stored = work.load(None, idempotency=key).stored_answer
    if stored is not None:
        return read_stored(stored)
    answer = act()
    with inst.database.unit_of_work() as work:
        stored = work.load(None, idempotency=key).stored_answer
        if stored is not None:  # the same request came twice at once: both are told the same
            return read_stored(stored)
        work.keep_answer(key, to_stored(answer.receipt, answer.data))
        work.commit()
    return answer
