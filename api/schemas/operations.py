"""Clock and health: what an operator asks."""

from marshmallow import INCLUDE, Schema, fields

from api.schemas.values import Instant


class ClockStateSchema(Schema):
    """Case time."""

    now = Instant(required=True)
    virtual = fields.Boolean(required=True)
    speed = fields.String(
        allow_none=True,
        metadata={"description": "of a virtual clock: seconds per real second, 0 stands still"},
    )


class MoveClockSchema(Schema):
    """Where the virtual clock goes: forward only, firing each timer at its own time."""

    now = Instant(required=True)


class ClockMovedSchema(ClockStateSchema):
    """What fired on the way."""

    fired = fields.Integer(allow_none=True)


class HealthSchema(Schema):
    """Whether the installation can work."""

    class Meta:
        unknown = INCLUDE

    status = fields.String(required=True)
    ticker_lag_seconds = fields.Integer(
        allow_none=True, metadata={"description": "how long the most overdue timer has waited"}
    )
    postponed_timers = fields.Integer(
        allow_none=True,
        metadata={"description": "timers that could not be fired and are tried again; see the log"},
    )
    warnings = fields.List(fields.String())
