"""A folder with a key and a table, the command as a person calls it, and machines at a hub."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from hub.access.roles import GIVEN_BY_ADMINS
from hub.access.usecases import add_machine
from hub.parties.usecases import add_company
from tests.cast import CELLWERK
from tierlight import Client, FileSigner
from tierlight.cli import main

HEADER = "number,period_start,period_end,declared_unit,mass_kg,kgco2e"
ROWS = (
    "A-1,2025-01-01,2026-01-01,piece,2.5,12.50",
    "B 2,2025-01-01,2026-01-01,kg,,5.62e-02",
    "阴极,2025-01-01,2026-01-01,kWh,,0.61",
)


@dataclass(frozen=True)
class Ran:
    """What a command did."""

    status: int
    out: str
    err: str


@dataclass
class Desk:
    """Somebody's folder and terminal."""

    folder: Path
    run: Callable[..., Ran]

    @property
    def key(self) -> Path:
        return self.folder / "key.pem"

    @property
    def jwk(self) -> Path:
        return self.folder / "key.pub.jwk"

    @property
    def table(self) -> Path:
        return self.folder / "footprints.csv"

    @property
    def out(self) -> Path:
        return self.folder / "signed.ndjson"

    def write(self, *rows: str, header: str = HEADER, encoding: str = "utf-8") -> None:
        self.table.write_bytes("\n".join((header, *rows, "")).encode(encoding))

    def declare(self, *options: object) -> Ran:
        return self.run("declare", self.table, "--key", self.key, "--out", self.out, *options)

    def lines(self) -> list[bytes]:
        return self.out.read_bytes().splitlines()


@pytest.fixture
def desk(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Desk:
    """A key, a table of three good rows, a terminal in English, and no hub."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("TIERLIGHT_URL", "TIERLIGHT_CLIENT_ID", "TIERLIGHT_CLIENT_SECRET"):
        monkeypatch.delenv(name, raising=False)

    def run(*arguments: object) -> Ran:
        capsys.readouterr()
        try:
            status = main([str(argument) for argument in arguments])
        except SystemExit as ended:
            status = int(ended.code or 0)
        said = capsys.readouterr()
        return Ran(status, said.out, said.err)

    made = Desk(tmp_path, run)
    assert run("keygen", "--out", made.key).status == 0
    made.write(*ROWS)
    return made


@dataclass(frozen=True)
class Machine:
    """A company's access to the hub."""

    company_id: str
    client_id: str
    secret: str

    def client(self, hub, **how) -> Client:
        return Client(hub.url, self.client_id, self.secret, **how)


def machine(hub, actor):
    with hub.transaction() as session:
        company = add_company(session, actor.name, actor.country, [actor.identifier], True)
        return Machine(company.id, *add_machine(session, company.id, "ERP", GIVEN_BY_ADMINS))


@pytest.fixture
def cellwerk(live_hub):
    return machine(live_hub, CELLWERK)


@pytest.fixture
def supplier(live_hub, cellwerk):
    with cellwerk.client(live_hub) as client:
        yield client


@pytest.fixture
def signer(supplier):
    signer = FileSigner.generate()
    assert supplier.register_key(signer) == signer.kid
    return signer
