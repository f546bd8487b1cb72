"""Every table with a company's data is exported and erased, or says why not."""

import io
import zipfile
from datetime import datetime

from sqlalchemy import select

from hub.exit.holdings import DERIVED, STAYS, counted, holdings
from hub.kit.tables import Base
from tests.cast import BEIFENG
from tests.hub.exit.conftest import archive_of

EMPTY = {"web_session", "bom_snapshot", "erasure_demand", "value_release"}
"""Tables in which Beifeng has nothing here; of a demand and a browser test_demand.py tells, of a
release disclosure/test_releases.py."""


def test_no_table_is_forgotten():
    held = {table.__tablename__ for table in holdings("nobody")}
    assert held | STAYS.keys() == set(Base.metadata.tables)
    assert not held & STAYS.keys()
    assert DERIVED.keys() <= held
    assert all(len(reason) > 8 for reason in [*STAYS.values(), *DERIVED.values()])


def test_beifeng_has_something_in_every_table(leaving):
    found = counted(leaving.session, leaving.chain.id(BEIFENG))
    assert {name for name, count in found.items() if not count} == EMPTY


def test_something_of_every_row_is_exported(leaving):
    """A value that is not an id: texts, amounts, digests."""
    company_id = leaving.chain.id(BEIFENG)
    blob = contents(archive_of(leaving, BEIFENG))
    for table, mine in holdings(company_id).items():
        if table.__tablename__ in DERIVED:
            continue
        columns = [c for c in table.__table__.columns if not c.name.endswith("_id")]
        for row in leaving.session.execute(select(*columns).where(mine)):
            texts = [v.isoformat() if isinstance(v, datetime) else v for v in row]
            values = [text for text in texts if isinstance(text, str) and len(text) > 3]
            assert any(value in blob for value in values), (table.__tablename__, values)


def contents(data: bytes) -> str:
    """All files of an archive, as one text."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return "\n".join(packed.read(name).decode("utf-8", "replace") for name in packed.namelist())
