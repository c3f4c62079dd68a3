"""A copy of a case's evidence for somebody outside: files, and a stand-alone verifier."""

from engine.audit.export.files import FORMAT, earlier_calendars, export_files

__all__ = ["FORMAT", "earlier_calendars", "export_files"]
