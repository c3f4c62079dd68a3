import base64

from tests.api.house import House, ok, refused
from tests.proof.case_drawings import stuck, vast


def body(diagram: bytes, **more: str) -> dict[str, object]:
    return {"files": {"p.bpmn": base64.b64encode(diagram).decode()}, **more}


def test_refuted_release_is_refused_with_findings_and_paths(house: House) -> None:
    problem = refused(house.operator.post("/releases", body(stuck())), 422, "definition-refused")
    [deadlock] = [f for f in problem["findings"] if f["rule"] == "proof/deadlock"]
    assert deadlock["path"] == ["start", "which", "a"]
    assert deadlock["process"] == "p"


def test_unproven_release_is_made_with_a_reason(house: House) -> None:
    refused(house.operator.post("/releases", body(vast())), 422, "definition-refused")
    made = ok(house.operator.post("/releases", body(vast(), accept_unproven="tried")), 201)
    assert {"proof/unknown"} <= {finding["rule"] for finding in made["findings"]}
    assert all("path" in f for f in made["findings"] if f["rule"] == "proof/unknown")
