"""One company's parts, lines, links and declarations at one moment, read in few queries."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, or_, select
from sqlalchemy.orm import Session

from hub.bom import queries as bom
from hub.bom.tables import Part, PartVersion, SourcingLink
from hub.declarations.tables import DeclarationRow, Withdrawal
from hub.declarations.verification_queries import statements_on_company, strongest
from hub.factors.averages import Average, shared_averages
from hub.factors.registry import registry
from hub.factors.tables import Factor
from hub.footprints.choice import Candidate, Verified
from hub.parties.changes import rely_on
from hub.parties.usecases import place_of
from tierlight_schemas.factors.model import WORLD

REGISTRY_DEFAULTS = "registry defaults"
"""In `Session.info`: whether factors of the registry stand in where a company has none."""
_FOUND = ("withdrawn", "verified")
_RECORDED = tuple(name for name in Candidate.__dataclass_fields__ if name not in _FOUND)


@dataclass(frozen=True)
class Moment:
    """The day a result is for, and the instant whose knowledge it uses."""

    as_of: date
    known_at: datetime


@dataclass(frozen=True)
class Book:
    """What one company has recorded; all keys are part ids."""

    company_id: str
    numbers: Mapping[str, str]
    versions: Mapping[str, PartVersion]
    lines: Mapping[str, list[Row[Any]]]
    links: Mapping[str, list[SourcingLink]]
    declarations: Mapping[str, list[Candidate]]
    processes: Mapping[str, list[Candidate]]
    factors: Mapping[str, list[Average]]
    """By category; the newest of each unit, the latest year last."""
    with_transport: Collection[str]
    """Parts that have a transport line, or that stand beside one in an assembly."""


def read_book(session: Session, company_id: str, moment: Moment) -> Book:
    """Read a company's book; what is computed in this session rests on it from then on."""
    rely_on(session, company_id)
    numbers = {
        row.id: row.number
        for row in session.execute(
            select(Part.id, Part.number).where(
                Part.company_id == company_id, Part.created_at <= moment.known_at
            )
        )
    }
    found = declarations_of(session, company_id, moment)
    versions = bom.versions(session, numbers, moment.known_at)
    lines = _lines(session, numbers, moment)
    return Book(
        company_id,
        numbers,
        versions,
        lines,
        links_of(session, company_id, moment),
        found["footprint"],
        found["process"],
        factors_of(session, company_id, moment),
        _with_transport(lines, versions),
    )


def declared_since(session: Session, book: Book, moment: Moment) -> Book:
    """The book after declarations came, were withdrawn or verified, and nothing else: all other
    records are its own."""
    rely_on(session, book.company_id)
    found = declarations_of(session, book.company_id, moment)
    return replace(book, declarations=found["footprint"], processes=found["process"])


def tells_the_same(book: Book, other: Book, part_id: str) -> bool:
    """Whether two readings of a company's book say the same of a part; one of them may have been
    made of the other by `declared_since`."""
    return book.lines is other.lines and (
        book.declarations.get(part_id, ()) == other.declarations.get(part_id, ())
        and book.processes.get(part_id, ()) == other.processes.get(part_id, ())
    )


def _with_transport(
    lines: Mapping[str, list[Row[Any]]], versions: Mapping[str, PartVersion]
) -> frozenset[str]:
    parents = {
        parent
        for parent, rows in lines.items()
        if any(versions[row.child_id].kind == "transport" for row in rows)
    }
    return frozenset(parents | {row.child_id for parent in parents for row in lines[parent]})


def _lines(session: Session, parents: Iterable[str], moment: Moment) -> dict[str, list[Row[Any]]]:
    """Effective lines of each parent."""
    revisions = bom.revisions(session, list(parents), moment.known_at)
    parent_of = {revision.id: parent for parent, revision in revisions.items()}
    lines = bom.lines(session, list(parent_of))
    return {
        parent_of[revision]: [row for row in rows if _holds(row, moment.as_of)]
        for revision, rows in lines.items()
    }


def _holds(row: Row[Any], day: date) -> bool:
    begun = row.effective_from is None or row.effective_from <= day
    return begun and (row.effective_to is None or day < row.effective_to)


def links_of(session: Session, company_id: str, moment: Moment) -> dict[str, list[SourcingLink]]:
    """The company's sources that hold, by its own part."""
    known, day = moment.known_at, moment.as_of
    query = (
        select(SourcingLink)
        .join(Part, Part.id == SourcingLink.part_id)
        .where(
            Part.company_id == company_id,
            SourcingLink.recorded_at <= known,
            or_(SourcingLink.replaced_at.is_(None), SourcingLink.replaced_at > known),
            or_(SourcingLink.valid_from.is_(None), SourcingLink.valid_from <= day),
            or_(SourcingLink.valid_to.is_(None), SourcingLink.valid_to > day),
        )
        .order_by(SourcingLink.supplier_text, SourcingLink.supplier_part_text, SourcingLink.id)
    )
    links: dict[str, list[SourcingLink]] = defaultdict(list)
    for link in session.scalars(query):
        links[link.part_id].append(link)
    return dict(links)


def declarations_of(
    session: Session, company_id: str, moment: Moment
) -> dict[str, dict[str, list[Candidate]]]:
    """What is on record by kind and part, in the order it came; withdrawn and verified ones are
    marked."""
    row = DeclarationRow
    query = (
        select(row.part_id, *(getattr(row, name) for name in _RECORDED))
        .where(row.company_id == company_id, row.received_at <= moment.known_at)
        .order_by(row.log_index)
    )
    withdrawn = set(
        session.scalars(
            select(Withdrawal.declaration)
            .join(row, row.digest == Withdrawal.declaration)
            .where(row.company_id == company_id, Withdrawal.at <= moment.known_at)
        )
    )
    verified = _verified(session, company_id, moment)
    found: dict[str, dict[str, list[Candidate]]] = {
        "footprint": defaultdict(list),
        "process": defaultdict(list),
    }
    for part_id, *fields in session.execute(query):
        candidate = _candidate(fields, withdrawn, verified)
        found[candidate.kind][part_id].append(candidate)
    return {kind: dict(of_parts) for kind, of_parts in found.items()}


def _verified(session: Session, company_id: str, moment: Moment) -> dict[str, Verified]:
    """The company's declarations that a statement verifies, by digest."""
    held = statements_on_company(session, company_id, moment.as_of, moment.known_at)
    best = {digest: strongest(statements) for digest, statements in held.items()}
    return {
        digest: Verified(one.row.digest, Decimal(one.row.share))
        for digest, one in best.items()
        if one is not None
    }


def _candidate(
    fields: list[Any], withdrawn: Collection[str], verified: Mapping[str, Verified]
) -> Candidate:
    values = dict(zip(_RECORDED, fields, strict=True))
    for name in ("excluding_uptake", "declared_amount"):
        values[name] = Decimal(values[name])
    digest = values["digest"]
    return Candidate(**values, withdrawn=digest in withdrawn, verified=verified.get(digest))


def factors_of(session: Session, company_id: str, moment: Moment) -> dict[str, list[Average]]:
    """The factor of the latest year for each category and unit, as last recorded.

    Of a category without a factor of the company's own the registry's, where the operator of the
    hub lets it stand in.
    """
    query = (
        select(Factor)
        .where(Factor.company_id == company_id, Factor.recorded_at <= moment.known_at)
        .order_by(Factor.year, Factor.recorded_at)
    )
    newest = {(factor.category, factor.unit): factor for factor in session.scalars(query)}
    own: dict[str, list[Average]] = defaultdict(list)
    for factor in newest.values():
        own[factor.category].append(_own_average(factor))
    return {**_shared(session, company_id, moment), **own}


def _own_average(factor: Factor) -> Average:
    said = f"{factor.source} ({factor.year})"
    return Average(factor.category, factor.unit, factor.value, factor.year, said)


def _shared(session: Session, company_id: str, moment: Moment) -> Mapping[str, list[Average]]:
    if not session.info.get(REGISTRY_DEFAULTS):
        return {}
    known = registry(session, moment.known_at)
    place = place_of(session, company_id, moment.known_at)
    return shared_averages(known, place or WORLD, moment.as_of.year)
