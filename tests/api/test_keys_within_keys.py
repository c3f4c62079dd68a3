"""A key makes, sees and ends no more than it is: its unit, its scopes, its lifetime."""

from tests.api.house import Caller, House, ok, refused


def test_key_of_a_unit_sees_and_ends_that_unit_s_keys_only(house: House) -> None:
    of_works = house.key("admin:keys", "cases:read", unit="works")
    wanted = {"name": "k", "scopes": ["cases:read"]}
    ours = ok(house.operator.post("/keys", {**wanted, "unit": "works"}), 201)["id"]
    theirs = ok(house.operator.post("/keys", {**wanted, "unit": "parks"}), 201)["id"]
    everybodys = ok(house.operator.post("/keys", wanted), 201)["id"]
    seen = {key["id"]: key["unit"] for key in ok(of_works.get("/keys"))["items"]}
    assert ours in seen
    assert set(seen.values()) == {"works"}
    for other in (theirs, everybodys):
        refused(of_works.send("DELETE", f"/keys/{other}"), 404, "not-found")
    assert of_works.send("DELETE", f"/keys/{ours}").status_code == 204
    ended = {k["id"]: k["revoked_at"] for k in ok(house.operator.get("/keys"))["items"]}
    assert ended[ours] is not None
    assert (ended[theirs], ended[everybodys]) == (None, None)


def test_key_that_ends_makes_none_that_outlives_it(house: House) -> None:
    end = "2099-01-31T00:00:00.000000Z"
    asked = {"name": "k", "scopes": ["admin:keys", "cases:read"], "expires_at": end}
    keeper = Caller(house.app.test_client(), ok(house.operator.post("/keys", asked), 201)["secret"])
    for later in (None, "2099-01-31T00:00:00.000001Z"):
        answer = keeper.post("/keys", {**asked, "expires_at": later})
        assert refused(answer, 403, "forbidden")["rule"] == "keys/own-lifetime"
    for by_then in (end, "2099-01-30T00:00:00.000000Z"):
        ok(keeper.post("/keys", {**asked, "expires_at": by_then}), 201)
