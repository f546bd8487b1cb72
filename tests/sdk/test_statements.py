"""`tierlight verify` for statements, without any hub; and a client that asks for them."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from hub.trust.hub_key import make_hub_key
from tests.cast import AURORA
from tests.sdk.conftest import machine
from tests.statements import FOLDER, RELEASED
from tierlight import Conflict, NotFound
from tierlight_schemas.statement_bundle import check_bundle

CAR = FOLDER / "0.1.0" / "car.json"
ALONE = """
import sys
for name in ("hub", "supplier_portal", "fastapi", "sqlalchemy", "numpy"):
    sys.modules[name] = None  # importing it raises
from tierlight.cli import main
sys.exit(main(sys.argv[1:]))
"""


@pytest.fixture
def jwk(tmp_path) -> Path:
    """The key that the released statement names."""
    path = tmp_path / "hub.jwk"
    path.write_text(json.dumps(json.loads(CAR.read_bytes())["key"]))
    return path


class TestVerify:
    def test_computes_again_and_says_what(self, desk, jwk):
        ran = desk.run("verify", CAR, "--jwk", jwk)
        assert (ran.status, ran.err) == (0, "")
        assert "CAR-1 as of 2026-06-01, basis declared: ≥ 4710 kgCO2e" in ran.out
        assert "4 parts and 5 inputs: the same, to the last byte" in ran.out
        assert "valid." in ran.out

    @pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
    def test_needs_no_hub_no_web_framework_and_no_database(self, path, tmp_path):
        jwk = tmp_path / "hub.pub.jwk"
        jwk.write_text(json.dumps(json.loads(path.read_bytes())["key"]))
        ran = subprocess.run(
            [sys.executable, "-c", ALONE, "--lang", "en", "verify", str(path), "--jwk", str(jwk)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONIOENCODING": "utf-8"},
            check=False,
        )
        assert (ran.returncode, ran.stderr) == (0, "")

    def test_takes_the_key_set_that_a_hub_publishes(self, desk, tmp_path, jwk):
        key = json.loads(jwk.read_bytes()) | {"kid": "x", "log_index": 3}
        several = tmp_path / "keys.json"
        several.write_text(json.dumps({"origin": "hub", "keys": [AURORA.jwk, key]}))
        assert desk.run("verify", CAR, "--jwk", several).status == 0

    def test_without_the_hubs_key_is_sound_but_unverified(self, desk, tmp_path):
        ran = desk.run("verify", CAR)
        assert ran.status == 3
        assert "tierlight-hub-keys.json" in ran.out
        other = tmp_path / "other.jwk"
        other.write_text(json.dumps(AURORA.jwk))
        assert desk.run("verify", CAR, "--jwk", other).status == 3

    def test_finds_the_key_beside_the_file(self, desk, jwk):
        copy = desk.folder / "car.json"
        copy.write_bytes(CAR.read_bytes())
        jwk.rename(desk.folder / "hub.pub.jwk")
        assert desk.run("verify", copy).status == 0

    @pytest.mark.parametrize("place", [0, 3, 200, 3000, -700, -3])
    def test_refuses_one_changed_byte(self, desk, jwk, place):
        data = bytearray(CAR.read_bytes())
        data[place] ^= 1
        changed = desk.folder / "changed.json"
        changed.write_bytes(bytes(data))
        ran = desk.run("verify", changed, "--jwk", jwk)
        assert ran.status == 1
        assert ran.err

    @pytest.mark.parametrize(
        ("lang", "word"), [("de", "bis aufs letzte Byte"), ("zh-CN", "逐字节一致")]
    )
    def test_speaks_three_languages(self, desk, jwk, lang, word):
        ran = desk.run("--lang", lang, "verify", CAR, "--jwk", jwk)
        assert word in ran.out

    def test_as_json(self, desk, jwk):
        ran = desk.run("verify", CAR, "--jwk", jwk, "--format", "json")
        told = json.loads(ran.out)
        assert (ran.status, told["standing"]) == (0, "valid")
        assert told["statement"]["credentialSubject"]["result"]["total"]["unit"] == "kgCO2e"

    def test_as_json_says_what_does_not_hold(self, desk, jwk):
        changed = desk.folder / "changed.json"
        changed.write_bytes(CAR.read_bytes().replace(b'"quantity":"900"', b'"quantity":"901"'))
        ran = desk.run("verify", changed, "--jwk", jwk, "--format", "json")
        told = json.loads(ran.out)
        assert ran.status == 1
        assert told["problem"]["code"] == "statement/annex-differs"


class TestTheClient:
    @pytest.fixture
    def aurora(self, live_hub):
        with machine(live_hub, AURORA).client(live_hub) as client:
            yield client

    def test_makes_lists_and_fetches_statements(self, keyed, aurora, desk):
        aurora.upload_parts(
            b"number,name,revision,category,kind,base_unit,net_mass_kg\nCAR-1,Car,,,assembly,piece,9\n"
        )
        (part,) = aurora.parts()
        made = aurora.make_statement(part.id)
        assert [item["digest"] for item in aurora.statements()] == [made.digest]
        assert aurora.statement(made.digest) == made
        assert check_bundle(made.bundle).statement == made.document
        path = desk.folder / "car.json"
        path.write_bytes(made.bundle)
        assert desk.run("verify", path).status == 3
        with pytest.raises(NotFound):
            aurora.statement("0" * 64)

    def test_is_told_when_the_hub_has_no_key(self, aurora):
        aurora.upload_parts(
            b"number,name,revision,category,kind,base_unit,net_mass_kg\nCAR-1,Car,,,assembly,piece,9\n"
        )
        (part,) = aurora.parts()
        with pytest.raises(Conflict, match="no key of its own"):
            aurora.make_statement(part.id)

    @pytest.fixture
    def keyed(self, tmp_path, monkeypatch):
        """A hub started after this has a key of its own."""
        path = tmp_path / "hub-signing-key"
        make_hub_key(path)
        monkeypatch.setenv("HUB_SIGNING_KEY_FILE", str(path))
