"""What has changed between two releases or diagrams, by element id and in words of the diagram.

Indifferent to the drawing, the order of elements, prefixes and white space. The order of a
gateway's conditions, of which the first true one wins, is told by `engine.kernel.describe`.
"""

from engine.kernel.diff.changes import Change, Field
from engine.kernel.diff.releases import compare_releases

__all__ = ["Change", "Field", "compare_releases"]
