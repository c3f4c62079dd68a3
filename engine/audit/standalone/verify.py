"""Checks an export of a case. One file, the standard library only, Python 3.9 or newer.

    python verify.py [FOLDER] [--receipt SEQ HASH]

Recomputes, with code of its own, the canonical form and the hash of every entry, the chain from
the first entry to the head, the hash of state and document in the last entry, the names of the
release and of every file, and the commitments of personal values that came along. With the
receipt of an earlier answer (its seq and hash) it also proves that this very entry is in the chain.

Exit code 0: everything holds. 1: something was changed; the first broken entry is named. 2: this
is no export. What it cannot see: a chain that was rewritten from some entry to its end; a receipt
of that entry or a later one shows it.
"""

from __future__ import annotations

import argparse
import hashlib
import hmac
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

FORMAT = "caseloop-export/1"
GENESIS = "0" * 64
MEMBERS = {"actor", "at", "command", "events", "pins", "prev", "seq", "state", "stream", "v"}
LARGEST = 2**53 - 1
INTACT, BROKEN, NO_EXPORT = 0, 1, 2
WORDS = {None: "null", True: "true", False: "false"}


class BrokenError(Exception):
    """Something was changed."""


def digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_canonical(data: bytes) -> Any:
    """The value of canonical JSON bytes, or BrokenError."""
    try:
        value = json.loads(
            data.decode("utf-8"),
            parse_float=refuse_number,
            parse_constant=refuse_number,
            object_pairs_hook=unique,
        )
        again = write_canonical(value).encode("utf-8", "surrogatepass")
    except (ValueError, RecursionError) as exc:
        raise BrokenError(f"its bytes cannot be read: {exc}") from exc
    if again != data:
        raise BrokenError("its bytes are not in canonical form")
    return value


def refuse_number(text: str) -> NoReturn:
    raise ValueError(f"{text} is not an integer")


def unique(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice in an object")
    return found


def write_canonical(value: Any) -> str:
    """Names sorted by code point, no white space, integers within 2^53, characters as they are."""
    if isinstance(value, dict):
        members = (quote(name) + ":" + write_canonical(value[name]) for name in sorted(value))
        return "{" + ",".join(members) + "}"
    if isinstance(value, list):
        return "[" + ",".join(write_canonical(item) for item in value) + "]"
    if isinstance(value, str):
        return quote(value)
    if value is None or isinstance(value, bool):
        return WORDS[value]
    if not isinstance(value, int) or not -LARGEST <= value <= LARGEST:
        raise ValueError(f"{value} is no integer within 2^53")
    return str(value)


def quote(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def read_file(folder: Path, name: str) -> bytes:
    path = folder / name
    if not path.is_file():
        raise BrokenError(f"the file {name} is missing")
    return path.read_bytes()


def check_entry(
    line: bytes, number: int, prev: str, stream: str, recorded: str | None
) -> dict[str, Any]:
    """One entry: its hash, its form, its number, its place behind the one before."""
    if recorded is not None and digest(line) != recorded:
        raise BrokenError(f"its bytes have the hash {digest(line)}, recorded is {recorded}")
    entry = read_canonical(line)
    if not isinstance(entry, dict) or set(entry) != MEMBERS:
        raise BrokenError("its members are not those of an entry")
    expected = {"v": 1, "stream": stream, "seq": number, "prev": prev}
    for name, value in expected.items():
        if entry[name] != value:
            raise BrokenError(f"its {name} should be {value} and is {entry[name]}")
    return entry


def read_hashes(folder: Path) -> dict[int, str]:
    """The hashes as the database recorded them: they show which of two entries was changed."""
    lines = read_file(folder, "hashes.txt").decode("ascii").splitlines()
    return {int(seq): found for seq, found in (line.split(" ") for line in lines)}


def check_chain(
    lines: list[bytes],
    recorded: dict[int, str],
    manifest: dict[str, Any],
    receipt: Sequence[str] | None,
) -> dict[str, Any]:
    """All entries in order; the last one, or BrokenError that names the first wrong one."""
    prev, last_at = GENESIS, ""
    entry: dict[str, Any] = {}
    hashes = {}
    for number, line in enumerate(lines, 1):
        try:
            entry = check_entry(line, number, prev, manifest["stream"], recorded.get(number))
        except BrokenError as exc:
            raise BrokenError(f"entry {number}: {exc}") from exc
        if entry["at"] < last_at:
            raise BrokenError(f"entry {number}: its time lies before that of the entry before")
        last_at, prev = entry["at"], digest(line)
        hashes[number] = prev
    if not entry:
        raise BrokenError("entry 1: there is none")
    check_head(manifest["head"], len(lines), prev)
    if receipt is not None and hashes.get(int(receipt[0])) != receipt[1]:
        raise BrokenError(f"entry {receipt[0]}: it is not the one of the receipt")
    return entry


def check_head(head: dict[str, Any], count: int, prev: str) -> None:
    if head["seq"] != count:
        first = min(head["seq"], count) + 1
        raise BrokenError(f"entry {first}: the head is entry {head['seq']}, there are {count}")
    if head["hash"] != prev:
        raise BrokenError(f"entry {count}: its hash is {prev}, the head has {head['hash']}")


def check_state(folder: Path, entry: dict[str, Any]) -> None:
    """State and document hash to what the last entry promises."""
    state, document = read_file(folder, "state.json"), read_file(folder, "document.json")
    if digest(b'{"document":' + document + b',"state":' + state + b"}") != entry["state"]:
        raise BrokenError(f"entry {entry['seq']}: state or document was changed")


def check_release(folder: Path, entry: dict[str, Any]) -> None:
    """The release is named by its files: the hash of the sorted list of path and hash."""
    root = folder / "release"
    names = sorted(p.relative_to(root).as_posix() for p in root.rglob("*") if p.is_file())
    listed = [[name, digest((root / name).read_bytes())] for name in names]
    found = digest(write_canonical(listed).encode("utf-8"))
    if found != entry["pins"]["release"]:
        raise BrokenError(f"the release is {found}, the case pins {entry['pins']['release']}")


def check_personal(folder: Path, lines: list[bytes]) -> int:
    """Personal values are those that the entries promised. Erased ones are not there: fine."""
    if not (folder / "personal.json").is_file():
        return 0
    promised: dict[str, tuple[int, str]] = {}
    for line in lines:
        entry = json.loads(line)
        for node in objects(entry["command"]):
            if set(node) == {"commitment", "ref"}:
                promised.setdefault(node["ref"], (entry["seq"], node["commitment"]))
    values = json.loads(read_file(folder, "personal.json"))
    for ref, held in values.items():
        seq, expected = promised.get(ref, (None, None))
        value = write_canonical(held["value"]).encode("utf-8")
        if hmac.new(bytes.fromhex(held["salt"]), value, hashlib.sha256).hexdigest() != expected:
            raise BrokenError(f"entry {seq}: the personal value {ref} was changed")
    return len(values)


def objects(node: Any) -> Iterator[dict[str, Any]]:
    if isinstance(node, dict):
        yield node
        for child in node.values():
            yield from objects(child)
    elif isinstance(node, list):
        for child in node:
            yield from objects(child)


def check_files(folder: Path, manifest: dict[str, Any]) -> None:
    """Every file is the one that the manifest names."""
    for name, expected in sorted(manifest["files"].items()):
        if digest(read_file(folder, name)) != expected:
            raise BrokenError(f"the file {name} was changed")


def check(folder: Path, receipt: Sequence[str] | None = None) -> str:
    """What holds, in one sentence; BrokenError otherwise."""
    manifest = json.loads(read_file(folder, "manifest.json"))
    if manifest["format"] != FORMAT:
        raise ValueError(f"manifest.json is not of {FORMAT}")
    lines = read_file(folder, "entries.ndjson").split(b"\n")
    if lines[-1] == b"":
        lines.pop()
    entry = check_chain(lines, read_hashes(folder), manifest, receipt)
    check_state(folder, entry)
    check_release(folder, entry)
    personal = check_personal(folder, lines)
    check_files(folder, manifest)
    text = (
        f"{manifest['stream']}: {entry['seq']} entries are intact, the last of {entry['at']}, "
        f"hash {manifest['head']['hash']}"
    )
    return f"{text}; {personal} personal values are as promised" if personal else text


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Checks an export of a case.")
    parser.add_argument("folder", nargs="?", type=Path, default=Path(__file__).resolve().parent)
    parser.add_argument("--receipt", nargs=2, metavar=("SEQ", "HASH"))
    options = parser.parse_args(arguments)
    if options.receipt and not options.receipt[0].isdigit():
        parser.error("--receipt needs the number of an entry and its hash")
    try:
        sys.stdout.write(check(options.folder, options.receipt) + "\n")
    except BrokenError as exc:
        sys.stdout.write(f"BROKEN: {exc}\n")
        return BROKEN
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as exc:
        sys.stderr.write(f"this is no export: {exc!r}\n")
        return NO_EXPORT
    return INTACT


if __name__ == "__main__":
    sys.exit(main())
