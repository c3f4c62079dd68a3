from tests.databases import (
    database_kind,
    postgres,
    postgres_template,
    sqlite_template,
)
from tests.installations import city_postgres, city_sqlite, city_url

__all__ = [
    "city_postgres",
    "city_sqlite",
    "city_url",
    "database_kind",
    "postgres",
    "postgres_template",
    "sqlite_template",
]
