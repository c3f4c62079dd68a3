"""Which handler works for which topic. Whoever starts the runtime hands this to it."""

from collections.abc import Mapping
from types import MappingProxyType

from engine.domain.handlers import Handler
from handlers.archive_summary import archive_summary
from handlers.locate_grid import locate_grid
from handlers.notify import notify
from handlers.propose_unit import propose_unit

BUILT_IN: Mapping[str, Handler] = MappingProxyType(
    {
        "archive_summary": archive_summary,
        "locate_grid": locate_grid,
        "notify": notify,
        "propose_unit": propose_unit,
    }
)
