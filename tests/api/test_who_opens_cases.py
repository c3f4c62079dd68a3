"""Opening a case over the API: who may: a person or a machine."""

from tests.api.house import House, ok, refused

OPEN = {"data": {"description": "a hole", "responsible_unit": "works"}}


def test_key_of_a_unit_is_refused_when_it_names_no_person(house: House) -> None:
    problem = refused(house.key("cases:open", unit="works").post("/cases", OPEN), 403, "forbidden")
    assert problem["rule"] == "authorisation/person"
    assert "Acting-For" in problem["detail"]


def test_local_operator_is_refused_when_he_names_no_person(house: House) -> None:
    problem = refused(house.operator.post("/cases", OPEN), 403, "forbidden")
    assert problem["rule"] == "authorisation/person"


def test_key_opens_when_it_names_a_person_of_the_role(house: House) -> None:
    key = house.key("cases:open", unit="centre").acting_for("gao")
    ok(key.post("/cases", OPEN), 201)
