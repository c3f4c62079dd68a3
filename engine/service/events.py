"""The feed: every entry's events in the order of commits, each exactly once, by position."""

import json
from collections.abc import Iterator
from typing import Any

from engine.domain.people import Actor
from engine.service.installation import Installation
from engine.store.feed import read_page
from engine.store.queries.events import FeedEntry


def page(inst: Installation, actor: Actor, *, after: int = 0, limit: int = 100) -> dict[str, Any]:
    """Events after a position, and `next` to read on from; none means that nothing is new.

    `limit` counts entries: the events of one command stay together. An entry without events is
    passed over, not answered with an empty page.
    """
    del actor
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
