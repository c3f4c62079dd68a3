"""The organisation, releases with catalog and calendars, the installation, and who may come in."""

from typing import Any

import sqlalchemy as sa
from alembic import op

from engine.store.types import Instant, JsonValue

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    organisation()
    releases()
    access()


def organisation() -> None:
    _table("unit", ("id", "valid_from"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("valid_to", Instant(), comment="exclusive; NULL is open"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("district", sa.Text()),
        sa.Column("parent", sa.Text()),
        sa.Column("kind", sa.Text()),
        sa.Column("trade", sa.Text(), comment="what a department can mend; as in the catalog"),
        comment="A department, crew, centre or district office.",
    )
    _table("person", ("id", "valid_from"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("valid_to", Instant(), comment="exclusive; NULL is open"),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("district", sa.Text()),
        comment="Somebody who works here; login and keys lie elsewhere.",
    )
    _table("post", ("id", "valid_from"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("valid_to", Instant(), comment="exclusive; NULL is open"),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("role", sa.Text(), nullable=False),
        sa.Column("axis", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("duty_grid", sa.Text()),
        comment="A post 岗位 of a person; it belongs to one axis.",
    )
    _index("ix_post_person", "post", "person")
    _index("ix_post_role_unit", "post", "role", "unit")
    _table("duty_grid", ("id", "valid_from"),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("valid_to", Instant(), comment="exclusive; NULL is open"),
        sa.Column("name", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("neighbours", JsonValue(), nullable=False),
        comment="A duty grid 责任网格: the cells that collectors on duty look after.",
    )
    _table("grid_cell", ("cell", "valid_from"),
        sa.Column("cell", sa.Text(), nullable=False),
        sa.Column("valid_from", Instant(), nullable=False),
        sa.Column("valid_to", Instant(), comment="exclusive; NULL is open"),
        sa.Column("name", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("duty_grid", sa.Text()),
        sa.Column("geometry", JsonValue(), comment="GeoJSON; coordinates as integers of 1e-7°"),
        comment="A cell 单元网格 of the city's grid.",
    )


def releases() -> None:
    _table("release", ("id",),
        sa.Column("id", sa.Text(), nullable=False, comment="SHA-256 of the manifest"),
        sa.Column("manifest", sa.LargeBinary(), nullable=False, comment="canonical bytes"),
        sa.Column("note", sa.Text()),
        sa.Column("deployed_at", Instant(), nullable=False),
        comment="A deployed set of diagrams, decisions, forms, schema and policies; never changed.",
    )
    _table("blob", ("sha256",),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        comment="The bytes of release files, by content.",
    )
    _table("release_file", ("release", "path"),
        sa.Column("release", sa.Text(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("sha256", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["release"], ["release.id"], name="fk_release_file_release"),
        sa.ForeignKeyConstraint(["sha256"], ["blob.sha256"], name="fk_release_file_sha256"),
        comment="Which bytes a release has under which path.",
    )
    _table("catalog_version", ("version",),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("imported_at", Instant(), nullable=False),
        comment="A version of the case catalog 案件目录; never changed.",
    )
    _table("catalog_row", ("version", "class_code", "condition"),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("class_code", sa.Text(), nullable=False),
        sa.Column("condition", sa.Integer(), nullable=False),
        sa.Column("content", JsonValue(), nullable=False),
        sa.ForeignKeyConstraint(["version"], ["catalog_version.version"], name="fk_catalog_row_version"),
        comment="Class and condition, with limit, unit and filing rule.",
    )
    _table("calendar_version", ("calendar", "version"),
        sa.Column("calendar", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("district", sa.Text()),
        sa.Column("content", JsonValue(), nullable=False),
        sa.Column("published_at", Instant(), nullable=False),
        comment="A version of a working calendar; never changed.",
    )
    _table("installation", ("id",),
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("semantics", sa.Integer(), nullable=False, comment="of the kernel at birth"),
        sa.Column("virtual", sa.Boolean(), nullable=False, comment="born with a virtual clock"),
        sa.Column("born_at", Instant(), nullable=False),
        sa.Column("current_release", sa.Text()),
        sa.Column("current_catalog", sa.Text()),
        sa.Column("current_calendar", sa.Text()),
        sa.CheckConstraint("id = 1", name=op.f("ck_installation_single")),
        sa.ForeignKeyConstraint(["current_catalog"], ["catalog_version.version"], name="fk_installation_current_catalog"),
        sa.ForeignKeyConstraint(["current_release"], ["release.id"], name="fk_installation_current_release"),
        comment="The birth certificate, and what a new case is decided by.",
    )
    _table("virtual_clock", ("id",),
        sa.Column("id", sa.Integer(), nullable=False, autoincrement=False),
        sa.Column("at", Instant(), nullable=False),
        sa.CheckConstraint("id = 1", name=op.f("ck_virtual_clock_single")),
        comment="Case time of an installation born with a virtual clock; forward only.",
    )


def access() -> None:
    _table("api_key", ("id",),
        sa.Column("id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("unit", sa.Text()),
        sa.Column("district", sa.Text()),
        sa.Column("scopes", JsonValue(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant()),
        sa.Column("revoked_at", Instant()),
        comment="A system's key; lease time, because it opens the door now.",
    )
    _table("user_account", ("login",),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("person", sa.Text(), nullable=False),
        sa.Column("password_hash", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("disabled_at", Instant()),
        comment="A local login of a person.",
    )
    _index("ix_user_account_person", "user_account", "person")
    _table("user_session", ("token_hash",),
        sa.Column("token_hash", sa.Text(), nullable=False),
        sa.Column("login", sa.Text(), nullable=False),
        sa.Column("created_at", Instant(), nullable=False),
        sa.Column("expires_at", Instant(), nullable=False),
        comment="A signed-in user; deleted at sign-out.",
    )
    _index("ix_user_session_expires_at", "user_session", "expires_at")


def _table(name: str, key: tuple[str, ...], *columns: sa.schema.SchemaItem, **options: Any) -> None:
    op.create_table(
        name, *columns, sa.PrimaryKeyConstraint(*key, name=op.f(f"pk_{name}")), **options
    )


def _index(name: str, table: str, *columns: str, where: str | None = None) -> None:
    only = None if where is None else sa.text(where)
    op.create_index(op.f(name), table, list(columns), postgresql_where=only, sqlite_where=only)


def downgrade() -> None:
    op.drop_table("release_file")
    op.drop_table("installation")
    op.drop_table("catalog_row")
    op.drop_table("virtual_clock")
    op.drop_table("user_session")
    op.drop_table("user_account")
    op.drop_table("unit")
    op.drop_table("release")
    op.drop_table("post")
    op.drop_table("person")
    op.drop_table("grid_cell")
    op.drop_table("duty_grid")
    op.drop_table("catalog_version")
    op.drop_table("calendar_version")
    op.drop_table("blob")
    op.drop_table("api_key")
