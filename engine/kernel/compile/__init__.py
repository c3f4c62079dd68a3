"""From checked diagrams to immutable definitions: expressions, decisions, timers and roles compiled.

Knows XML and FEEL; does not know how a diagram is stepped.
"""
