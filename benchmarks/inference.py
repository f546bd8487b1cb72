"""What a carmaker learns of its supplier's suppliers by watching a total, with and without rules.

    python -m benchmarks.inference [--rounds N] [--database URL]

A hub with one carmaker, one supplier and twelve suppliers of that supplier. In each round some of
the twelve declare a new value; after each round the carmaker asks for its footprint. It knows who
has declared anew, and takes the change of its total for the change of each of them. A change counts
as learned when that is within 10 % of it. Everything is asked of the hub's own use cases.
"""

import argparse
import random
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from alembic import command
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import delete
from sqlalchemy.orm import Session

from benchmarks.serving import csv_table
from hub.access.caller import Caller
from hub.bom.queries import part_ids
from hub.bom.usecases import confirm_links, import_bom, import_parts, import_sourcing
from hub.cli.schema_version import alembic_config
from hub.declarations.usecases import receive
from hub.disclosure.footprint import Question, footprint
from hub.footprints.release_rules import NO_RULES, STANDARD, ReleasePolicy
from hub.footprints.tables import ValueRelease
from hub.kit.clock import now
from hub.kit.database import as_hub, open_database, transaction
from hub.parties.usecases import add_company
from hub.settings import Settings
from hub.sharing.usecases import grant
from hub.trust.usecases import add_key
from tierlight_schemas.build import Fresh, build
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.envelope import b64url_encode, pack_submission, sign, thumbprint
from tierlight_schemas.rows import read_row

SUPPLIERS = 12
CHANGED = (1, 2, 3, 5)
"""Suppliers that declare anew in one round."""
ROUNDS = 40
CLOSE = Decimal("0.10")
OWN = Decimal(120)
"""kgCO2e of the supplier's own process."""
RULES: Mapping[str, ReleasePolicy] = {
    "none": NO_RULES,
    "3 digits alone": replace(NO_RULES, digits=3),
    "2 digits alone": replace(NO_RULES, digits=2),
    "windows of 3 alone": replace(NO_RULES, changed=3),
    "p % alone": replace(NO_RULES, contributors=3, percent=10),
    "together": replace(STANDARD, reads_a_day=0),
}


@dataclass(frozen=True)
class Round:
    """Who has declared what, and when that was known."""

    at: datetime
    values: Mapping[int, Decimal]


@dataclass(frozen=True)
class Row:
    """What a carmaker learns under some rules when so many change at a time."""

    rules: str
    changed: int
    learned: float
    """Share of the changes that were learned within 10 %."""
    told: int
    """How many different totals the carmaker was told."""


def rows(
    rounds: int = ROUNDS, url: str | None = None, changes: Sequence[int] = CHANGED
) -> Iterator[Row]:
    """Every set of rules with every number of changes; the same rounds for all of them."""
    with tempfile.TemporaryDirectory() as folder:
        for changed in changes:
            place = url or f"sqlite:///{Path(folder) / f'{changed}.sqlite3'}"
            world = World(Settings(database_url=place))
            history = list(world.lived(changed, rounds))
            for name, policy in RULES.items():
                totals = world.asked([step.at for step in history], policy)
                share = learned([step.values for step in history], totals)
                yield Row(name, changed, share, len({*totals}))
            world.database.engine.dispose()


def learned(values: Sequence[Mapping[int, Decimal]], totals: Sequence[Decimal | None]) -> float:
    """Share of all changes that the watcher gets from the change of its total within 10 %.

    Whenever the total moves, the move is compared with what each supplier has changed since it
    last moved; changes that no move has told are not learned.
    """
    hits = changes = 0
    since = 0
    for step in range(1, len(values)):
        changes += sum(1 for who in values[step] if values[step][who] != values[step - 1][who])
        before, after = totals[since], totals[step]
        if before is None or after is None or before == after:
            continue
        for who, value in values[step].items():
            change = value - values[since][who]
            if change and abs((after - before) - change) <= CLOSE * abs(change):
                hits += 1
        since = step
    return hits / changes if changes else 0.0


class World:
    """A hub of its own with the three tiers."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.database = open_database(settings.database_url)
        with self.database.engine.begin() as connection:
            config = alembic_config()
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        self.write = as_hub(self.database).write
        self.chance = random.Random(20261129)
        with transaction(self.write) as session:
            self._found(session)

    def _found(self, session: Session) -> None:
        self.makers = [Maker.founded(session, f"Tier 2 {n}") for n in range(SUPPLIERS)]
        self.supplier = Maker.founded(session, "Tier 1")
        self.carmaker = Maker.founded(session, "Carmaker")
        lines = [f"B-{n}" for n in range(SUPPLIERS)]
        for maker in self.makers:
            import_parts(session, maker.id, csv_table("number,base_unit", "P"))
        _assembly(session, self.supplier.id, "PACK", lines)
        links = "\n".join(f"B-{n},{maker.id},P,1,DAP" for n, maker in enumerate(self.makers))
        head = "part,supplier,supplier_part,share,delivery_term"
        import_sourcing(session, self.supplier.id, csv_table(head, links))
        _assembly(session, self.carmaker.id, "CAR", ["PACK-BOUGHT"])
        link = f"PACK-BOUGHT,{self.supplier.id},PACK,1,DAP"
        import_sourcing(session, self.carmaker.id, csv_table(head, link))
        self.supplier.declare(session, self.settings, "PACK", OWN, boundary="gate-to-gate")
        for maker, reader in (*((m, self.supplier) for m in self.makers),
                              (self.supplier, self.carmaker)):  # fmt: skip
            confirm_links(session, maker.id)
            grant(session, Caller(maker.id, "benchmark"), reader.id, None, 1, aggregate=True)

    def lived(self, changed: int, rounds: int) -> Iterator[Round]:
        """The rounds: in each so many suppliers declare a value 2 to 20 % higher or lower."""
        values = {n: Decimal(self.chance.randint(500, 5000)) / 100 for n in range(SUPPLIERS)}
        yield self._declared(values, values)
        for _ in range(rounds):
            moved = {who: self._moved(values[who]) for who in self._some(changed)}
            values = values | moved
            yield self._declared(values, moved)

    def _some(self, changed: int) -> list[int]:
        return self.chance.sample(range(SUPPLIERS), changed)

    def _moved(self, value: Decimal) -> Decimal:
        sign_ = self.chance.choice((-1, 1))
        percent = Decimal(self.chance.randint(200, 2000)) / 10_000
        return (value * (1 + sign_ * percent)).quantize(Decimal("0.0001"))

    def _declared(self, values: Mapping[int, Decimal], moved: Mapping[int, Decimal]) -> Round:
        with transaction(self.write) as session:
            for who, value in moved.items():
                self.makers[who].declare(session, self.settings, "P", value)
        return Round(now(), dict(values))

    def asked(self, instants: Sequence[datetime], policy: ReleasePolicy) -> list[Decimal | None]:
        """The pack as the carmaker gets it from its total after each round, under some rules."""
        with transaction(self.write) as session:
            session.execute(delete(ValueRelease))
            part = part_ids(session, self.carmaker.id, ["CAR"])["CAR"]
        opened = open_database(self.settings.database_url, release_policy=policy)
        asking = opened.of_company(self.carmaker.id)
        found: list[Decimal | None] = []
        for instant in instants:
            with transaction(asking.write) as session:
                asked = Question(now().date(), instant)
                caller = Caller(self.carmaker.id, "benchmark")
                total = footprint(session, caller, part, asked)["total"]["excluding_uptake"]
            found.append(None if total is None else Decimal(total))
        opened.engine.dispose()
        return found


@dataclass(frozen=True)
class Maker:
    """A company with its key."""

    id: str
    key: Ed25519PrivateKey
    kid: str

    @classmethod
    def founded(cls, session: Session, name: str) -> "Maker":
        """A new company at the hub."""
        key = Ed25519PrivateKey.generate()
        x = b64url_encode(key.public_key().public_bytes_raw())
        jwk = {"kty": "OKP", "crv": "Ed25519", "x": x}
        company = add_company(session, name, "DE", [])
        add_key(session, company.id, jwk, "operator")
        return cls(company.id, key, thumbprint(jwk))

    def declare(
        self, session: Session, settings: Settings, number: str, kgco2e: Decimal, **cells: str
    ) -> None:
        """Sign a declaration and send it through the hub's door."""
        year = datetime.now(UTC).year - 1
        period = {"period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
        more = {"declared_unit": "piece", "declared_amount": "1", "mass_kg": "2.5"}
        row = read_row(
            {"number": number, "kgco2e": str(kgco2e), "standard": "ISO14067"}
            | period | more | cells
        )  # fmt: skip
        assert row is not None
        declarant = Declarant(Profile(company_name="Maker"), self.kid)
        built = build(row, declarant, Fresh.draw(datetime.now(UTC)))
        jws = sign(built.payload, self.key.sign, "Ed25519", self.kid)
        sent = pack_submission(jws, built.annexes)
        receive(session, self.id, sent, by="machine:benchmark", settings=settings)


def _assembly(session: Session, company_id: str, root: str, children: list[str]) -> None:
    cells = "\n".join(f"{number},assembly,piece,2.5" for number in (root, *children))
    import_parts(session, company_id, csv_table("number,kind,base_unit,net_mass_kg", cells))
    lines = "\n".join(f"{root},{number},1" for number in children)
    import_bom(session, company_id, csv_table("parent,child,quantity", lines))


def main() -> int:
    """Print the table; the exit status says whether the rules hold (0) or not (1)."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--database", help="URL of an empty database; SQLite files by default")
    arguments = parser.parse_args()
    found = list(rows(arguments.rounds, arguments.database))
    print("| rules | " + " | ".join(f"{changed} changed" for changed in CHANGED) + " |")
    print("|---|" + "---|" * len(CHANGED))
    for name in RULES:
        shares = [f"{row.learned:.0%}" for row in found if row.rules == name]
        print(f"| {name} | " + " | ".join(shares) + " |")
    return int(any(row.learned for row in found if row.rules == "together"))


if __name__ == "__main__":
    raise SystemExit(main())
