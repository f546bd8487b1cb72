"""Third parties' statements in the evidence: what an auditor is told of them without the hub."""

import json
from datetime import timedelta

import pytest

from hub.kit.clock import now
from tests.cast import BEIFENG, CELLWERK, COMPLETED, GUTACHTEN, YEAR
from tests.hub.declarations.test_evidence import fetched
from tests.hub.trust.conftest import key_file, policy_of, signing, signing_settings, witness_file
from tierlight.cli import main
from tierlight_schemas.envelope import canonical
from tierlight_schemas.errors import StandardError
from tierlight_schemas.log.evidence import check_evidence, looks_like_evidence

__all__ = ["key_file", "signing", "signing_settings", "witness_file"]
DAY = COMPLETED.date() + timedelta(days=10)
GATE = "cradle-to-gate"


@pytest.fixture
def policy(signing_settings):
    return policy_of(signing_settings)


def verified(world, declaration, by=GUTACHTEN, owner=BEIFENG, **concluded):
    if by is not owner:
        world.grants(owner, by)
    signed = by.verification(
        world.get(owner, f"/v1/declarations/{declaration}/jws").text, **concluded
    )
    answer = world.post(by, "/v1/verifications", json={"verification": signed})
    assert answer.status_code == 201, answer.text
    return answer.json()


def revoke(world, statement, by=GUTACHTEN):
    path = f"/v1/verifications/{statement}/revocation"
    answer = world.post(by, path, json={"revocation": by.revocation(statement)})
    assert answer.status_code == 201, answer.text


class TestEvidence:
    def test_shows_who_verified_what(self, signing, policy):
        declaration = signing.declared(BEIFENG, "PACK-1")
        kept = verified(signing, declaration)
        data = fetched(signing, declaration)
        assert looks_like_evidence(data)
        assert json.loads(data)["type"] == "tierlight.evidence/2"
        (one,) = check_evidence(data, policy).verifications
        assert one.opened.digest == kept["digest"]
        assert one.index == kept["receipt"]["index"]
        assert (one.opened.kid, one.key, one.conflict, one.revocation) == (
            GUTACHTEN.kid,
            "valid",
            None,
            None,
        )
        assert one.subject.verifier.name == "Gutachten"
        assert one.doubts(GATE, DAY) == ()
        assert one.doubts(GATE, DAY.replace(year=YEAR + 3)) == ("expired",)
        assert kept["proof"].startswith("c2sp.org/tlog-proof")

    def test_without_any_is_of_the_first_version(self, signing, policy):
        declaration = signing.declared(BEIFENG, "PACK-1")
        data = fetched(signing, declaration)
        assert json.loads(data)["type"] == "tierlight.evidence/1"
        assert check_evidence(data, policy).verifications == ()

    def test_shows_a_revocation_up_to_the_checkpoint(self, signing, policy):
        declaration = signing.declared(BEIFENG, "PACK-1")
        kept = verified(signing, declaration)
        before = check_evidence(fetched(signing, declaration), policy).trusted.checkpoint.size
        revoke(signing, kept["digest"])
        signing.declared(CELLWERK, "NEXT")  # so that there is a newer checkpoint
        (one,) = check_evidence(fetched(signing, declaration), policy).verifications
        assert one.revocation is not None
        assert one.revocation.reason == "a meter was misread"
        assert one.doubts(GATE, DAY) == ("revoked",)
        (then,) = check_evidence(fetched(signing, declaration, size=before), policy).verifications
        assert then.revocation is None

    def test_shows_several_and_the_declarant_s_own(self, signing, policy):
        declaration = signing.declared(BEIFENG, "PACK-1")
        verified(signing, declaration)
        verified(signing, declaration, by=CELLWERK, level="program")
        verified(signing, declaration, by=BEIFENG)
        found = check_evidence(fetched(signing, declaration), policy).verifications
        assert [one.doubts(GATE, DAY) for one in found] == [(), ("level",), ("conflict",)]

    def test_says_that_a_key_was_in_doubt(self, signing, policy):
        declaration = signing.declared(BEIFENG, "PACK-1")
        since = now()
        verified(signing, declaration)
        body = {"compromised_since": since.isoformat()}
        path = f"/v1/keys/{GUTACHTEN.kid}/revocation"
        assert signing.post(GUTACHTEN, path, json=body).status_code == 200
        signing.declared(CELLWERK, "NEXT")
        found = check_evidence(fetched(signing, declaration), policy)
        assert found.key == "valid"
        assert found.verifications[0].doubts(GATE, DAY) == ("key",)

    def test_says_that_the_declaration_s_own_key_was_in_doubt(
        self, signing, policy, tmp_path, capsys
    ):
        since = now()
        declaration = signing.declared(BEIFENG, "PACK-1")
        verified(signing, declaration)
        body = {"compromised_since": since.isoformat()}
        path = f"/v1/keys/{BEIFENG.kid}/revocation"
        assert signing.post(BEIFENG, path, json=body).status_code == 200
        signing.declared(CELLWERK, "NEXT")
        data = fetched(signing, declaration)
        found = check_evidence(data, policy)
        (one,) = found.verifications
        assert (found.key, one.key) == ("in-doubt", "valid")
        assert one.doubts(GATE, DAY, found.key) == ("declaration",)
        told = signing.get(BEIFENG, f"/v1/declarations/{declaration}/verifications").json()
        assert [(row["counts"], row["doubts"]) for row in told] == [(False, ["declaration"])]
        file = tmp_path / "evidence.json"
        file.write_bytes(data)
        main(["verify", str(file)])
        assert "the declaration's own key may have been in other hands" in capsys.readouterr().out


class TestForged:
    """A hub that shows what does not belong there is caught, whatever it signs."""

    @pytest.mark.parametrize(
        ("change", "code"),
        [
            (lambda d: d.update(type="tierlight.evidence/1"), "log/evidence"),
            (lambda d: d["entries"].pop(), "log/standing"),
            (lambda d: d["entries"][2].update(kind="verification-revoke"), "log/not-included"),
            (lambda d: d["entries"][2].update(body=d["entries"][0]["body"]), "log/not-included"),
        ],
        ids=["an older type", "an entry less", "another kind", "another body"],
    )
    def test_evidence_is_refused(self, signing, policy, change, code):
        declaration = signing.declared(BEIFENG, "PACK-1")
        verified(signing, declaration)
        document = json.loads(fetched(signing, declaration))
        kinds = [check["kind"] for check in document["entries"]]
        assert kinds == ["declaration", "key-add", "verification", "key-add"]
        change(document)
        with pytest.raises(StandardError) as refused:
            check_evidence(canonical(document), policy)
        assert refused.value.code == code


class TestTierlightVerify:
    """The auditor's command, with the file alone."""

    def told(self, tmp_path, capsys, data, *options):
        file = tmp_path / "evidence.json"
        file.write_bytes(data)
        status = main(["--lang", "en", "verify", str(file), *options])
        return status, capsys.readouterr().out

    def test_tells_who_verified_what_at_which_assurance(self, signing, tmp_path, capsys):
        declaration = signing.declared(BEIFENG, "PACK-1")
        verified(signing, declaration, assurance="reasonable", share_percent="96.5")
        status, out = self.told(tmp_path, capsys, fetched(signing, declaration))
        assert status == 3  # no policy says whose log it is
        assert "verified by Gutachten (accreditation: Invented Accreditation Council" in out
        assert "with reasonable assurance, level product, 96.5 % backed by evidence" in out
        assert "makes the declaration verified today" in out

    def test_tells_what_was_revoked_and_why(self, signing, tmp_path, capsys):
        declaration = signing.declared(BEIFENG, "PACK-1")
        revoke(signing, verified(signing, declaration)["digest"])
        signing.declared(CELLWERK, "NEXT")
        data = fetched(signing, declaration)
        _, out = self.told(tmp_path, capsys, data)
        assert "was revoked at entry" in out
        assert "a meter was misread" in out
        assert "does not make the declaration verified: it was revoked." in out
        _, text = self.told(tmp_path, capsys, data, "--format", "json")
        (one,) = json.loads(text)["verifications"]
        assert (one["counts"], one["doubts"]) == (False, ["revoked"])
        assert one["revoked"]["reason"] == "a meter was misread"

    def test_one_changed_byte_is_invalid(self, signing, tmp_path, capsys):
        declaration = signing.declared(BEIFENG, "PACK-1")
        verified(signing, declaration)
        document = json.loads(fetched(signing, declaration))
        body = document["entries"][2]["body"]
        document["entries"][2]["body"] = body[:-4] + ("AAAA" if body[-4:] != "AAAA" else "BBBB")
        status, out = self.told(tmp_path, capsys, canonical(document))
        assert status == 1
        assert "does not hold" in out
