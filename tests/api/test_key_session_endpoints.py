import pytest

from tests.api.house import PASSWORD, Caller, House, ok, refused


def test_session_speaks_for_its_person(house: House) -> None:
    house.open_case()
    session = house.sign_in("lin")
    [item] = ok(session.get("/work-items?mine=true"))["items"]
    assert item["element"] == "check_report"


@pytest.mark.parametrize(
    ("login", "password"), [("lin", "wrong"), ("nobody", PASSWORD), ("lin", PASSWORD + " ")]
)
def test_sign_in_tells_login_and_password_apart_for_nobody(
    house: House, login: str, password: str
) -> None:
    house.sign_in("lin")
    answer = house.nobody.post("/sessions", {"login": login, "password": password})
    problem = refused(answer, 401, "not-authenticated")
    assert login not in problem["detail"]
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_signed_out_session_is_refused(house: House) -> None:
    session = house.sign_in("lin")
    answer = session.send("DELETE", "/sessions/current")
    assert answer.status_code == 204
    refused(session.get("/work-items"), 401, "not-authenticated")


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Basic bGluOmxpbg==", "Bearer nonsense", "lin"]
)
def test_authorization_that_nobody_knows_is_refused(house: House, header: str) -> None:
    answer = house.app.test_client().get("/api/v1/cases", headers={"Authorization": header})
    refused(answer, 401, "not-authenticated")


def test_key_works_until_it_is_revoked(house: House) -> None:
    body = {"name": "gateway", "scopes": ["cases:read"]}
    made = ok(house.operator.post("/keys", body), 201)
    gateway = Caller(house.app.test_client(), made["secret"])
    ok(gateway.get("/cases"))
    assert house.operator.send("DELETE", f"/keys/{made['id']}").status_code == 204
    refused(gateway.get("/cases"), 401, "not-authenticated")


def test_key_stops_when_it_expires(house: House) -> None:
    body = {"name": "old", "scopes": ["cases:read"], "expires_at": "2020-01-01T00:00:00Z"}
    answer = house.operator.post("/keys", body)
    if answer.status_code == 201:
        gateway = Caller(house.app.test_client(), answer.get_json()["secret"])
        refused(gateway.get("/cases"), 401, "not-authenticated")
    else:
        assert answer.status_code == 422


def test_secret_of_a_key_is_shown_once(house: House) -> None:
    made = ok(house.operator.post("/keys", {"name": "gateway", "scopes": ["cases:read"]}), 201)
    listed = house.operator.get("/keys").get_data(as_text=True)
    assert made["id"] in listed
    assert made["secret"] not in listed


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": "x"}, "/scopes"),
        ({"name": "x", "scopes": []}, "/scopes"),
        ({"name": "x", "scopes": ["cases:read", "everything"]}, "/scopes/1"),
        ({"scopes": ["cases:read"]}, "/name"),
        ({"name": "x", "scopes": ["cases:read"], "expires_at": "soon"}, "/expires_at"),
    ],
)
def test_key_names_the_field_that_is_wrong(
    house: House, body: dict[str, object], pointer: str
) -> None:
    problem = refused(house.operator.post("/keys", body), 422, "validation-failed")
    assert problem["errors"][0]["pointer"] == pointer


def test_keys_are_the_administrator_s(house: House) -> None:
    body = {"name": "gateway", "scopes": ["cases:read"]}
    refused(house.lin.post("/keys", body), 403, "forbidden")
    refused(house.nobody.post("/keys", body), 401, "not-authenticated")
    refused(house.lin.send("DELETE", "/keys/x"), 403, "forbidden")


def test_unknown_key_cannot_be_revoked(house: House) -> None:
    assert house.operator.send("DELETE", "/keys/nonsense").status_code == 404


def test_local_token_acts_for_nobody(house: House) -> None:
    refused(house.operator.acting_for("lin").get("/cases"), 403, "forbidden")


def test_people_are_listed_with_their_posts(house: House) -> None:
    people = ok(house.lin.get("/people"))["items"]
    posts = {person["id"]: [post["role"] for post in person["posts"]] for person in people}
    assert posts["lin"] == ["acceptor"]
    refused(house.nobody.get("/people"), 401, "not-authenticated")


def test_user_is_made_by_the_administrator_only(house: House) -> None:
    body = {"login": "new", "password": PASSWORD, "person": "lin"}
    refused(house.lin.post("/users", body), 403, "forbidden")
    refused(house.operator.post("/users", {**body, "password": "short"}), 422, "validation-failed")
    answer = house.operator.post("/users", {**body, "person": "nobody_we_know"})
    assert answer.status_code in (404, 422)


def test_login_is_closed_by_the_administrator_for_good(house: House) -> None:
    session = house.sign_in("lin")
    ok(session.get("/cases"))
    refused(house.lin.send("DELETE", "/users/lin"), 403, "forbidden")
    assert house.operator.send("DELETE", "/users/lin").status_code == 204
    refused(session.get("/cases"), 401, "not-authenticated")
    refused(house.operator.send("DELETE", "/users/lin"), 404, "not-found")


def test_login_that_was_tried_too_often_says_when_to_come_back(house: House) -> None:
    body = {"login": "lin", "password": "guess"}
    for _ in range(5):
        refused(house.nobody.post("/sessions", body), 401, "not-authenticated")
    answer = house.nobody.post("/sessions", body)
    refused(answer, 429, "too-many-attempts")
    assert 0 < int(answer.headers["Retry-After"]) <= 60


def test_post_of_another_axis_is_refused(house: House) -> None:
    """监管分离: a person holds posts of one axis only."""
    body = {"id": "x", "role": "dispatcher", "axis": "command", "unit": "centre"}
    answer = house.operator.post("/people/chen/posts", body)
    assert answer.status_code in (403, 409, 422)
