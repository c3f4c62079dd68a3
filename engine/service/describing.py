"""Diagrams in words, as `caseloop describe` prints them, and the difference of two in words.

Needs no store, so it starts fast.
"""

from collections.abc import Mapping
from pathlib import Path

from engine.domain.errors import DefinitionError, InvalidRequestError
from engine.kernel.describe import (
    LANGUAGES,
    Change,
    Description,
    Language,
    as_json,
    as_markdown,
    as_text,
    changes_as_text,
    compare_descriptions,
    describe_release,
)
from engine.kernel.findings import Severity
from engine.kernel.release import Checked, check_release, compile_checked
from engine.service.linting import as_diagrams
from engine.service.scenarios import release_files

__all__ = [
    "LANGUAGES",
    "Change",
    "Language",
    "as_json",
    "as_markdown",
    "as_text",
    "changes_as_text",
    "compare_in_words",
    "describe_files",
    "describe_folder",
]


def describe_folder(folder: Path, lang: Language, process: str | None = None) -> Description:
    """A folder as the release that it would make; DefinitionError when the gate refuses it."""
    return _describe(release_files(folder), lang, process, is_release=True)


def describe_files(
    files: Mapping[str, bytes], lang: Language, process: str | None = None
) -> Description:
    """Files that know each other, each signed by its own hash; DefinitionError when one is refused.

    InvalidRequestError when none of them holds such a process.
    """
    return _describe(files, lang, process, is_release=False)


def compare_in_words(
    old: Mapping[str, bytes], new: Mapping[str, bytes], lang: Language
) -> list[Change]:
    """What is said differently; DefinitionError says which side is refused, and why."""
    told = []
    for side, files in (("old", old), ("new", new)):
        try:
            told.append(describe_files(files, lang))
        except DefinitionError as exc:
            raise DefinitionError(f"the {side} side is refused", **exc.context) from exc
    return compare_descriptions(*told)


def _describe(
    files: Mapping[str, bytes], lang: Language, process: str | None, *, is_release: bool
) -> Description:
    known = as_diagrams(files)
    checked, as_executable = check_release(known), False
    if checked.accepted and not checked.definitions:
        checked, as_executable = check_release(known, as_executable=True), True
    if not checked.accepted:
        raise _refusal(checked)
    if not checked.definitions or (process is not None and process not in checked.definitions):
        raise InvalidRequestError(_nothing(process, sorted(checked.definitions)))
    return describe_release(
        compile_checked(checked, known),
        known,
        lang,
        process=process,
        is_release=is_release,
        as_executable=as_executable,
    )


def _refusal(checked: Checked) -> DefinitionError:
    """What the gate refuses, by file; its remarks are told by `lint`."""
    errors = [f for f in checked.findings if f.severity is Severity.ERROR]
    told = [{**finding.to_json(), "file": finding.file} for finding in errors]
    return DefinitionError("what is refused is not described", findings=told)


def _nothing(process: str | None, known: list[str]) -> str:
    if process is None:
        return "there is no process in these files"
    return f"there is no process {process!r}; there are: {', '.join(known) or 'none'}"
