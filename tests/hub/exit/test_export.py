"""What a company takes along: whole, its own alone, and at home in another hub."""

import csv
import hashlib
import io
import json
import zipfile
from functools import partial
from pathlib import Path
from typing import BinaryIO

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.activity.sheets import Sheet
from hub.activity.usecases import import_table
from hub.bom.usecases import import_bom, import_parts, import_sourcing
from hub.declarations.tables import DeclarationRow
from hub.declarations.usecases import receive_lines, withdraw
from hub.exit import api
from hub.exit.exporting import export_company
from hub.factors.usecases import import_factors
from hub.kit.database import transaction
from hub.kit.import_report import ImportReport
from hub.parties.usecases import add_company, add_site
from hub.trust.usecases import add_key
from tests.cast import BEIFENG, CELLWERK, FOXGLOVE, GUTACHTEN
from tests.hub.conftest import Member
from tests.hub.exit.conftest import Committing, Leaving, archive_of, opened, settings_in
from tests.hub.trust.conftest import policy_of
from tierlight.cli import main as tierlight
from tierlight_schemas.envelope import b64url_decode, digest
from tierlight_schemas.log.entries import entry_of
from tierlight_schemas.log.proofs import check_proof, read_proof

TABLES = {
    "parts.csv": import_parts,
    "bom.csv": import_bom,
    "sourcing.csv": import_sourcing,
    "factors.csv": import_factors,
}


def import_sheet(sheet: Sheet, session: Session, company_id: str, file: BinaryIO) -> ImportReport:
    return import_table(session, company_id, sheet, file, f"{sheet}.csv", "test")


TABLES |= {f"{sheet}.csv": partial(import_sheet, sheet) for sheet in Sheet}


@pytest.fixture
def unpacked(leaving: Leaving, tmp_path: Path) -> Path:
    """Beifeng's archive, unpacked."""
    return unpack(archive_of(leaving, BEIFENG), tmp_path / "export")


def unpack(data: bytes, folder: Path) -> Path:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        assert packed.testzip() is None
        packed.extractall(folder)
    return folder


class TestTheArchive:
    def test_names_every_file_with_its_digest(self, unpacked):
        manifest = json.loads((unpacked / "manifest.json").read_bytes())
        said = {item["name"]: (item["size"], item["sha256"]) for item in manifest["files"]}
        found = {
            str(path.relative_to(unpacked)): (
                path.stat().st_size,
                hashlib.sha256(path.read_bytes()).hexdigest(),
            )
            for path in unpacked.rglob("*")
            if path.is_file() and path.name != "manifest.json"
        }
        assert said == found
        assert manifest["type"] == "tierlight.export/1"

    @pytest.mark.parametrize(
        ("lang", "words"),
        [("en", "Parts as they are"), ("de", "Teile in"), ("zh-CN", "零件的当前")],
    )
    def test_says_in_three_languages_what_each_file_is(self, unpacked, lang, words):
        text = (unpacked / f"README.{lang}.txt").read_text("utf-8")
        assert words in text
        names = {p.relative_to(unpacked).parts[0] for p in unpacked.rglob("*") if p.is_file()}
        assert [n for n in names - {"manifest.json"} if n not in text and "README" not in n] == []
        assert "exit/" not in text

    def test_holds_the_signed_bytes_as_received(self, leaving, unpacked):
        lines = (unpacked / "declarations.ndjson").read_bytes().splitlines()
        sent = [b64url_decode(json.loads(line)["declaration"]) for line in lines]
        own = select(DeclarationRow.jws).filter_by(company_id=leaving.chain.id(BEIFENG))
        rows = leaving.session.scalars(own.order_by(DeclarationRow.log_index))
        assert sent == list(rows)

    def test_proves_consents_and_withdrawals(self, leaving, unpacked):
        policy = policy_of(leaving.settings)
        proven = 0
        for name in ("consents-given.ndjson", "withdrawals.ndjson", "key-events.ndjson"):
            for line in (unpacked / name).read_bytes().splitlines():
                item = json.loads(line)
                kind = {"consents-given": "consent-", "key-events": "key-"}.get(name.split(".")[0])
                kind = f"{kind}{item['event']}" if kind else "withdrawal"
                entry = entry_of(kind, b64url_decode(item["statement"]))
                assert (
                    check_proof(read_proof(item["proof"]), entry, policy).index == item["log_index"]
                )
                proven += 1
        assert proven == 4 + 1 + 1

    def test_has_what_third_parties_said(self, leaving, unpacked):
        policy = policy_of(leaving.settings)
        lines = (unpacked / "verifications.ndjson").read_bytes().splitlines()
        ended, stands = (json.loads(line) for line in lines)
        for said in (ended, stands):
            assert said["declaration"] == leaving.pack
            entry = entry_of("verification", said["jws"].encode())
            index = check_proof(read_proof(said["proof"]), entry, policy).index
            assert index == said["log_index"] == json.loads(said["receipt"])["index"]
        entry = entry_of("verification-revoke", ended["revocation"]["jws"].encode())
        check_proof(read_proof(ended["revocation"]["proof"]), entry, policy)
        assert "revocation" not in stands
        theirs = zipfile.ZipFile(io.BytesIO(archive_of(leaving, GUTACHTEN)))
        assert theirs.read("verifications.ndjson").splitlines() == lines

    def test_has_no_password_secret_or_token(self, unpacked):
        blob = b"\n".join(p.read_bytes() for p in unpacked.rglob("*") if p.is_file())
        for word in (b"scrypt", b"secret_hash", b"csrf", b"PRIVATE"):
            assert word not in blob

    @pytest.mark.parametrize("path", ["declarations.ndjson", "statements", "evidence"])
    def test_is_verified_offline(self, unpacked, path, capsys):
        files = sorted((unpacked / path).glob("*")) if "." not in path else [unpacked / path]
        assert files
        for file in files:
            arguments = ["verify", str(file), "--policy", str(unpacked / "log.policy")]
            arguments += ["--jwk", str(unpacked / "hub-keys.json")] if path == "statements" else []
            assert tierlight(arguments) == 0, capsys.readouterr()

    def test_of_a_hub_without_a_key_has_no_proofs(self, leaving, tmp_path):
        unsigned = leaving.settings.model_copy(update={"signing_key_file": None})
        with opened(leaving.settings.database_url, unsigned) as (client, session, _):
            world = Committing(leaving.world.members, client, session)
            answer = world.get(FOXGLOVE, "/v1/company/export")
        folder = unpack(answer.content, tmp_path / "x")
        assert json.loads((folder / "company.json").read_text())["name"] == "Foxglove"
        assert not (folder / "evidence").exists()


class TestNobodyElse:
    def test_is_in_it_but_by_names_that_the_company_knows(self, leaving):
        with zipfile.ZipFile(io.BytesIO(archive_of(leaving, BEIFENG))) as packed:
            files = {name: packed.read(name).decode() for name in packed.namelist()}
        whole = "\n".join(files.values())
        for secret in ("Aurora", "CAR-1", "Donghai", "Foxglove", "Secret-cell"):
            assert secret not in whole
        # What it was asked names the customer's part, as the customer has told it.
        assert {name for name, text in files.items() if "AM-PACK" in text} == {"requests.ndjson"}
        # It named Cellwerk itself, and buys from it.
        naming = {name for name, text in files.items() if "ellwerk" in text.lower()}
        assert naming <= {
            *("sourcing.csv", "history/sourcing.csv", "consents-received.ndjson"),
        }

    def test_gets_a_consent_of_a_part_that_it_does_not_buy(self, leaving):
        other = leaving.world.part(CELLWERK, "CELL-9")
        leaving.chain.grant(CELLWERK, BEIFENG, level=2, part_id=other.id)
        leaving.chain.grant(FOXGLOVE, BEIFENG, level=2)
        with zipfile.ZipFile(io.BytesIO(archive_of(leaving, BEIFENG))) as packed:
            lines = packed.read("consents-received.ndjson").splitlines()
        assert [json.loads(line) for line in lines] == [
            {"supplier": "Cellwerk", "level": 1, "aggregate": False, "valid_from": TODAY}
            for TODAY in [json.loads(lines[0])["valid_from"]]
        ]

    def test_of_a_stranger_is_empty(self, leaving, tmp_path):
        folder = unpack(archive_of(leaving, FOXGLOVE), tmp_path / "f")
        assert (folder / "declarations.ndjson").read_bytes() == b""
        rows = list(csv.reader((folder / "parts.csv").read_text().splitlines()))
        assert len(rows) == 1

    def test_without_signing_in_is_refused(self, leaving):
        for path in ("/v1/company/export", "/v1/company/erasure"):
            assert leaving.world.client.get(path).status_code == 401


class TestLimits:
    def test_only_so_many_are_made_at_once(self, leaving):
        for _ in range(api.AT_ONCE):
            assert api._turns.acquire(blocking=False)
        try:
            answer = leaving.world.get(BEIFENG, "/v1/company/export")
        finally:
            for _ in range(api.AT_ONCE):
                api._turns.release()
        assert (answer.status_code, answer.json()["code"]) == (429, "exit/busy")
        assert answer.headers["retry-after"] == str(api.RETRY_SECONDS)
        assert leaving.world.get(BEIFENG, "/v1/company/export").status_code == 200


class TestAnotherHub:
    def test_takes_it_in_and_gives_the_same_again(
        self, leaving, unpacked, databases, template_url, tmp_path
    ):
        company = json.loads((unpacked / "company.json").read_text())
        url = databases.copy(template_url)
        settings = settings_in(Path(leaving.settings.signing_key_file).parent, url)
        settings = settings.model_copy(update={"log_head_file": tmp_path / "other-head.json"})
        with opened(url, settings) as (_, _, database):
            with transaction(database.write) as writing:
                identifiers = [tuple(text.split(":", 1)) for text in company["identifiers"]]
                made = add_company(
                    writing, company["name"], company["country"], identifiers, True, company["id"]
                )
                add_key(writing, made.id, BEIFENG.jwk, "operator")
                for site in csv.DictReader((unpacked / "sites.csv").read_text().splitlines()):
                    place = (site["code"], site["name"], site["country"], site["subdivision"])
                    add_site(writing, made.id, *place)
                for name, take in TABLES.items():
                    take(writing, made.id, io.BytesIO((unpacked / name).read_bytes()))
            with (unpacked / "declarations.ndjson").open("rb") as lines:
                given = list(
                    receive_lines(database.write, made.id, lines, by="x", settings=settings)
                )
            assert [line.verdict.status for line in given] == ["stored", "stored"]
            member = Member(BEIFENG, made.id, "", "", "")
            with transaction(database.write) as writing:
                for line in (unpacked / "withdrawals.ndjson").read_text().splitlines():
                    item = json.loads(line)
                    withdraw(
                        writing,
                        member.caller,
                        item["declaration"],
                        item["reason"],
                        settings=settings,
                    )
            pieces = export_company(database.write, database.read, member.caller, settings)
            again = unpack(b"".join(pieces), tmp_path / "again")
        for name in (*TABLES, "declarations.ndjson", "findings.ndjson", "company.json"):
            assert (again / name).read_bytes() == (unpacked / name).read_bytes(), name
        assert digest((again / "parts.csv").read_bytes()) in (again / "manifest.json").read_text()


def test_a_company_of_odd_texts_comes_back_as_it_was(leaving, tmp_path):
    """Cells that look like formulas, quotes and line ends: the table is for programs."""
    odd = '=cmd()|"A1", line; tab'
    table = io.StringIO()
    csv.writer(table).writerows([["number", "name"], ["=1+1", odd], ["-7", "@x"]])
    with transaction(leaving.database.write) as session:
        import_parts(session, leaving.chain.id(FOXGLOVE), io.BytesIO(table.getvalue().encode()))
    folder = unpack(archive_of(leaving, FOXGLOVE), tmp_path / "odd")
    with transaction(leaving.database.write) as session:
        data = io.BytesIO((folder / "parts.csv").read_bytes())
        report = import_parts(session, leaving.chain.id(FOXGLOVE), data)
    assert (report.rows, report.unchanged) == (2, 2)
