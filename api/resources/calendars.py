"""A newer version of a calendar on live cases: the dry run, and the order."""

from api.call import Call, Reply, reply_of
from api.headers import LINK, REPLAYED
from api.pagination import decode_cursor, encode_cursor, link_header
from api.resource import Resource
from api.schemas.calendars import (
    CalendarChangedSchema,
    CalendarChangeSchema,
    CalendarPreviewQuerySchema,
    CalendarPreviewSchema,
)
from engine.domain.errors import ReleaseNotFoundError, WrongStateError
from engine.service import calendar_changes
from engine.service.executor import Answer

calendars = Resource("calendars", "A newer version of a calendar on the cases under way.")


@calendars.reads(
    "/calendar/preview",
    CalendarPreviewSchema,
    scope="admin:deploy",
    query=CalendarPreviewQuerySchema,
    errors=(ReleaseNotFoundError, WrongStateError),
    headers=LINK,
)
def preview_calendar_change(call: Call) -> Reply:
    """Tells which deadlines of live cases would move; changes nothing."""
    found = calendar_changes.preview(
        call.inst,
        call.actor,
        calendar=call.query.get("calendar"),
        cursor=decode_cursor(call.query.get("cursor")),
        limit=call.query["limit"],
    )
    following = encode_cursor(found["next_cursor"])
    data = {**found, "next_cursor": following}
    return Reply(data, headers=link_header(call.query, cursor=following))


@calendars.writes(
    "/calendar/apply",
    CalendarChangedSchema,
    scope="admin:deploy",
    body=CalendarChangeSchema,
    errors=(ReleaseNotFoundError, WrongStateError),
    headers=REPLAYED,
    key="optional",
)
def apply_calendar_change(call: Call) -> Reply:
    """Takes the next live cases to a calendar version.

    Idempotency-Key is optional: sent again without one it goes on with what is left.
    """
    cursor = decode_cursor(call.body.get("cursor"))

    def apply() -> Answer:
        answer = calendar_changes.apply(
            call.inst,
            call.actor,
            calendar=call.body.get("calendar"),
            cursor=cursor,
            limit=call.body["limit"],
        )
        data = {**answer.data, "next_cursor": encode_cursor(answer.data["next_cursor"])}
        return Answer(answer.receipt, data)

    return reply_of(call.once("apply_calendar", call.body, apply))
