"""People, posts, units, users; and the tables that an installation imports."""

from marshmallow import Schema, fields, validate

from api.schemas.values import ID, SHORT, PageQuerySchema, PageSchema, ReceiptSchema, text
from engine.domain.people import Axis


class PostSchema(Schema):
    """A post 岗位: role, axis, and where."""

    id = fields.String(required=True)
    role = fields.String(required=True)
    axis = fields.String(required=True)
    unit = text()
    district = text()
    duty_grid = text()


class NewPostSchema(Schema):
    """A post for a person; `name` when the person is new."""

    id = fields.String(required=True, validate=ID)
    role = fields.String(required=True, validate=ID)
    axis = fields.String(required=True, validate=validate.OneOf([str(axis) for axis in Axis]))
    name = fields.String(allow_none=True, validate=SHORT)
    unit = fields.String(allow_none=True, validate=ID)
    district = fields.String(allow_none=True, validate=ID)
    duty_grid = fields.String(allow_none=True, validate=ID)


class PersonSchema(Schema):
    """A person with the posts that are valid now."""

    id = fields.String(required=True)
    name = fields.String()
    posts = fields.List(fields.Nested(PostSchema), required=True)


class PersonQuerySchema(PageQuerySchema):
    """Filters of the list of people."""

    role = fields.String(validate=SHORT)
    unit = fields.String(validate=SHORT)


class PersonPageSchema(PageSchema):
    """A page of people."""

    items = fields.List(fields.Nested(PersonSchema), required=True)


class NewUserSchema(Schema):
    """A login for a person."""

    login = fields.String(required=True, validate=ID)
    password = fields.String(
        required=True, validate=validate.Length(min=8, max=200), load_only=True
    )
    person = fields.String(required=True, validate=ID)


class UserSchema(Schema):
    """A login, without its password."""

    login = fields.String(required=True)
    person = fields.String(required=True)
    receipt = fields.Nested(ReceiptSchema, allow_none=True)


class ImportSchema(Schema):
    """A table to import, as its file says it."""

    data = fields.Raw(required=True, metadata={"description": "the file's content, parsed"})


class ImportedSchema(Schema):
    """What an import changed."""

    counts = fields.Dict(keys=fields.String(), values=fields.Raw())
    receipt = fields.Nested(ReceiptSchema, allow_none=True)
