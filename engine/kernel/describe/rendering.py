"""A description as text, Markdown or JSON."""

from collections.abc import Callable, Iterator
from typing import Any

from engine.kernel.describe.marks import markdown, plain, resolve
from engine.kernel.describe.model import Chapter, Description, Entry, Sentence
from engine.kernel.describe.wording import Wording

Shown = Callable[[str], str]


def as_text(description: Description) -> str:
    """For a terminal and for paper."""
    return "\n".join(_lines(description, plain)) + "\n"


def as_markdown(description: Description) -> str:
    """The same with headings and lists."""
    return "\n".join(_marked(description)) + "\n"


def as_json(description: Description) -> dict[str, Any]:
    """For programs: every sentence with the ids of what it speaks of."""
    wording = Wording(_language(description))
    return {
        "lang": description.lang,
        "release": description.release,
        "remarks": list(description.remarks),
        "chapters": [_chapter_json(chapter) for chapter in description.chapters],
        "signature": {
            "text": [plain(line) for line in _signature(description, wording)],
            "files": [{"path": f.path, "sha256": f.version} for f in description.files],
        },
    }


def _language(description: Description) -> Any:
    return description.lang


def _chapter_json(chapter: Chapter) -> dict[str, Any]:
    def sentences(found: tuple[Sentence, ...]) -> list[dict[str, Any]]:
        return [
            {
                "key": sentence.key,
                "text": plain(resolve(sentence.text, chapter.labels)),
                "about": list(sentence.about),
                "level": sentence.level,
            }
            for sentence in found
        ]

    return {
        "id": chapter.id,
        "title": plain(chapter.title),
        "file": chapter.file,
        "sha256": chapter.version,
        "intro": sentences(chapter.intro),
        "parts": [
            {
                "part": part.key,
                "title": part.title,
                "entries": [
                    {
                        "id": entry.id,
                        "number": entry.number,
                        "title": plain(entry.title),
                        "depth": entry.depth,
                        "sentences": sentences(entry.sentences),
                    }
                    for entry in part.entries
                ],
            }
            for part in chapter.parts
        ],
    }


def _lines(description: Description, shown: Shown) -> Iterator[str]:
    wording = Wording(_language(description))
    for remark in description.remarks:
        yield from (remark, "")
    for chapter in description.chapters:
        title = shown(chapter.title)
        yield from (title, "=" * _width(title), "")
        yield from (shown(line) for line in _about(chapter, wording))
        yield from (_sentence(chapter, sentence, "", shown) for sentence in chapter.intro)
        for number, part in enumerate(chapter.parts, 1):
            head = wording.say("head.part", number=_ordinal(wording, number), title=part.title)
            yield from ("", head, "-" * _width(head))
            for entry in part.entries:
                yield from _entry_lines(chapter, entry, shown)
        yield ""
    yield from (shown(line) for line in _signature(description, wording))


def _entry_lines(chapter: Chapter, entry: Entry, shown: Shown) -> Iterator[str]:
    indent = "  " * entry.depth
    head = shown(_heading(entry))
    if not entry.title and not _has_id(entry):
        (only,) = entry.sentences
        yield f"{indent}{entry.number}. {shown(resolve(only.text, chapter.labels))}"
        return
    yield from ("", f"{indent}{head}")
    for sentence in entry.sentences:
        yield _sentence(chapter, sentence, f"{indent}  ", shown)


def _sentence(chapter: Chapter, sentence: Sentence, indent: str, shown: Shown) -> str:
    bullet = "" if sentence.level == 0 else "  " * sentence.level + "- "
    return f"{indent}{bullet}{shown(resolve(sentence.text, chapter.labels))}"


def _marked(description: Description) -> Iterator[str]:
    wording = Wording(_language(description))
    yield from _paragraphs([markdown(remark) for remark in description.remarks])
    for chapter in description.chapters:
        yield from (f"# {markdown(chapter.title)}", "")
        yield from _paragraphs([markdown(line) for line in _about(chapter, wording)])
        yield from _marked_sentences(chapter, chapter.intro)
        for number, part in enumerate(chapter.parts, 1):
            head = wording.say("head.part", number=_ordinal(wording, number), title=part.title)
            yield from (f"## {markdown(head)}", "")
            for entry in part.entries:
                level = "#" * min(3 + entry.depth, 6)
                yield from (f"{level} {markdown(_heading(entry))}", "")
                yield from _marked_sentences(chapter, entry.sentences)
    yield from _paragraphs([markdown(line) for line in _signature(description, wording)])


def _marked_sentences(chapter: Chapter, sentences: tuple[Sentence, ...]) -> Iterator[str]:
    """Each sentence is an item; those that are cases of another one lie below it."""
    for sentence in sentences:
        text = markdown(resolve(sentence.text, chapter.labels))
        yield f"{'  ' * sentence.level}- {text}"
    if sentences:
        yield ""


def _paragraphs(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if line:
            yield from (line, "")


def _heading(entry: Entry) -> str:
    parts = [entry.number, entry.title]
    if _has_id(entry):
        parts.append(f"\x02{entry.id}\x03")
    return " ".join(part for part in parts if part)


def _has_id(entry: Entry) -> bool:
    """Steps stand in the drawing; clocks and rules do not."""
    return ":" not in entry.id and "/" not in entry.id


def _about(chapter: Chapter, wording: Wording) -> Iterator[str]:
    yield wording.say("chapter.file", id=f"\x02{chapter.id}\x03", file=f"\x02{chapter.file}\x03")
    yield wording.say("chapter.version", version=chapter.version)


def _signature(description: Description, wording: Wording) -> Iterator[str]:
    yield from (wording.say("sign.title"), "")
    if description.release is not None:
        yield wording.say("sign.release", release=description.release, count=len(description.files))
    else:
        yield wording.say("sign.files")
        for found in description.files:
            yield wording.say("sign.file", path=f"\x02{found.path}\x03", version=found.version)
    yield wording.say("sign.meaning")
    yield ""
    yield wording.say("sign.line")


def _ordinal(wording: Wording, number: int) -> str:
    return wording.say("ordinals").split()[number - 1]


def _width(text: str) -> int:
    """A Chinese character takes two places."""
    return sum(2 if ord(char) > 0x2E7F else 1 for char in text)  # noqa: PLR2004 where CJK begins
