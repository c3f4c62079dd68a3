"""How much of a diagram its stories take: a tally by element and flow, and a picture of it."""

from engine.kernel.coverage.picture import draw_coverage
from engine.kernel.coverage.tally import Coverage, Share, Tally
from engine.kernel.coverage.tracing import traced

__all__ = [
    "Coverage",
    "Share",
    "Tally",
    "draw_coverage",
    "traced",
]
