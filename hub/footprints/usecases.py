"""Roll up a company's parts as the company may know them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from hub.footprints.book import Book, Moment
from hub.footprints.network import NetworkReader
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.inputs import used_of
from tierlight_schemas.rollup.model import Policy, Resolution
from tierlight_schemas.rollup.reference import Solution, solve
from tierlight_schemas.rollup.result import input_digest

Basis = Literal["declared", "deep"]


@dataclass(frozen=True)
class RollUp:
    """A solved network with everything needed to solve it again."""

    company_id: str
    moment: Moment
    basis: Basis
    solution: Solution
    book: Book
    """The reader's own book."""

    def account(self, node: str) -> Account:
        """What adds up for one part."""
        return self.solution.accounts[node]

    def resolution(self, node: str) -> Resolution:
        """How one part got its value."""
        return self.solution.resolutions[node]

    def input_digest(self) -> str:
        """Digest of the sorted declarations, factors and BOM revisions used."""
        return input_digest(used_of(self.solution))


def roll_up(
    session: Session,
    company_id: str,
    part_ids: Sequence[str],
    as_of: date,
    known_at: datetime,
    basis: Basis = "declared",
) -> RollUp:
    """Resolve and add up the given own parts of a company and all they need.

    The caller has made sure that the parts are the company's own.
    """
    moment = Moment(as_of, known_at)
    policy = Policy(deep=basis == "deep")
    reader = NetworkReader(session, company_id, moment, policy)
    network = reader.read(part_ids)
    return RollUp(
        company_id, moment, basis, solve(network, part_ids, policy), reader.book(company_id)
    )
