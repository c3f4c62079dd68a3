"""Every table of the database, by theme; the migrations make them, a test keeps both alike."""

from engine.store.tables.access import api_key, user_account, user_session
from engine.store.tables.cases import (
    attachment,
    case_act,
    case_counter,
    case_file,
    case_state,
    clock,
    personal_value,
)
from engine.store.tables.journal import entry, feed, idempotency, stream_head, unsealed
from engine.store.tables.messages import notification, outbox, signal_delivery
from engine.store.tables.metadata import metadata
from engine.store.tables.organisation import duty_grid, grid_cell, person, post, unit
from engine.store.tables.releases import (
    blob,
    calendar_version,
    catalog_row,
    catalog_version,
    installation,
    release,
    release_file,
    secret,
    virtual_clock,
)
from engine.store.tables.starts import start_timer
from engine.store.tables.work import incident, job, message_wait, timer, work_item

__all__ = [
    "api_key",
    "attachment",
    "blob",
    "calendar_version",
    "case_act",
    "case_counter",
    "case_file",
    "case_state",
    "catalog_row",
    "catalog_version",
    "clock",
    "duty_grid",
    "entry",
    "feed",
    "grid_cell",
    "idempotency",
    "incident",
    "installation",
    "job",
    "message_wait",
    "metadata",
    "notification",
    "outbox",
    "person",
    "personal_value",
    "post",
    "release",
    "release_file",
    "secret",
    "signal_delivery",
    "start_timer",
    "stream_head",
    "timer",
    "unit",
    "unsealed",
    "user_account",
    "user_session",
    "virtual_clock",
    "work_item",
]
