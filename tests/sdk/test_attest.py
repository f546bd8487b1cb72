"""`tierlight attest`, `revoke` and `verify`: from a verifier's key to an auditor's verdict."""

import json

import pytest

from tests.cast import GUTACHTEN
from tests.sdk.conftest import machine
from tierlight import ConfigurationError, FileSigner
from tierlight.attesting import load_one
from tierlight_schemas.envelope import b64url_encode, open_jws

VERIFIER = {
    "name": "Prüfhaus Elbe",
    "accreditation": {
        "body": "Invented Accreditation Council",
        "number": "IAC-VS-0042",
        "scope": "ISO 14067",
        "validTo": "2036-01-01T00:00:00Z",
    },
}


@pytest.fixture
def house(desk):
    """A signed declaration on the desk, and who verifies it."""
    desk.write("A-1,2025-01-01,2026-01-01,piece,2.5,12.50")
    assert desk.declare().status == 0
    (desk.folder / "verifier.json").write_text(json.dumps(VERIFIER), encoding="utf-8")
    FileSigner.generate().save(desk.folder / "verifier.pem")
    return desk


def attested(desk, *options, out="statement.jws", file=None):
    return desk.run(
        "attest", file or desk.out, "--key", desk.folder / "verifier.pem",
        "--verifier", desk.folder / "verifier.json", "--assurance", "limited",
        "--share", "86.5", "--standard", "ISO 14067:2018", "--completed", "2026-03-02",
        "--valid-until", "2034-03-02", "--out", desk.folder / out, *options,
    )  # fmt: skip


class TestAttest:
    def test_signs_a_statement_bound_to_the_declaration(self, house):
        ran = attested(house, "--role", "lead verifier", "--exclude-annex", "evidence")
        assert ran.status == 0, ran.err
        assert "Prüfhaus Elbe verified this declaration" in ran.err
        opened = open_jws((house.folder / "statement.jws").read_text())
        assert ran.out.strip() == opened.digest
        subject = opened.document["credentialSubject"]
        declaration = load_one(house.out)
        assert subject["declaration"] == _digest(house)
        assert subject["id"] == declaration.document["credentialSubject"]["id"]
        assert subject["coverage"]["excludedAnnexes"] == ["evidence"]
        assert subject["signedBy"] == {"role": "lead verifier"}

    def test_is_not_signed_twice(self, house):
        first = attested(house)
        assert attested(house).out == first.out

    def test_speaks_the_verifier_s_language(self, house):
        ran = attested(house, "--lang", "de")
        assert "mit begrenzter Sicherheit" in ran.err

    @pytest.mark.parametrize(
        ("options", "said"),
        [
            (("--share", "0"), "above 0"),
            (("--share", "a lot"), "sharePercent"),
            (("--valid-until", "2026-03-02"), "longer than that"),
            (("--completed", "2033-01-01"), "completed by now"),
        ],
    )
    def test_refuses_what_no_statement_can_say(self, house, options, said):
        ran = attested(house, *options)
        assert ran.status == 1
        assert said in ran.err
        assert not (house.folder / "statement.jws").exists()

    def test_refuses_a_declaration_that_was_changed(self, house):
        document = json.loads(house.out.read_bytes())
        document["annexes"] = {"split": b64url_encode(b"{}")}
        house.out.write_text(json.dumps(document))
        ran = attested(house)
        assert ran.status == 1
        assert not (house.folder / "statement.jws").exists()

    def test_wants_one_declaration(self, house):
        house.write(
            "A-1,2025-01-01,2026-01-01,piece,2.5,12.50", "A-2,2025-01-01,2026-01-01,piece,1,3"
        )
        assert house.declare().status == 0
        ran = attested(house)
        assert ran.status == 1
        assert "exactly one" in ran.err
        with pytest.raises(ConfigurationError):
            load_one(house.folder / "verifier.json")

    def test_leaves_a_statement_on_another_declaration_alone(self, house):
        attested(house)
        house.write("B-1,2025-01-01,2026-01-01,piece,1,1")
        other = house.folder / "other.ndjson"
        assert house.run("declare", house.table, "--key", house.key, "--out", other).status == 0
        ran = attested(house, file=other)
        assert ran.status == 1
        assert "another declaration" in ran.err

    def test_names_what_is_wrong_with_the_verifier(self, house):
        (house.folder / "verifier.json").write_text('{"name": "N", "accreditation": {}}')
        ran = attested(house)
        assert ran.status == 1
        assert "accreditation.body" in ran.err

    def test_is_verified_like_a_declaration(self, house):
        attested(house)
        statement = house.folder / "statement.jws"
        assert house.run("verify", statement).status == 3
        jwk = house.folder / "verifier.pub.jwk"
        jwk.write_text(json.dumps(dict(FileSigner.load(house.folder / "verifier.pem").jwk)))
        ran = house.run("verify", statement, "--jwk", jwk)
        assert ran.status == 0, ran.err
        head, payload, signature = statement.read_text().split(".")
        statement.write_text(f"{head}.{payload}.{'A' * len(signature)}")
        assert house.run("verify", statement, "--jwk", jwk).status == 1


class TestAtAHub:
    @pytest.fixture
    def verifier(self, live_hub):
        return machine(live_hub, GUTACHTEN)

    @pytest.fixture
    def at_hub(self, house, live_hub, supplier, verifier, monkeypatch):
        """The declaration is at the hub, and the verifier's terminal reaches it."""
        supplier.register_key(FileSigner.load(house.key))
        (line,) = house.lines()
        assert supplier.submit_packed(line).accepted
        monkeypatch.setenv("TIERLIGHT_URL", live_hub.url)
        monkeypatch.setenv("TIERLIGHT_CLIENT_ID", verifier.client_id)
        monkeypatch.setenv("TIERLIGHT_CLIENT_SECRET", verifier.secret)
        ran = house.run("register-key", "--key", house.folder / "verifier.pem")
        assert ran.status == 0, ran.err
        return house

    def test_is_handed_in_once_the_declarant_has_granted_it(self, at_hub, supplier, verifier):
        ran = attested(at_hub, "--submit")
        assert ran.status == 1
        assert (at_hub.folder / "statement.jws").exists()
        supplier.grant(verifier.company_id)
        first = attested(at_hub, "--submit")
        assert first.status == 0, first.err
        receipt = at_hub.folder / "statement.receipt.json"
        kept = receipt.read_bytes()
        assert attested(at_hub, "--submit").out == first.out
        assert receipt.read_bytes() == kept
        (one,) = supplier.verifications(_digest(at_hub))
        assert (one["verifier"], one["counts"]) == ("Prüfhaus Elbe", True)

    def test_is_taken_back_with_its_reason(self, at_hub, live_hub, supplier, verifier):
        supplier.grant(verifier.company_id)
        attested(at_hub, "--submit")
        statement = at_hub.folder / "statement.jws"
        arguments = ("revoke", statement, "--key", at_hub.folder / "verifier.pem")
        empty = at_hub.run(*arguments, "--reason", "  ")
        assert empty.status == 1
        for _ in range(2):
            ran = at_hub.run(*arguments, "--reason", "a meter was misread")
            assert ran.status == 0, ran.err
        (one,) = supplier.verifications(_digest(at_hub))
        assert one["revocation"]["reason"] == "a meter was misread"
        assert one["doubts"] == ["revoked"]
        with verifier.client(live_hub) as client:
            assert [held["digest"] for held in client.own_verifications()] == [one["digest"]]


def _digest(desk):
    jws = load_one(desk.out).jws
    assert jws is not None
    return open_jws(jws).digest
