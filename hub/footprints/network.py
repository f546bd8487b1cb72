"""From the tables to a `Network`: dates, consents and choices applied, for one reader.

The reader's own parts are seen whole. Another company's part enters only through a confirmed link
and a grant of level 1 or more; its built-up value only with the consent "aggregate". What a
supplier's supplier granted to the supplier alone does not travel on: beyond the reader's own
books a value needs "aggregate" at every link.
"""

import json
from collections.abc import Iterable
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
from hub.sharing.policy import ConsentBook
from hub.sharing.queries import consents
from tierlight_schemas.rollup.declared import expired, value_of_footprint
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


@dataclass
class NetworkReader:
    """Reads what a roll-up needs, level by level, and remembers the books."""

    session: Session
    reader_id: str
    moment: Moment
    policy: Policy
    books: dict[str, Book] = field(default_factory=dict)
    consent_books: dict[str, ConsentBook] = field(default_factory=dict)
    nodes: dict[str, PartNode] = field(default_factory=dict)
    keys: dict[str, Key] = field(default_factory=dict)

    def read(self, part_ids: Iterable[str]) -> Network:
        """The network below the reader's own parts."""
        level = [Key(self.reader_id, part_id) for part_id in part_ids]
        while level:
            drafts = [self._draft(key) for key in level if key.id not in self.keys]
            self.keys |= {draft.key.id: draft.key for draft in drafts}
            documents = self._documents(drafts)
            following: dict[str, Key] = {}
            for draft in drafts:
                self.nodes[draft.key.id] = self._node(draft, documents, following)
            level = [key for name, key in following.items() if name not in self.keys]
        return Network(self.nodes)

    def book(self, company_id: str) -> Book:
        """The company's book, read once."""
        if company_id not in self.books:
            self.books[company_id] = read_book(self.session, company_id, self.moment)
        return self.books[company_id]

    def consent(self, reader_id: str) -> ConsentBook:
        """What a company may see now: an ended consent is not revived by asking for the past."""
        if reader_id not in self.consent_books:
            self.consent_books[reader_id] = consents(self.session, reader_id)
        return self.consent_books[reader_id]

    def _draft(self, key: Key) -> Draft:
        book = self.book(key.company_id)
        declared = choose(book.declarations.get(key.part_id, ()), key.site, self.moment.as_of)
        own = choose_each(book.processes.get(key.part_id, ()), self.moment.as_of)
        return Draft(key, book, declared, own)

    def _documents(self, drafts: Iterable[Draft]) -> Documents:
        """Parsed payloads and annexes of the chosen declarations, by digest and annex name."""
        digests = [digest for draft in drafts for digest in draft.digests]
        found: Documents = {}
        for start in range(0, len(digests), _CHUNK):
            chunk = digests[start : start + _CHUNK]
            payloads = select(DeclarationRow.digest, DeclarationRow.payload)
            for digest, payload in self.session.execute(
                payloads.where(DeclarationRow.digest.in_(chunk))
            ):
                found[digest] = {"payload": json.loads(payload)}
            annexes = select(AnnexRow.declaration, AnnexRow.name, AnnexRow.body)
            for digest, name, body in self.session.execute(
                annexes.where(AnnexRow.declaration.in_(chunk))
            ):
                found[digest][name] = json.loads(body)
        return found

    def _node(self, draft: Draft, documents: Documents, following: dict[str, Key]) -> PartNode:
        key, book, version = draft.key, draft.book, draft.version
        declared = self._declared(draft, documents, following)
        own = None if key.view == "declared" else own_process(draft, documents)
        stops = declared is not None and (declared.known is not Known.EXPIRED)
        whole = key.view != "declared" and (not stops or (self.policy.deep and own is not None))
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
            revision=revision_digest(book, key.part_id, rows),
            problems=problems_of(draft),
        )
        return node

    def _line(self, key: Key, row: Row[Any], following: dict[str, Key]) -> Line:
        view = "own" if key.view == "own" else "onward"
        child = Key(key.company_id, row.child_id, view)
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
        source = Source(share, link.supplier_text, link.supplier_part_text, None, reason)
        if target is None:
            return source
        following[target.id] = target
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
        """The supplier's part as this reader may use it, or why not; default is deny."""
        if link.supplier_id is None or link.supplier_part_id is None:
            return None, "unregistered"
        if link.confirmed_at is None or link.confirmed_at > self.moment.known_at:
            return None, "unconfirmed"
        consent = self.consent(key.company_id).of(link.supplier_id, link.supplier_part_id)
        if consent.level < 1 or (key.view != "own" and not consent.aggregate):
            return None, "not-shared"
        view = "onward" if consent.aggregate else "declared"
        target = Key(link.supplier_id, link.supplier_part_id, view, link.site)
        if link.supplier_part_id not in self.book(link.supplier_id).numbers:
            return None, "not-shared"
        if view == "declared" and self._draft(target).declared.candidate is None:
            return None, "not-shared"
        return target, None

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
        digest = target.declared.candidate.digest
        pcf = self._documents([target])[digest]["payload"]["credentialSubject"]["footprint"]["pcf"]
        return "outboundLogisticsGhgEmissions" in pcf

    def _declared(
        self, draft: Draft, documents: Documents, following: dict[str, Key]
    ) -> Value | None:
        if draft.declared.candidate is None:
            return None
        held = documents[draft.declared.candidate.digest]
        split = held.get("split") if draft.key.view != "declared" else None
        footprint = held["payload"]["credentialSubject"]["footprint"]
        value = value_of_footprint(footprint, draft.declared.candidate.digest, split)
        if draft.key.view != "declared" and "composition" in held:
            inputs = self._inputs(draft.key, held["composition"], following)
            value = replace(value, inputs=inputs)
        return expired(value) if draft.declared.expired else value

    def _inputs(
        self, key: Key, composition: dict[str, Any], following: dict[str, Key]
    ) -> tuple[Input, ...]:
        """The inputs that the declarant used and whose owners let the hub look deeper."""
        rows: list[dict[str, Any]] = composition["components"]
        owners = self._owners(row["declaration"] for row in rows if "declaration" in row)
        inputs: list[Input] = []
        for row in rows:
            target = self._input_key(key, owners.get(row.get("declaration", "")))
            if target is not None:
                following[target.id] = target
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

    def _owners(self, digests: Iterable[str]) -> dict[str, tuple[str, str]]:
        """Company and part behind each declaration, for basis `deep` only."""
        if not self.policy.deep:
            return {}
        columns = (DeclarationRow.digest, DeclarationRow.company_id, DeclarationRow.part_id)
        rows = self.session.execute(select(*columns).where(DeclarationRow.digest.in_(digests)))
        return {digest: (company, part) for digest, company, part in rows}

    def _input_key(self, key: Key, found: tuple[str, str] | None) -> Key | None:
        if found is None:
            return None
        company_id, part_id = found
        if company_id == key.company_id:
            return Key(company_id, part_id, key.view)
        consent = self.consent(key.company_id).of(company_id, part_id)
        usable = consent.level >= 1 and consent.aggregate
        return Key(company_id, part_id, "onward") if usable else None
