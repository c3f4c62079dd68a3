"""Diagrams: reading, gate, compiling, stepping, deciding. The only importer of SpiffWorkflow."""
