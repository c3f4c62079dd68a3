"""The semantic difference of two diagrams or packs, from their files."""

from collections.abc import Mapping

from engine.domain.errors import DefinitionError, InvalidRequestError
from engine.kernel.diff import Change, Field, compare_releases
from engine.service.linting import as_diagrams

__all__ = ["Change", "Field", "compare_files"]


def compare_files(old: Mapping[str, bytes], new: Mapping[str, bytes]) -> list[Change]:
    """Every difference; InvalidRequestError when a file cannot be read."""
    try:
        return compare_releases(as_diagrams(old), as_diagrams(new))
    except DefinitionError as exc:
        raise InvalidRequestError(exc.message) from exc
