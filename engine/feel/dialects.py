"""How other languages say what FEEL says with a function: methods, `empty`, `%`, host variables.

Rewrites such turns into calls of FEEL before the marks are translated. Only turns whose operand is
a plain name are known; what is left of a method afterwards is nothing that can be proposed.
"""

import re
from collections.abc import Callable

_NAME = r"[^\W\d]\w*(?:\.[^\W\d]\w*)*"
_QUOTED = r"""(?:"[^"]*"|'[^']*')"""
_VALUE = rf"(?:{_NAME}|\d+(?:\.\d+)?|{_QUOTED})"
_TEXT = r"""(?:"(?P<double>[^"]*)"|'(?P<single>[^']*)')"""
_HOST = r"(?:execution|delegateExecution|processInstance|kcontext|context|environment)"


def _variable(match: re.Match[str]) -> str:
    return match["double"] or match["single"] or ""


def _from_one(match: re.Match[str]) -> str:
    """FEEL counts from 1."""
    return f"{match[1]}[{int(match[2]) + 1}]"


#: Nobody reads a proposal that is longer, and the patterns try every place of the text.
_LONGEST = 1000
_RULES: tuple[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]], ...] = (
    # the variables of the host: of Camunda and its heirs, of jBPM, of XPath
    (re.compile(rf"(?:\b{_HOST}\.)?\bgetVariable(?:Local)?\(\s*{_TEXT}\s*\)"), _variable),
    (re.compile(rf"(?:\bbpmn:)?\bgetDataObject\(\s*{_TEXT}\s*\)"), _variable),
    (re.compile(rf"\b{_HOST}\.variables\.(?={_NAME})"), ""),
    (re.compile(rf"(?<![\w$#])\$(?={_NAME})"), ""),
    (re.compile(rf"({_NAME})\[(\d{{1,6}})\]"), _from_one),
    # an entry of a map; FEEL's brackets filter a list
    (re.compile(r"""(?<=[\w\]])(?<!\bin)\[\s*(["'])([^\W\d]\w*)\1\s*\]"""), r".\2"),
    (re.compile(rf"({_NAME})\[\s*({_QUOTED})\s*\]"), r"get value(\1, \2)"),
    # a path of XPath
    (re.compile(r"(?<![\w)\]/\s])/([^\W\d]\w*)/([^\W\d]\w*)(?![\w/(])"), r"\1.\2"),
    # methods
    (re.compile(rf"({_NAME})\.size\(\s*\)"), r"count(\1)"),
    (re.compile(rf"({_NAME})\.length\(\s*\)"), r"string length(\1)"),
    (re.compile(rf"({_NAME})\.isEmpty\(\s*\)"), r"(\1 == null || count(\1) == 0)"),
    (re.compile(rf"!\s*({_VALUE})\.equals\(\s*({_VALUE})\s*\)"), r"\1 != \2"),
    (re.compile(rf"({_VALUE})\.equals\(\s*({_VALUE})\s*\)"), r"\1 == \2"),
    (re.compile(rf"({_NAME})\.contains\(\s*({_VALUE})\s*\)"), r"list contains(\1, \2)"),
    (re.compile(rf"({_NAME})\.startsWith\(\s*({_VALUE})\s*\)"), r"starts with(\1, \2)"),
    (re.compile(rf"({_NAME})\.endsWith\(\s*({_VALUE})\s*\)"), r"ends with(\1, \2)"),
    (re.compile(rf"({_NAME})\.matches\(\s*({_VALUE})\s*\)"), r"matches(\1, \2)"),
    (re.compile(rf"({_NAME})\.toLowerCase\(\s*\)"), r"lower case(\1)"),
    (re.compile(rf"({_NAME})\.toUpperCase\(\s*\)"), r"upper case(\1)"),
    # functions of Python and JavaScript
    (re.compile(rf"\blen\(\s*({_NAME})\s*\)"), r"count(\1)"),
    # operators
    (re.compile(rf"(?:!\s*|\bnot\s+)empty\s+({_NAME})"), r'not(\1 == null || \1 == "")'),
    (re.compile(rf"\bempty\s+({_NAME})"), r'(\1 == null || \1 == "")'),
    (re.compile(rf"({_VALUE})\s*(?:%|\bmod\b)\s*({_VALUE})"), r"modulo(\1, \2)"),
    (re.compile(rf"({_VALUE})\s+div\s+({_VALUE})"), r"\1 / \2"),
    # a statement instead of an expression
    (re.compile(r"^\s*return\s+(?=\S)"), ""),
    (re.compile(r";\s*$"), ""),
)
_WRAPPED = re.compile(r"[$#]\{([^{}]*)\}")
_COMPARES = re.compile(r"[=<>]|\b(?:eq|ne|lt|gt|le|ge)\b")


def plainer(text: str) -> str:
    """The text with what FEEL says otherwise rewritten; marks such as `==` are left."""
    if len(text) > _LONGEST:
        return text
    if _COMPARES.search(_WRAPPED.sub("", text)):
        text = _WRAPPED.sub(r"\1", text)  # `${a} == 1`; `${a}-${b}` is a text, not a difference
    for pattern, by in _RULES:
        text = pattern.sub(by, text)
    return text
