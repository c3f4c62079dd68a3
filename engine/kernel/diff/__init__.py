"""What has changed between two releases or diagrams, by element id and in words of the diagram.

Indifferent to the drawing, the order of elements, prefixes and white space: they say nothing about
how a diagram runs. Order among the outgoing flows of a gateway is not compared either.
"""

from engine.kernel.diff.changes import Change, Field
from engine.kernel.diff.releases import compare_releases

__all__ = ["Change", "Field", "compare_releases"]
