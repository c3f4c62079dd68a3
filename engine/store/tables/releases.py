"""What runs: releases with their files, catalogs, calendars, and the installation's own record."""

import sqlalchemy as sa

from engine.store.tables.metadata import metadata
from engine.store.types import Instant, JsonValue

release = sa.Table(
    "release",
    metadata,
    sa.Column("id", sa.Text, primary_key=True, comment="SHA-256 of the manifest"),
    sa.Column("manifest", sa.LargeBinary, nullable=False, comment="canonical bytes"),
    sa.Column("note", sa.Text),
    sa.Column("deployed_at", Instant, nullable=False),
    comment="A deployed set of diagrams, decisions, forms, schema and policies; never changed.",
)

blob = sa.Table(
    "blob",
    metadata,
    sa.Column("sha256", sa.Text, primary_key=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
    comment="The bytes of release files, by content.",
)

release_file = sa.Table(
    "release_file",
    metadata,
    sa.Column("release", sa.Text, sa.ForeignKey("release.id"), primary_key=True),
    sa.Column("path", sa.Text, primary_key=True),
    sa.Column("sha256", sa.Text, sa.ForeignKey("blob.sha256"), nullable=False),
    comment="Which bytes a release has under which path.",
)

catalog_version = sa.Table(
    "catalog_version",
    metadata,
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("note", sa.Text),
    sa.Column("imported_at", Instant, nullable=False),
    comment="A version of the case catalog 案件目录; never changed.",
)

catalog_row = sa.Table(
    "catalog_row",
    metadata,
    sa.Column("version", sa.Text, sa.ForeignKey("catalog_version.version"), primary_key=True),
    sa.Column("class_code", sa.Text, primary_key=True),
    sa.Column("condition", sa.Integer, primary_key=True),
    sa.Column("content", JsonValue, nullable=False),
    comment="Class and condition, with limit, unit and filing rule.",
)

calendar_version = sa.Table(
    "calendar_version",
    metadata,
    sa.Column("calendar", sa.Text, primary_key=True),
    sa.Column("version", sa.Text, primary_key=True),
    sa.Column("district", sa.Text),
    sa.Column("content", JsonValue, nullable=False),
    sa.Column("published_at", Instant, nullable=False),
    comment="A version of a working calendar; never changed.",
)

installation = sa.Table(
    "installation",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("semantics", sa.Integer, nullable=False, comment="of the kernel at birth"),
    sa.Column("virtual", sa.Boolean, nullable=False, comment="born with a virtual clock"),
    sa.Column("born_at", Instant, nullable=False),
    sa.Column("current_release", sa.Text, sa.ForeignKey("release.id")),
    sa.Column("current_catalog", sa.Text, sa.ForeignKey("catalog_version.version")),
    sa.Column("current_calendar", sa.Text),
    sa.CheckConstraint("id = 1", name="single"),
    comment="The birth certificate, and what a new case is decided by.",
)

secret = sa.Table(
    "secret",
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
    comment="What keyed digests are made with; drawn once, the same for all nodes.",
)

virtual_clock = sa.Table(
    "virtual_clock",
    metadata,
    sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", Instant, nullable=False),
    sa.CheckConstraint("id = 1", name="single"),
    comment="Case time of an installation born with a virtual clock; forward only.",
)
