"""Texts: parts, case, search, patterns. Characters are code points, counted from 1."""

from decimal import Decimal
from typing import Any

from engine.feel.budget import Run
from engine.feel.builtins.registry import builtin
from engine.feel.regex import PatternError, compile_pattern
from engine.feel.values import STRING, NullResult, kind

Number = int | Decimal


@builtin("string length", "string: string")
def _length(string: str) -> int:
    return len(string)


@builtin("substring", "string: string, start position: number, length?: number")
def _substring(string: str, start: Number, length: Number | None = None) -> str:
    begin = int(start)
    if begin == 0:
        raise NullResult("positions are counted from 1")
    first = begin - 1 if begin > 0 else max(len(string) + begin, 0)
    if length is None:
        return string[first:]
    if length < 1:
        raise NullResult("the length is less than 1")
    return string[first : first + int(length)]


@builtin("upper case", "string: string")
def _upper(string: str) -> str:
    return string.upper()


@builtin("lower case", "string: string")
def _lower(string: str) -> str:
    return string.lower()


@builtin("trim", "string: string")
def _trim(string: str) -> str:
    return string.strip()


@builtin("substring before", "string: string, match: string")
def _before(string: str, match: str) -> str:
    head, found, _ = string.partition(match) if match else ("", "", "")
    return head if found else ""


@builtin("substring after", "string: string, match: string")
def _after(string: str, match: str) -> str:
    return string.partition(match)[2] if match else string


@builtin("contains", "string: string, match: string")
def _contains(string: str, match: str) -> bool:
    return match in string


@builtin("starts with", "string: string, match: string")
def _starts(string: str, match: str) -> bool:
    return string.startswith(match)


@builtin("ends with", "string: string, match: string")
def _ends(string: str, match: str) -> bool:
    return string.endswith(match)


@builtin("string join", "list: list, delimiter?: string", with_run=True)
def _join(run: Run, elements: list[Any], delimiter: str | None = None) -> str:
    texts = [element for element in elements if element is not None]
    if not all(kind(text) == STRING for text in texts):
        raise NullResult("the list holds something that is no string")
    mark = delimiter or ""
    run.check_text(sum(map(len, texts)) + len(mark) * len(texts))
    return mark.join(texts)


# -- patterns -----------------------------------------------------------------------------------


def _pattern(pattern: str, flags: str | None, run: Run) -> Any:
    try:
        return compile_pattern(pattern, flags or "", run)
    except PatternError as error:
        raise NullResult(str(error)) from error


@builtin("matches", "input: string, pattern: string, flags?: string", with_run=True)
def _matches(run: Run, string: str, pattern: str, flags: str | None = None) -> bool:
    return _pattern(pattern, flags, run).search(string) is not None


@builtin(
    "replace",
    "input: string, pattern: string, replacement: string, flags?: string",
    with_run=True,
)
def _replace(
    run: Run, string: str, pattern: str, replacement: str, flags: str | None = None
) -> str:
    try:
        result: str = _pattern(pattern, flags, run).replace(string, replacement)
    except PatternError as error:
        raise NullResult(str(error)) from error
    run.check_text(len(result))
    return result


@builtin("split", "string: string, delimiter: string", with_run=True)
def _split(run: Run, string: str, delimiter: str) -> list[str]:
    try:
        parts: list[str] = _pattern(delimiter, "", run).split(string)
    except PatternError as error:
        raise NullResult(str(error)) from error
    run.check_items(len(parts))
    return parts
