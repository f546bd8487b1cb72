"""sourcing.csv: who supplies what, resolved when registered and confirmed by the supplier."""

from datetime import date

import pytest
from sqlalchemy import select

from hub.access.caller import Caller
from hub.bom import queries
from hub.bom.tables import SourcingLink
from hub.bom.usecases import (
    confirm_link,
    confirm_links,
    import_sourcing,
    register_part,
    resolve_links,
)
from hub.kit.errors import Conflict, NotFound
from hub.parties.usecases import add_company
from tests.cast import BEIFENG
from tests.hub.bom.conftest import Scene
from tests.hub.csv_files import refusals

HEADER = "part,supplier,supplier_part,share,site,from,to,delivery_term\n"
TWO = HEADER + "P,Beifeng Pack,PK,60 %,,,,\nP,Gearwerk,CK,0.4,,,,\n"


@pytest.fixture(autouse=True)
def parts(scene):
    scene.parts("number\nP\nQ\n")
    scene.parts("number\nPK\n", scene.supplier)


def standing(scene: Scene, part: str = "P") -> list[SourcingLink]:
    ids = queries.part_ids(scene.session, scene.buyer.id, [part])
    links = queries.standing_links(scene.session, ids.values())
    return sorted(links, key=lambda link: link.supplier_text)


def as_supplier(scene: Scene) -> Caller:
    return Caller(scene.supplier.id, "machine:1")


def test_every_attribute_is_kept(scene):
    row = "P,Beifeng Pack,PK,60 %,Plant 2,2024-01-01,2025-01-01,fca\n"
    report = scene.sourcing(HEADER + row)
    assert (report.rows, report.added) == (1, 1)
    [link] = standing(scene)
    assert (link.supplier_text, link.supplier_part_text) == ("Beifeng Pack", "PK")
    assert (link.share, link.site, link.delivery_term) == ("0.60", "Plant 2", "FCA")
    assert (link.valid_from, link.valid_to) == (date(2024, 1, 1), date(2025, 1, 1))
    assert link.confirmed_at is None


@pytest.mark.parametrize("name", ["Beifeng Pack", "uscc:{value}", "USCC: {value}", "{id}"], ids=str)
def test_a_supplier_is_found_by_name_identifier_or_id(scene, name):
    supplier = name.format(id=scene.supplier.id, value=BEIFENG.identifier[1])
    scene.sourcing(f"part,supplier,supplier_part\nP,{supplier},PK\n")
    [link] = standing(scene)
    part_id = queries.part_ids(scene.session, scene.supplier.id, ["PK"])["PK"]
    assert (link.supplier_id, link.supplier_part_id) == (scene.supplier.id, part_id)
    assert link.share == "1"


@pytest.mark.parametrize("by", ["name", "id"])
def test_nobody_buys_from_itself(scene, by):
    myself = getattr(scene.buyer, by)
    text = f"part,supplier,supplier_part\nP,Gearwerk,CK\nP,{myself},P\n"
    found = refusals(import_sourcing, scene.session, scene.buyer, text)
    assert found == [(3, "supplier", "csv/supplier-self")]
    assert standing(scene) == []


def test_who_is_not_registered_stays_text_until_it_is(scene):
    scene.sourcing(TWO)
    assert [link.supplier_id for link in standing(scene)] == [scene.supplier.id, None]
    gearwerk = add_company(scene.session, "Gearwerk", "DE", [("duns", "1")], invented=True)
    resolve_links(scene.session, gearwerk)
    [_, link] = standing(scene)
    assert (link.supplier_id, link.supplier_part_id) == (gearwerk.id, None)
    part = register_part(scene.session, gearwerk.id, "CK")
    scene.session.refresh(link)
    assert link.supplier_part_id == part.id


@pytest.mark.parametrize("name", ["duns:1", "DUNS:1"])
def test_an_identifier_is_found_when_its_company_comes(scene, name):
    scene.sourcing(f"part,supplier,supplier_part\nP,{name},CK\n")
    gearwerk = add_company(scene.session, "Gearwerk", "DE", [("duns", "1")], invented=True)
    scene.parts("number\nCK\n", gearwerk)
    [link] = standing(scene)
    scene.session.refresh(link)
    assert link.supplier_id == gearwerk.id
    assert link.supplier_part_id is not None


def test_a_name_that_two_companies_carry_stands_for_neither(scene):
    for _ in range(2):
        twin = add_company(scene.session, "Twin", "DE", [])
    scene.sourcing("part,supplier,supplier_part\nP,Twin,T\n")
    resolve_links(scene.session, twin)
    [link] = standing(scene)
    scene.session.refresh(link)
    assert link.supplier_id is None


def test_the_supplier_confirms_and_may_do_so_twice(scene):
    scene.sourcing(TWO)
    [link, other] = standing(scene)
    first = confirm_link(scene.session, as_supplier(scene), link.id).confirmed_at
    assert first is not None
    assert confirm_link(scene.session, as_supplier(scene), link.id).confirmed_at == first
    assert other.confirmed_at is None


@pytest.mark.parametrize("who", ["buyer", "outsider"])
def test_nobody_else_can_confirm(scene, who):
    scene.sourcing(TWO)
    link = standing(scene)[0]
    with pytest.raises(NotFound):
        confirm_link(scene.session, Caller(getattr(scene, who).id, "machine:1"), link.id)
    assert link.confirmed_at is None


def test_a_replaced_link_cannot_be_confirmed(scene):
    scene.sourcing(TWO)
    link = standing(scene)[0]
    scene.sourcing(TWO.replace("PK,60 %,,", "PK,60 %,Plant 1,"))
    with pytest.raises(Conflict) as refused:
        confirm_link(scene.session, as_supplier(scene), link.id)
    assert refused.value.code == "hub/link-replaced"


def test_the_operator_confirms_all_links_towards_a_supplier(scene):
    scene.sourcing(TWO + "Q,Beifeng Pack,PK2,1,,,,\n")
    assert confirm_links(scene.session, scene.supplier.id) == 2
    assert confirm_links(scene.session, scene.supplier.id) == 0
    confirmed = [link.confirmed_at is not None for link in standing(scene)]
    assert confirmed == [True, False]


def test_the_same_links_again_change_nothing(scene):
    scene.sourcing(TWO)
    confirm_links(scene.session, scene.supplier.id)
    before = {link.id for link in standing(scene)}
    report = scene.sourcing(TWO.replace("60 %", "0.60"))
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    assert {link.id for link in standing(scene)} == before
    assert standing(scene)[0].confirmed_at


def test_an_import_replaces_the_links_of_the_parts_it_names(scene):
    scene.sourcing(TWO + "Q,Beifeng Pack,PK,1,,,,\n")
    confirm_links(scene.session, scene.supplier.id)
    report = scene.sourcing(HEADER + "P,Beifeng Pack,PK,60 %,,,,\nP,Third,T,0.4,,,,\n")
    assert (report.added, report.changed, report.unchanged) == (0, 1, 0)
    assert [link.supplier_text for link in standing(scene)] == ["Beifeng Pack", "Third"]
    assert standing(scene)[0].confirmed_at
    assert standing(scene, "Q")[0].confirmed_at
    old = scene.session.scalars(select(SourcingLink).filter_by(supplier_text="Gearwerk")).one()
    assert old.replaced_at == standing(scene)[1].recorded_at


@pytest.mark.parametrize(
    ("before", "after", "stays"),
    [
        ("PK,60 %,,,,", "PK,50 %,,,,", True),  # the share is the buyer's own affair
        ("PK,60 %,,,,", "PK,60 %,Plant 1,,,", False),
        ("PK,60 %,,,,", "PK,60 %,,2024-01-01,,", False),
        ("PK,60 %,,,,", "PK,60 %,,,,DDP", False),
        ("PK,60 %,,,,", "PK3,60 %,,,,", False),
    ],
)
def test_what_the_supplier_was_not_shown_needs_no_new_confirmation(scene, before, after, stays):
    scene.sourcing(TWO)
    confirm_links(scene.session, scene.supplier.id)
    scene.sourcing(TWO.replace(before, after))
    assert (standing(scene)[0].confirmed_at is not None) is stays


def test_shares_above_one_are_kept_for_the_findings(scene):
    scene.sourcing(HEADER + "P,A,1,80 %,,,,\nP,B,2,80 %,,,,\nP,B,2,80 %,,,,\n")
    assert [link.share for link in standing(scene)] == ["0.80"] * 3


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        ("X,Beifeng,PK,1,,,,", ("part", "csv/part-unknown")),
        ("P,,PK,1,,,,", ("supplier", "csv/empty-cell")),
        ("P,Beifeng,,1,,,,", ("supplier_part", "csv/empty-cell")),
        ("P,Beifeng,PK,0,,,,", ("share", "csv/out-of-range")),
        ("P,Beifeng,PK,60,,,,", ("share", "csv/out-of-range")),
        ("P,Beifeng,PK,most,,,,", ("share", "csv/number")),
        ("P,Beifeng,PK,1,,2024,,", ("from", "csv/date")),
        ("P,Beifeng,PK,1,,2024-01-01,2023-01-01,", ("to", "csv/days-order")),
        ("P,Beifeng,PK,1,,,,DDU", ("delivery_term", "csv/word")),
    ],
)
def test_a_bad_row_is_named_and_nothing_is_imported(scene, row, problem):
    text = f"{HEADER}P,Beifeng Pack,PK,1,,,,\n{row}\n"
    assert refusals(import_sourcing, scene.session, scene.buyer, text) == [(3, *problem)]
    assert standing(scene) == []
