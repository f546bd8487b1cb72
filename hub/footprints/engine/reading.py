"""A company's portfolio as it may know it on a day: from a snapshot and the tables to accounts.

Whatever declarations, links, consents and gases say of a part is resolved by the reference's own
rules in decimals, part by part (`specials`). The many parts that are only built up of their lines
are resolved here as arrays, by the same rules (`tierlight_schemas.rollup.resolve`).
"""

from collections import defaultdict
from collections.abc import Mapping, Set
from dataclasses import dataclass, replace
from functools import cached_property

import numpy as np
from sqlalchemy.orm import Session

from hub.bom import queries as bom
from hub.bom.tables import SourcingLink
from hub.factors.averages import Average
from hub.footprints.book import Book, Moment, declarations_of, factors_of, links_of
from hub.footprints.choice import Candidate
from hub.footprints.engine.accounts import Accounts
from hub.footprints.engine.daylines import STAGES, DayLines
from hub.footprints.engine.gaps import Gaps, GapsFound
from hub.footprints.engine.graph import Flags, Floats, Rows
from hub.footprints.engine.sizes import Sizes, sizes
from hub.footprints.engine.snapshot import MISMATCH, Snapshot
from hub.footprints.engine.specials import Special, specials, suppliers
from hub.footprints.engine.terms import NEGATIVE, Terms, column_names
from hub.footprints.network import NetworkReader
from hub.parties.changes import rely_on
from tierlight_schemas.rollup.model import Kind, Known, Network, Policy
from tierlight_schemas.rollup.reference import Solution

_KINDS = tuple(Kind)
_MISSING = tuple(Known).index(Known.MISSING)


@dataclass(frozen=True)
class Portfolio:
    """Everything that a company may know of its own parts on a day, added up."""

    company_id: str
    moment: Moment
    policy: Policy
    books: Mapping[str, Book]
    """What the company and its suppliers have recorded; its own book holds special parts only."""
    lines: DayLines
    sizes: Sizes
    specials: Mapping[int, Special]
    """By row of the snapshot."""
    suppliers: Solution
    """The suppliers' parts."""
    gaps: Gaps
    accounts: Accounts

    @property
    def book(self) -> Book:
        """The company's own book, of its special parts."""
        return self.books[self.company_id]

    @property
    def snapshot(self) -> Snapshot:
        """The bills of materials."""
        return self.lines.snapshot

    @property
    def roots(self) -> Rows:
        """Parts that have lines and stand in no other bill of materials."""
        return self.lines.roots

    def supplied_from(self, parts: Set[str]) -> set[str]:
        """Suppliers' nodes that these parts are, are bought for, or go into."""
        found: set[str] = set()
        waiting = [name for name in self.suppliers.resolutions if self._rests_on(name, parts)]
        while waiting:
            name = waiting.pop()
            if name not in found:
                found.add(name)
                waiting.extend(self._takers[name])
        return found

    def _rests_on(self, name: str, parts: Set[str]) -> bool:
        part = name.partition("|")[0]
        links = self.books[self.suppliers.resolutions[name].node.owner].links.get(part, ())
        return part in parts or any(link.supplier_part_id in parts for link in links)

    @cached_property
    def _takers(self) -> Mapping[str, list[str]]:
        takers: dict[str, list[str]] = defaultdict(list)
        for name, resolution in self.suppliers.resolutions.items():
            rejected = resolution.rejected.edges if resolution.rejected else ()
            for edge in (*resolution.edges, *rejected):
                takers[edge.child].append(name)
        return takers

    def part_id(self, row: int) -> str:
        """The id of the part in a row."""
        return str(self.snapshot.ids[row].decode())


def read_portfolio(
    session: Session, company_id: str, moment: Moment, snapshot: Snapshot, policy: Policy
) -> Portfolio:
    """Resolve and add up all parts of a company, as it may know them."""
    rely_on(session, company_id)
    lines = DayLines(snapshot, snapshot.holds(moment.as_of))
    factors = factors_of(session, company_id, moment)
    reader = NetworkReader(session, company_id, moment, policy)
    own = _special_parts(reader, lines, factors)
    by_category = sizes(snapshot, factors if policy.use_defaults else {})
    return _resolved(reader, own, lines, by_category)


def read_again(session: Session, before: Portfolio, moment: Moment, parts: Set[str]) -> Portfolio:
    """The portfolio after declarations of these parts came or were withdrawn, and nothing else.

    `parts` may be the company's own or anybody's. Only what they can move is read and added up.
    """
    reader = NetworkReader(session, before.company_id, moment, before.policy)
    own = _affected(before, parts)
    declared = declarations_of(session, before.company_id, moment)
    _lend_book(reader, own, before.lines, before.book.factors, before.book.links, declared)
    return _resolved(reader, own, before.lines, before.sizes, before)


def _resolved(
    reader: NetworkReader,
    own: Mapping[str, int],
    lines: DayLines,
    by_category: Sizes,
    before: Portfolio | None = None,
) -> Portfolio:
    """The special parts read and resolved, all others with them."""
    policy, company_id = reader.policy, reader.reader_id
    network = reader.read(own)
    solution = suppliers(network, own, policy)
    found = {s.row: s for s in specials(network, own, solution, lines, policy)}
    books: Mapping[str, Book] = reader.books
    if before is not None:
        solution, found = _merged(before.suppliers, solution), {**before.specials, **found}
        books = _with_more(before.books, books, company_id)
    resolving = _Resolving(lines, found, by_category)
    accounts = resolving.accounts(policy, None if before is None else before.accounts)
    gaps = resolving.gaps.all()
    return Portfolio(
        company_id,
        reader.moment,
        policy,
        books,
        lines,
        by_category,
        found,
        solution,
        gaps,
        accounts,
    )


def _affected(before: Portfolio, parts: Set[str]) -> dict[str, int]:
    """The company's parts that declarations of `parts` can move, by id."""
    row = before.snapshot.row
    found = {part: row[part] for part in parts if part in row}
    for part, links in before.book.links.items():
        if any(link.supplier_part_id in parts for link in links) and part in row:
            found[part] = row[part]
    moved = before.supplied_from(parts)
    for place, special in before.specials.items():
        if any(edge.child in moved for edge in special.edges):
            found[special.node.id] = place
    return found


def _merged(old: Solution, new: Solution) -> Solution:
    """Suppliers' parts, those read again in place of what they were."""
    return replace(
        new,
        network=Network({**old.network.nodes, **new.network.nodes}),
        resolutions={**old.resolutions, **new.resolutions},
        accounts={**old.accounts, **new.accounts},
    )


def _with_more(
    old: Mapping[str, Book], new: Mapping[str, Book], company_id: str
) -> dict[str, Book]:
    """All books; the company's own goes on to hold the parts that were not read again."""
    mine, more = old[company_id], new[company_id]
    numbers, versions = {**mine.numbers, **more.numbers}, {**mine.versions, **more.versions}
    return {**old, **new, company_id: replace(more, numbers=numbers, versions=versions)}


def _special_parts(
    reader: NetworkReader, lines: DayLines, factors: Mapping[str, list[Average]]
) -> dict[str, int]:
    """The rows of parts of which more than lines is known; the reader gets a book of them alone."""
    snapshot, moment, company_id = lines.snapshot, reader.moment, reader.reader_id
    declared = declarations_of(reader.session, company_id, moment)
    gases = np.flatnonzero(snapshot.kinds == _KINDS.index(Kind.DIRECT_EMISSION))
    stated = [snapshot.row[part] for kind in declared.values() for part in kind]
    found = (snapshot.linked(moment.as_of), gases, np.array(stated, dtype=np.int64))
    rows = np.unique(np.concatenate(found).astype(np.int64)).tolist()
    names = [part.decode() for part in snapshot.ids[rows].tolist()]
    own = dict(zip(names, rows, strict=True))
    links = links_of(reader.session, company_id, moment)
    _lend_book(reader, own, lines, factors, links, declared)
    return own


def _lend_book(
    reader: NetworkReader,
    own: Mapping[str, int],
    lines: DayLines,
    factors: Mapping[str, list[Average]],
    links: Mapping[str, list[SourcingLink]],
    declared: Mapping[str, Mapping[str, list[Candidate]]],
) -> None:
    """Give the reader a book of the company that holds these parts and no lines."""
    session, moment, company_id = reader.session, reader.moment, reader.reader_id
    reader.books[company_id] = Book(
        company_id,
        bom.numbers_of(session, own),
        bom.versions(session, own, moment.known_at),
        {},
        links,
        declared["footprint"],
        declared["process"],
        factors,
        frozenset(name for name, row in own.items() if lines.with_transport[row]),
    )


class _Resolving:
    """Resolves all parts as arrays; what it finds lacking stands in `gaps`."""

    def __init__(self, lines: DayLines, found: Mapping[int, Special], by_category: Sizes) -> None:
        self.lines, self.found, self.sizes = lines, found, by_category
        self.gaps = GapsFound()
        size = len(lines.snapshot.ids)
        self.rest, self.transport = np.ones(size), np.ones(size)
        self.adds, self.own, self.own_fits, self.sourced = (
            np.zeros(size, dtype=np.bool_) for _ in range(4)
        )
        for row, special in found.items():
            self.rest[row], self.transport[row] = special.rest, special.transport
            self.adds[row], self.sourced[row] = special.adds, special.is_sourced
            self.own[row], self.own_fits[row] = special.own_fits is not None, bool(special.own_fits)
            self.gaps.add_exact(row, special.gaps)
        names = column_names((special.account for special in found.values()), self._stages())
        self.terms = Terms.empty(size, names, by_category.defaults, by_category.masses)

    def _stages(self) -> list[str]:
        used = np.unique(self.lines.stages[self.lines.holds])
        return [STAGES[stage] for stage in used.tolist()]

    def accounts(self, policy: Policy, before: Accounts | None) -> Accounts:
        """All parts added up, or only what has moved since `before`."""
        for row, special in self.found.items():
            self.terms.put(row, special.account)
        own = np.where(self.own, 0.0, self.rest)
        scales = self.lines.scales(self.rest, own, self.transport)
        amounts = self.lines.taken(scales)
        takes = self.lines.parents_of(amounts != 0)
        takes[[row for row, special in self.found.items() if special.edges]] = True
        composed = self.transport > 0
        lacks = self._lines_lacking(scales) | self._own_lacking(composed)
        lacks |= self._share_lacking(composed)
        lacks[[row for row, special in self.found.items() if special.gaps]] = True
        known = takes | lacks | self.adds
        self._stand_alone(composed & ~known)
        self._missing(np.flatnonzero(composed & known & ~takes & ~lacks), "missing")
        self.terms.built = composed & known
        return self._added_up(amounts, policy, before)

    def _added_up(self, amounts: Floats, policy: Policy, before: Accounts | None) -> Accounts:
        found = self.lines.snapshot.sorted(amounts)
        self.terms.clear(found.cyclic)
        self.terms.built[found.cyclic] = False
        self._missing(found.cyclic, "cycle")
        columns = {name: place for place, name in enumerate(self.terms.names)}
        by_stage = {
            stage: columns[f"stage:{name}"]
            for stage, name in enumerate(STAGES)
            if f"stage:{name}" in columns
        }
        least = float(policy.least_coverage)
        return Accounts.of(self.terms, found, self.lines.stages, by_stage, least, before)

    def _lines_lacking(self, scales: Floats) -> Flags:
        """Lines whose unit does not convert, and options that nothing decides."""
        snapshot, places = self.lines.snapshot, self.lines.undecided
        places = places[scales[snapshot.open_lines[places]] > 0]
        numbers = snapshot.open_lines[places].astype(np.int64)
        parents = snapshot.parents[numbers].astype(np.int64)
        children = snapshot.children[numbers].astype(np.int64)
        kilograms = snapshot.open_masses[places] * scales[numbers]
        unknown = np.full(len(places), np.nan)
        self.terms.add_gaps(parents, kilograms, unknown)
        mismatch = snapshot.what[numbers] == MISMATCH
        for cause, those in (("unit-mismatch", mismatch), ("option-unresolved", ~mismatch)):
            nothing = unknown[those]
            told = (parents[those], nothing, kilograms[those], nothing, children[those])
            self.gaps.add(cause, *told)
        return self._flags(parents)

    def _own_lacking(self, composed: Flags) -> Flags:
        """Parts that are made of something, but nothing says what their making emits."""
        lines = self.lines
        trades = lines.snapshot.kinds == _KINDS.index(Kind.TRADING)
        only_bought = self.sourced & ~lines.has_inputs
        said = np.where(self.own, self.own_fits, trades | lines.states_own | only_bought)
        rows = np.flatnonzero(composed & (self.rest > 0) & (lines.has_lines | self.own) & ~said)
        unknown = np.full(len(rows), np.nan)
        self.terms.add_gaps(rows, unknown, unknown, is_line=False)
        self.gaps.add("own-process", rows, self.rest[rows], unknown, unknown)
        return self._flags(rows)

    def _share_lacking(self, composed: Flags) -> Flags:
        """Bought parts whose sources leave a share open that the owner does not make."""
        open_ = composed & (self.rest > 0) & self.sourced & ~self.lines.has_inputs
        rows = np.flatnonzero(open_)
        self._lacking(rows, "share", self.rest[rows])
        return open_

    def _stand_alone(self, alone: Flags) -> None:
        """Parts of which nothing is known: their average factor, or a gap."""
        has_default = ~np.isnan(self.terms.default)
        self.terms.stand_default(np.flatnonzero(alone & has_default))
        expired = self._flags(
            [row for row, special in self.found.items() if special.node.declared is not None]
        )
        unfit, lacking = self.sizes.unfit, alone & ~has_default
        self._missing(np.flatnonzero(lacking & unfit), "unit-mismatch")
        self._missing(np.flatnonzero(lacking & ~unfit & expired), "expired")
        self._missing(np.flatnonzero(lacking & ~unfit & ~expired), "missing")

    def _missing(self, rows: Rows, cause: str) -> None:
        self._lacking(rows, cause, np.ones(len(rows)))

    def _lacking(self, rows: Rows, cause: str, quantities: Floats) -> None:
        """A gap of so many base units of each part."""
        kilograms = self.sizes.masses[rows] * quantities
        estimates = self.sizes.estimates[rows] * quantities
        self.terms.add_gaps(rows, kilograms, estimates)
        self.terms.counts[rows, NEGATIVE] += self.sizes.may_be_negative[rows]
        self.gaps.add(cause, rows, quantities, kilograms, estimates)

    def _flags(self, rows: Rows | list[int]) -> Flags:
        found = np.zeros(len(self.rest), dtype=np.bool_)
        found[rows] = True
        return found
