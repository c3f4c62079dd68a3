"""The feed of events by position."""

from api.call import Call, Reply
from api.headers import LINK
from api.pagination import link_header
from api.resource import Resource
from api.schemas.events import EventFeedSchema, EventQuerySchema
from engine.service import events as service

events = Resource("events", "The feed of events: gap-free, in the order of commits.")


@events.reads("/events", EventFeedSchema, scope="events:read", query=EventQuerySchema, headers=LINK)
def read_events(call: Call) -> Reply:
    """Reads the events of the cases that the caller may read, after a position.

    When `next` has not moved nothing is new: ask again later. It moves over what is hidden.
    """
    page = service.page(call.inst, call.actor, **call.query)
    following = page["next"] if page["next"] != call.query["after"] else None
    return Reply(page, headers=link_header(call.query, after=following))
