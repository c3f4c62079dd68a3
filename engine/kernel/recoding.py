"""Encodings that the XML parser does not know, such as EBCDIC: read here and written as UTF-8.

Only tables of single bytes are used: they cannot be tricked into long work.
"""

import codecs
import importlib
import re

_DECLARED = re.compile(r"""<\?xml\s[^>]{0,200}?encoding\s*=\s*["']([A-Za-z][\w.\-:]{0,60})["']""")
_DECLARATION = re.compile(r"<\?xml[^>]*\?>")
_EBCDIC = b"\x4c\x6f\xa7\x94"
_HEAD = 400


def recoded(data: bytes) -> bytes | None:
    """The file in UTF-8 without its XML declaration; None when its encoding is not a table."""
    head = data[:_HEAD].decode("cp037" if data.startswith(_EBCDIC) else "latin-1")
    match = _DECLARED.match(head)
    if match is None or (name := _table(match[1])) is None:
        return None
    try:
        text = data.decode(name)
    except UnicodeDecodeError:
        return None
    return _DECLARATION.sub("", text, count=1).encode("utf-8", "replace")


def _table(declared: str) -> str | None:
    """The codec of this name, when it is a table of single bytes."""
    plain = declared.lower().removeprefix("x-").replace("-", "_")
    try:
        name = codecs.lookup(plain).name
        module = importlib.import_module(f"encodings.{name.replace('-', '_')}")
    except (LookupError, ImportError):
        return None
    return name if hasattr(module, "decoding_table") else None
