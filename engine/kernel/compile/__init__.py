"""From checked diagrams to immutable definitions: expressions, decisions, timers, roles compiled.

Knows XML and FEEL; does not know how a diagram is stepped. `engine.kernel.release` is the door.
"""
