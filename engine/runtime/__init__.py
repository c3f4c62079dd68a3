"""What works without being asked: the ticker, and workers for the built-in handlers.

One node is one process; many nodes compete for the same rows. Must not know HTTP.
"""

from engine.runtime.node import Runtime, start_runtime

__all__ = ["Runtime", "start_runtime"]
