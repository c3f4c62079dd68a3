"""The feed: every entry's events in the order of commits, each exactly once, by position.

Whoever reads it sees of it what he may read elsewhere: the events of his cases. Streams that are
no case's (security, organisation, catalog …) are for those who look after the installation.
"""

import json
from collections.abc import Iterator
from typing import Any

from engine.domain.people import Actor
from engine.service.installation import Installation
from engine.service.rights import reach_of, reads_administration
from engine.store.feed import read_case_page, read_page
from engine.store.queries.events import FeedEntry

#: Entries looked at in one question, and in one answer, for somebody who sees few of them.
_LOOKED_AT = 1000
_MOST_LOOKS = 20


def page(inst: Installation, actor: Actor, *, after: int = 0, limit: int = 100) -> dict[str, Any]:
    """Events after a position, and `next` to read on from.

    `limit` counts entries: the events of one command stay together. Entries without events, and
    those that the actor may not read, are passed over. An answer without events whose `next` has
    moved looked at many of those; one whose `next` has not moved means that nothing is new.
    """
    if reads_administration(inst, actor):
        return _everything(inst, after, limit)
    reach = reach_of(inst, actor)
    position = after
    for _ in range(_MOST_LOOKS):
        entries, last = read_case_page(
            inst.database, reach, after=position, limit=limit, looked_at=_LOOKED_AT
        )
        found = [event for entry in entries for event in _events(entry)]
        if found or last == position:
            return {"events": found, "next": last}
        position = last
    return {"events": [], "next": position}


def _everything(inst: Installation, after: int, limit: int) -> dict[str, Any]:
    position = after
    while True:
        entries = read_page(inst.database, after=position, limit=limit)
        found = [event for entry in entries for event in _events(entry)]
        position = entries[-1].position if entries else position
        if found or not entries:
            return {"events": found, "next": position}


def _events(entry: FeedEntry) -> Iterator[dict[str, Any]]:
    body = json.loads(entry.body)
    for n, event in enumerate(body["events"], 1):
        yield {
            "at": body["at"],
            "data": event["data"],
            "element": event.get("element"),
            "n": n,
            "position": entry.position,
            "seq": entry.seq,
            "stream": entry.stream,
            "type": event["type"],
        }
