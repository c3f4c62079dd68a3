"""Verification, replay and exports of the journal. Must not know HTTP."""
