"""A signal from outside: to every case that waits for it and is its sender's business.

It is accepted by an entry of the stream `signals`; each receiver then gets a command of its own,
in the sender's name, and judges him there as it judges the sender of a message.
"""

from engine.domain.journal import Event
from engine.domain.people import Actor
from engine.domain.rows import SignalDelivery
from engine.service.administration import Changed, record
from engine.service.executor import Answer
from engine.service.installation import Installation
from engine.service.message_starts import may_open
from engine.service.rights import reach_of
from engine.service.signal_delivery import SIGNALS
from engine.service.signal_spreading import actor_record, to_cases
from engine.store import UnitOfWork
from engine.store.queries.waiting import cases_waiting_for_signal
from engine.store.signals import STARTS, put_deliveries


def send(
    inst: Installation, actor: Actor, *, name: str, idempotency_key: str | None = None
) -> Answer:
    """Sends a signal to the cases within the sender's reach, and to the starts that wait for it.

    Nobody waiting is no error (BPMN 2.0). Who may only send opens nothing.
    """
    opens = may_open(actor)

    def change(work: UnitOfWork) -> Changed:
        reach, now = reach_of(inst, actor), inst.database.case_now()
        with inst.database.reads() as reader:
            cases = cases_waiting_for_signal(reader, name, reach=reach, now=now)
        cause = f"{SIGNALS}/{work.load_stream(SIGNALS).seq + 1}"
        signal = SignalDelivery(
            chain=cause,
            name=name,
            receiver=STARTS,
            cause=cause,
            case_id=None,
            process=None,
            start=None,
            data={},
            actor=actor_record(actor),
            at=work.now(),
            delivered=False,
            again=0,
        )
        put_deliveries(work, [*to_cases(signal, cases), *([signal] if opens else [])])
        said = {"cases": len(cases), "name": name, "opens": opens}
        return Changed((Event("signal.sent", said),), said)

    args = {"name": name}
    return record(
        inst,
        actor,
        SIGNALS,
        "send_signal",
        args=args,
        change=change,
        idempotency_key=idempotency_key,
    )
