"""Alembic's migrations, inside the package so that they ship with it."""
