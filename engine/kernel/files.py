"""What the files of a release are called. Knows nothing else, so everybody may ask."""

DIAGRAMS = (".bpmn", ".bpmn2", ".bpmn20.xml")
DECISIONS = (".dmn",)
#: forms, case schemas, policies; and stories
VALUES = (".yaml", ".yml", ".json")
RELEASED = (*DIAGRAMS, *DECISIONS, *VALUES)


def is_diagram(name: str) -> bool:
    """Whether a file holds processes."""
    return name.endswith(DIAGRAMS)


def is_decision(name: str) -> bool:
    """Whether a file holds decisions."""
    return name.endswith(DECISIONS)


def holds_values(name: str) -> bool:
    """Whether a file is JSON or YAML."""
    return name.endswith(VALUES)


def is_of_a_release(name: str) -> bool:
    """Whether a file may be part of a release at all."""
    return name.endswith(RELEASED)
