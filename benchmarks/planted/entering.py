"""A chain into a hub of its own, by the ways that companies use: tables, signatures, consents."""

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, BinaryIO

from alembic import command
from sqlalchemy.orm import Session

from benchmarks.planted.factories import Site
from benchmarks.planted.model import YEAR, Chain, Company, Declaration, Part
from benchmarks.planted.signing import Signed, signed, signer_of
from hub.access.caller import Caller
from hub.activity.sheets import Sheet
from hub.activity.usecases import import_table
from hub.bom.usecases import confirm_links, import_bom, import_parts, import_sourcing
from hub.cli.schema_version import alembic_config
from hub.declarations.usecases import receive_lines
from hub.declarations.verdict import Verdict
from hub.declarations.verifications import receive_verification
from hub.factors.registry import SetName, import_set
from hub.factors.usecases import import_factors
from hub.footprints.release_rules import NO_RULES
from hub.kit.database import as_hub, open_database, transaction
from hub.parties.usecases import add_company, add_site
from hub.settings import Settings
from hub.sharing.usecases import grant
from hub.trust.usecases import add_key
from tierlight_schemas.build import Fresh
from tierlight_schemas.envelope import issuer_urn, open_jws
from tierlight_schemas.verification_build import Conclusion, build_verification

BY = "machine:benchmark"
LEVEL = 5
"""Of every consent: everything, so that no finding is kept from anybody by what is not shared."""


@dataclass
class Hub:
    """A hub that holds a chain.

    Sums are released without rules (`NO_RULES`): a withheld sum is no finding of the catalogue, and
    would hide what lies below it.
    """

    url: str
    chain: Chain
    ids: dict[Company, str] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)
    """Of companies by id."""
    signed: dict[Declaration, Signed] = field(default_factory=dict)
    verdicts: list[tuple[Declaration, Verdict]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.settings = Settings(database_url=self.url)
        self.database = open_database(self.url, release_policy=NO_RULES)
        self.write = as_hub(self.database).write
        self.read = as_hub(self.database).read

    def caller(self, company: Company) -> Caller:
        """A machine of the company's."""
        return Caller(self.ids[company], BY)

    def close(self) -> None:
        """Let go of the database."""
        self.database.engine.dispose()


def entered(chain: Chain, url: str) -> Hub:
    """The hub at an empty database, with everything of the chain in it."""
    hub = Hub(url, chain)
    with hub.database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with transaction(hub.write) as session:
        import_set(session, OPERATORS_SET, table([RESIDUAL_MIX]))
        _register(session, hub)
        for company in chain.companies:
            if company.parts:
                _tables(session, hub, company)
        _consents(session, hub)
        for site in chain.sites:
            _year_of(session, hub, site)
    _declare(hub, _in_order(chain))
    for declaration in [*hub.signed]:
        if declaration.verified:
            verify(hub, chain.verifier, declaration)
    for happening in chain.afterwards:
        happening(hub)
    _declare(hub, chain.attempts)
    return hub


def _register(session: Session, hub: Hub) -> None:
    for company in hub.chain.companies:
        row = add_company(session, company.name, company.country, [], invented=True)
        hub.ids[company], hub.names[row.id] = row.id, company.name
        for key in ("", *company.keys):
            add_key(session, row.id, signer_of(company, key).jwk, "operator")
        for site in company.sites:
            country = company.abroad.get(site, company.country)
            province = None if site in company.abroad else company.province or None
            add_site(session, row.id, site, site, country, province)


def _tables(session: Session, hub: Hub, company: Company) -> None:
    company_id, parts = hub.ids[company], company.parts
    import_parts(session, company_id, table(map(_part_row, parts)))
    lines = [row for part in parts for row in bom_rows(part)]
    links = [row for part in parts for row in _link_rows(part, hub.ids)]
    for importing, rows in (
        (import_bom, lines),
        (import_sourcing, links),
        (import_factors, company.factors),
    ):
        if rows:
            importing(session, company_id, table(rows))


def _part_row(part: Part) -> dict[str, str]:
    return {
        "number": part.number,
        "name": part.name,
        "kind": part.kind,
        "category": part.category,
        "base_unit": part.unit,
        "net_mass_kg": "" if part.mass is None else str(part.mass),
        "mass_rule": part.mass_rule,
    }


def bom_rows(part: Part) -> Iterator[dict[str, str]]:
    """Its lines as bom.csv has them."""
    for line in part.lines:
        told = {"parent": part.number, "child": line.child.number}
        yield told | {"quantity": line.quantity, "unit": line.unit} | line.cells


def _link_rows(part: Part, ids: Mapping[Company, str]) -> Iterator[dict[str, str]]:
    for link in part.links:
        if link.supplied is None:
            told = {"supplier": link.stranger, "supplier_part": "X-1"}
        else:
            owner = ids[link.supplied.owner]
            told = {"supplier": owner, "supplier_part": link.supplied.number}
        yield {"part": part.number} | told | link.cells


def _year_of(session: Session, hub: Hub, site: Site) -> None:
    """A factory's tables, as a clerk sends them."""
    company_id = hub.ids[site.company]
    for name, rows in site.sheets.items():
        import_table(session, company_id, Sheet(name), table(rows), f"{name}.csv", BY)


def table(rows: Iterable[Mapping[str, str]]) -> BinaryIO:
    """Rows as a CSV file."""
    held = [*rows]
    columns = dict.fromkeys(name for row in held for name in row)
    text = io.StringIO()
    writer = csv.DictWriter(text, [*columns], restval="")
    writer.writeheader()
    writer.writerows(held)
    return io.BytesIO(text.getvalue().encode())


def _consents(session: Session, hub: Hub) -> None:
    """Every supplier confirms its links, and grants its buyers and the verifier all there is."""
    pairs = {
        (link.supplied.owner, part.owner)
        for part in hub.chain.parts
        for link in part.links
        if link.supplied is not None
    }
    verifier = hub.chain.verifier
    pairs |= {(company, verifier) for company in hub.chain.companies if company is not verifier}
    for company in hub.chain.companies:
        confirm_links(session, hub.ids[company])
    for supplier, buyer in sorted(pairs, key=lambda pair: (pair[0].name, pair[1].name)):
        grant(session, hub.caller(supplier), hub.ids[buyer], None, LEVEL, aggregate=True)


def _in_order(chain: Chain) -> list[Declaration]:
    """Every declaration after those that it stands on."""
    ordered: dict[Declaration, None] = {}

    def place(declaration: Declaration | None) -> None:
        if declaration is None or declaration in ordered:
            return
        place(declaration.before)
        for used in declaration.inputs or ():
            place(used.declaration)
        ordered[declaration] = None

    for part in chain.parts:
        for declaration in (part.footprint, part.process, *part.more):
            place(declaration)
    return [*ordered]


def _declare(hub: Hub, declarations: Sequence[Declaration]) -> None:
    """Sign and send, as many at a time as one company has in a row."""
    for declaration in declarations:
        for needed in (declaration.before,):
            assert needed is None or needed in hub.signed
        hub.signed[declaration] = signed(declaration, hub.signed)
    lines = [hub.signed[declaration].submission for declaration in declarations]
    for start in range(0, len(lines), _MOST):
        batch = declarations[start : start + _MOST]
        sent = lines[start : start + _MOST]
        told = receive_lines(hub.write, None, sent, by=BY, settings=hub.settings)
        hub.verdicts += [(batch[each.line - 1], each.verdict) for each in told]


_MOST = 5_000


def verify(hub: Hub, verifier: Company, declaration: Declaration, **concluded: Any) -> str:
    """A third party's word on a declaration; its digest. `concluded` changes the conclusion."""
    signer = signer_of(verifier)
    payload = build_verification(
        open_jws(hub.signed[declaration].jws),
        replace(CONCLUSION, **concluded),
        {"name": verifier.name, "accreditation": ACCREDITATION},
        issuer_urn("key", signer.kid),
        Fresh.draw(datetime.now(UTC)),
    )
    with transaction(hub.write) as session:
        said = receive_verification(
            session, hub.caller(verifier), signer.sign(payload), hub.settings
        )
        return said.digest


OPERATORS_SET = SetName("own", "1", "Nobody", "Free")
RESIDUAL_MIX = {
    "id": "own/DE/2021/residual",
    "name_en": "residual mix",
    "name_de": "Restmix",
    "name_zh": "剩余结构",
    "source": "invented for this chain",
    "category": "electricity",
    "unit": "kWh",
    "value": "0.6",
    "gases": "CO2",
    "scope": "direct",
    "series": "residual",
    "basis": "market",
    "geography": "DE",
    "year": "2021",
}
"""An operator knows the German residual mix, of another kind than the average that ships."""
ACCREDITATION = {
    "body": "Invented Accreditation Council",
    "number": "IAC-VS-0042",
    "scope": "ISO 14067 product footprints",
    "validTo": f"{YEAR + 4}-01-01T00:00:00Z",
}
CONCLUSION = Conclusion(
    assurance="limited",
    share_percent="86.5",
    standards=["ISO 14067:2018"],
    completed_at=datetime(YEAR + 1, 1, 1, tzinfo=UTC),
    valid_until=datetime(YEAR + 3, 1, 1, tzinfo=UTC),
)
