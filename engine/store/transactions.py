"""Short transactions of the store's own: a statement or two, and the commit with them."""

from engine.store.database import Database
from engine.store.drivers.session import Call, Outcome


def one_statement(database: Database, call: Call) -> Outcome:
    """Runs one statement in a transaction of its own."""
    session = database.session()
    try:
        session.begin()
        return session.run([call], commit=True)[0]
    finally:
        session.close()
