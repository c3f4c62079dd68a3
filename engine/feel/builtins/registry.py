"""How a built-in is declared: names and kinds of its parameters in one short text.

`"list: list, position: number, length?: number"`; `a|b` allows several kinds, `any` all and null,
`?` makes optional, `*` takes the remaining arguments. Arguments are checked before the call.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from engine.feel.budget import Run
from engine.feel.type_system import ANY
from engine.feel.values import LIST, NULL, Function, NullResult, kind

Body = Callable[..., Any]
Declared = TypeVar("Declared", bound=Body)


@dataclass(frozen=True, slots=True)
class Parameter:
    name: str
    kinds: frozenset[str]
    optional: bool
    rest: bool

    @property
    def may_miss(self) -> bool:
        """Named arguments may leave out what may be null."""
        return self.optional or "any" in self.kinds

    def fit(self, value: Any) -> Any:
        """The value, or what the standard's implicit conversions make of it."""
        what = kind(value)
        if what in self.kinds or "any" in self.kinds:
            return value
        if what == NULL and self.optional:
            return None
        if what == LIST and len(value) == 1 and kind(value[0]) in self.kinds:
            return value[0]
        if LIST in self.kinds and what != NULL:
            return [value]
        raise NullResult(f"{self.name!r} wants {' or '.join(sorted(self.kinds))}, not {what}")


@dataclass(frozen=True, slots=True)
class Signature:
    parameters: tuple[Parameter, ...]
    body: Body
    with_run: bool

    def bind(self, arguments: Sequence[Any]) -> list[Any]:
        last = self.parameters[-1] if self.parameters else None
        most = len(arguments) if last and last.rest else len(self.parameters)
        least = sum(not parameter.optional for parameter in self.parameters)
        if not least <= len(arguments) <= most:
            raise NullResult(f"takes {self._shape()}, not {len(arguments)} arguments")
        return [
            self.parameters[min(index, len(self.parameters) - 1)].fit(value)
            for index, value in enumerate(arguments)
        ]

    def arrange(self, named: Mapping[str, Any]) -> list[Any]:
        names = [parameter.name for parameter in self.parameters]
        missing = [p.name for p in self.parameters if not p.may_miss and p.name not in named]
        unknown = [name for name in named if name not in names]
        if missing or unknown:
            raise NullResult(f"takes {self._shape()}, not {', '.join(named)}")
        needed = [at for at, p in enumerate(self.parameters) if p.name in named or not p.optional]
        return [named.get(name) for name in names[: max(needed, default=-1) + 1]]

    def _shape(self) -> str:
        return "(" + ", ".join(parameter.name for parameter in self.parameters) + ")"


class Builtin(Function):
    """A function of the standard, with one or several signatures."""

    __slots__ = ("signatures",)

    def __init__(self, name: str) -> None:
        super().__init__(name, (), self._call, (), ANY)
        self.signatures: list[Signature] = []

    def add(self, signature: Signature) -> None:
        self.signatures.append(signature)
        first = self.signatures[0].parameters
        self.parameters = tuple(parameter.name for parameter in first)

    def _call(self, arguments: Sequence[Any], run: Run) -> Any:
        run.step(_size(arguments))
        bound, signature = self._choose(arguments)
        return signature.body(run, *bound) if signature.with_run else signature.body(*bound)

    def _choose(self, arguments: Sequence[Any]) -> tuple[list[Any], Signature]:
        reason: NullResult | None = None
        for signature in self.signatures:
            try:
                return signature.bind(arguments), signature
            except NullResult as error:
                reason = reason or error
        assert reason is not None
        raise reason

    def arrange(self, named: Mapping[str, Any]) -> Sequence[Any]:
        reason: NullResult | None = None
        for signature in self.signatures:
            try:
                return signature.arrange(named)
            except NullResult as error:
                reason = reason or error
        assert reason is not None
        raise reason


def _size(arguments: Sequence[Any]) -> int:
    """What looking at the arguments once costs."""
    cost = 0
    for value in arguments:
        if type(value) is list:
            cost += len(value)
        elif type(value) is str:
            cost += len(value) >> 6
    return cost


#: All functions of the standard by name.
REGISTRY: dict[str, Builtin] = {}


def builtin(
    name: str, parameters: str = "", *, with_run: bool = False
) -> Callable[[Declared], Declared]:
    """Registers a function; several declarations of one name are its overloads."""

    def register(body: Declared) -> Declared:
        function = REGISTRY.setdefault(name, Builtin(name))
        declared = tuple(_parameter(part) for part in parameters.split(", ") if part)
        function.add(Signature(declared, body, with_run))
        return body

    return register


def _parameter(text: str) -> Parameter:
    name, _, kinds = text.partition(": ")
    rest = kinds.endswith("*")
    allowed = frozenset(kinds.removesuffix("*").split("|"))
    return Parameter(name.removesuffix("?"), allowed, name.endswith("?"), rest)
