"""Roll up a company's parts as the company may know them."""

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from sqlalchemy.orm import Session

from hub.footprints.book import Book, Moment
from hub.footprints.kept import Books, KeptNodes
from hub.footprints.network import NetworkReader
from hub.kit.at_hand import AtHand, at_hand
from tierlight_schemas.rollup.account import Account
from tierlight_schemas.rollup.again import solve_again
from tierlight_schemas.rollup.inputs import used_of
from tierlight_schemas.rollup.model import Network, Policy, Resolution
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
    kept_as: tuple[Hashable, ...] | None = None
    """By what it is at hand: what else rests on it may be kept by the same."""

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
    is_latest: bool = False,
) -> RollUp:
    """Resolve and add up the given own parts of a company and all they need.

    The caller has made sure that the parts are the company's own. With `is_latest` all is meant
    that is known now; a session that only reads then takes over what its process has at hand.
    """
    moment, policy = Moment(as_of, known_at), Policy(deep=basis == "deep")
    held = at_hand(session) if is_latest else None
    if held is not None:
        return _again(session, held, company_id, part_ids, moment, basis)
    reader = NetworkReader(session, company_id, moment, policy)
    network = reader.read(part_ids)
    return RollUp(
        company_id, moment, basis, solve(network, part_ids, policy), reader.book(company_id)
    )


@dataclass(frozen=True)
class _Kept:
    """A roll-up with the reading that it came from."""

    solution: Solution
    nodes: KeptNodes


def _again(
    session: Session,
    held: AtHand,
    company_id: str,
    part_ids: Sequence[str],
    moment: Moment,
    basis: Basis,
) -> RollUp:
    """The roll-up, of which only what has changed since the last one is read and solved."""
    policy = Policy(deep=basis == "deep")
    key = (company_id, tuple(part_ids), basis, moment.as_of)
    kept = held.get(_Kept, *key)
    # What a declaration was computed from, on the basis `deep`, may lie in books beyond its links.
    former = kept.nodes if kept and not policy.deep else None
    books = Books(session, moment, held)
    reader = NetworkReader(session, company_id, moment, policy, at_hand=books, former=former)
    network = reader.read(part_ids)
    if kept is None:
        solution = solve(network, part_ids, policy)
    else:
        solution = solve_again(kept.solution, network, part_ids, policy)
    nodes = KeptNodes(reader.nodes, reader.keys, reader.books, reader.consent_books)
    held.keep(_Kept(solution, nodes), _weight(network), *key)
    return RollUp(company_id, moment, basis, solution, reader.book(company_id), key)


def _weight(network: Network) -> int:
    return sum(1 + len(node.lines) for node in network.nodes.values())
