"""The declarations that others were computed from, and what has become of them since.

A declarant is told of another company's declaration only while it may see that.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from hub.findings import document_queries as stored
from hub.findings.document_queries import Recorded
from hub.findings.reading import read_document
from hub.findings.rules.documents import Change, Changed, Component
from hub.footprints.book import Moment
from hub.kit.wall import on_behalf
from hub.parties.changes import rely_on
from hub.sharing.policy import TOTAL
from hub.sharing.queries import consents

ONE_DAY = timedelta(days=1)
Composition = Mapping[str, Any]


@dataclass(frozen=True)
class Computed:
    """What one declaration was computed from, as far as its declarant may know."""

    components: tuple[Component, ...] = ()
    changes: tuple[Change, ...] = ()


def computed_from(
    session: Session,
    moment: Moment,
    rows: Iterable[Recorded],
    compositions: Mapping[str, Composition],
) -> dict[str, Computed]:
    """By digest of each declaration in `rows` that has a composition annex, by digest too."""
    mine: dict[str, list[Recorded]] = defaultdict(list)
    for row in rows:
        if row.digest in compositions:
            mine[row.company_id].append(row)
    found: dict[str, Computed] = {}
    for company_id, declared in mine.items():
        named = {digest for row in declared for digest, _ in _named(compositions[row.digest])}
        with on_behalf(session, company_id):
            known = _known(session, moment, company_id, named)
        found |= {row.digest: known.of(row, compositions[row.digest]) for row in declared}
    return found


def _named(composition: Composition) -> Iterator[tuple[str, str]]:
    """Digest and name of the inputs that name a declaration."""
    for component in composition["components"]:
        if "declaration" in component:
            yield component["declaration"], component["name"]


@dataclass(frozen=True)
class _Known:
    """What a declarant may know of its inputs, by their digests."""

    rows: Mapping[str, Recorded]
    payloads: stored.Contents
    successors: Mapping[str, Recorded]
    sites: Mapping[str, frozenset[str]]
    """By supplier's part."""

    def of(self, row: Recorded, composition: Composition) -> Computed:
        """What is known of the inputs of one declaration."""
        named = [(digest, name) for digest, name in _named(composition) if digest in self.rows]
        components = tuple(self._component(digest, name) for digest, name in named)
        changes = (self._change(row, digest, name) for digest, name in named)
        return Computed(components, tuple(change for change in changes if change is not None))

    def _component(self, digest: str, name: str) -> Component:
        row = self.rows[digest]
        document = read_document(row, self.payloads[digest])
        return Component(name, document, self.sites.get(row.part_id, frozenset()))

    def _change(self, computed: Recorded, digest: str, name: str) -> Change | None:
        row, later = self.rows[digest], self.successors.get(digest)
        if row.withdrawn_at is not None and later is None:
            return Change(Changed.WITHDRAWN, name, day(row.withdrawn_at), digest)
        if later is None:
            return None
        renewed = later.period_end - row.period_end > ONE_DAY
        if renewed and later.received_at <= computed.received_at:
            return None  # who counted the earlier period chose it
        what = Changed.RENEWED if renewed else Changed.CORRECTED
        return Change(what, name, day(later.received_at), digest, later.digest)


def _known(session: Session, moment: Moment, company_id: str, named: Collection[str]) -> _Known:
    found = stored.of_digests(session, named, moment.known_at)
    for row in found:
        rely_on(session, row.company_id)
    foreign = {row.part_id for row in found if row.company_id != company_id}
    book = consents(session, company_id) if foreign else None
    rows = {
        row.digest: row
        for row in found
        if row.company_id == company_id
        or (book is not None and book.of(row.company_id, row.part_id).level >= TOTAL)
    }
    later = stored.successors(session, rows, moment.known_at)
    return _Known(
        rows,
        stored.contents(session, rows, ()),
        {row.supersedes: row for row in later if row.withdrawn_at is None},
        stored.sites_named(session, company_id, foreign, moment),
    )


def day(at: Any) -> str:
    """An instant as evidence prints it."""
    return str(at.date().isoformat())
