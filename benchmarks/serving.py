"""Compare the hub's reads over HTTP with a plain `def` endpoint that returns the same bytes.

    python -m benchmarks.serving [--database URL]

Two servers listen on the loopback in processes of their own: the hub with a small supply chain, and
an application that knows nothing but the bytes. One client asks each in turn, over one connection;
the best of several turns counts. Read the ratios, not the seconds.

The hub's answer includes what the plain one leaves out: who asks, whether the kept answer still
holds, and, where another company's data is told, the record of it on disk.
"""

import argparse
import io
import socket
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from http.client import HTTPConnection
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from urllib.parse import quote

import uvicorn
from alembic import command
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from fastapi import FastAPI, Response
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.access.roles import GIVEN_BY_ADMINS
from hub.access.usecases import add_machine, issue_token
from hub.bom.queries import part_ids
from hub.bom.usecases import confirm_links, import_bom, import_parts, import_sourcing
from hub.cli.schema_version import alembic_config
from hub.declarations.usecases import receive
from hub.kit.database import as_hub, open_database, transaction
from hub.main import create_app
from hub.parties.usecases import add_company
from hub.settings import Settings
from hub.sharing.usecases import grant
from hub.trust.usecases import add_key
from tierlight_schemas.build import Fresh, build
from tierlight_schemas.declarant import Declarant, Profile
from tierlight_schemas.envelope import b64url_encode, pack_submission, sign, thumbprint
from tierlight_schemas.rows import read_row

PARTS = 100
BOUGHT = 10
TURNS, REQUESTS = 7, 60


@dataclass(frozen=True)
class Row:
    """One read beside a plain endpoint with the same bytes."""

    read: str
    bytes: int
    seconds: float
    ratio: float
    """Multiple of the plain endpoint's time."""


@dataclass(frozen=True)
class Read:
    """What is asked of the hub."""

    name: str
    path: str
    token: str


def rows(database_url: str | None = None) -> list[Row]:
    """Every read, with an empty database of its own unless one is named."""
    with tempfile.TemporaryDirectory() as folder:
        url = database_url or f"sqlite:///{Path(folder) / 'serving.sqlite3'}"
        settings = Settings(database_url=url, rate_reads=10**9, rate_company_reads=10**9)
        reads = prepared(settings)
        with serving(settings, {}) as hub:
            bodies = {read.name: fetched(hub, read) for read in reads}
            with serving(None, bodies) as plain:
                return [compared(hub, plain, read, bodies[read.name]) for read in reads]


def compared(hub: int, plain: int, read: Read, body: bytes) -> Row:
    """Both servers by turns, so that whatever else the machine does falls on both."""
    best = {hub: float("inf"), plain: float("inf")}
    same = Read(read.name, f"/{quote(read.name)}", "")
    for _ in range(TURNS):
        for port, asked in ((hub, read), (plain, same)):
            best[port] = min(best[port], seconds(port, asked))
    return Row(read.name, len(body), best[hub], best[hub] / best[plain])


def seconds(port: int, read: Read) -> float:
    """Seconds for one request, of `REQUESTS` in a row."""
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    started = time.perf_counter()
    for _ in range(REQUESTS):
        ask(connection, read)
    elapsed = time.perf_counter() - started
    connection.close()
    return elapsed / REQUESTS


def ask(connection: HTTPConnection, read: Read) -> bytes:
    """The body of one answer. Raises `AssertionError` for anything but a 200."""
    connection.request("GET", read.path, headers={"Authorization": f"Bearer {read.token}"})
    answer = connection.getresponse()
    body = answer.read()
    assert answer.status == 200, body
    return body


def fetched(port: int, read: Read) -> bytes:
    """The bytes of a read, once it is hot."""
    connection = HTTPConnection("127.0.0.1", port, timeout=60)
    body = [ask(connection, read) for _ in range(2)][-1]
    connection.close()
    return body


@contextmanager
def serving(settings: Settings | None, bodies: Mapping[str, bytes]) -> Iterator[int]:
    """The port of a server in a process of its own: the hub, or one that returns `bodies`."""
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=serve, args=(settings, bodies, theirs))
    process.start()
    try:
        yield ours.recv() if ours.poll(60) else 0
    finally:
        process.terminate()
        process.join(10)


def serve(settings: Settings | None, bodies: Mapping[str, bytes], parent: Connection) -> None:
    """Listen on a free port, tell it, and serve until the process is ended."""
    app = create_app(settings) if settings else plain_app(bodies)
    listening = socket.create_server(("127.0.0.1", 0))
    # A server that opens its socket by itself sets this; else both would wait for late ACKs.
    listening.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    parent.send(listening.getsockname()[1])
    uvicorn.Server(uvicorn.Config(app, log_level="warning")).run([listening])


def plain_app(bodies: Mapping[str, bytes]) -> FastAPI:
    """The least that FastAPI does for a `def` endpoint."""
    app = FastAPI()

    @app.get("/{name}")
    def same(name: str) -> Response:
        return Response(bodies[name], media_type="application/json")

    return app


def prepared(settings: Settings) -> list[Read]:
    """A maker of `PARTS` declared parts with a product of its own, and a buyer of some of them."""
    database = open_database(settings.database_url)
    with database.engine.begin() as connection:
        config = alembic_config()
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
    with transaction(as_hub(database).write) as session:
        reads = _supply_chain(session, settings)
    database.engine.dispose()
    return reads


def _supply_chain(session: Session, settings: Settings) -> list[Read]:
    maker, buyer = (add_company(session, name, "DE", []).id for name in ("Maker", "Buyer"))
    numbers = [f"P-{n:03}" for n in range(PARTS - 1)]
    digests = declare(session, maker, numbers, settings)
    _tables(session, maker, "SYSTEM", numbers)
    declare(session, maker, ["SYSTEM-SPARE"], settings)
    _tables(session, buyer, "CAR", [f"B-{n}" for n in range(BOUGHT)])
    links = "\n".join(f"B-{n},{maker},{numbers[n]},1" for n in range(BOUGHT))
    import_sourcing(session, buyer, csv_table("part,supplier,supplier_part,share", links))
    confirm_links(session, maker)
    grant(session, Caller(maker, "machine:benchmark"), buyer, None, 1)
    token = {who: _token(session, who) for who in (maker, buyer)}
    system, car = _part(session, maker, "SYSTEM"), _part(session, buyer, "CAR")
    return [
        Read("footprint", f"/v1/parts/{system}/footprint", token[maker]),
        Read("findings", f"/v1/parts/{system}/findings", token[maker]),
        Read("tree", f"/v1/parts/{system}/tree", token[maker]),
        Read("vehicles", "/v1/vehicles", token[maker]),
        Read(f"footprint with {BOUGHT} of others", f"/v1/parts/{car}/footprint", token[buyer]),
        Read(f"page of {PARTS} parts", "/v1/parts", token[maker]),
        Read(f"page of {PARTS} declarations", "/v1/declarations", token[maker]),
        Read("declaration, as signed", f"/v1/declarations/{digests[0]}/jws", token[maker]),
        Read("declaration, described", f"/v1/declarations/{digests[0]}", token[maker]),
    ]


def _token(session: Session, company_id: str) -> str:
    client_id, _ = add_machine(session, company_id, "benchmark", GIVEN_BY_ADMINS)
    return issue_token(session, client_id, 3600)


def _part(session: Session, company_id: str, number: str) -> str:
    return part_ids(session, company_id, [number])[number]


def _tables(session: Session, company_id: str, root: str, children: list[str]) -> None:
    cells = "\n".join(f"{number},assembly,piece,2.5" for number in (root, *children))
    import_parts(session, company_id, csv_table("number,kind,base_unit,net_mass_kg", cells))
    lines = "\n".join(f"{root},{number},{n + 1}" for n, number in enumerate(children))
    import_bom(session, company_id, csv_table("parent,child,quantity", lines))


def csv_table(head: str, lines: str) -> io.BytesIO:
    """A table as an import takes it."""
    return io.BytesIO(f"{head}\n{lines}\n".encode())


def declare(
    session: Session,
    company_id: str,
    numbers: list[str],
    settings: Settings,
    kgco2e: str = "12.50",
) -> list[str]:
    """Sign and receive a declaration of each part; their digests."""
    key = Ed25519PrivateKey.generate()
    jwk = {
        "kty": "OKP",
        "crv": "Ed25519",
        "x": b64url_encode(key.public_key().public_bytes_raw()),
    }
    add_key(session, company_id, jwk, "operator")
    declarant = Declarant(Profile(company_name="Maker"), thumbprint(jwk))
    year, found = datetime.now(UTC).year - 1, []
    for number in numbers:
        cells = {"number": number, "period_start": f"{year}-01-01", "period_end": f"{year}-12-31"}
        cells |= {"declared_unit": "piece", "mass_kg": "2.5", "kgco2e": kgco2e}
        row = read_row(cells | {"declared_amount": "1", "standard": "ISO14067"})
        assert row is not None
        built = build(row, declarant, Fresh.draw(datetime.now(UTC)))
        signed = sign(built.payload, key.sign, "Ed25519", declarant.thumbprint)
        verdict = receive(
            session,
            company_id,
            pack_submission(signed, built.annexes),
            by="machine:benchmark",
            settings=settings,
        )
        assert verdict.digest is not None
        found.append(verdict.digest)
    return found


def main() -> None:
    """Print every read as a multiple of the plain endpoint."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--database", metavar="URL", help="an empty one; else a SQLite file")
    print(f"{'read':<36} {'bytes':>8} {'milliseconds':>12} {'ratio':>6}")
    for row in rows(parser.parse_args().database):
        print(f"{row.read:<36} {row.bytes:>8,} {row.seconds * 1000:>12,.2f} {row.ratio:>6,.1f}")


if __name__ == "__main__":
    main()
