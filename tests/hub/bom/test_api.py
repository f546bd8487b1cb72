"""Parts, lines and links over HTTP; whatever belongs to another company does not exist."""

import pytest

from hub.bom import queries
from hub.bom.usecases import confirm_links
from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.hub.calling import Calling

PARTS = "number,name,base_unit,net_mass_kg\nP,Pack,piece,450.50\nC,Cell,piece,\nS,Steel,kg,\n"
BOM = "parent,child,quantity,scrap\nP,C,96,\nP,S,1e2,0.02\n"
SOURCING = "part,supplier,supplier_part,share\nC,Beifeng Pack,CELL-7,60 %\n"
UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def buyer(client, members) -> Calling:
    return Calling(client, members[AURORA].headers)


@pytest.fixture
def supplier(client, members) -> Calling:
    return Calling(client, members[BEIFENG].headers)


@pytest.fixture
def outsider(client, members) -> Calling:
    return Calling(client, members[FOXGLOVE].headers)


@pytest.fixture
def ids(scene) -> dict[str, str]:
    scene.parts(PARTS)
    scene.bom(BOM)
    scene.sourcing(SOURCING)
    return queries.part_ids(scene.session, scene.buyer.id, ["P", "C", "S"])


def test_parts_come_by_csv_and_are_listed(buyer):
    answer = buyer.send_csv("/v1/parts/import", PARTS)
    assert answer.status_code == 200
    assert answer.json() == {"rows": 3, "added": 3, "changed": 0, "unchanged": 0, "notes": []}
    listed = buyer.get("/v1/parts").json()
    assert [part["number"] for part in listed["items"]] == ["C", "P", "S"]
    pack = listed["items"][1]
    assert pack["net_mass_kg"] == "450.50"
    assert "net_mass_kg" not in listed["items"][0]


def test_parts_are_found_by_number_and_in_pages(buyer, ids):
    [pack] = buyer.get("/v1/parts", number="P").json()["items"]
    assert pack["id"] == ids["P"]
    first = buyer.get("/v1/parts", limit=2).json()
    second = buyer.get("/v1/parts", limit=2, after=first["next"]).json()
    assert [p["number"] for p in first["items"] + second["items"]] == ["C", "P", "S"]
    assert not second.get("next")


def test_a_part_and_its_lines(buyer, ids):
    assert buyer.get(f"/v1/parts/{ids['P']}").json()["name"] == "Pack"
    answer = buyer.get(f"/v1/parts/{ids['P']}/bom").json()
    cells, steel = answer["lines"]
    assert (cells["child"], cells["child_id"], cells["quantity"]) == ("C", ids["C"], "96")
    assert (steel["quantity"], steel["unit"], steel["scrap"]) == ("100", "kilogram", "0.02")
    assert "effective_from" not in steel


def test_a_part_without_lines_has_no_revision(buyer, ids):
    assert buyer.get(f"/v1/parts/{ids['S']}/bom").json() == {"part_id": ids["S"], "lines": []}


def test_what_was_known_then_is_answered_as_then(buyer, ids):
    first = buyer.get(f"/v1/parts/{ids['P']}/bom").json()
    assert buyer.send_csv("/v1/bom/import", "parent,child,quantity\nP,C,108\n").status_code == 200
    buyer.send_csv("/v1/parts/import", "number,name\nP,Pack 2\n")
    path = f"/v1/parts/{ids['P']}"
    then = first["recorded_at"]
    assert buyer.get(f"{path}/bom", known_at=then).json() == first
    assert buyer.get(path, known_at=then).json()["name"] == "Pack"
    assert buyer.get(path).json()["name"] == "Pack 2"
    assert [line["quantity"] for line in buyer.get(f"{path}/bom").json()["lines"]] == ["108"]
    assert buyer.get(path, known_at="2000-01-01T00:00:00Z").status_code == 404


def test_an_instant_needs_a_zone_and_a_place_in_the_calendar(buyer, ids):
    beyond = ("0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-14:00")
    for unusable in ("2024-01-01T00:00:00", *beyond):
        for path in (f"/v1/parts/{ids['P']}", f"/v1/parts/{ids['P']}/bom"):
            assert buyer.get(path, known_at=unusable).status_code == 400


PATHS = ["/v1/parts/{id}", "/v1/parts/{id}/bom"]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("who", ["outsider", "supplier"])
def test_another_companys_part_is_as_unknown_as_none(request, ids, path, who):
    caller = request.getfixturevalue(who)
    theirs = caller.get(path.format(id=ids["P"]))
    none = caller.get(path.format(id=UNKNOWN))
    assert theirs.status_code == none.status_code == 404
    assert theirs.content == none.content
    assert theirs.json()["code"] == "hub/not-found"


@pytest.mark.parametrize("path", ["/v1/parts", "/v1/sourcing", "/v1/sourcing?role=supplier"])
def test_an_outsiders_lists_are_empty(outsider, ids, path):
    assert outsider.get(path).json()["items"] == []


@pytest.mark.parametrize(
    "path",
    ["/v1/parts", "/v1/sourcing", "/v1/company", "/v1/sites", "/v1/factors"]
    + [path.format(id=UNKNOWN) for path in PATHS],
)
def test_a_stranger_reads_nothing(client, path):
    assert client.get(path).status_code == 401


@pytest.mark.parametrize("table", ["parts", "bom", "sourcing", "factors"])
def test_a_stranger_imports_nothing(client, table):
    headers = {"content-type": "text/csv"}
    answer = client.post(f"/v1/{table}/import", content=b"number\nA\n", headers=headers)
    assert answer.status_code == 401


def test_bad_rows_are_answered_in_the_readers_language(buyer):
    text = "number,kind\nA,wheel\nB,\nB,\n"
    answer = buyer.send_csv("/v1/parts/import", text, **{"accept-language": "de"})
    assert answer.status_code == 400
    problem = answer.json()
    assert problem["code"] == "csv/refused"
    assert "2 Fehler" in problem["message"]
    assert [(d["row"], d["column"], d["code"], d["found"]) for d in problem["details"]] == [
        ("2", "kind", "csv/word", "wheel"),
        ("4", "number", "csv/part-twice", "B"),
    ]
    assert problem["details"][0]["message"].startswith("parts.csv, Zeile 2, kind: „wheel“")
    assert "assembly" in problem["details"][0]["remedy"]
    assert buyer.get("/v1/parts").json()["items"] == []


def test_notes_are_answered_in_the_readers_language(buyer):
    answer = buyer.send_csv(
        "/v1/parts/import", "number,colour\nA,red\n", **{"accept-language": "zh"}
    )
    assert answer.status_code == 200
    [note] = answer.json()["notes"]
    assert note["code"] == "csv/unknown-column"
    assert "colour" in note["message"]
    assert "未读取" in note["message"]


@pytest.mark.parametrize("media_type", ["application/json", "text/plain", ""])
def test_a_table_must_say_that_it_is_one(buyer, media_type):
    answer = buyer.send_csv("/v1/parts/import", "number\nA\n", **{"content-type": media_type})
    assert answer.status_code == 415


def test_a_character_set_beside_the_media_type_does_no_harm(buyer):
    text = "number,name\nA,缸体\n".encode("gb18030")
    media_type = {"content-type": "text/csv; charset=GB18030"}
    assert buyer.send_csv("/v1/parts/import", text, **media_type).status_code == 200
    assert buyer.get("/v1/parts").json()["items"][0]["name"] == "缸体"


def test_a_table_beyond_the_limit_is_refused(buyer, app):
    limit = 2_000_000
    app.state.settings = app.state.settings.model_copy(update={"max_body_bytes": limit})
    too_long = "number\n" + "A\n" * limit
    assert buyer.send_csv("/v1/parts/import", too_long).status_code == 413


def test_buyer_and_supplier_see_their_own_side_of_a_link(buyer, supplier, ids, scene):
    [mine] = buyer.get("/v1/sourcing").json()["items"]
    assert (mine["part_id"], mine["supplier"], mine["share"]) == (ids["C"], "Beifeng Pack", "0.60")
    assert mine["supplier_registered"] is True
    [theirs] = supplier.get("/v1/sourcing", role="supplier").json()["items"]
    assert (theirs["id"], theirs["part"]) == (mine["id"], "CELL-7")
    assert (theirs["buyer_id"], theirs["buyer"]) == (scene.buyer.id, "Aurora Motors")
    assert supplier.get("/v1/sourcing").json()["items"] == []
    assert buyer.get("/v1/sourcing", role="supplier").json()["items"] == []


def test_the_supplier_learns_neither_share_nor_the_buyers_part(supplier, ids):
    answer = supplier.get("/v1/sourcing", role="supplier")
    assert ids["C"] not in answer.text
    assert "0.6" not in answer.text
    assert "share" not in answer.text


def test_the_buyer_does_not_learn_whether_the_suppliers_part_exists(buyer, ids, scene):
    before = buyer.get("/v1/sourcing").json()
    scene.parts("number\nCELL-7\n", scene.supplier)
    assert buyer.get("/v1/sourcing").json() == before


def test_the_supplier_confirms_over_http(buyer, supplier, outsider, ids):
    [link] = buyer.get("/v1/sourcing").json()["items"]
    path = f"/v1/sourcing/{link['id']}/confirm"
    for stranger in (buyer, outsider):
        refused, none = stranger.post(path), stranger.post(f"/v1/sourcing/{UNKNOWN}/confirm")
        assert refused.status_code == none.status_code == 404
        assert refused.content == none.content
    answer = supplier.post(path)
    assert answer.status_code == 200
    assert answer.json()["confirmed_at"] == supplier.post(path).json()["confirmed_at"]
    assert buyer.get("/v1/sourcing").json()["items"][0]["confirmed_at"]


def test_a_replaced_link_is_a_conflict(buyer, supplier, ids):
    [link] = buyer.get("/v1/sourcing").json()["items"]
    buyer.send_csv("/v1/sourcing/import", SOURCING.replace("CELL-7", "CELL-8"))
    answer = supplier.post(f"/v1/sourcing/{link['id']}/confirm")
    assert answer.status_code == 409
    assert answer.json()["code"] == "hub/link-replaced"


def test_links_come_in_pages(buyer, supplier, scene):
    scene.parts("number\n" + "".join(f"N{i}\n" for i in range(5)))
    buyer.send_csv(
        "/v1/sourcing/import",
        "part,supplier,supplier_part\n" + "".join(f"N{i},Beifeng Pack,X{i}\n" for i in range(5)),
    )
    confirm_links(scene.session, scene.supplier.id)
    first = supplier.get("/v1/sourcing", role="supplier", limit=3).json()
    rest = supplier.get("/v1/sourcing", role="supplier", after=first["next"]).json()
    parts = sorted(link["part"] for link in first["items"] + rest["items"])
    assert parts == [f"X{i}" for i in range(5)]
