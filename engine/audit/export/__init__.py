"""A copy of a case's evidence for somebody outside: files, and a stand-alone verifier."""

from engine.audit.export.files import FORMAT, export_files

__all__ = ["FORMAT", "export_files"]
