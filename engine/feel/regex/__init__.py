"""Regular expressions as XPath words them, matched in bounded time; Python's engine is not used.

A pattern without back-references takes time linear in the text: no state is tried twice at one
place. With back-references the evaluation's step budget ends what takes too long.
"""

from engine.feel.regex.matching import Pattern, compile_pattern
from engine.feel.regex.reading import PatternError

__all__ = ["Pattern", "PatternError", "compile_pattern"]
