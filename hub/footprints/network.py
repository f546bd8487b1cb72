"""From the tables to a `Network`: dates, consents and choices applied, for one reader.

The reader's own parts are seen whole. Another company's part enters only through a confirmed link
and a grant of level 1 or more; its built-up value only with the consent "aggregate". What a
supplier's supplier granted to the supplier alone does not travel on: beyond the reader's own
books a value needs "aggregate" at every link.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, select
from sqlalchemy.orm import Session

from hub.bom.tables import SourcingLink
from hub.declarations.tables import AnnexRow, DeclarationRow
from hub.footprints.book import Book, Moment, read_book
from hub.footprints.choice import choose, choose_each
from hub.footprints.draft import (
    DECLARED,
    ONWARD,
    OWN,
    Documents,
    Draft,
    Key,
    band_of,
    decimal_or_none,
    default_value,
    gas_value,
    own_process,
    problems_of,
    revision_digest,
)
from hub.footprints.kept import Books, KeptNodes, Standing
from hub.footprints.releases import Crossing, with_releases
from hub.kit.wall import on_behalf, reading
from hub.sharing.policy import SPLIT, TOTAL, ConsentBook
from hub.sharing.queries import consents
from tierlight_schemas.rollup.again import looked_at
from tierlight_schemas.rollup.declared import expired, value_of_footprint, verified
from tierlight_schemas.rollup.model import (
    ONE,
    Input,
    Kind,
    Known,
    Leg,
    Line,
    Network,
    PartNode,
    Policy,
    Source,
    Value,
)

#: Incoterms 2020 under which the seller pays the carriage.
SELLER_PAYS = frozenset({"CPT", "CIP", "DAP", "DPU", "DDP", "CFR", "CIF"})
_CHUNK = 5_000
#: Inside the hub only; the reader is told `not-shared`, like of everything it does not get.
_UNDECLARED = "undeclared"


@dataclass
class NetworkReader:
    """Reads what a roll-up needs, level by level, and remembers the books."""

    session: Session
    reader_id: str
    moment: Moment
    policy: Policy
    complete: bool = False
    """Whether lines and links are read even where a declaration stops the search."""
    books: dict[str, Book] = field(default_factory=dict)
    consent_books: dict[str, ConsentBook] = field(default_factory=dict)
    nodes: dict[str, PartNode] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)
    drafts: dict[str, Draft] = field(default_factory=dict)
    documents: Documents = field(default_factory=dict)
    crossed: set[str] = field(default_factory=set)
    """Nodes that a link or an input of another company's part leads to."""
    at_hand: Books | None = None
    """Where books come from instead of the tables."""
    former: KeptNodes | None = None
    """A former reading of the same parts: its nodes are taken over where they stand."""

    def read(self, part_ids: Iterable[str]) -> Network:
        """The network below the reader's own parts."""
        level = [Key(self.reader_id, part_id) for part_id in part_ids]
        standing = Standing(self.former, self.book, self.consent) if self.former else None
        while level:
            new = {key.id: key for key in level if key.id not in self.keys}
            self.keys |= new
            following: dict[str, Key] = {}
            stand = [*self._taken_over(standing, new.values(), following)] if standing else ()
            drafts = [self._draft(key) for name, key in new.items() if name not in stand]
            self._fetch([*drafts, *self._suppliers(drafts)])
            for draft in drafts:
                self.nodes[draft.key.id] = self._node(draft, following)
            level = [key for name, key in following.items() if name not in self.keys]
        crossing = Crossing(self.session, self.reader_id, self.policy, self._part_of, self.consent)
        return with_releases(Network(self.nodes), self.crossed, crossing)

    def _taken_over(
        self, standing: Standing, keys: Iterable[Key], following: dict[str, Key]
    ) -> Iterator[str]:
        """Take over the former nodes that stand; their names."""
        for key in keys:
            if (node := standing.node(key)) is not None:
                self.nodes[key.id] = node
                following.update((name, standing.kept.keys[name]) for name in looked_at(node))
                self.crossed |= {each.node for each in node.sources if each.node is not None}
                yield key.id

    def _part_of(self, name: str) -> str:
        return self.keys[name].part_id

    def book(self, company_id: str) -> Book:
        """The company's book, read once."""
        if company_id not in self.books and self.at_hand is not None:
            self.books[company_id] = self.at_hand.read(company_id)
        elif company_id not in self.books:
            with on_behalf(self.session, company_id):
                self.books[company_id] = read_book(self.session, company_id, self.moment)
        return self.books[company_id]

    def consent(self, reader_id: str) -> ConsentBook:
        """What a company may see now: an ended consent is not revived by asking for the past."""
        if reader_id not in self.consent_books:
            self.consent_books[reader_id] = consents(self.session, reader_id)
        return self.consent_books[reader_id]

    def _draft(self, key: Key) -> Draft:
        if key.id not in self.drafts:
            book, day = self.book(key.company_id), self.moment.as_of
            declared = choose(book.declarations.get(key.part_id, ()), key.site, day)
            own = choose_each(book.processes.get(key.part_id, ()), day)
            self.drafts[key.id] = Draft(key, book, declared, own)
        return self.drafts[key.id]

    def _suppliers(self, drafts: Iterable[Draft]) -> Iterator[Draft]:
        """The parts behind the links of these: whether they state the way out decides the leg."""
        for draft in drafts:
            for link in draft.book.links.get(draft.key.part_id, ()):
                if draft.key.view != DECLARED and (target := self._target(draft.key, link)[0]):
                    yield self._draft(target)

    def _fetch(self, drafts: Iterable[Draft]) -> None:
        """Parse payloads and annexes of the chosen declarations that are not held yet."""
        wanted = {
            digest: draft.key.company_id
            for draft in drafts
            for digest in draft.digests
            if digest not in self.documents
        }
        with reading(self.session, {*wanted.values()}):
            self._parse(sorted(wanted))

    def _parse(self, digests: list[str]) -> None:
        for start in range(0, len(digests), _CHUNK):
            chunk = digests[start : start + _CHUNK]
            payloads = select(DeclarationRow.digest, DeclarationRow.payload)
            for digest, payload in self.session.execute(
                payloads.where(DeclarationRow.digest.in_(chunk))
            ):
                self.documents[digest] = {"payload": json.loads(payload)}
            annexes = select(AnnexRow.declaration, AnnexRow.name, AnnexRow.body)
            for digest, name, body in self.session.execute(
                annexes.where(AnnexRow.declaration.in_(chunk))
            ):
                self.documents[digest][name] = json.loads(body)

    def _node(self, draft: Draft, following: dict[str, Key]) -> PartNode:
        key, book, version = draft.key, draft.book, draft.version
        declared = self._declared(draft, following)
        own = None if key.view == DECLARED else own_process(draft, self.documents)
        stops = declared is not None and (declared.known is not Known.EXPIRED)
        goes_on = self.complete or not stops or (self.policy.deep and own is not None)
        whole = key.view != DECLARED and goes_on
        rows = book.lines.get(key.part_id, []) if whole else []
        links = book.links.get(key.part_id, []) if whole else []
        node = PartNode(
            id=key.id,
            number=book.numbers[key.part_id],
            name=version.name,
            owner=key.company_id,
            kind=Kind(version.kind),
            base_unit=version.base_unit,
            net_mass_kg=decimal_or_none(version.net_mass_kg),
            category=version.category,
            conserves_mass=version.mass_rule == "conserved",
            declared=declared,
            own=own,
            lines=tuple(self._line(key, row, following) for row in rows),
            sources=tuple(self._source(key, link, following) for link in links),
            default=default_value(draft),
            gas=gas_value(draft),
            band=band_of(version.category),
            revision=revision_digest(book, key.part_id, rows, links),
            problems=problems_of(draft),
        )
        return node

    def _line(self, key: Key, row: Row[Any], following: dict[str, Key]) -> Line:
        child = Key(key.company_id, row.child_id, OWN if key.view == OWN else ONWARD)
        following[child.id] = child
        return Line(
            child=child.id,
            quantity=Decimal(row.quantity),
            unit=row.unit,
            reference_amount=Decimal(row.reference_amount),
            scrap=Decimal(row.scrap),
            process_yield=decimal_or_none(row.process_yield) or ONE,
            allocation=decimal_or_none(row.allocation) or ONE,
            stage=row.stage,
            group=row.group,
            take_rate=decimal_or_none(row.take_rate),
            position=row.position,
        )

    def _source(self, key: Key, link: SourcingLink, following: dict[str, Key]) -> Source:
        share = Decimal(link.share)
        target, reason = self._target(key, link)
        if target is None:
            awaits = reason == _UNDECLARED
            told = "not-shared" if awaits else reason
            names = (link.supplier_text, link.supplier_part_text)
            return Source(share, *names, None, told, awaits_declaration=awaits)
        following[target.id] = target
        self.crossed.add(target.id)
        draft = self._draft(target)
        return Source(
            share,
            link.supplier_text,
            link.supplier_part_text,
            target.id,
            leg=self._leg(key, link, draft),
            site_unknown=draft.declared.site_unknown,
        )

    def _target(self, key: Key, link: SourcingLink) -> tuple[Key | None, str | None]:
        """The supplier's part as this reader may use it, or why not; default is deny.

        A part that the supplier has not registered is answered like one that it does not share.
        """
        if link.supplier_id is None:
            return None, "unregistered"
        if link.disputed_at is not None and link.disputed_at <= self.moment.known_at:
            return None, "disputed"
        if link.supplier_part_id is None or not self._is_confirmed(link):
            return None, "not-shared"
        consent = self.consent(key.company_id).of(link.supplier_id, link.supplier_part_id)
        if consent.level < TOTAL or (key.view != OWN and not consent.aggregate):
            return None, "not-shared"
        if link.supplier_part_id not in self.book(link.supplier_id).numbers:
            return None, "not-shared"
        view = ONWARD if consent.aggregate else DECLARED
        split = key.view == OWN and consent.level >= SPLIT
        target = Key(link.supplier_id, link.supplier_part_id, view, link.site, split)
        if view == DECLARED and self._draft(target).declared.candidate is None:
            return None, _UNDECLARED
        return target, None

    def _is_confirmed(self, link: SourcingLink) -> bool:
        return link.confirmed_at is not None and link.confirmed_at <= self.moment.known_at

    def _leg(self, key: Key, link: SourcingLink, target: Draft) -> Leg | None:
        """Who pays the way to the buyer's gate, and whether that is on record."""
        if target.version.kind not in (Kind.ASSEMBLY, Kind.MATERIAL):
            return None
        if link.delivery_term in SELLER_PAYS:
            return Leg("supplier", self._states_outbound(target))
        if key.part_id in self.book(key.company_id).with_transport:
            return Leg("buyer", True)
        if link.delivery_term is None and self._states_outbound(target):
            return Leg("supplier", True)
        return Leg("buyer", False)

    def _states_outbound(self, target: Draft) -> bool:
        if target.declared.candidate is None:
            return False
        held = self.documents[target.declared.candidate.digest]
        pcf = held["payload"]["credentialSubject"]["footprint"]["pcf"]
        return "outboundLogisticsGhgEmissions" in pcf

    def _declared(self, draft: Draft, following: dict[str, Key]) -> Value | None:
        if draft.declared.candidate is None:
            return None
        key, held = draft.key, self.documents[draft.declared.candidate.digest]
        split = held.get("split") if key.view == OWN or key.split else None
        footprint = held["payload"]["credentialSubject"]["footprint"]
        value = value_of_footprint(footprint, draft.declared.candidate.digest, split)
        if key.view != DECLARED and "composition" in held:
            inputs = self._inputs(key, held["composition"], following)
            value = replace(value, inputs=inputs)
        if draft.declared.expired:
            return expired(value)
        held_by = draft.declared.candidate.verified
        return verified(value, held_by.statement, held_by.share) if held_by else value

    def _inputs(
        self, key: Key, composition: dict[str, Any], following: dict[str, Key]
    ) -> tuple[Input, ...]:
        """The inputs that the declarant used and whose owners let the hub look deeper."""
        rows: list[dict[str, Any]] = composition["components"]
        named = [row["declaration"] for row in rows if "declaration" in row]
        owners = self._owners(key.company_id, named)
        inputs: list[Input] = []
        for row in rows:
            target = self._input_key(key, owners.get(row.get("declaration", "")))
            if target is not None:
                following[target.id] = target
                if target.company_id != key.company_id:
                    self.crossed.add(target.id)
            inputs.append(
                Input(
                    node=target.id if target else None,
                    quantity=Decimal(row["quantity"]),
                    unit=row["unit"],
                    value_used=Decimal(row["valueUsed"]),
                    allocation=Decimal(row.get("allocationShare", "1")),
                )
            )
        return tuple(inputs)

    def _owners(self, company_id: str, digests: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Company and part behind each declaration that the company may see, for basis `deep`."""
        if not self.policy.deep:
            return {}
        columns = (DeclarationRow.digest, DeclarationRow.company_id, DeclarationRow.part_id)
        query = select(*columns).where(DeclarationRow.digest.in_(digests))
        with on_behalf(self.session, company_id):
            rows = self.session.execute(query).all()
        return {digest: (company, part) for digest, company, part in rows}

    def _input_key(self, key: Key, found: tuple[str, str] | None) -> Key | None:
        if found is None:
            return None
        company_id, part_id = found
        if company_id == key.company_id:
            return Key(company_id, part_id, key.view)
        consent = self.consent(key.company_id).of(company_id, part_id)
        usable = consent.level >= TOTAL and consent.aggregate and self._buys(key, part_id)
        return Key(company_id, part_id, ONWARD) if usable else None

    def _buys(self, key: Key, part_id: str) -> bool:
        """Whether a confirmed link of the part's owner leads to the supplier's part."""
        links = self.book(key.company_id).links.values()
        mine = (link for held in links for link in held if link.supplier_part_id == part_id)
        return any(self._is_confirmed(link) for link in mine)
