"""The border to the XML Schema of BPMN 2.0, which SpiffWorkflow ships inside its package.

The files are read where they are installed and never copied. The schema is compiled once.
"""

from functools import cache
from importlib.resources import files
from pathlib import Path
from threading import Lock
from typing import Any

from lxml import etree

from engine.kernel.words import Node

_ONE_AT_A_TIME = Lock()  # lxml keeps the errors of a validation in the schema


def schema_folder() -> Path:
    """Where BPMN20.xsd and the files that it includes are installed."""
    return Path(str(files("SpiffWorkflow.bpmn.parser"))) / "schema"


def schema_trees() -> tuple[Node, ...]:
    """The two files that declare the namespace of BPMN itself."""
    names = ("BPMN20.xsd", "Semantic.xsd")
    return tuple(etree.parse(schema_folder() / name).getroot() for name in names)


@cache
def _compiled() -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(schema_folder() / "BPMN20.xsd"))


def schema_errors(root: Node) -> list[tuple[int, str]]:
    """Line and text of what the XML Schema processor itself finds wrong, in its own words."""
    with _ONE_AT_A_TIME:
        schema = _compiled()
        if schema.validate(root):
            return []
        log: Any = schema.error_log  # the stubs do not know that one can walk it
        return [(int(error.line), str(error.message)) for error in log]
