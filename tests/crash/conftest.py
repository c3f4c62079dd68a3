from tests.databases import (
    database_kind,
    postgres,
    postgres_template,
    sqlite_template,
)
from tests.installations import city_postgres, city_sqlite, city_url, installation

__all__ = [
    "city_postgres",
    "city_sqlite",
    "city_url",
    "database_kind",
    "installation",
    "postgres",
    "postgres_template",
    "sqlite_template",
]
