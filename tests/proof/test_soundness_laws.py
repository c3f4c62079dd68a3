"""Laws of soundness, on random diagrams; and agreement with a second, plain token game."""

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from engine.kernel.proof import ProcessProof, Verdict, prove_soundness
from tests.proof.blocks import Block, blocks, draw, tangles
from tests.proof.brute import Brute
from tests.proof.proving import release_of

#: The plain game is slow, so it plays on fewer diagrams.
_FEW = max(settings().max_examples // 4, 1)
_OTHER = {"xor": "and", "and": "xor"}


@given(blocks)
def test_structured_property_every_structured_diagram_is_sound(block: Block) -> None:
    """What splits and joins in one way, nested at will, comes to its end."""
    definition = release_of(draw(block).text()).definitions["p"]
    proof = prove_soundness(definition)
    assert proof.verdict is Verdict.SOUND
    assert proof.states == 2, "all of it folds into one way"


@given(blocks, st.data())
def test_structured_property_one_gateway_of_another_kind_is_a_fault(
    block: Block, data: st.DataObject
) -> None:
    """A fork in the place of a choice, or a choice in that of a fork, is always found."""
    drawing = draw(block)
    wrong = sorted(name for name, kind in drawing.gateways.items() if kind in _OTHER)
    assume(wrong)
    name = data.draw(st.sampled_from(wrong))
    drawing.gateways[name] = _OTHER[drawing.gateways[name]]
    definition = release_of(drawing.text()).definitions["p"]
    proof = prove_soundness(definition)
    assert proof.verdict is Verdict.UNSOUND
    assert all(f.path for f in proof.findings)


@given(tangles())
@settings(
    max_examples=_FEW, suppress_health_check=[HealthCheck.filter_too_much, HealthCheck.too_slow]
)
def test_unstructured_property_agrees_with_a_plain_token_game(text: str) -> None:
    """Folding and bookkeeping change no verdict and lengthen no shortest path."""
    definition = release_of(text).definitions["p"]
    proof, brute = prove_soundness(definition), Brute(definition)
    assert _shortest(proof, "deadlock") == brute.deadlock
    assert _shortest(proof, "lost-synchronisation") == brute.unsynchronised
    assert (_shortest(proof, "no-way-to-end") is None) == brute.can_end
    if brute.deadlock is None and brute.unsynchronised is None:
        found = {f.element for f in proof.findings if f.rule == "proof/dead-node"}
        assert found <= set(definition.elements) - brute.entered
        assert bool(found) == bool(set(definition.elements) - brute.entered)


def _shortest(proof: ProcessProof, kind: str) -> int | None:
    lengths = [len(f.path) for f in proof.findings if f.rule == f"proof/{kind}"]
    return min(lengths, default=None)
