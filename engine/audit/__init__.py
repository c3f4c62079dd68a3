"""Evidence: is a case's record whole, does it follow from its commands, and a copy to take away.

Reads only; must not know HTTP.
"""

from engine.audit.chain import Head
from engine.audit.export import earlier_calendars, export_files
from engine.audit.record import CaseRecord, read_entries, read_record
from engine.audit.replay import replay_record
from engine.audit.surroundings import Noted, verify_surroundings
from engine.audit.verdict import Verdict, Word
from engine.audit.verify import verify_record, verify_stream

__all__ = [
    "CaseRecord",
    "Head",
    "Noted",
    "Verdict",
    "Word",
    "earlier_calendars",
    "export_files",
    "read_entries",
    "read_record",
    "replay_record",
    "verify_record",
    "verify_stream",
    "verify_surroundings",
]
