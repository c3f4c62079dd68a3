"""Which elements of a diagram stand for themselves, and which say something about another one."""

from engine.kernel.words import CONTAINERS, Node, children, local_name

#: Elements around others that stand for themselves.
_AROUND = CONTAINERS | {
    "choreography",
    "childLaneSet",
    "collaboration",
    "definitions",
    "lane",
    "laneSet",
    "process",
}
#: Around others without saying anything, or without being a place of its own.
TRANSPARENT = frozenset({"laneSet", "childLaneSet"})
_DETAILS = frozenset(
    {
        "auditing",
        "completionCondition",
        "correlationSubscription",
        "documentation",
        "extensionElements",
        "ioBinding",
        "ioSpecification",
        "monitoring",
        "partitionElement",
        "performer",
        "humanPerformer",
        "potentialOwner",
        "property",
        "resourceRole",
        "supportedInterfaceRef",
        "supports",
        "text",
    }
)
#: What flows and lanes say already.
REPEATED = frozenset({"flowNodeRef", "incoming", "outgoing"})
_DETAIL_ENDINGS = ("Association", "Characteristics")


def stands_for_itself(node: Node, around: Node) -> bool:
    """Whether an element inside another one is compared by itself."""
    kind = local_name(node)
    if not kind or local_name(around) not in _AROUND:
        return False
    is_data = kind.startswith("data") and kind.endswith(_DETAIL_ENDINGS)
    is_detail = kind in _DETAILS | REPEATED or kind.endswith("Characteristics") or is_data
    return not is_detail


def inner(node: Node) -> list[Node]:
    """The elements directly inside that stand for themselves."""
    return [child for child in children(node) if stands_for_itself(child, node)]
