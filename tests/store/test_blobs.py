"""Files by content: found again by their SHA-256, never half, never changed unnoticed."""

from pathlib import Path

import pytest

from engine.domain.errors import CorruptRecordError, NotFoundError, StoreUnavailableError
from engine.domain.evidence import digest
from engine.store.blobs import Blobs
from tests.databases import CountingIds


@pytest.fixture(params=["file", "memory"])
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    """A folder on the disk, and one of a kind that has no disk."""
    url = f"file://{tmp_path}" if request.param == "file" else f"memory://{tmp_path}"
    return Blobs(url, CountingIds())


@pytest.mark.parametrize("data", [b"", b"photo", bytes(range(256)) * 1000])
def test_bytes_come_back(blobs: Blobs, data: bytes) -> None:
    assert blobs.put(data) == digest(data)
    assert blobs.exists(digest(data))
    assert blobs.get(digest(data)) == data


def test_same_bytes_are_kept_once(blobs: Blobs) -> None:
    assert blobs.put(b"photo") == blobs.put(b"photo")


@pytest.mark.parametrize("name", ["0" * 64, "../../etc/passwd", "", "G" * 64])
def test_unknown_name_is_not_found(blobs: Blobs, name: str) -> None:
    with pytest.raises(NotFoundError):
        blobs.get(name)


def test_changed_bytes_are_noticed(tmp_path: Path) -> None:
    blobs = Blobs(f"file://{tmp_path}", CountingIds())
    name = blobs.put(b"photo")
    [path] = [p for p in tmp_path.rglob("*") if p.is_file()]
    path.write_bytes(b"other")
    with pytest.raises(CorruptRecordError):
        blobs.get(name)


def test_nothing_half_written_is_left_behind(tmp_path: Path) -> None:
    blobs = Blobs(f"file://{tmp_path}", CountingIds())
    blobs.put(b"photo")
    assert [p.name for p in tmp_path.rglob("*") if p.is_file()] == [digest(b"photo")]


def test_folder_that_cannot_be_written_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    blobs = Blobs(f"file://{tmp_path}/file", CountingIds())
    with pytest.raises(StoreUnavailableError):
        blobs.put(b"photo")
