"""What has changed between two releases or diagrams, by element id and in words of the diagram.

Indifferent to the drawing, the order of elements, prefixes and white space: they say nothing about
how a diagram runs. Order counts at one place only: among the conditions
of an exclusive gateway, of which the first true one wins.
"""

from engine.kernel.diff.changes import Change, Field
from engine.kernel.diff.releases import compare_releases

__all__ = ["Change", "Field", "compare_releases"]
