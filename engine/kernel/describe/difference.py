"""The difference of two descriptions: sentences that are gone, new or different, step by step.

Steps are the same by their id. Numbers of steps are no difference: another step changes them all.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import groupby
from typing import Any, Literal

from engine.kernel.describe.marks import code, plain, resolve
from engine.kernel.describe.model import Chapter, Description, Sentence
from engine.kernel.describe.wording import Language, Wording

What = Literal["added", "removed", "changed"]


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence before and after; None where it was or is not said."""

    old: str | None
    new: str | None

    @property
    def what(self) -> What:
        if self.old is None:
            return "added"
        return "removed" if self.new is None else "changed"


@dataclass(frozen=True, slots=True)
class Change:
    """A step, or something else with a heading, of which something else is said."""

    what: What
    process: str
    title: str
    id: str
    sentences: tuple[Said, ...]

    def to_json(self) -> dict[str, Any]:
        """As `caseloop diff --words --format json` prints it."""
        return {
            "change": self.what,
            "process": self.process,
            "id": self.id,
            "title": self.title,
            "sentences": [
                {"change": said.what, "old": said.old, "new": said.new} for said in self.sentences
            ],
        }


@dataclass(frozen=True, slots=True)
class _Told:
    """One entry as it is compared."""

    title: str
    sentences: tuple[tuple[str, str], ...]


def compare_descriptions(old: Description, new: Description) -> list[Change]:
    """Every difference, by process in the order of the new description, what is gone last."""
    before, after = _entries(old), _entries(new)
    found = [
        _change(key, before.get(key), told)
        for key, told in after.items()
        if before.get(key) != told
    ]
    found += [_change(key, told, None) for key, told in before.items() if key not in after]
    processes = list(dict.fromkeys(process for process, _ in (*after, *before)))
    return sorted(found, key=lambda change: processes.index(change.process))


def _entries(description: Description) -> dict[tuple[str, str], _Told]:
    found: dict[tuple[str, str], _Told] = {}
    for chapter in description.chapters:
        found[chapter.id, ""] = _Told(plain(chapter.title), _said(chapter, chapter.intro))
        for part in chapter.parts:
            if part.key in ("separation", "rules"):
                rules = [s for entry in part.entries for s in entry.sentences]
                found[chapter.id, part.key] = _Told(part.title, _said(chapter, tuple(rules)))
                continue
            for entry in part.entries:
                title = plain(entry.title) or plain(code(entry.id))
                found[chapter.id, entry.id] = _Told(title, _said(chapter, entry.sentences))
    return found


def _said(chapter: Chapter, sentences: tuple[Sentence, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((s.key, plain(resolve(s.text, chapter.names))) for s in sentences)


def _change(key: tuple[str, str], old: _Told | None, new: _Told | None) -> Change:
    process, name = key
    told = new or old
    assert told is not None
    what: What = "changed"
    if old is None or new is None:
        what = "added" if old is None else "removed"
    said = tuple(_between(old.sentences if old else (), new.sentences if new else ()))
    if old is not None and new is not None and old.title != new.title:
        said = (Said(old.title, new.title), *said)
    return Change(what, process, told.title, name, said)


def _between(old: tuple[tuple[str, str], ...], new: tuple[tuple[str, str], ...]) -> Iterator[Said]:
    """Sentences that stand side by side and are of one kind are one that has changed."""
    matcher = SequenceMatcher(a=old, b=new, autojunk=False)
    for tag, i, j, k, m in matcher.get_opcodes():
        if tag == "equal":
            continue
        left = list(old[i:j])
        for key, text in new[k:m]:
            partner = next((one for one in left if one[0] == key), None)
            if partner is not None:
                left.remove(partner)
            yield Said(None if partner is None else partner[1], text)
        yield from (Said(text, None) for _, text in left)


def changes_as_text(changes: Sequence[Change], lang: Language) -> str:
    """The differences, grouped by process and step."""
    wording = Wording(lang)
    if not changes:
        return wording.say("diff.none") + "\n"
    lines = []
    for process, found in groupby(changes, key=lambda change: change.process):
        lines.append(wording.say("diff.process", id=process))
        for change in found:
            lines += _lines(change, wording)
    return "\n".join(lines) + "\n"


def _lines(change: Change, wording: Wording) -> Iterator[str]:
    what = wording.say(f"diff.{change.what}")
    key = "diff.head" if change.id else "diff.head_whole"
    yield "  " + wording.say(key, what=what, title=change.title, id=change.id)
    for said in change.sentences:
        if said.old is not None:
            yield "    - " + wording.say("diff.old", text=said.old)
        if said.new is not None:
            yield "    + " + wording.say("diff.new", text=said.new)
