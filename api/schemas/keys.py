"""Keys of systems and sessions of people. Secrets go out once and are stored as hashes only."""

from marshmallow import Schema, fields, validate

from api.schemas.values import ID, SHORT, Instant, text


class NewKeySchema(Schema):
    """A key for a system."""

    name = fields.String(required=True, validate=SHORT)
    unit = fields.String(
        allow_none=True,
        load_default=None,
        validate=ID,
        metadata={"description": "whose people it may act for"},
    )
    scopes = fields.List(
        fields.String(validate=SHORT), required=True, validate=validate.Length(min=1, max=50)
    )
    expires_at = Instant(allow_none=True, load_default=None)


class KeyCreatedSchema(Schema):
    """The key; the secret is shown this once."""

    id = fields.String(required=True)
    secret = fields.String(
        required=True,
        allow_none=True,
        metadata={
            "description": "Authorization: Bearer …; null when the key was made by an earlier "
            "request under the same Idempotency-Key"
        },
    )


class KeySchema(Schema):
    """A key in the list."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    unit = text()
    scopes = fields.List(fields.String(), required=True)
    created_at = Instant(allow_none=True)
    expires_at = Instant(allow_none=True)
    revoked_at = Instant(allow_none=True)


class KeyListSchema(Schema):
    """All keys."""

    items = fields.List(fields.Nested(KeySchema), required=True)


class SignInSchema(Schema):
    """Who signs in."""

    login = fields.String(required=True, validate=SHORT)
    password = fields.String(required=True, validate=validate.Length(min=1, max=200))


class SessionSchema(Schema):
    """A session; its token goes into Authorization: Bearer."""

    token = fields.String(required=True)
    person = text()
    scopes = fields.List(fields.String())
    expires_at = Instant(allow_none=True)
