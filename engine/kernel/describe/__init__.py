"""Diagrams in words: a release as a procedure that an official reads and signs.

Everything that has an effect at run time is said, nothing that is only drawn: layout, order,
prefixes, ids of flows and documentation change no letter. Made from the compiled definitions.
"""

from engine.kernel.describe.difference import Change, changes_as_text, compare_descriptions
from engine.kernel.describe.model import Description
from engine.kernel.describe.rendering import as_json, as_markdown, as_text
from engine.kernel.describe.telling import describe_release
from engine.kernel.describe.wording import LANGUAGES, Language

__all__ = [
    "LANGUAGES",
    "Change",
    "Description",
    "Language",
    "as_json",
    "as_markdown",
    "as_text",
    "changes_as_text",
    "compare_descriptions",
    "describe_release",
]
