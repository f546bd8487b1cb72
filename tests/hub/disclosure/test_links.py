"""Links over HTTP: what each of two companies is told, and what others are not."""

from typing import Any

import pytest
from sqlalchemy import select

from hub.bom.tables import SourcingLink
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.chain import Chain, car

UNKNOWN = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def cars(world) -> Chain:
    """Aurora's car: its pack is confirmed by Beifeng, the cells by Cellwerk; all is granted."""
    chain = car(Chain(world))
    chain.declare(BEIFENG, "PACK-1", "900", mass_kg="300")
    chain.grant(BEIFENG, AURORA, 2)
    return chain


def links(cars: Chain, actor=BEIFENG, path: str = "/v1/links", **asked: str):
    answer = cars.world.get(actor, path, params=asked)
    assert answer.status_code == 200, answer.text
    return answer.json()["items"]


def the_link(cars: Chain) -> str:
    [link] = links(cars)
    return str(link["id"])


def post(cars: Chain, actor, link_id: str, act: str, status: int = 200, **body: Any):
    answer = cars.world.post(actor, f"/v1/links/{link_id}/{act}", json=body)
    assert answer.status_code == status, answer.text
    return answer.json() if answer.content else None


def test_the_supplier_is_told_what_it_has_to_judge(cars):
    [link] = links(cars)
    assert link["customer"] == "Aurora Motors"
    assert link["customer_part"] == {"number": "AM-PACK", "name": "Bought-pack"}
    assert (link["part_as_written"], link["share"], link["state"]) == ("PACK-1", "1", "confirmed")
    assert link["own_part"]["number"] == "PACK-1"
    assert link["delivery_term"] == "DAP"
    assert link["suggestions"] == []
    assert cars.part(AURORA, "AM-PACK") not in str(link)


def test_the_customer_sees_that_the_supplier_looked(cars):
    links(cars)
    log = cars.world.get(AURORA, "/v1/access-log").json()["items"]
    looked = [entry for entry in log if entry["object_kind"] == "link"]
    assert {entry["reader_id"] for entry in looked} == {cars.id(BEIFENG)}


def test_neither_side_learns_of_other_sources_of_the_part(cars):
    cars.tables(
        AURORA,
        sourcing="""
            part supplier supplier_part share delivery_term
            AM-PACK uscc:91BEIFENG000000002 PACK-1 0.6 DAP
            AM-PACK lei:CELLWERK000000000003 CELL-1 0.4 DAP""",
    )
    text = cars.world.get(BEIFENG, "/v1/links").text
    assert "0.6" in text
    for secret in ("Cellwerk", "CELL-1", "0.4"):
        assert secret not in text


def test_a_disputed_link_does_not_count_until_it_is_confirmed_again(cars):
    known = cars.total(AURORA, "CAR-1")
    at = cars.world.get(AURORA, f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/footprint").json()
    link = the_link(cars)
    told = post(cars, BEIFENG, link, "dispute", reason="wrong-site", words="from Wuhu")
    assert told["dispute"]["reason"] == "wrong-site"
    assert cars.total(AURORA, "CAR-1") != known
    found = [f for f in cars.get(AURORA, "CAR-1", "findings") if f["code"] == "tier/link-disputed"]
    assert [each["subject"]["part"] for each in found] == ["AM-PACK"]
    [bought] = links(cars, AURORA, "/v1/links/bought", state="disputed")
    assert bought["dispute"]["words"] == "from Wuhu"
    then = cars.total(AURORA, "CAR-1", known_at=at["known_at"])
    assert then == known, "what was known before it was disputed stays as it was"
    post(cars, BEIFENG, told["id"], "confirmation")
    assert cars.total(AURORA, "CAR-1") == known


def test_the_buyer_corrects_and_the_supplier_confirms(cars):
    known = cars.total(AURORA, "CAR-1")
    post(cars, BEIFENG, the_link(cars), "dispute", reason="wrong-share")
    [bought] = links(cars, AURORA, "/v1/links/bought")
    body: dict[str, Any] = {"supplier_part": "PACK-1", "share": "1", "delivery_term": "DAP"}
    body["site"] = "Wuhu"
    stated = post(cars, AURORA, bought["id"], "correction", **body)
    assert (stated["state"], stated["site"]) == ("open", "Wuhu")
    assert "dispute" not in stated
    post(cars, AURORA, stated["id"], "correction", **body | {"share": "1.5"}, status=400)
    del body["site"]
    stated = post(cars, AURORA, stated["id"], "correction", **body)
    post(cars, BEIFENG, stated["id"], "confirmation", own_part="PACK-1")
    assert cars.total(AURORA, "CAR-1") == known
    post(cars, AURORA, stated["id"], "withdrawal", 204)
    assert links(cars) == []
    assert cars.total(AURORA, "CAR-1") != known


def test_the_round_by_table(cars):
    world = cars.world
    table = world.get(BEIFENG, "/v1/links/table")
    assert table.headers["content-type"].startswith("text/csv")
    sent = {"content-type": "text/csv"}
    answer = world.post(BEIFENG, "/v1/links/import", content=table.content, headers=sent)
    assert answer.json()["unchanged"] == answer.json()["rows"] == 1
    text = f"link,verdict,reason\n{the_link(cars)},dispute,not-our-part\n{UNKNOWN},confirm,\n"
    refused = world.post(BEIFENG, "/v1/links/import", content=text.encode(), headers=sent)
    assert refused.status_code == 400
    assert links(cars)[0]["state"] == "confirmed"
    answer = world.post(
        BEIFENG, "/v1/links/import?partly=true", content=text.encode(), headers=sent
    )
    assert answer.status_code == 200, answer.text
    told = answer.json()
    assert (told["disputed"], [line["code"] for line in told["refused"]]) == (
        1,
        ["csv/link-unknown"],
    )
    assert links(cars)[0]["state"] == "disputed"


@pytest.mark.parametrize("stranger", [FOXGLOVE, CELLWERK, AURORA], ids=lambda who: who.name)
def test_a_suppliers_link_does_not_exist_for_others(cars, stranger):
    link, world = the_link(cars), cars.world
    for act, body in ((None, None), ("confirmation", {}), ("dispute", {"reason": "ended"})):
        for_link, for_none = (
            world.get(stranger, f"/v1/links/{each}")
            if act is None
            else world.post(stranger, f"/v1/links/{each}/{act}", json=body)
            for each in (link, UNKNOWN)
        )
        if act == "dispute":
            assert for_link.status_code == for_none.status_code
        else:
            assert for_link.status_code == for_none.status_code == 404
        assert for_link.content == for_none.content
    assert links(cars, stranger, search="PACK-1") == []


@pytest.mark.parametrize("stranger", [FOXGLOVE, CELLWERK, BEIFENG], ids=lambda who: who.name)
def test_a_buyers_link_does_not_exist_for_others(cars, stranger):
    link, world = the_link(cars), cars.world
    body = {"supplier_part": "X", "share": "1"}
    for act, sent in (("correction", body), ("withdrawal", None)):
        found, none = (
            world.post(stranger, f"/v1/links/{each}/{act}", json=sent) for each in (link, UNKNOWN)
        )
        assert found.status_code == none.status_code == 404
        assert found.content == none.content
    assert all(each["id"] != link for each in links(cars, stranger, "/v1/links/bought"))
    assert the_link(cars) == link


def test_thousands_of_links_come_in_pages_with_their_suggestions(cars):
    count = 5_000
    cars.tables(BEIFENG, parts="number name\n" + "\n".join(f"B-{n} Box{n}" for n in range(count)))
    cars.tables(AURORA, parts="number\n" + "\n".join(f"A{n}" for n in range(count)))
    cars.tables(
        AURORA,
        sourcing="part supplier supplier_part\n"
        + "\n".join(f"A{n} uscc:91BEIFENG000000002 b{n}" for n in range(count)),
    )
    world, seen, after = cars.world, 0, None
    while True:
        page = world.get(
            BEIFENG,
            "/v1/links",
            params={"limit": 1000, "state": "open"} | ({"after": after} if after else {}),
        ).json()
        seen += len(page["items"])
        assert {each["ground"] for link in page["items"] for each in link["suggestions"]} == {
            "spelling"
        }
        if (after := page.get("next")) is None:
            break
    assert seen == count
    ids = world.session.scalars(select(SourcingLink.id).filter_by(supplier_id=cars.id(BEIFENG)))
    lines = "".join(f"{link},dispute,not-our-part\n" for link in ids)
    answer = world.post(
        BEIFENG,
        "/v1/links/import",
        content=f"link,verdict,reason\n{lines}".encode(),
        headers={"content-type": "text/csv"},
    )
    assert answer.json()["disputed"] == count + 1
