"""Shapes that break what recurses or squares, from the tables to the accounts."""

from collections.abc import Iterable
from datetime import date, timedelta

import pytest

from hub.bom.tables import BomLine, BomRevision, Part, PartVersion
from hub.factors.tables import Factor
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.tables import new_id
from tests.cast import AURORA
from tests.hub.chain import Chain
from tests.hub.footprints.engine.agreement import compare, portfolio

TODAY = date.today()  # noqa: DTZ011 - any day does
Line = tuple[int, int, str]


@pytest.fixture
def chain(world) -> Chain:
    return Chain(world)


def record(chain: Chain, parts: int, lines: Iterable[Line]) -> list[str]:
    """So many pieces of 1 kg, the last of which has an average factor of 2; the parts' ids."""
    session, company, at = chain.world.session, chain.id(AURORA), now() - timedelta(hours=1)
    ids = [new_id() for _ in range(parts)]
    numbered = list(enumerate(ids))
    write_rows(
        session,
        Part,
        ({"id": i, "company_id": company, "number": f"P{n}", "created_at": at}
         for n, i in numbered),
    )  # fmt: skip
    versions = (
        {
            "id": new_id(),
            "part_id": i,
            "company_id": company,
            "recorded_at": at,
            "name": "",
            "revision": None,
            "category": "leaf" if n == parts - 1 else None,
            "kind": "trading",
            "base_unit": "piece",
            "net_mass_kg": None,
            "mass_rule": "conserved",
        }
        for n, i in numbered
    )
    write_rows(session, PartVersion, versions)
    record_lines(chain, ids, lines)
    session.add(
        Factor(
            company_id=company, category="leaf", unit="piece", value="2", source="-", year=2024,
            recorded_at=at,
        )
    )  # fmt: skip
    session.commit()
    return ids


def record_lines(chain: Chain, ids: list[str], lines: Iterable[Line]) -> None:
    """One revision for each parent."""
    session, company, at = chain.world.session, chain.id(AURORA), now() - timedelta(hours=1)
    held: dict[int, list[tuple[int, str]]] = {}
    for parent, child, quantity in lines:
        held.setdefault(parent, []).append((child, quantity))
    revisions = {parent: new_id() for parent in held}
    write_rows(
        session,
        BomRevision,
        (
            {"id": r, "parent_id": ids[p], "company_id": company, "recorded_at": at}
            for p, r in revisions.items()
        ),
    )
    blank = dict.fromkeys(
        ("effective_from", "effective_to", "stage", "group", "take_rate", "process_yield")
    )
    rows = (
        {
            "revision_id": revisions[parent],
            "position": position,
            "company_id": company,
            "child_id": ids[child],
            "quantity": quantity,
            "unit": "piece",
            "reference_amount": "1",
            "scrap": "0",
            "allocation": None,
            **blank,
        }
        for parent, children in held.items()
        for position, (child, quantity) in enumerate(children)
    )
    write_rows(session, BomLine, rows)


def test_a_chain_of_ten_thousand(chain):
    record(chain, 10_000, ((n, n + 1, "1") for n in range(9_999)))
    found = portfolio(chain.world.session, chain.id(AURORA), TODAY)
    assert found.accounts.totals(found.accounts.places).tolist() == [2.0] * 10_000
    assert len(found.roots) == 1


def test_a_cycle_of_ten_thousand(chain):
    ids = record(chain, 10_000, ((n, (n + 1) % 9_999, "1") for n in range(9_999)))
    found = portfolio(chain.world.session, chain.id(AURORA), TODAY)
    alone = found.snapshot.row[ids[-1]]
    for row in range(10_000):
        account = found.accounts.account(int(found.accounts.places[row]))
        assert account.columns.get("excluding_uptake") == (2 if row == alone else None)
    assert {found.gaps.causes.tolist()[0]} == {2}  # cycle


def test_a_part_that_twenty_thousand_take(chain):
    """A hundred thousand are tried on arrays (`test_passes`); here the tables take part."""
    parents = 20_000
    record(chain, parents + 1, ((n, parents, "3") for n in range(parents)))
    found = portfolio(chain.world.session, chain.id(AURORA), TODAY)
    totals = found.accounts.totals(found.accounts.places[found.roots])
    assert totals.tolist() == [6.0] * parents


@pytest.mark.parametrize("quantity", ["0.0000000000001", "1000000", "0", "123456.789"])
def test_quantities_of_any_size(chain, quantity):
    record(chain, 4, [(0, 1, quantity), (1, 2, quantity), (2, 3, quantity), (0, 3, "1")])
    assert compare(chain.world.session, chain.id(AURORA), TODAY) == 4


@pytest.mark.parametrize("parts", [0, 1])
def test_nothing_and_one(chain, parts):
    if parts:
        record(chain, parts, [])
    assert compare(chain.world.session, chain.id(AURORA), TODAY) == parts
