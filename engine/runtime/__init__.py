"""The APScheduler tick, workers and claim loops of one node. Must not know HTTP."""
