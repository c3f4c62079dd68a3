"""Correlation of BPMN: by which values of a message its instance is found.

A subscription of a process names a key; its bindings say what the case holds for each property of
the key, the property's retrieval expressions what a message holds (BPMN 2.0.2, 8.4.2).
"""

from collections.abc import Iterator, Mapping

from engine.kernel.compile.model import Correlation
from engine.kernel.compile.reading import Reading
from engine.kernel.findings import Finding
from engine.kernel.rules.languages import check_language
from engine.kernel.rules.registry import define
from engine.kernel.words import Node, child, children, local_reference, text_of

_CORRELATION = define(
    "data/correlation",
    "error",
    "A correlation subscription binds every property of its key, and a message carries them all.",
    "相关性订阅须绑定其键的全部属性，且有消息携带这些属性。",
)

#: by the name of a message
Correlations = Mapping[str, tuple[Correlation, ...]]


def read_correlations(process: Node, reading: Reading) -> Correlations:
    """What must be equal in a message and in the case, for each message that is subscribed to."""
    found: dict[str, tuple[Correlation, ...]] = {}
    for subscription in children(process, "correlationSubscription"):
        for message, pairs in _subscribed(subscription, reading).items():
            if message in found:
                twice = f"the message {message!r} is subscribed to already, by another key"
                reading.add([_at(subscription, twice)])
            found[message] = pairs
    return found


def _subscribed(subscription: Node, reading: Reading) -> Correlations:
    wanted = local_reference(subscription.get("correlationKeyRef"))
    key = reading.subject.correlation_key(wanted)
    if key is None:
        reading.add([_at(subscription, f"there is no correlationKey {wanted!r}")])
        return {}
    properties = [local_reference(text_of(r)) for r in children(key, "correlationPropertyRef")]
    bound = dict(_bindings(subscription))
    carried: list[dict[str, Correlation]] = []
    for name in properties:
        binding = bound.get(name)
        if binding is None:
            reading.add([_at(subscription, f"the property {name!r} of its key is not bound")])
            return {}
        carried.append(_carried(name, binding, reading))
    messages = [m for m in (carried[0] if carried else {}) if all(m in c for c in carried)]
    if not messages:
        reading.add([_at(subscription, "no message carries every property of its key")])
    return {message: tuple(c[message] for c in carried) for message in messages}


def _at(subscription: Node, message: str) -> Finding:
    return _CORRELATION.at(subscription, message, "complete it, or write cl:key on the event")


def _bindings(subscription: Node) -> Iterator[tuple[str | None, Node]]:
    for binding in children(subscription, "correlationPropertyBinding"):
        yield local_reference(binding.get("correlationPropertyRef")), binding


def _carried(name: str | None, binding: Node, reading: Reading) -> dict[str, Correlation]:
    """For each message that carries this property: the two expressions whose values are equal."""
    held = reading.expression(binding, text_of(child(binding, "dataPath")), "the dataPath")
    found: dict[str, Correlation] = {}
    if held is None:
        return found
    for declared in reading.subject.correlation_properties(name):
        for retrieval in children(declared, "correlationPropertyRetrievalExpression"):
            message = reading.subject.named("message", retrieval.get("messageRef"))
            path = child(retrieval, "messagePath")
            reading.add(() if path is None else check_language(path))
            brought = reading.expression(retrieval, text_of(path), "the messagePath")
            if message is not None and brought is not None:
                found[message.get("name") or ""] = Correlation(held, brought)
    return found
