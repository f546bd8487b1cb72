"""Companies and sites by what names them."""

from collections import defaultdict
from collections.abc import Collection, Iterator

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from hub.kit.paging import PageRequest, read_page
from hub.parties.tables import Company, CompanyIdentifier, Site
from tierlight_schemas.company_numbers import normal

_CHUNK = 5_000


def companies_named(session: Session, texts: Collection[str]) -> dict[str, list[str]]:
    """The ids of the companies that each text names; texts that name none are absent.

    A text is an id, else `SCHEME:VALUE`, else an exact name, which several companies may have.
    """
    found: dict[str, list[str]] = {}
    values = list(texts)
    for start in range(0, len(values), _CHUNK):
        chunk = values[start : start + _CHUNK]
        # The last to write wins: a name gives way to an identifier, an identifier to an id.
        found |= _by_name(session, chunk) | _by_identifier(session, chunk) | _by_id(session, chunk)
    return found


def taken_over(session: Session, company_ids: Collection[str]) -> dict[str, list[str]]:
    """By company, the ids of others for which it answers since they were merged into it."""
    query = select(Company.merged_into, Company.id).where(Company.merged_into.in_(company_ids))
    found = defaultdict[str, list[str]](list)
    for into, company_id in session.execute(query):
        found[into or ""].append(company_id)
    return found


def sites_of(company_id: str) -> Select[Site]:
    """The sites of a company."""
    return select(Site).where(Site.company_id == company_id)


def page_of_sites(
    session: Session, company_id: str, request: PageRequest
) -> tuple[list[Site], str | None]:
    """A page of a company's sites by code, and the cursor of the next one."""
    return read_page(session, sites_of(company_id), [Site.code], request)


def _by_id(session: Session, texts: list[str]) -> dict[str, list[str]]:
    query = select(Company.id, Company.merged_into)
    query = query.where(Company.id.in_(texts), Company.erased_at.is_(None))
    return {company_id: [merged or company_id] for company_id, merged in session.execute(query)}


def _by_identifier(session: Session, texts: list[str]) -> dict[str, list[str]]:
    wanted: dict[tuple[str, str], list[str]] = defaultdict(list)
    for text, identifier in _identifiers(texts):
        wanted[identifier].append(text)
    query = select(
        CompanyIdentifier.scheme, CompanyIdentifier.value, CompanyIdentifier.company_id
    ).where(CompanyIdentifier.value.in_({value for _, value in wanted}))
    return {
        text: [company_id]
        for scheme, value, company_id in session.execute(query)
        for text in wanted.get((scheme, value), ())
    }


def _by_name(session: Session, texts: list[str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for name, company_id in session.execute(
        select(Company.name, Company.id).where(
            Company.name.in_(texts), Company.erased_at.is_(None), Company.merged_into.is_(None)
        )
    ):
        found[name].append(company_id)
    return dict(found)


def _identifiers(texts: list[str]) -> Iterator[tuple[str, tuple[str, str]]]:
    for text in texts:
        scheme, colon, value = text.partition(":")
        if colon:
            kind = scheme.strip().lower()
            yield text, (kind, normal(kind, value))
