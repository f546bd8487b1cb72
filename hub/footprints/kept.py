"""What a process keeps of roll-ups: books as long as they hold, and the nodes read from them.

A book holds while the counters of all companies that it rests on stand where they stood
(`parties.changes`). Consents are not among what is kept: they are read for every answer, because
they end with a day as well, and a node holds only while they are the same.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cached_property

from sqlalchemy.orm import Session

from hub.footprints.book import Book, Moment, declared_since, read_book, tells_the_same
from hub.footprints.draft import Key
from hub.kit.at_hand import AtHand
from hub.kit.wall import on_behalf
from hub.parties.changes import Count, all_numbers, rely_on, relying
from hub.sharing.policy import TOTAL, ConsentBook
from tierlight_schemas.rollup.model import PartNode

Counts = Mapping[str, Count]


@dataclass(frozen=True)
class KeptBook:
    """A book with the counts of every company that it rests on."""

    book: Book
    counts: Counts


@dataclass(frozen=True)
class Books:
    """The books of one reading about now, those that are at hand and still hold among them."""

    session: Session
    moment: Moment
    held: AtHand

    @cached_property
    def counts(self) -> Counts:
        """How often everybody's records had changed when the first book was asked for."""
        return all_numbers(self.session)

    def read(self, company_id: str) -> Book:
        """The company's book, of which only what has changed since is read."""
        counts, key = self.counts, (company_id, self.moment.as_of)
        kept = self.held.get(KeptBook, *key)
        moved = {n for n, count in kept.counts.items() if counts.get(n) != count} if kept else set()
        if kept and not moved:
            for name in kept.counts:
                rely_on(self.session, name)
            return kept.book
        with on_behalf(self.session, company_id), relying(self.session) as relied:
            if kept and all(_only_declared(kept.counts[n], counts.get(n)) for n in moved):
                book = declared_since(self.session, kept.book, self.moment)
            else:
                book = read_book(self.session, company_id, self.moment)
        # By another server's clock a record may be of a later time than this reading is about.
        if all(n in counts and counts[n].changed_at < self.moment.known_at for n in relied):
            of_book = KeptBook(book, {name: counts[name] for name in relied})
            self.held.keep(of_book, _weight(book), *key)
        return book


def _only_declared(then: Count, now: Count | None) -> bool:
    return now is not None and now.records == then.records


def _weight(book: Book) -> int:
    return len(book.numbers) + sum(map(len, book.lines.values()))


@dataclass(frozen=True)
class KeptNodes:
    """The nodes of a reading, with what they were made of."""

    nodes: Mapping[str, PartNode]
    keys: Mapping[str, Key]
    books: Mapping[str, Book]
    consents: Mapping[str, ConsentBook]


@dataclass(frozen=True)
class Standing:
    """Which of the kept nodes are as a reading would make them now."""

    kept: KeptNodes
    book: Callable[[str], Book]
    consent: Callable[[str], ConsentBook]
    _same: dict[str, bool] = field(default_factory=dict)

    def node(self, key: Key) -> PartNode | None:
        """The node, if its owner's and its suppliers' books say the same of it as before, and its
        owner may see what it saw."""
        node = self.kept.nodes.get(key.id)
        if node is None or not self._tells_the_same(key.company_id, key.part_id):
            return None
        links = self.book(key.company_id).links.get(key.part_id, ())
        if links and not self._sees_the_same(key.company_id):
            return None
        for link in links:
            owner, part = link.supplier_id, link.supplier_part_id
            if owner is None or part is None:
                continue
            opened = self.consent(key.company_id).of(owner, part).level >= TOTAL
            if opened and not self._tells_the_same(owner, part):
                return None
        return node

    def _tells_the_same(self, company_id: str, part_id: str) -> bool:
        before = self.kept.books.get(company_id)
        return before is not None and tells_the_same(self.book(company_id), before, part_id)

    def _sees_the_same(self, company_id: str) -> bool:
        if company_id not in self._same:
            before = self.kept.consents.get(company_id)
            self._same[company_id] = before == self.consent(company_id)
        return self._same[company_id]
