"""Which files of a starting pack belong to a release. Needs no store, so `lint` starts fast."""

from pathlib import PurePosixPath

from engine.kernel.files import is_of_a_release

#: Folders of a pack that tell of a release without being part of it.
_BESIDE = frozenset({"scenarios", "sample_city", "boston"})


def is_released(path: str) -> bool:
    """Whether a file of a pack is part of the release that is made of it; hidden ones are not."""
    parts = PurePosixPath(path).parts
    hidden = any(part.startswith(".") for part in parts)
    return is_of_a_release(path) and not hidden and not _BESIDE & set(parts[:-1])
