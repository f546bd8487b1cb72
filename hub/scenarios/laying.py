"""A scenario laid over its company's own books at one moment."""

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy.orm import Session

from hub.footprints.book import Book, Moment
from hub.footprints.network import NetworkReader
from tierlight_schemas.rollup.model import Network, Policy
from tierlight_schemas.rollup.overlay import Overlay, named, overlaid
from tierlight_schemas.scenario import Scenario

#: Basis `declared` only: `deep` diagnoses declarations, and a scenario has none of its own.
POLICY = Policy()


@dataclass(frozen=True)
class Ground:
    """The network on record, which holds all that some scenarios speak of."""

    reader: NetworkReader
    network: Network

    @property
    def book(self) -> Book:
        """The company's own book."""
        return self.reader.book(self.reader.reader_id)

    def under(self, scenario: Scenario) -> Overlay:
        """The network as the scenario has it. Raises `ScenarioError` where it does not fit."""
        return overlaid(self.network, _by_number(self.book), scenario)


def ground(
    session: Session,
    company_id: str,
    moment: Moment,
    scenarios: Iterable[Scenario],
    part_ids: Iterable[str] = (),
) -> Ground:
    """What is on record of the given own parts, and of those that the scenarios name.

    What lies below declarations is read too, because a scenario may speak of it.
    """
    reader = NetworkReader(session, company_id, moment, POLICY, complete=True)
    wanted = dict.fromkeys(part_ids)
    for scenario in scenarios:
        wanted |= dict.fromkeys(_spoken_of(scenario, reader.book(company_id)))
    return Ground(reader, reader.read(wanted))


def _by_number(book: Book) -> dict[str, str]:
    return {number: part_id for part_id, number in book.numbers.items()}


def _spoken_of(scenario: Scenario, book: Book) -> list[str]:
    told = named(scenario)
    return [
        part_id
        for part_id, number in book.numbers.items()
        if number in told.parts or book.versions[part_id].category in told.categories
    ]
