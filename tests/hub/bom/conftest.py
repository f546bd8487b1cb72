"""A buyer, its supplier and an outsider: Aurora, Beifeng and Foxglove of the cast."""

from dataclasses import dataclass

import pytest
from sqlalchemy.orm import Session

from hub.bom.usecases import import_bom, import_parts, import_sourcing
from hub.kit.import_report import ImportReport
from hub.parties.tables import Company
from tests.cast import AURORA, BEIFENG, FOXGLOVE
from tests.hub.conftest import Members
from tests.hub.csv_files import file


@dataclass
class Scene:
    """Who takes part, and what they import."""

    session: Session
    buyer: Company
    supplier: Company
    outsider: Company

    def parts(self, text: str, company: Company | None = None) -> ImportReport:
        return import_parts(self.session, (company or self.buyer).id, file(text))

    def bom(self, text: str, company: Company | None = None) -> ImportReport:
        return import_bom(self.session, (company or self.buyer).id, file(text))

    def sourcing(self, text: str, company: Company | None = None) -> ImportReport:
        return import_sourcing(self.session, (company or self.buyer).id, file(text))


@pytest.fixture
def scene(session: Session, members: Members) -> Scene:
    chosen = (members[actor].company_id for actor in (AURORA, BEIFENG, FOXGLOVE))
    return Scene(session, *(session.get_one(Company, company_id) for company_id in chosen))
