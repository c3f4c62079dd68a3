"""Our words for other tools: an XML Schema and a moddle description, made from the vocabulary.

`python -m engine.kernel.word_files` writes both beside this file; a test compares them.
"""

import json
from pathlib import Path
from typing import Any

from engine.kernel.rules.vocabulary import ATTRIBUTES, CHILDREN
from engine.kernel.words import CL

FOLDER = Path(__file__).with_name("word_files")
XSD, MODDLE = FOLDER / "caseloop.xsd", FOLDER / "caseloop.moddle.json"
_PREFIX = "cl"
_HEAD = f"""<?xml version="1.0" encoding="UTF-8"?>
<!-- Made by engine/kernel/word_files.py from engine/kernel/rules/vocabulary.py. -->
<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema"
           targetNamespace="{CL}"
           elementFormDefault="qualified"
           attributeFormDefault="unqualified">
"""


def attribute_words() -> dict[str, list[str]]:
    """Each attribute in our namespace with the elements it may stand on."""
    words = sorted({word for found in ATTRIBUTES.values() for word in found})
    return {w: sorted(place for place, found in ATTRIBUTES.items() if w in found) for w in words}


def element_words() -> dict[str, tuple[list[str], list[str]]]:
    """Each element in our namespace: its attributes, and the elements it may stand in."""
    words = sorted({word for found in CHILDREN.values() for word in found})
    return {
        word: (
            sorted({a for found in CHILDREN.values() for a in found.get(word, frozenset())}),
            sorted(place for place, found in CHILDREN.items() if word in found),
        )
        for word in words
    }


def xsd() -> str:
    """The schema: every word is text here; what the text must be the gate says."""
    lines = [_HEAD]
    for word, places in attribute_words().items():
        lines.append(f"  <!-- on: {', '.join(places)} -->\n")
        lines.append(f'  <xs:attribute name="{word}" type="xs:string"/>\n')
    for word, (attributes, places) in element_words().items():
        lines.append(f"  <!-- in the extensionElements of: {', '.join(places)} -->\n")
        lines.append(f'  <xs:element name="{word}">\n    <xs:complexType>\n')
        lines += [f'      <xs:attribute name="{a}" type="xs:string"/>\n' for a in attributes]
        lines.append("    </xs:complexType>\n  </xs:element>\n")
    return "".join(lines) + "</xs:schema>\n"


def moddle() -> str:
    """The description that bpmn-js needs to read, keep and edit our words."""
    types: list[dict[str, Any]] = [
        {
            "name": f"{_capital(place)}Words",
            "extends": [f"bpmn:{_capital(place)}"],
            "properties": [
                {"name": word, "isAttr": True, "type": "String"} for word in sorted(words)
            ],
        }
        for place, words in sorted(ATTRIBUTES.items())
    ]
    types += [
        {
            "name": _capital(word),
            "superClass": ["Element"],
            "meta": {"allowedIn": [f"bpmn:{_capital(place)}" for place in places]},
            "properties": [{"name": a, "isAttr": True, "type": "String"} for a in attributes],
        }
        for word, (attributes, places) in element_words().items()
    ]
    description = {
        "name": "CaseLoop",
        "uri": CL,
        "prefix": _PREFIX,
        "xml": {"tagAlias": "lowerCase"},
        "types": types,
    }
    return json.dumps(description, indent=2) + "\n"


def _capital(word: str) -> str:
    return word[0].upper() + word[1:]


def main() -> None:
    FOLDER.mkdir(exist_ok=True)
    XSD.write_text(xsd(), encoding="utf-8")
    MODDLE.write_text(moddle(), encoding="utf-8")


if __name__ == "__main__":
    main()
