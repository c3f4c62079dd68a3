"""Structured models at random, and how each block runs: a walk over the tree of blocks.

Its own semantics, from BPMN's text: no token, no flow, nothing of the kernel. A block that begins
gives a run, or None when it is over at once; a run knows what it waits for.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from random import Random
from typing import Any, Protocol

Document = dict[str, Any]


@dataclass(slots=True)
class Surroundings:
    """The process or sub-process around a block: what runs beside its main path, what was done."""

    document: Document
    entered: list[str]
    beside: list["Run"] = field(default_factory=list)


class Run(Protocol):
    def waiting(self) -> Iterator[str]: ...

    def act(self, name: str) -> bool:
        """Something came for an element of this run; whether the run is over now."""


class Block(Protocol):
    @property
    def name(self) -> str: ...

    def begin(self, around: Surroundings) -> Run | None: ...


@dataclass(frozen=True, slots=True)
class Task:
    """A person's task."""

    name: str

    def begin(self, around: Surroundings) -> "Run | None":
        around.entered.append(self.name)
        return _Waits(self.name)


@dataclass(slots=True)
class _Waits:
    name: str

    def waiting(self) -> Iterator[str]:
        yield self.name

    def act(self, name: str) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Watched:
    """A task with a message that does not interrupt it; each one opens a task beside."""

    name: str

    def begin(self, around: Surroundings) -> "Run | None":
        around.entered.append(self.name)
        return _Watched(self.name, around)


@dataclass(slots=True)
class _Watched:
    name: str
    around: Surroundings

    def waiting(self) -> Iterator[str]:
        yield self.name
        yield f"{self.name}_told"

    def act(self, name: str) -> bool:
        if name == self.name:
            return True
        run = Task(f"{self.name}_beside").begin(self.around)
        assert run is not None
        self.around.beside.append(run)
        return False


@dataclass(frozen=True, slots=True)
class Chain:
    """Blocks one after the other."""

    name: str
    parts: tuple[Block, ...]

    def begin(self, around: Surroundings) -> "Run | None":
        return _on_from(self.parts, around)


def _on_from(parts: tuple[Block, ...], around: Surroundings) -> "Run | None":
    for number, part in enumerate(parts):
        run = part.begin(around)
        if run is not None:
            return _Chain(run, parts[number + 1 :], around)
    return None


@dataclass(slots=True)
class _Chain:
    run: Run
    rest: tuple[Block, ...]
    around: Surroundings

    def waiting(self) -> Iterator[str]:
        return self.run.waiting()

    def act(self, name: str) -> bool:
        if not self.run.act(name):
            return False
        following = _on_from(self.rest, self.around)
        if following is None:
            return True
        assert isinstance(following, _Chain)
        self.run, self.rest = following.run, following.rest
        return False


@dataclass(frozen=True, slots=True)
class Choice:
    """An exclusive gateway and its merge: the branch that the document's number names."""

    name: str
    parts: tuple[Block, ...]

    def begin(self, around: Surroundings) -> "Run | None":
        picked = around.document.get(self.name, 0)
        return self.parts[picked if picked < len(self.parts) else -1].begin(around)


@dataclass(frozen=True, slots=True)
class Both:
    """A parallel split and its join."""

    name: str
    parts: tuple[Block, ...]

    def begin(self, around: Surroundings) -> "Run | None":
        return _together([part.begin(around) for part in self.parts])


@dataclass(frozen=True, slots=True)
class Some:
    """An inclusive split and its join: the branches whose bit is set; none means the last."""

    name: str
    parts: tuple[Block, ...]

    def begin(self, around: Surroundings) -> "Run | None":
        bits = around.document.get(self.name, 0)
        wanted = [p for n, p in enumerate(self.parts[:-1]) if bits >> n & 1]
        return _together([part.begin(around) for part in wanted or self.parts[-1:]])


def _together(runs: list[Run | None]) -> "Run | None":
    open_ = [run for run in runs if run is not None]
    return _Together(open_) if open_ else None


@dataclass(slots=True)
class _Together:
    runs: list[Run]

    def waiting(self) -> Iterator[str]:
        for run in self.runs:
            yield from run.waiting()

    def act(self, name: str) -> bool:
        run = next(r for r in self.runs if name in r.waiting())
        if run.act(name):
            self.runs.remove(run)
        return not self.runs


@dataclass(frozen=True, slots=True)
class Again:
    """A block that is repeated while the document says so, looked at after each round."""

    name: str
    part: Block

    def begin(self, around: Surroundings) -> "Run | None":
        run = self.part.begin(around)
        assert run is not None, "a loop without rest"
        return _Again(self, run, around)


@dataclass(slots=True)
class _Again:
    block: Again
    run: Run
    around: Surroundings

    def waiting(self) -> Iterator[str]:
        return self.run.waiting()

    def act(self, name: str) -> bool:
        if not self.run.act(name):
            return False
        if not self.around.document.get(self.block.name):
            return True
        following = self.block.part.begin(self.around)
        assert following is not None
        self.run = following
        return False


@dataclass(frozen=True, slots=True)
class FirstOf:
    """An event gateway over messages, each with a block behind it."""

    name: str
    parts: tuple[Block, ...]

    def begin(self, around: Surroundings) -> "Run | None":
        return _FirstOf(self, around)


@dataclass(slots=True)
class _FirstOf:
    block: FirstOf
    around: Surroundings
    run: Run | None = None

    def waiting(self) -> Iterator[str]:
        if self.run is not None:
            yield from self.run.waiting()
        else:
            yield from (f"{self.block.name}_m{n}" for n in range(len(self.block.parts)))

    def act(self, name: str) -> bool:
        if self.run is not None:
            return self.run.act(name)
        number = int(name.rpartition("_m")[2])
        self.run = self.block.parts[number].begin(self.around)
        return self.run is None


@dataclass(frozen=True, slots=True)
class Scope:
    """A sub-process that a message can interrupt, or that fails when the document says so.

    Either way a task stands behind the boundary event.
    """

    name: str
    part: Block
    fails: bool

    def begin(self, around: Surroundings) -> "Run | None":
        inner = Surroundings(around.document, around.entered)
        run = _Scope(self, around, inner, self.part.begin(inner))
        return None if run.settled() else run


@dataclass(slots=True)
class _Scope:
    block: Scope
    around: Surroundings
    inner: Surroundings
    main: Run | None
    handler: Run | None = None
    decided: bool = False

    def waiting(self) -> Iterator[str]:
        if self.handler is not None:
            yield from self.handler.waiting()
            return
        if self.main is not None:
            yield from self.main.waiting()
        for run in self.inner.beside:
            yield from run.waiting()
        if not self.block.fails:
            yield f"{self.block.name}_stop"

    def act(self, name: str) -> bool:
        if self.handler is not None:
            return self.handler.act(name)
        if name == f"{self.block.name}_stop":
            self._handle()
            return False
        if self.main is not None and name in self.main.waiting():
            if self.main.act(name):
                self.main = None
        else:
            run = next(r for r in self.inner.beside if name in r.waiting())
            if run.act(name):
                self.inner.beside.remove(run)
        return self.settled()

    def settled(self) -> bool:
        """Whether the scope is over; its main path may end in an error first."""
        if self.main is None and not self.decided:
            self.decided = True
            if self.block.fails and self.around.document.get(self.block.name):
                self._handle()
                return False
        return self.main is None and not self.inner.beside and self.handler is None

    def _handle(self) -> None:
        self.handler = Task(f"{self.block.name}_handler").begin(self.around)


class Walk:
    """A whole process: its main path and what runs beside it."""

    def __init__(self, block: Block, document: Document) -> None:
        self.around = Surroundings(document, [])
        self.main = block.begin(self.around)

    def waiting(self) -> list[str]:
        runs = [self.main, *self.around.beside]
        return sorted(name for run in runs if run is not None for name in run.waiting())

    def act(self, name: str) -> None:
        if self.main is not None and name in self.main.waiting():
            if self.main.act(name):
                self.main = None
            return
        run = next(r for r in self.around.beside if name in r.waiting())
        if run.act(name):
            self.around.beside.remove(run)

    def take_entered(self) -> list[str]:
        taken, self.around.entered[:] = sorted(self.around.entered), []
        return taken


def random_block(draw: Random, size: int, names: Iterator[int], *, rests: bool = False) -> Block:
    """A block of about `size` tasks; `rests`: one that is never over at once."""
    number = next(names)
    if size <= 1:
        return Watched(f"w{number}") if draw.random() < 0.15 else Task(f"t{number}")
    kind = draw.choice(("chain", "choice", "both", "some", "again", "first", "scope", "scope"))
    if kind == "again":
        return Again(f"a{number}", random_block(draw, size - 1, names, rests=True))
    if kind == "scope":
        inside = random_block(draw, size - 1, names, rests=True)
        return Scope(f"s{number}", inside, fails=draw.random() < 0.5)
    parts = tuple(random_block(draw, share, names, rests=rests) for share in _shares(draw, size))
    makers: dict[str, Any] = {
        "both": Both, "chain": Chain, "choice": Choice, "first": FirstOf, "some": Some,
    }  # fmt: skip
    block: Block = makers[kind](f"{kind[0]}{number}", parts)
    return block


def _shares(draw: Random, size: int) -> list[int]:
    count = draw.randint(2, min(3, size))
    cuts = sorted(draw.sample(range(1, size), count - 1))
    return [after - before for before, after in zip([0, *cuts], [*cuts, size], strict=True)]


def names_of(block: Block) -> Iterator[tuple[str, str]]:
    """(kind, name) of every block that the document decides."""
    if isinstance(block, Choice | Some | Again) or (isinstance(block, Scope) and block.fails):
        yield type(block).__name__, block.name
    for part in getattr(block, "parts", ()) or filter(None, [getattr(block, "part", None)]):
        yield from names_of(part)
