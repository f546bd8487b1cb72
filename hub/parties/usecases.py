"""Registering and finding companies and their sites."""

import re
import uuid
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.kit.clock import now
from hub.kit.errors import BadInput, Conflict, NotFound, bad_input
from hub.parties.changes import touch
from hub.parties.queries import companies_named
from hub.parties.tables import Company, CompanyChanges, CompanyIdentifier, Site
from tierlight_schemas.company_numbers import checked, normal
from tierlight_schemas.errors import IdentifierError
from tierlight_schemas.geography import country_of, is_country, is_subdivision

_SCHEME = re.compile(r"[a-z][a-z0-9._-]{0,39}")
_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
MAX_NAME = 300
MAX_IDENTIFIER = 200
MAX_SITE_CODE = 200

Identifier = tuple[str, str]
"""(scheme, value), the scheme in lower case: `("lei", "529900T8BM49AURSDO55")`."""


def parse_identifier(text: str) -> Identifier:
    """Split `SCHEME:VALUE` into the one spelling of both; schemes do not depend on case.

    Raises `BadInput` (`hub/identifier-form`) when a side is empty, too long, or not text; the check
    digit is `add_company`'s to ask for.
    """
    scheme, _, value = (side.strip() for side in text.partition(":"))
    if (
        not _SCHEME.fullmatch(scheme.lower())
        or not 0 < len(value) <= MAX_IDENTIFIER
        or _CONTROL.search(value)
    ):
        raise BadInput("hub/identifier-form", identifier=text[:100])
    return scheme.lower(), normal(scheme.lower(), value)


def checked_identifiers(identifiers: Iterable[Identifier]) -> list[Identifier]:
    """Each once, in its one spelling.

    Raises `BadInput`: `hub/identifier-form`, `identity/number-form`, `identity/number-check`.
    """
    try:
        return [(scheme, checked(scheme, value)) for scheme, value in _spelt(identifiers)]
    except IdentifierError as error:
        raise bad_input(error) from None


def _spelt(identifiers: Iterable[Identifier]) -> list[Identifier]:
    return list(dict.fromkeys(parse_identifier(":".join(pair)) for pair in identifiers))


def add_company(
    session: Session,
    name: str,
    country: str,
    identifiers: Iterable[Identifier],
    invented: bool = False,
    company_id: str | None = None,
) -> Company:
    """Register a company; `country` is ISO 3166-1 alpha-2, `company_id` the id that it had at
    another hub, in which its declarations name their parts. Numbers of `invented` companies are not
    checked: one with a right check digit could be somebody's.

    Raises `BadInput` for an unusable name, country, identifier or id, `Conflict`
    (`hub/identifier-taken`, `hub/company-id-taken`) when another company has one of the
    identifiers, or the id.
    """
    company = Company(
        id=_new_id(session, company_id),
        name=_name(name),
        country=_country(country),
        invented=invented,
        created_at=now(),
    )
    named = _spelt(identifiers) if invented else checked_identifiers(identifiers)
    for scheme, value in named:
        _refuse_taken(session, scheme, value)
        company.identifiers.append(
            CompanyIdentifier(company_id=company.id, scheme=scheme, value=value)
        )
    session.add(company)
    session.flush()
    session.add(CompanyChanges(company_id=company.id, changed_at=company.created_at))
    session.flush()
    return company


def add_provisional(session: Session, name: str, country: str) -> Company:
    """A company that was invited and is not here yet. Raises `BadInput`."""
    company = add_company(session, name, country, [])
    company.provisional = True
    session.flush()
    return company


def claim_company(
    session: Session,
    company_id: str,
    name: str,
    country: str,
    identifiers: Iterable[Identifier],
) -> Company:
    """Make a provisional company a company like others; what its owner says replaces what the
    inviter said. Identifiers of other companies are left out.

    Raises `BadInput` for an unusable value, `NotFound` for one that is not provisional.
    """
    company = lock_company(session, company_id)
    if not company.provisional:
        raise NotFound
    company.name, company.country, company.provisional = _name(name), _country(country), False
    for scheme, value in checked_identifiers(identifiers):
        taken = select(CompanyIdentifier.id).filter_by(scheme=scheme, value=value)
        if session.scalar(taken) is None:
            company.identifiers.append(
                CompanyIdentifier(company_id=company.id, scheme=scheme, value=value)
            )
    session.flush()
    touch(session, company.id)
    return company


def find_company(session: Session, text: str) -> Company:
    """The company with this id, `SCHEME:VALUE`, or exact name, tried in that order.

    Raises `NotFound` (`hub/company-not-found`), or `Conflict` (`hub/company-ambiguous`) when
    several companies carry the name.
    """
    text = text.strip()
    found = companies_named(session, [text]).get(text, [])
    if len(found) > 1:
        raise Conflict("hub/company-ambiguous", company=text[:100])
    if not found:
        raise NotFound("hub/company-not-found", company=text[:100])
    return session.get_one(Company, found[0])


def lock_company(session: Session, company_id: str) -> Company:
    """The company, held until the transaction ends: imports into one company wait for each other.

    On SQLite the transaction itself already holds the whole database.
    """
    query = select(Company).filter_by(id=company_id).with_for_update(key_share=True)
    # Whoever waited for an erasure must not go on with what it knew before.
    company = session.scalar(query, execution_options={"populate_existing": True})
    if company is None or company.erased_at is not None:
        raise NotFound("hub/company-not-found", company=company_id)
    return company


def add_site(
    session: Session,
    company_id: str,
    code: str,
    name: str,
    country: str,
    subdivision: str | None = None,
) -> Site:
    """Register a site under the company's own `code`; `subdivision` is ISO 3166-2 (`CN-GD`).

    Raises `BadInput` for an unusable code, name or place, `Conflict` (`hub/site-exists`) when the
    company has a site of that code.
    """
    code = code.strip()
    if not 0 < len(code) <= MAX_SITE_CODE or _CONTROL.search(code):
        raise BadInput("hub/site-code", limit=str(MAX_SITE_CODE))
    lock_company(session, company_id)  # of two requests with one code the second sees the first
    if session.scalar(select(Site.id).filter_by(company_id=company_id, code=code)):
        raise Conflict("hub/site-exists", site=code)
    site = Site(
        company_id=company_id,
        code=code,
        name=_name(name),
        country=_country(country),
        subdivision=_subdivision(subdivision, country),
        created_at=now(),
    )
    session.add(site)
    session.flush()
    touch(session, company_id)  # averages of the place may stand in
    return site


def place_of(session: Session, company_id: str, known_at: datetime) -> str | None:
    """Where the company makes what it makes, as a place of factors.

    The subdivision that all its sites of that time stand in, else their country, None where there
    are several; without sites the company's own country.
    """
    query = select(Site.country, Site.subdivision).where(
        Site.company_id == company_id, Site.created_at <= known_at
    )
    stand = {(country, subdivision) for country, subdivision in session.execute(query)}
    countries = {country for country, _ in stand}
    if not stand:
        return session.scalar(select(Company.country).filter_by(id=company_id))
    if len(countries) > 1:
        return None
    subdivisions = {subdivision for _, subdivision in stand}
    alone = next(iter(subdivisions)) if len(subdivisions) == 1 else None
    return alone or next(iter(countries))


def _new_id(session: Session, wanted: str | None) -> str:
    """A random id, or the one that a company brings along."""
    if wanted is None:
        return str(uuid.uuid4())
    try:
        company_id = str(uuid.UUID(wanted))
    except ValueError:
        raise BadInput("hub/company-id", id=wanted[:60]) from None
    if session.get(Company, company_id) is not None:
        raise Conflict("hub/company-id-taken", id=company_id)
    return company_id


def _refuse_taken(session: Session, scheme: str, value: str) -> None:
    if session.scalar(select(CompanyIdentifier.id).filter_by(scheme=scheme, value=value)):
        raise Conflict("hub/identifier-taken", identifier=f"{scheme}:{value}")


def _name(text: str) -> str:
    name = text.strip()
    if not 0 < len(name) <= MAX_NAME or _CONTROL.search(name):
        raise BadInput("hub/name", limit=str(MAX_NAME))
    return name


def _country(text: str) -> str:
    country = text.strip().upper()
    if not is_country(country):
        raise BadInput("hub/country", country=text[:20])
    return country


def _subdivision(text: str | None, country: str) -> str | None:
    if text is None or not text.strip():
        return None
    subdivision = text.strip().upper()
    if not is_subdivision(subdivision) or country_of(subdivision) != _country(country):
        raise BadInput("hub/subdivision", subdivision=text[:20], country=_country(country))
    return subdivision
