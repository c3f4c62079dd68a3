"""What compiling one model needs everywhere: names, types, and how texts become closures."""

from collections.abc import Mapping
from typing import Any, NoReturn

from engine.feel.budget import DEFAULT_BUDGET, Place, Run
from engine.feel.compiler.core import Closure, constant
from engine.feel.compiler.unary_tests import Test
from engine.feel.dmn.reading import (
    Element,
    attribute,
    child,
    children,
    label,
    line_of,
    local,
    refusal,
    text_in,
)
from engine.feel.errors import DecisionModelError, FeelError
from engine.feel.expression import expression_closure, unary_closure
from engine.feel.type_system import ANY, NoCoercion, Type, coerce, plain_type
from engine.feel.values import kind

_NAMED = frozenset(
    {
        "decision",
        "inputData",
        "businessKnowledgeModel",
        "decisionService",
        "itemComponent",
        "variable",
        "formalParameter",
        "column",
        "parameter",
        "output",
        "import",
    }
)
_ITERATED = frozenset({"for", "some", "every"})
_LANGUAGE = "feel"


class Builder:
    """One reading of one model. Not strict: a text that is no FEEL fails when it is used."""

    def __init__(self, root: Element, *, strict: bool) -> None:
        self.strict = strict
        self.names = frozenset(_names(root))
        self.variables: set[tuple[str, ...]] = set()
        self._language = attribute(root, "expressionLanguage")
        self._definitions = {attribute(e, "name"): e for e in children(root, "itemDefinition")}
        self._types: dict[str, Type] = {}
        for name in self._definitions:
            self._named_type(name)

    @property
    def types(self) -> Mapping[str, Type]:
        return self._types

    # -- texts ------------------------------------------------------------------------------

    def expression(self, element: Element) -> Closure:
        """The closure of an element with a `text`."""
        return self._closure(element, text_in(element).strip())

    def cell(self, element: Element) -> Closure:
        """An output cell: an empty one and `-` mean null."""
        text = text_in(element).strip()
        return constant(None) if text in ("-", "") else self._closure(element, text)

    def listed(self, element: Element) -> Closure:
        """A text of several expressions with commas, as a list."""
        return self._closure(element, f"[{text_in(element).strip()}]")

    def _closure(self, element: Element, text: str) -> Closure:
        try:
            self._check_language(element)
            closure, variables = expression_closure(text, self.names, self._types)
        except (FeelError, DecisionModelError) as error:
            return self._failed(element, error)
        self.variables |= variables.all
        return closure

    def tests(self, element: Element) -> Test | None:
        """The tests of a cell; None when the cell accepts everything."""
        text = text_in(element).strip()
        if text in ("-", ""):
            return None
        try:
            self._check_language(element)
            test, variables = unary_closure(text, self.names, self._types)
        except (FeelError, DecisionModelError) as error:
            failed = self._failed(element, error)
            return lambda scope, run, _value: bool(failed(scope, run))
        self.variables |= variables.all
        return test

    def _failed(self, element: Element, error: FeelError | DecisionModelError) -> Closure:
        known = error if isinstance(error, DecisionModelError) else _located(element, error)
        if self.strict:
            raise known from None

        def unusable(_scope: dict[str, Any], _run: Run) -> NoReturn:
            raise known

        return unusable

    def refuse(self, element: Element, message: str) -> None:
        """Refuses the whole model when strict."""
        if self.strict:
            raise refusal(element, message)

    def unusable(self, element: Element, message: str) -> Closure:
        """Refuses a part of the model: now when strict, else when it is used."""
        return self._failed(element, refusal(element, message))

    def _check_language(self, element: Element) -> None:
        language = attribute(element, "expressionLanguage") or self._language
        if language and _LANGUAGE not in language.lower():
            raise refusal(element, f"the expression language {language!r} is not FEEL")

    # -- types ------------------------------------------------------------------------------

    def type_of(self, element: Element | None) -> Type | None:
        """The type an element's `typeRef` names, or None when it names none."""
        name = "" if element is None else attribute(element, "typeRef")
        if not name or element is None:
            return None
        found = self._find_type(name)
        if found is None:
            self.refuse(element, f"there is no type {name!r}")
            return None
        return None if found == ANY else found

    def _find_type(self, name: str) -> Type | None:
        for candidate in (name, name.rpartition(":")[2]):
            if candidate in self._definitions:
                return self._named_type(candidate)
            found = plain_type(candidate)
            if found is not None:
                return found
        return None

    def _named_type(self, name: str) -> Type:
        if name not in self._types:
            self._types[name] = ANY  # a type that holds itself stays open inside
            self._types[name] = self._definition(self._definitions[name])
        return self._types[name]

    def _definition(self, element: Element) -> Type:
        found = self._structure(element)
        allowed = child(element, "allowedValues")
        if allowed is not None and text_in(allowed).strip():
            found = self._restricted(found, allowed)
        return Type("list", of=found) if attribute(element, "isCollection") == "true" else found

    def _structure(self, element: Element) -> Type:
        components = list(children(element, "itemComponent"))
        if components:
            entries = ((attribute(part, "name"), self._definition(part)) for part in components)
            return Type("context", entries=tuple(entries))
        function = child(element, "functionItem")
        if function is not None:
            return self._function_type(function)
        reference = child(element, "typeRef")
        text = (reference.text or "").strip() if reference is not None else ""
        return (self._find_type(text) if text else None) or ANY

    def _function_type(self, element: Element) -> Type:
        result = self._find_type(attribute(element, "outputTypeRef")) or ANY
        parameters = tuple(self.type_of(part) or ANY for part in children(element, "parameters"))
        return Type("function", of=result, parameters=parameters)

    def _restricted(self, found: Type, allowed: Element) -> Type:
        test = self.tests(allowed)
        if test is None:
            return found

        def is_allowed(value: Any) -> bool:
            return test({}, Run(DEFAULT_BUDGET), value) is True

        return Type(found.name, found.of, found.entries, found.parameters, is_allowed)


def _located(element: Element, error: FeelError) -> DecisionModelError:
    proposal = error.context.get("proposal")
    hint = f"; did you mean `{proposal}`?" if proposal else ""
    return DecisionModelError(
        f"{error.message} (line {error.line}, column {error.column} of the text){hint}",
        element=label(element),
        line=line_of(element),
        proposal=proposal,
    )


def _names(root: Element) -> list[str]:
    names = [attribute(e, "name") for e in root.iter() if local(e) in _NAMED]
    names += [attribute(e, "iteratorVariable") for e in root.iter() if local(e) in _ITERATED]
    return [name for name in names if name]


def fit(value: Any, wanted: Type | None, run: Run, what: str, place: Place = (1, 1)) -> Any:
    """The value as one of the wanted type, or null with a warning."""
    if wanted is None or value is None:
        return value
    try:
        return coerce(value, wanted)
    except NoCoercion:
        run.note(place, f"{what} should be {wanted.name}, not {kind(value)}")
        return None
