"""The gate: what cannot be executed as BPMN says is refused, nothing is dropped in silence.

One family of rules a file; every rule is entered in the registry with its id, severity and texts.
"""

from collections.abc import Iterator

from engine.kernel.findings import Finding
from engine.kernel.rules import (
    activities,
    acts,
    ambiguous,
    beginnings,
    compensation,
    data,
    directions,
    event_gateways,
    events,
    flows,
    foreign,
    gateways,
    house,
    languages,
    links,
    message_flows,
    names,
    operations,
    pools,
    references,
    said_twice,
    several_events,
    structure,
    transactions,
    vocabulary,
)
from engine.kernel.rules.registry import REGISTRY, Rule
from engine.kernel.rules.subject import Check, Subject

CHECKS: tuple[Check, ...] = (
    structure.check,
    beginnings.check,
    references.check,
    flows.check,
    gateways.check,
    event_gateways.check,
    directions.check,
    events.check,
    several_events.check,
    links.check,
    names.check,
    ambiguous.check,
    compensation.check,
    transactions.check,
    activities.check,
    said_twice.check,
    operations.check,
    data.check,
    pools.check,
    message_flows.check,
    foreign.check,
    languages.check,
    vocabulary.check,
    acts.check,
    house.check,
)


def check_subject(subject: Subject) -> Iterator[Finding]:
    """What the families say about one diagram."""
    for check in CHECKS:
        yield from check(subject)


__all__ = ["CHECKS", "REGISTRY", "Rule", "Subject", "check_subject"]
