"""The signed passport: its members as UNTP 0.6.1 declares them, its key, and who can check it."""

import json
import subprocess
import sys
from decimal import Decimal

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from hub.exports.battery import art7, untp
from hub.exports.battery.untp import FORMAT, judged
from hub.exports.battery.writing import NOTICES, Filing
from hub.trust.hub_key import HubSigner, make_hub_key, publish_hub_key
from tests.cast import AURORA
from tests.schemas.battery.packs import MODEL, footprint
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.passport import CONTEXT, complaints, is_passport
from tierlight_schemas.battery.words import words_of
from tierlight_schemas.envelope import canonical, open_jws, verify

GTIN = "09520123456788"
SIGNER = HubSigner(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))
FILING = Filing(signer=SIGNER, hub="https://hub.example")
MAKER = {"name": "Beifeng Pack", "address": "Road 1, Wuhu", "web": "https://beifeng.example"}


def battery(**more):
    given = {"gtin": GTIN, "manufacturer": MAKER} | more
    stated = {name: value for name, value in given.items() if value is not None}
    model = BatteryModel.model_validate({**MODEL, **stated})
    return footprint(**stated), model


def written(filing=FILING, **more):
    found, model = battery(**more)
    return FORMAT.write(found, model, filing)


def signed(**more):
    body = written(**more).body
    assert body is not None
    return body


def passport(**more):
    assert written(**more).gaps == ()
    return open_jws(signed(**more), fractions=True).document


def resigned(change):
    """The passport after `change`, signed anew by the hub's key."""
    document = passport()
    change(document)
    return SIGNER.sign(canonical(document, fractions=True), fractions=True)


class TestWritten:
    def test_the_scorecard_is_exactly_that_of_0_6_1(self):
        subject = passport()["credentialSubject"]
        found, _ = battery()
        assert subject["emissionsScorecard"] == {
            "carbonFootprint": float(found.per_kwh.value),
            "declaredUnit": "KWH",
            "operationalScope": "CradleToGrave",
            "primarySourcedRatio": pytest.approx(float(found.ratings.primary_data_share) / 100),
        }
        assert subject["granularityLevel"] == "model"

    def test_its_numbers_are_those_of_the_declaration(self):
        own = passport()["credentialSubject"]["batteryDeclaration"]
        found, model = battery()
        told = json.loads(art7.FORMAT.write(found, model, FILING).body or b"")
        assert own["footprintPerKwh"] == told["carbonFootprint"]["value"]
        assert own["stages"] == told["lifeCycleStages"]
        assert own["inputsDigest"] == told["inputsDigest"]
        assert Decimal(own["stages"][3]["value"]) < 0

    def test_what_it_is_not_stands_in_it(self):
        own = passport()["credentialSubject"]["batteryDeclaration"]
        assert own["notices"] == list(NOTICES)
        assert own["rulesetId"] == "annex-ii/2023"
        assert own["rulesetStatus"] == "in force, method act not adopted"

    def test_the_hub_is_its_issuer_and_says_where_its_keys_are(self):
        document = passport()
        assert document["issuer"]["id"] == f"urn:tierlight:key:{SIGNER.kid}"
        own = document["credentialSubject"]["batteryDeclaration"]
        assert own["hubKeys"] == "https://hub.example/.well-known/tierlight-hub-keys.json"

    def test_the_contexts_are_those_of_releases(self):
        assert passport()["@context"] == [
            "https://www.w3.org/ns/credentials/v2",
            "https://test.uncefact.org/vocabulary/untp/dpp/0.6.1/",
            "https://hub.example/contexts/v1/battery-passport",
        ]

    def test_the_same_battery_gives_the_same_bytes(self):
        assert written() == written()

    def test_its_signature_holds_and_it_passes_its_judge(self):
        body = signed()
        assert verify(body, SIGNER.jwk, fractions=True).kid == SIGNER.kid
        assert [*FORMAT.judges[0].complaints(body)] == []

    def test_without_a_web_address_the_party_stays_empty_and_that_is_said(self):
        body, (gap,) = written(manufacturer=MODEL["manufacturer"])
        product = open_jws(body, fractions=True).document["credentialSubject"]["product"]
        assert "producedByParty" not in product
        assert judged(body) == []
        told = words_of(gap, "en").text
        assert "UNTP DPP 0.6.1 wants credentialSubject.product.producedByParty; it is not" in told

    @given(st.decimals("0.001", "1000000", places=3), st.decimals("0.5", "5000", places=2))
    def test_every_size_of_battery_passes(self, kwh, dismantling):
        life = MODEL["serviceLife"] | {"usableKwh": f"{kwh:f}"}
        assert judged(signed(serviceLife=life, dismantling=f"{dismantling:f}")) == []


class TestRefused:
    @pytest.mark.parametrize(
        ("more", "filing", "case", "path"),
        [
            ({}, Filing(), "signer", "issuer"),
            ({"gtin": None}, FILING, "gtin", "credentialSubject.product.id"),
            ({"gtin": "09520123456789"}, FILING, "gtin-check", "credentialSubject.product.id"),
        ],
    )
    def test_what_it_cannot_stand_without_is_named(self, more, filing, case, path):
        body, (gap,) = written(filing, **more)
        assert body is None
        assert (gap.case, gap.params["format_path"]) == (case, path)
        assert all("–" not in words_of(gap, lang).text for lang in ("en", "de", "zh-CN"))

    def test_no_key_of_the_hub_is_the_operator_s_to_mend(self):
        _, (gap,) = written(Filing())
        assert gap.who == "operator"
        assert "HUB_SIGNING_KEY_FILE" in words_of(gap, "en").remedy

    def test_an_incomplete_declaration_has_none(self):
        _, model = battery()
        found = footprint(gtin=GTIN, studyLink=None)
        body, gaps = FORMAT.write(found, model, FILING)
        assert body is None
        assert gaps == tuple(found.gaps)


def set_at(path, value):
    """A change of one member; `...` takes it away."""

    def change(document):
        *way, last = path.split("/")
        for step in way:
            document = document[int(step) if step.isdecimal() else step]
        if value is ...:
            del document[last]
        else:
            document[int(last) if last.isdecimal() else last] = value

    return change


SCORE = "credentialSubject/emissionsScorecard"
OWN = "credentialSubject/batteryDeclaration"


class TestJudge:
    @pytest.mark.parametrize(
        ("path", "value", "told"),
        [
            # Trap: a type inside the scorecard fails JSON-LD safe mode.
            (f"{SCORE}/type", ["EmissionsPerformance"], "emissionsScorecard.type: no class"),
            (f"{SCORE}/type", ["Product"], "emissionsScorecard.type: the scorecard has none"),
            # Trap: so does any member that no context declares.
            (f"{SCORE}/stages", [], "emissionsScorecard.stages: no context declares it"),
            ("credentialSubject/rulesetId", "x", "rulesetId: no context declares it"),
            ("credentialSubject/product/characteristics", {"a": 1}, "characteristics: no context"),
            ("credentialSubject/product/carbonFootprint", 1, "carbonFootprint: no context"),
            ("nonce", "x", "$.nonce: no context declares it"),
            ("issuer/jwk", {}, "$.issuer.jwk: no context declares it"),
            (f"{OWN}/stages/0/source", "x", "stages.source: no context declares it"),
            # Trap: the head of the repository carries `working` where a release has its number.
            ("@context/1", "https://test.uncefact.org/vocabulary/untp/dpp/working/", "release"),
            ("@context/1", "https://test.uncefact.org/vocabulary/untp/dpp/0.6.0/", "@context"),
            ("@context/2", "https://a.example/context", "the third is not ours"),
            ("@context", ["https://www.w3.org/ns/credentials/v2"], "@context"),
            ("type", ["DigitalProductPassport"], "type: no VerifiableCredential"),
            ("type", ["VerifiableCredential"], "type: no DigitalProductPassport"),
            (f"{SCORE}/carbonFootprint", "0.0035", "carbonFootprint: no number"),
            (f"{SCORE}/carbonFootprint", True, "carbonFootprint: no number"),
            (f"{SCORE}/carbonFootprint", 0.0035, "footprintPerKwh: not the number"),
            (f"{SCORE}/carbonFootprint", ..., "carbonFootprint: missing"),
            (f"{SCORE}/primarySourcedRatio", ..., "primarySourcedRatio: missing"),
            (f"{SCORE}/primarySourcedRatio", 65.7, "not between 0 and 1"),
            (f"{SCORE}/operationalScope", "CradleToCradle", "operationalScope: none of"),
            (f"{SCORE}/declaredUnit", "KGM", "declaredUnit: not KWH"),
            (f"{OWN}/stages/3/value", "0.5", "they do not add up"),
            (f"{OWN}/stages/3/value", "x", "they do not add up"),
            (f"{OWN}/stages/3/stage", "use", "not the four"),
            (f"{OWN}/stages", [], "not the four"),
            (f"{OWN}/footprintPerKwh", "1.2.3", "they do not add up"),
            (f"{OWN}/notices", [], "notices: missing"),
            (f"{OWN}/rulesetStatus", ..., "rulesetStatus: missing"),
            (OWN, ..., "batteryDeclaration is missing"),
            (SCORE, 3, "batteryDeclaration is missing"),
            ("credentialSubject", "x", "credentialSubject: missing"),
            ("credentialSubject/product/id", "09520123456788", "product.id: no URI"),
            ("credentialSubject/product/name", " ", "product.name: missing"),
            ("credentialSubject/product/producedByParty/id", "x", "producedByParty.id: no URI"),
            ("credentialSubject/product", [], "product: missing"),
            ("credentialSubject/granularityLevel", "item", "granularityLevel: not model"),
            ("issuer/id", "did:web:other.example", "issuer.id: not who signed"),
            ("issuer", "https://hub.example", "issuer: missing"),
            ("id", "no uri", "$.id: no URI"),
        ],
    )  # fmt: skip
    def test_what_is_wrong_is_named_with_its_place(self, path, value, told):
        found = judged(resigned(set_at(path, value)))
        assert any(told in complaint for complaint in found), found

    @pytest.mark.parametrize(
        "body", [b"", b"{}", b"a.b.c", b"\xff", SIGNER.sign(canonical({"type": "x"}))]
    )
    def test_what_is_no_passport(self, body):
        assert judged(body)

    @pytest.mark.parametrize("document", [None, [], "x", {}, {"type": 3}, {"type": [None]}])
    def test_any_value_can_be_asked(self, document):
        assert not is_passport(document)
        assert complaints(document) == ["type: no DigitalProductPassport"]


class TestContext:
    def test_it_declares_every_member_that_is_written(self):
        own = CONTEXT["@context"]["batteryDeclaration"]["@context"]
        written = passport(plantAddress="Road 2")["credentialSubject"]["batteryDeclaration"]
        assert set(written) == set(own) - {"@protected"}
        assert set(written["stages"][0]) == set(own["stages"]["@context"]) - {"@protected"}

    def test_a_hub_serves_it(self, world):
        answer = world.client.get("/contexts/v1/battery-passport")
        assert answer.headers["content-type"] == "application/ld+json"
        assert answer.json() == CONTEXT
        assert world.client.get("/contexts/v1/battery").status_code == 404


class TestVerified:
    """`tierlight verify` in another process, without the hub."""

    @pytest.fixture
    def files(self, tmp_path):
        keys = {"keys": [SIGNER.jwk | {"kid": SIGNER.kid, "use": "sig"}], "origin": "hub.example"}
        (tmp_path / "hub-keys.json").write_text(json.dumps(keys))
        (tmp_path / "untp-passport.jwt").write_bytes(signed())
        return tmp_path

    def run(self, files, *more, lang="en"):
        command = [sys.executable, "-m", "tierlight.cli", "--lang", lang, "verify"]
        asked = [*command, "untp-passport.jwt", *more]
        return subprocess.run(asked, cwd=files, capture_output=True, text=True, check=False)

    def test_with_the_hub_s_key_it_holds(self, files):
        ran = self.run(files, "--jwk", "hub-keys.json")
        assert ran.returncode == 0, ran.stderr
        value = passport()["credentialSubject"]["batteryDeclaration"]["footprintPerKwh"]
        assert f"valid. Battery model TL-72: {value} kgCO2e per kWh by annex-ii/2023" in ran.stdout
        assert "No notified body has verified it." in ran.stdout

    def test_without_the_key_it_is_nobody_s(self, files):
        ran = self.run(files)
        assert ran.returncode == 3
        assert "which you did not give" in ran.stdout

    def test_a_program_is_told_what_was_signed(self, files):
        told = json.loads(self.run(files, "--jwk", "hub-keys.json", "--format", "json").stdout)
        assert told["standing"] == "valid"
        assert told["passport"]["emissionsScorecard"]["declaredUnit"] == "KWH"

    @pytest.mark.parametrize(
        "change", [set_at(f"{SCORE}/carbonFootprint", 0.001), set_at(f"{OWN}/notices", ...)]
    )
    def test_what_does_not_add_up_is_refused_though_signed(self, files, change):
        (files / "untp-passport.jwt").write_bytes(resigned(change))
        ran = self.run(files, "--jwk", "hub-keys.json")
        assert ran.returncode == 1
        assert "sdk/passport-form" in ran.stderr

    def test_an_altered_signature_is_refused(self, files):
        file = files / "untp-passport.jwt"
        head, body, _ = file.read_text().split(".")
        file.write_text(f"{head}.{body}.{'A' * 86}")
        ran = self.run(files, "--jwk", "hub-keys.json")
        assert ran.returncode == 1
        assert "trust/bad-signature" in ran.stderr

    def test_another_s_key_under_the_hub_s_name_is_refused(self, files):
        other = HubSigner(Ed25519PrivateKey.generate())
        (files / "untp-passport.jwt").write_bytes(
            other.sign(canonical(passport(), fractions=True), fractions=True)
        )
        ran = self.run(files, "--jwk", "hub-keys.json")
        assert ran.returncode == 1
        assert "sdk/foreign-key-name" in ran.stderr


class TestAtAHub:
    @pytest.fixture
    def key(self, tmp_path, works, monkeypatch):
        works.enter(gtin=GTIN, manufacturer=MAKER)
        works.cell()
        path = tmp_path / "hub.pem"
        signer = make_hub_key(path)
        state = works.world.client.app.state
        told = state.settings.model_copy(update={"signing_key_file": path})
        monkeypatch.setattr(state, "settings", told)
        return signer

    def test_a_key_that_nobody_can_look_up_signs_nothing(self, works, key):
        answer = works.declaration(format="untp")
        assert answer.status_code == 409
        assert [row["case"] for row in answer.json()["details"]] == ["signer"]
        assert works.declaration().status_code == 200

    def test_what_is_handed_out_verifies_with_the_published_key(self, works, key):
        publish_hub_key(works.world.session, key, "tierlight.local/log")
        works.world.session.commit()
        answer = works.declaration(format="untp")
        assert answer.status_code == 200, answer.text
        assert answer.headers["content-type"].startswith("application/vc+jwt")
        (shown,) = works.world.client.get("/.well-known/tierlight-hub-keys.json").json()["keys"]
        jwk = {name: shown[name] for name in ("crv", "kty", "x")}
        opened = verify(answer.content, jwk, fractions=True)
        assert opened.kid == shown["kid"]
        assert untp.judged(answer.content) == []

    def test_no_supplier_stands_in_it(self, works, key):
        publish_hub_key(works.world.session, key, "tierlight.local/log")
        works.world.session.commit()
        payload = open_jws(works.declaration(format="untp").content, fractions=True).payload
        for entry in works.ask()["entries"]:
            assert f'"{entry["part"]}"'.encode() not in payload
        for secret in ("Beifeng Cells", AURORA.name, "declaration:", "Foxglove", "Donghai"):
            assert secret.encode() not in payload
