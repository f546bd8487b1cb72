"""Statements: signed by the hub, logged, seen by their owner only, computed again by anybody."""

import json
import stat
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from fastapi.testclient import TestClient

from hub.declarations.tables import DeclarationRow
from hub.main import create_app
from hub.sharing.tables import AccessRecord
from hub.trust.hub_key import hub_signer, make_hub_key
from hub.trust.tables import LogEntry
from tests.cast import AURORA, BEIFENG, CELLWERK, FOXGLOVE
from tests.hub.chain import Chain, car
from tests.hub.conftest import World
from tests.statements import results_of
from tierlight_schemas.canonical import canonical
from tierlight_schemas.errors import StandardError
from tierlight_schemas.keys import thumbprint
from tierlight_schemas.rollup.model import EXCLUDING
from tierlight_schemas.statement_bundle import Checked, check_bundle

ROOT_TOTAL = "2200"


@pytest.fixture
def key_file(tmp_path) -> Path:
    path = tmp_path / "hub-key"
    make_hub_key(path)
    return path


@pytest.fixture
def signing(members, session, settings, database, key_file) -> Iterator[World]:
    """The cast at a hub with a key of its own."""
    app = create_app(settings.model_copy(update={"signing_key_file": key_file}), database)
    with TestClient(app, base_url="http://127.0.0.1", raise_server_exceptions=False) as client:
        yield World(members, client, session)


@pytest.fixture
def cars(signing) -> Chain:
    return car(Chain(signing))


def share(chain: Chain, aggregate: bool = True) -> None:
    """Everybody lets results use what lies deeper; the cells and the case are declared."""
    chain.declare(CELLWERK, "CELL-1", "55", mass_kg="5")
    chain.declare(BEIFENG, "BP-CASE", "3", declared_unit="kg", mass_kg="1")
    chain.process(BEIFENG, "PACK-1", "10")
    chain.grant(CELLWERK, BEIFENG, aggregate=aggregate)
    chain.grant(BEIFENG, AURORA, aggregate=aggregate)


def made(chain: Chain, **asked: str) -> bytes:
    """The bundle of a new statement of Aurora's car."""
    path = f"/v1/parts/{chain.part(AURORA, 'CAR-1')}/statements"
    answer = chain.world.post(AURORA, path, json=asked)
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"/v1/statements/{check_bundle(answer.content).digest}"
    return answer.content


def checked(chain: Chain, **asked: str) -> Checked:
    return check_bundle(made(chain, **asked))


class TestAStatement:
    def test_says_what_the_footprint_says(self, cars):
        share(cars)
        asked = {"as_of": "2026-06-01"}
        told = cars.get(AURORA, "CAR-1", **asked)
        subject = checked(cars, **asked).subject
        found = subject["result"]
        assert found["total"]["excludingUptake"] == told["total"]["excluding_uptake"]
        assert found["total"].get("includingUptake") == told["total"]["including_uptake"]
        assert found["columns"] == told["columns"]
        assert found["columnsStated"] == told["columns_stated"]
        assert found["known"] == told["root"]["kind"]
        for name in ("lines", "mass", "carbon"):
            assert found["coverage"].get(name) == told["coverage"][name]
        for kind, row in told["kinds"].items():
            assert found["kinds"][kind] == {
                "lines": row["lines"], "massKg": row["mass_kg"], "value": row["value"],
            }  # fmt: skip
        assert subject["inputDigest"] == told["input_digest"]
        assert (subject["ruleset"], subject["engine"]) == (told["ruleset"], told["engine"])

    def test_knows_no_more_than_was_granted(self, cars):
        cars.declare(CELLWERK, "CELL-1", "55", mass_kg="5")
        subject = checked(cars).subject
        assert subject["result"]["total"]["excludingUptake"] == ROOT_TOTAL
        assert subject["result"]["words"]["code"] == "total/at-least"

    def test_says_the_same_on_every_database_and_in_every_year(self, cars):
        share(cars)
        again = check_bundle(made(cars, as_of="2026-06-01")).subject["result"]
        assert canonical(again) == canonical(results_of("0.1.0")["car"])

    def test_of_the_deep_basis_is_one_too(self, cars):
        share(cars)
        found = checked(cars, basis="deep", as_of="2026-06-01")
        assert found.subject["basis"] == "deep"
        told = cars.get(AURORA, "CAR-1", basis="deep", as_of="2026-06-01")["total"]
        assert found.subject["result"]["total"]["excludingUptake"] == told["excluding_uptake"]

    def test_about_yesterday_stays_what_it_was(self, cars):
        first = checked(cars)
        known_at = first.subject["knownAt"]
        cars.declare(AURORA, "AM-STEEL", "3", declared_unit="kg", mass_kg="1")
        second = checked(cars, known_at=known_at, as_of=first.subject["asOf"])
        assert second.subject["result"] == first.subject["result"]
        assert second.subject["network"] == first.subject["network"]

    def test_is_recorded_in_the_log_and_in_the_owners_access_log(self, cars):
        share(cars)
        before = cars.world.session.query(AccessRecord).count()
        found = checked(cars)
        entry = cars.world.session.get_one(LogEntry, found.receipt["index"])
        assert (entry.kind, entry.leaf.hex()) == ("statement", found.receipt["leaf"])
        assert cars.world.session.query(AccessRecord).count() > before


class TestTheAnnex:
    def test_holds_nothing_of_a_supplier_but_its_closed_account(self, cars):
        share(cars)
        bundle = made(cars)
        parts = json.loads(bundle)["annex"]["parts"]
        (pack,) = [part for part in parts if part["owner"] != "0"]
        assert {"lines", "sources", "own", "default", "gas"} & set(pack) == set()
        assert pack["account"]["columns"][EXCLUDING] == "2510"
        for secret in ("CELL-1", "Secret-cell", "BP-CASE", "BP-CELL", "PACK-1", "Beifeng"):
            assert secret.encode() not in bundle
        assert b'"3520"' not in bundle  # the digits alone may stand in a digest by chance
        digests = {row.digest for row in _declarations(cars, BEIFENG, CELLWERK)}
        assert not [name for name in digests if name.encode() in bundle]

    def test_names_the_declaration_that_the_reader_may_read(self, cars):
        name = cars.declare(BEIFENG, "PACK-1", "3000", mass_kg="300")
        cars.grant(BEIFENG, AURORA)
        annex = json.loads(made(cars))["annex"]
        assert f"value {name}" in annex["inputs"]


def _declarations(chain, *owners):
    ids = [chain.id(owner) for owner in owners]
    return chain.world.session.query(DeclarationRow).filter(DeclarationRow.company_id.in_(ids))


class TestReading:
    def test_is_for_the_owner_only(self, cars):
        name = check_bundle(made(cars)).digest
        for path in (f"/v1/statements/{name}", f"/v1/statements/{name}/bundle"):
            assert cars.world.get(AURORA, path).status_code == 200
            assert cars.world.get(BEIFENG, path).status_code == 404
            assert cars.world.get(FOXGLOVE, path).status_code == 404
        assert cars.world.get(FOXGLOVE, "/v1/statements").json()["items"] == []

    def test_gives_the_same_bytes_for_ever(self, cars):
        bundle = made(cars)
        name = check_bundle(bundle).digest
        assert cars.world.get(AURORA, f"/v1/statements/{name}/bundle").content == bundle

    def test_lists_and_shows_what_was_stated(self, cars):
        names = [check_bundle(made(cars)).digest for _ in range(3)]
        listed = cars.world.get(AURORA, "/v1/statements", params={"limit": 2}).json()
        rest = cars.world.get(AURORA, "/v1/statements", params={"after": listed["next"]}).json()
        assert [item["digest"] for item in listed["items"] + rest["items"]] == names
        shown = cars.world.get(AURORA, f"/v1/statements/{names[0]}").json()
        assert shown["document"]["credentialSubject"]["baseUnit"] == "piece"
        assert shown["summary"]["log_index"] == listed["items"][0]["log_index"]

    def test_somebody_elses_part_cannot_be_stated(self, cars):
        path = f"/v1/parts/{cars.part(AURORA, 'CAR-1')}/statements"
        assert cars.world.post(BEIFENG, path, json={}).status_code == 404


class TestTheHubsKey:
    def test_is_published_and_stands_in_the_log_once(self, cars):
        found = [checked(cars), checked(cars)]
        keys = cars.world.client.get("/.well-known/tierlight-hub-keys.json").json()
        (key,) = keys["keys"]
        assert {one.kid for one in found} == {key["kid"]} == {thumbprint(key)}
        entry = cars.world.session.get_one(LogEntry, key["log_index"])
        assert entry.kind == "hub-key-add"

    def test_stays_published_when_another_follows(self, cars, settings, database, tmp_path):
        first = checked(cars)
        make_hub_key(tmp_path / "second")
        app = create_app(
            settings.model_copy(update={"signing_key_file": tmp_path / "second"}), database
        )
        with TestClient(app, base_url="http://127.0.0.1") as client:
            other = Chain(World(cars.world.members, client, cars.world.session))
            second = checked(other)
            kids = [
                key["kid"]
                for key in client.get("/.well-known/tierlight-hub-keys.json").json()["keys"]
            ]
        assert kids == [first.kid, second.kid]
        old = cars.world.get(AURORA, f"/v1/statements/{first.digest}/bundle").content
        assert check_bundle(old).kid == first.kid

    def test_is_only_readable_by_its_owner(self, key_file):
        assert stat.S_IMODE(key_file.stat().st_mode) == 0o600

    @pytest.mark.parametrize(
        ("content", "code"),
        [(None, "statement/no-hub-key"), (b"junk", "statement/hub-key-file")],
    )
    def test_that_is_missing_is_said_with_the_remedy(
        self, world, settings, database, tmp_path, content, code
    ):
        path = tmp_path / "key"
        if content is not None:
            path.write_bytes(content)
        given = settings.model_copy(update={"signing_key_file": path if content else None})
        car(Chain(world))
        with TestClient(create_app(given, database), base_url="http://127.0.0.1") as client:
            chain = Chain(World(world.members, client, world.session))
            path_of = f"/v1/parts/{chain.part(AURORA, 'CAR-1')}/statements"
            answer = chain.world.post(AURORA, path_of, json={})
        assert (answer.status_code, answer.json()["code"]) == (409, code)
        assert "make-hub-key" in answer.json()["remedy"]

    def test_of_another_kind_is_refused(self, settings, tmp_path):
        path = tmp_path / "p256"
        path.write_bytes(
            ec.generate_private_key(ec.SECP256R1()).private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
        with pytest.raises(Exception, match="hub-key-file"):
            hub_signer(settings.model_copy(update={"signing_key_file": path}))


class TestOneChangedByte:
    def test_is_refused_anywhere(self, cars):
        share(cars)
        bundle = made(cars)
        assert check_bundle(bundle).digest
        places = {*range(0, len(bundle), 7), *range(len(bundle) - 300, len(bundle))}
        held = [place for place in sorted(places) if _holds(bundle, place)]
        assert held == []

    def test_is_refused_by_the_digest_that_it_breaks(self, cars):
        bundle, other = json.loads(made(cars)), json.loads(made(cars))
        for member in ("receipt", "statement"):
            with pytest.raises(StandardError, match="statement/receipt"):
                check_bundle(canonical(bundle | {member: other[member]}))
        bundle["annex"]["parts"][0]["lines"][0]["quantity"] = "2"
        with pytest.raises(StandardError, match="annex-differs"):
            check_bundle(canonical(bundle))


def _holds(bundle: bytes, place: int) -> bool:
    changed = bytes([bundle[place] ^ 1])
    try:
        check_bundle(bundle[:place] + changed + bundle[place + 1 :])
    except StandardError:
        return False
    return True
