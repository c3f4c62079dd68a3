"""Diagrams of a case that the gate accepts, house rules and all; the proof has its own opinion."""

from tests.kernel.drawing import TERMINATE, both, diagram, end, process, shape, some, start, xor


def way(source: str, target: str, condition: str = "") -> str:
    """A flow with a name, as the house wants it."""
    inside = f"<conditionExpression>{condition}</conditionExpression>" if condition else ""
    drawn = shape(
        "sequenceFlow", f"{source}_to_{target}", inside, sourceRef=source, targetRef=target
    )
    return drawn.replace(" sourceRef", f' name="to {target}" sourceRef', 1)


def stuck() -> bytes:
    """A choice whose branches are joined as if both had been taken."""
    return diagram(
        process(
            "p",
            start(),
            xor("which", default="which_to_b"),
            shape("task", "a"),
            shape("task", "b"),
            both("join"),
            end("done", TERMINATE, cl_outcome="void"),
            way("start", "which"),
            way("which", "a", "x = 1"),
            way("which", "b"),
            way("a", "join"),
            way("b", "join"),
            way("join", "done"),
            cl_profile="case",
        )
    )


def vast() -> bytes:
    """More ways out of one inclusive gateway than are tried one by one."""
    names = [f"way{n}" for n in range(13)]
    return diagram(
        process(
            "p",
            start(),
            some("which"),
            *(end(name, TERMINATE, cl_outcome="void") for name in names),
            way("start", "which"),
            *(way("which", name, "x = 1") for name in names),
            cl_profile="case",
        )
    )


def unchecked() -> bytes:
    """A case that is closed without a check."""
    return diagram(
        process(
            "p",
            start(),
            end("done", TERMINATE, cl_outcome="closed"),
            way("start", "done"),
            cl_profile="case",
        )
    )
