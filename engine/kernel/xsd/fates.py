"""What the table of BPMN says about one element or attribute of the schema."""

from engine.kernel.bpmn_table import ATTRIBUTES, ELEMENTS, Fate, Verdict
from engine.kernel.xsd.model import Attribute, Child

_ODD = {"tInputOutputSpecification": "ioSpecification", "tInputOutputBinding": "ioBinding"}


def element_key(name: str, place: Child | None) -> str:
    """The name of an element's row: `owner/name` where its owner declares it."""
    if place is None or place.is_global:
        return name
    return f"{owner_name(place.owner)}/{name}"


def owner_name(type_: str) -> str:
    """The element that a complex type belongs to: `flowNode` for `tFlowNode`."""
    return _ODD.get(type_) or type_[1].lower() + type_[2:]


def attribute_verdict(key: str, attribute: Attribute) -> Verdict:
    """The element's own row, else that of the type which declares it, else its element's fate."""
    own = ATTRIBUTES.get(f"{key}@{attribute.name}")
    if own is not None:
        return own
    if ELEMENTS[key].fate is not Fate.EXECUTED:
        return ELEMENTS[key]
    return ATTRIBUTES[f"{owner_name(attribute.owner)}@{attribute.name}"]
