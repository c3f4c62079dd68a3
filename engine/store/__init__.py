"""Tables, unit of work, queries, migrations. The only importer of SQLAlchemy."""

from engine.store.answers import IdempotencyKey, StoredAnswer
from engine.store.database import Database, open_database
from engine.store.reader import Reader
from engine.store.snapshot import JobLock, Loaded
from engine.store.streams import StreamHead
from engine.store.unit_of_work import UnitOfWork

__all__ = [
    "Database",
    "IdempotencyKey",
    "JobLock",
    "Loaded",
    "Reader",
    "StoredAnswer",
    "StreamHead",
    "UnitOfWork",
    "open_database",
]
