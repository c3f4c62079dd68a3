"""The registry of the gate's rules: each has an id, a severity and a text in two languages.

Rules are defined beside the code that checks them; the lint, the API and the designer all read
this one list.
"""

from dataclasses import dataclass

from engine.kernel.findings import Finding, Severity
from engine.kernel.words import Node, id_of, line_of


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the gate."""

    id: str
    severity: Severity
    en: str
    zh: str

    def at(self, node: Node, message: str, way_out: str) -> Finding:
        """A finding at a node of the diagram; the message begins with the node's id."""
        name = id_of(node)
        return Finding(self.id, self.severity, name, line_of(node), f"{name}: {message}", way_out)

    def finding(
        self, element: str | None, line: int, message: str, way_out: str, file: str = ""
    ) -> Finding:
        """A finding at a place that is not an element."""
        return Finding(self.id, self.severity, element, line, message, way_out, file)


REGISTRY: dict[str, Rule] = {}


def define(id_: str, severity: str, en: str, zh: str) -> Rule:
    """Enters a rule into the registry."""
    if id_ in REGISTRY:
        raise ValueError(f"the rule {id_} is defined twice")
    rule = Rule(id_, Severity(severity), en, zh)
    REGISTRY[id_] = rule
    return rule
