"""Executable diagrams; data only."""
