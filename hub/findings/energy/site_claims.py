"""What a company's own declarations claim of one of its sites, read as they are stored."""

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.declarations.tables import AnnexRow, DeclarationRow, Withdrawal
from hub.findings.energy.claims import Claim, Told, of_process, speaking
from hub.kit.clock import now
from hub.parties.tables import Site
from tierlight_schemas.annexes import SplitAnnex
from tierlight_schemas.declaration import PartProcessDeclaration
from tierlight_schemas.envelope import strict_json

_CHUNK = 5_000
_COLUMNS = tuple(name for name in Told.__dataclass_fields__ if name != "withdrawn")


def claims_of(
    session: Session, site: Site, year: int, made: Collection[str], known_at: datetime | None
) -> dict[str, Claim | None]:
    """By part: what it claims at an own site in a year; None where no declaration holds.

    The parts are those that were `made` there, and those that are declared for the site by name.
    """
    found: dict[str, list[Told]] = {part_id: [] for part_id in made}
    for part_id, told in _declared(session, site.company_id, known_at).items():
        best = speaking(told, (site.code, site.id), year)
        if part_id in made or any(each.site is not None for each in best):
            found[part_id] = best
    splits = _splits(session, [t.digest for told in found.values() for t in told])
    processes = [t for told in found.values() for t in told if t.kind == "process"]
    by_process = _of_processes(session, processes)
    return {part: _best(told, splits, by_process) for part, told in found.items()}


def _best(
    told: Sequence[Told], splits: Mapping[str, SplitAnnex], by_process: Mapping[str, Claim]
) -> Claim | None:
    """The split by carrier of the footprint that speaks; without one what the process declaration
    says; else that nothing is said."""
    footprint = next((each for each in told if each.kind == "footprint"), None)
    split = splits.get(footprint.digest) if footprint else None
    if footprint and split and split.carriers:
        return Claim(footprint, tuple(split.carriers), is_complete=True)
    process = next((each for each in told if each.kind == "process"), None)
    if process:
        return by_process[process.digest]
    return Claim(footprint, (), is_complete=False) if footprint else None


def _declared(
    session: Session, company_id: str, known_at: datetime | None
) -> dict[str, list[Told]]:
    row, known = DeclarationRow, known_at or now()
    query = select(row.part_id, *(getattr(row, name) for name in _COLUMNS)).where(
        row.company_id == company_id, row.received_at <= known
    )
    gone = select(Withdrawal.declaration).join(row, row.digest == Withdrawal.declaration)
    withdrawn = set(
        session.scalars(gone.where(row.company_id == company_id, Withdrawal.at <= known))
    )
    found: dict[str, list[Told]] = defaultdict(list)
    for part_id, *values in session.execute(query.order_by(row.log_index)):
        told = dict(zip(_COLUMNS, values, strict=True))
        found[part_id].append(Told(**told, withdrawn=told["digest"] in withdrawn))
    return found


def _splits(session: Session, digests: Sequence[str]) -> dict[str, SplitAnnex]:
    """The split annexes that are kept, by declaration."""
    found: dict[str, SplitAnnex] = {}
    for start in range(0, len(digests), _CHUNK):
        query = select(AnnexRow.declaration, AnnexRow.body).where(
            AnnexRow.name == "split", AnnexRow.declaration.in_(digests[start : start + _CHUNK])
        )
        for digest, body in session.execute(query):
            found[digest] = SplitAnnex.model_validate(strict_json(body))
    return found


def _of_processes(session: Session, told: Sequence[Told]) -> dict[str, Claim]:
    by_digest = {each.digest: each for each in told}
    found: dict[str, Claim] = {}
    for digest, payload in payloads_of(session, list(by_digest)):
        document = PartProcessDeclaration.model_validate(strict_json(payload))
        process = document.credential_subject.process
        found[digest] = of_process(by_digest[digest], process.electricity_kwh)
    return found


def payloads_of(session: Session, digests: Sequence[str]) -> Iterator[tuple[str, bytes]]:
    """The signed documents of declarations."""
    row = DeclarationRow
    for start in range(0, len(digests), _CHUNK):
        chunk = row.digest.in_(digests[start : start + _CHUNK])
        for found in session.execute(select(row.digest, row.payload).where(chunk)):
            yield found.digest, found.payload
