"""The XML Schema of BPMN 2.0: judges a diagram by it, and brings the tree into plain form."""

from engine.kernel.xsd.findings import check_schema
from engine.kernel.xsd.plain import make_plain

__all__ = ["check_schema", "make_plain"]
