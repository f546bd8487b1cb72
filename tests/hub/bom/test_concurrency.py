"""Imports into one company wait for each other; what both bring is recorded once."""

import threading

from sqlalchemy import func, select

from hub.access.caller import Caller
from hub.bom.tables import BomRevision, Part, PartVersion, SourcingLink
from hub.bom.usecases import (
    confirm_link,
    confirm_links,
    import_bom,
    import_parts,
    import_sourcing,
    register_part,
)
from hub.kit.database import transaction
from hub.parties.usecases import add_company
from tests.hub.csv_files import file

PARTS = "number\n" + "".join(f"N{i}\n" for i in range(300))
BOM = "parent,child,quantity\n" + "".join(f"N0,N{i},{i}\n" for i in range(1, 300))


def at_once(database, *works) -> None:
    """Run each in its own thread and transaction, all released together."""
    start = threading.Barrier(len(works))
    failures: list[BaseException] = []

    def run(work) -> None:
        try:
            start.wait(10)
            with transaction(database.write) as session:
                work(session)
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=run, args=[work]) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert failures == []


def test_two_imports_of_the_same_tables(own_database):
    with transaction(own_database.write) as session:
        company_id = add_company(session, "Aurora Motors", "DE", []).id
    parts = [lambda session: import_parts(session, company_id, file(PARTS))] * 4
    single = [lambda session: register_part(session, company_id, "N7")] * 2
    at_once(own_database, *parts, *single)
    at_once(own_database, *[lambda s: import_bom(s, company_id, file(BOM))] * 4)
    with own_database.read() as session:
        counts = [
            session.scalar(select(func.count()).select_from(table))
            for table in (Part, PartVersion, BomRevision)
        ]
    assert counts == [300, 300, 1]


def test_a_link_and_its_part_that_missed_each_other_meet_at_the_confirmation(own_database):
    """On PostgreSQL an import of links and one of their parts do not see each other's rows."""
    with transaction(own_database.write) as session:
        buyer = add_company(session, "Aurora Motors", "DE", []).id
        supplier = add_company(session, "Beifeng Pack", "CN", []).id
        import_parts(session, buyer, file("number\nAM-PACK\n"))
        import_parts(session, supplier, file("number\nPACK-1\n"))
        sourcing = "part,supplier,supplier_part\nAM-PACK,Beifeng Pack,PACK-1\n"
        import_sourcing(session, buyer, file(sourcing))
        link = session.scalars(select(SourcingLink)).one()
        part_id, link.supplier_part_id = link.supplier_part_id, None
    with transaction(own_database.write) as session:
        confirmed = confirm_link(session, Caller(supplier, "machine:erp"), link.id)
        assert confirmed.supplier_part_id == part_id is not None
    with transaction(own_database.write) as session:
        link = session.scalars(select(SourcingLink)).one()
        link.supplier_part_id = link.confirmed_at = None
    with transaction(own_database.write) as session:
        assert confirm_links(session, supplier) == 1
        assert session.scalars(select(SourcingLink)).one().supplier_part_id == part_id
