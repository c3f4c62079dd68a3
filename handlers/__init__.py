"""Built-in service-task handlers, one file per topic. They see engine.domain only."""

from handlers.registry import BUILT_IN

__all__ = ["BUILT_IN"]
