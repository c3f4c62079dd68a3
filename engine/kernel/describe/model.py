"""A diagram in words: chapters, parts, entries, sentences; each sentence knows of what it speaks.

A text holds marks instead of what depends on where it is shown: code, and references to entries,
whose numbers change when another step is drawn. `engine.kernel.describe.marks` fills them in.
"""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Sentence:
    """One statement; `about` are the ids of all elements and flows that it speaks of."""

    key: str
    text: str
    about: tuple[str, ...] = ()
    #: 0 stands by itself, 1 is a case of the sentence before it, and so on
    level: int = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One step, end, situation, clock or rule with what is said of it."""

    id: str
    number: str
    title: str
    sentences: tuple[Sentence, ...]
    #: how deep it lies inside sub-processes
    depth: int = 0


@dataclass(frozen=True, slots=True)
class Part:
    """Entries of one kind under one heading."""

    key: str
    title: str
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Chapter:
    """One process, or one decision, in words."""

    id: str
    title: str
    file: str
    #: SHA-256 of the file
    version: str
    intro: tuple[Sentence, ...]
    parts: tuple[Part, ...]
    #: how other entries are referred to, by id
    labels: dict[str, str] = field(default_factory=dict)
    #: the same without a number that another step could change
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Signed:
    """A file that the text was made from."""

    path: str
    version: str


@dataclass(frozen=True, slots=True)
class Description:
    """Everything that is told about some processes, and what a signature under it signs."""

    lang: str
    #: the release's name; None where single files were named
    release: str | None
    chapters: tuple[Chapter, ...]
    files: tuple[Signed, ...]
    #: what a reader has to know before he signs
    remarks: tuple[str, ...] = ()
