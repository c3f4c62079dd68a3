"""Files by content: put bytes, get them back by their SHA-256. Under any `fsspec` URL.

Nothing is overwritten and nothing half-written is ever found under its name.
"""

import os
from typing import Any

import fsspec

from engine.domain.errors import CorruptRecordError, NotFoundError, StoreUnavailableError
from engine.domain.evidence import digest
from engine.domain.ids import Ids


class Blobs:
    """The folder of attachments and exports."""

    def __init__(self, url: str, ids: Ids) -> None:
        self._files, self._root = fsspec.core.url_to_fs(url)
        self._ids = ids

    def put(self, data: bytes) -> str:
        """Keeps the bytes; their SHA-256."""
        sha256 = digest(data)
        path = self._path(sha256)
        try:
            if self._files.exists(path):
                return sha256
            self._files.makedirs(path.rpartition("/")[0], exist_ok=True)
            part = f"{path}.{self._ids.new()}.part"
            with self._files.open(part, "wb") as file:
                file.write(data)
                _sync(file)
            self._files.mv(part, path)
        except OSError as exc:
            raise StoreUnavailableError(f"the file store refuses {sha256}: {exc}") from exc
        return sha256

    def get(self, sha256: str) -> bytes:
        """The bytes; NotFoundError, or CorruptRecordError when they no longer fit their name."""
        try:
            data: bytes = self._files.cat_file(self._path(sha256))
        except FileNotFoundError as exc:
            raise NotFoundError(f"there is no file {sha256}", sha256=sha256) from exc
        except OSError as exc:
            raise StoreUnavailableError(f"the file store cannot read {sha256}: {exc}") from exc
        if digest(data) != sha256:
            raise CorruptRecordError(f"the file {sha256} was changed", sha256=sha256)
        return data

    def exists(self, sha256: str) -> bool:
        """Whether the bytes are here."""
        return bool(self._files.exists(self._path(sha256)))

    def _path(self, sha256: str) -> str:
        if len(sha256) != 64 or not set(sha256) <= set("0123456789abcdef"):  # noqa: PLR2004 SHA-256
            raise NotFoundError(f"{sha256!r} is not the SHA-256 of a file", sha256=sha256)
        return f"{self._root}/{sha256[:2]}/{sha256[2:4]}/{sha256}"


def _sync(file: Any) -> None:
    """Waits for the disk where there is one."""
    file.flush()
    try:
        handle = file.fileno()
    except (AttributeError, OSError):
        return  # an object store answers when the bytes are safe
    os.fsync(handle)
