"""Diagrams: reading, gate, compiling, stepping, codec, decide. The only importer of SpiffWorkflow."""
