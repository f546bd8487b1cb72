"""Imports into one company wait for each other; what both bring is recorded once."""

import threading

from sqlalchemy import func, select

from hub.bom.tables import BomRevision, Part, PartVersion
from hub.bom.usecases import import_bom, import_parts, register_part
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
