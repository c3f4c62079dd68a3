"""The simple types of the schema: whether a text is a value of one, and how it is written plainly.

A name of another place (QName) may carry any prefix: only what stands behind it is read.
"""

import re

from engine.kernel.xsd.model import bpmn_schema

_NAME = r"[^\W\d][\w.\-·]*"
_PATTERNS = {
    "xsd:boolean": re.compile(r"true|false|1|0"),
    "xsd:ID": re.compile(_NAME),
    "xsd:IDREF": re.compile(_NAME),
    "xsd:QName": re.compile(rf"(?:{_NAME}:)?{_NAME}"),
    "xsd:int": re.compile(r"[+-]?[0-9]{1,10}"),
    "xsd:integer": re.compile(r"[+-]?[0-9]+"),
}
_PLAIN = {"xsd:boolean": {"1": "true", "0": "false"}}
_WORDS = {
    "xsd:boolean": "true or false",
    "xsd:ID": "a name: letters, digits, _ - and the full stop, beginning with a letter",
    "xsd:IDREF": "the id of an element",
    "xsd:QName": "the id of an element",
    "xsd:int": "a whole number",
    "xsd:integer": "a whole number",
}
#: Unions with any address, which may be any text.
_FREE = frozenset({"tImplementation", "tTransactionMethod", "xsd:anyURI", "xsd:string"})


def collapsed(type_: str, text: str) -> str:
    """The value as XML Schema reads it: blanks around it count in texts and enumerations only."""
    return text if type_ == "xsd:string" or type_ in bpmn_schema().values else text.strip()


def is_value(type_: str, text: str) -> bool:
    """Whether the text is a value of the type."""
    if type_ in _FREE:
        return True
    if type_ in _PATTERNS:
        return _PATTERNS[type_].fullmatch(collapsed(type_, text)) is not None
    return text in bpmn_schema().values.get(type_, (text,))


def plain(type_: str, text: str) -> str:
    """The usual way to write a value: `true` for `1`, no blanks around a name."""
    value = collapsed(type_, text)
    if type_ in ("xsd:int", "xsd:integer") and is_value(type_, value):
        return str(int(value)) if len(value) <= _DIGITS else value
    return _PLAIN.get(type_, {}).get(value, value)


#: Longer numbers mean nothing here; Python refuses to read very long ones.
_DIGITS = 18


def expected(type_: str) -> str:
    """What should stand there, in words."""
    values = bpmn_schema().values.get(type_, ())
    return "one of " + ", ".join(values) if values else _WORDS.get(type_, "another text")
