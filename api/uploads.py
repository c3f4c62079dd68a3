"""Bodies that are files: a release as JSON, multipart or zip; an attachment as bytes.

Archives are read with limits on entries and on unpacked size, so that a small body cannot fill
the memory; paths stay inside the release.
"""

import base64
import binascii
import io
import lzma
import re
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from flask import request

from api.errors import api_problem
from api.json_provider import escape
from api.reading import read_body
from api.schemas.releases import DeploySchema

RELEASE_LIMIT = 32 * 1024 * 1024
ATTACHMENT_LIMIT = 25 * 1024 * 1024
_MOST_FILES = 2_000
_LONGEST_TYPE = 100
_PART = r"[A-Za-z0-9!#$%&'*+.^_`|~-]+"
_TYPE = re.compile(f"{_PART}/{_PART}")
_ZIP = frozenset({"application/zip", "application/x-zip-compressed"})

#: What the OpenAPI document says of the body of a deployment.
DEPLOY_BODY: dict[str, Any] = {
    "required": True,
    "description": "The files of the release: JSON with base64, multipart, or a zip archive.",
    "content": {
        "application/json": {"schema": DeploySchema},
        "multipart/form-data": {
            "schema": {
                "type": "object",
                "properties": {
                    "files": {
                        "type": "array",
                        "description": "each part's file name is its path in the release",
                        "items": {"type": "string", "contentMediaType": "application/octet-stream"},
                    }
                },
                "required": ["files"],
            }
        },
        "application/zip": {"schema": {"type": "string", "contentMediaType": "application/zip"}},
    },
}
BYTES_BODY: dict[str, Any] = {
    "required": True,
    "description": "The file's bytes, under their own media type.",
    "content": {"*/*": {"schema": {"type": "string", "format": "binary"}}},
}


@dataclass(frozen=True, slots=True)
class Deployment:
    """What is to be deployed."""

    files: Mapping[str, bytes]
    note: str
    make_current: bool
    accept_unproven: str


def read_deployment(query: Mapping[str, Any]) -> Deployment:
    """The files of the request's body; a problem that names the file when one cannot be taken."""
    kind = request.mimetype
    if kind == "application/json":
        return _from_json(query)
    if kind == "multipart/form-data":
        return _said(query, _collected(_parts()))
    if kind in _ZIP:
        return _said(query, _collected(_members(request.get_data())))
    detail = (
        f"Send application/json, multipart/form-data or application/zip, not {kind or 'nothing'}."
    )
    raise api_problem("unsupported-media-type", detail)


def _said(query: Mapping[str, Any], files: Mapping[str, bytes]) -> Deployment:
    """The files with what the query says of them."""
    reason = query.get("accept_unproven", "")
    return Deployment(files, query.get("note", ""), query["make_current"], reason)


def read_bytes() -> tuple[bytes, str]:
    """The body and its media type."""
    data = request.get_data()
    if not data:
        raise api_problem("validation-failed", "The body is empty; send the file's bytes.")
    return data, _media_type()


def _media_type() -> str:
    """The body's type without its parameters; it is kept, and told to whoever reads the file."""
    kind = request.mimetype
    if not kind:
        return "application/octet-stream"
    if len(kind) > _LONGEST_TYPE or not _TYPE.fullmatch(kind):
        detail = (
            f"{kind[:_LONGEST_TYPE]!r} is not a media type of at most {_LONGEST_TYPE} characters; "
            "write one like image/jpeg."
        )
        raise api_problem("unsupported-media-type", detail)
    return kind


def _from_json(query: Mapping[str, Any]) -> Deployment:
    body = read_body(DeploySchema())
    files = _collected(_decoded(path, text) for path, text in body["files"].items())
    note = query.get("note") or body["note"]
    reason = query.get("accept_unproven") or body["accept_unproven"]
    return Deployment(files, note, query["make_current"] and body["make_current"], reason)


def _decoded(path: str, text: str) -> tuple[str, bytes]:
    try:
        return path, base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError) as exc:
        errors = [{"pointer": f"/files/{escape(path)}", "message": "is not base64"}]
        raise api_problem("validation-failed", f"{path} is not base64.", errors=errors) from exc


def _parts() -> Iterator[tuple[str, bytes]]:
    for part in request.files.getlist("files"):
        yield part.filename or "", part.read()


#: What the readers of the several kinds of compression raise at damaged bytes.
_UNREADABLE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,
    OSError,
    RuntimeError,
    ValueError,
)


def _members(data: bytes) -> Iterator[tuple[str, bytes]]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = [info for info in archive.infolist() if not info.is_dir()]
            _check_sizes(infos)
            for info in infos:
                yield info.filename, archive.read(info)
    except _UNREADABLE as exc:
        raise api_problem("malformed-request", f"The archive cannot be read: {exc}.") from exc


def _check_sizes(infos: Iterable[zipfile.ZipInfo]) -> None:
    total = sum(info.file_size for info in infos)
    if total > RELEASE_LIMIT:
        detail = f"Unpacked the archive has {total} bytes; at most {RELEASE_LIMIT} are accepted."
        raise api_problem("too-large", detail)


def _collected(pairs: Iterable[tuple[str, bytes]]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for path, content in pairs:
        _check_path(path)
        if path in files:
            raise api_problem("validation-failed", f"{path} stands twice in the release.")
        files[path] = content
        if len(files) > _MOST_FILES:
            raise api_problem("too-large", f"A release has at most {_MOST_FILES} files.")
    if not files:
        raise api_problem("validation-failed", "The release has no files.")
    return files


def _check_path(path: str) -> None:
    parts = PurePosixPath(path).parts
    clean = bool(parts) and "/".join(parts) == path and ".." not in parts and "\\" not in path
    if not clean or path.startswith("/") or not path.isprintable():
        detail = f"{path!r} is not a path in a release; write it like folder/file.bpmn."
        raise api_problem("validation-failed", detail)
