"""Third parties' statements: who may bring one in, who sees it, what revokes it."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from hub.declarations import verification_door
from hub.kit.clock import now
from hub.parties.groups import groups, relate
from tests.cast import (
    ACCREDITATION,
    AURORA,
    BEIFENG,
    CELLWERK,
    COMPLETED,
    FOXGLOVE,
    GUTACHTEN,
    YEAR,
)
from tierlight_schemas.build import Fresh, Predecessor
from tierlight_schemas.envelope import canonical, digest, open_jws, thumbprint
from tierlight_schemas.verification_build import build_revocation

VERIFICATIONS = "/v1/verifications"


@pytest.fixture
def declared(chain):
    """Beifeng's PACK-1, which Aurora buys and may see."""
    found = chain.declared(BEIFENG, "PACK-1", kgco2e="900", mass_kg="300")
    chain.grants(BEIFENG, AURORA)
    return found


def jws_of(world, declaration, owner=BEIFENG):
    return world.get(owner, f"/v1/declarations/{declaration}/jws").text


def send(world, verifier, signed):
    return world.post(verifier, VERIFICATIONS, json={"verification": signed})


def verified(world, declaration, by=GUTACHTEN, owner=BEIFENG, **concluded):
    """The answer to a statement that the owner has let the verifier make."""
    if by is not owner:
        world.grants(owner, by)
    signed = by.verification(jws_of(world, declaration, owner), **concluded)
    answer = send(world, by, signed)
    assert answer.status_code == 201, answer.text
    return answer.json() | {"jws": signed}


def seen(world, reader, declaration):
    answer = world.get(reader, f"/v1/declarations/{declaration}/verifications")
    assert answer.status_code == 200, answer.text
    return answer.json()


def revoke(world, verifier, statement, signed=None):
    signed = signed or verifier.revocation(statement)
    return world.post(
        verifier, f"{VERIFICATIONS}/{statement}/revocation", json={"revocation": signed}
    )


class TestAStatement:
    def test_is_kept_as_it_came_and_has_a_receipt(self, chain, declared):
        kept = verified(chain, declared)
        assert kept["status"] == "stored"
        assert kept["digest"] == open_jws(kept["jws"]).digest
        assert kept["declaration"] == declared
        receipt = kept["receipt"]
        assert receipt["kind"] == "verification"
        assert receipt["envelope"] == digest(kept["jws"].encode())
        assert receipt["key"] == thumbprint(GUTACHTEN.jwk)
        assert "verification statement" in receipt["statement"]
        path = f"{VERIFICATIONS}/{kept['digest']}"
        assert chain.get(GUTACHTEN, f"{path}/jws").text == kept["jws"]
        assert chain.get(GUTACHTEN, f"{path}/receipt").content == canonical(receipt)

    def test_that_came_before_gets_the_same_receipt(self, chain, declared):
        kept = verified(chain, declared)
        again = send(chain, GUTACHTEN, kept["jws"])
        assert again.status_code == 200
        assert again.json()["status"] == "known"
        assert again.json()["receipt"] == kept["receipt"]

    def test_is_told_to_whoever_sees_the_declaration(self, chain, declared):
        kept = verified(chain, declared)
        for reader in (BEIFENG, AURORA):
            (told,) = seen(chain, reader, declared)
            assert told["digest"] == kept["digest"]
            assert told["verifier"] == "Gutachten"
            assert told["accreditation"]["number"] == ACCREDITATION["number"]
            assert (told["level"], told["assurance"], told["share_percent"]) == (
                "product",
                "limited",
                "86.5",
            )
            assert told["standards"] == ["ISO 14067:2018"]
            assert told["counts"] is True
            assert told["doubts"] == []
            one = chain.get(reader, f"{VERIFICATIONS}/{kept['digest']}")
            assert one.json() == told

    @pytest.mark.parametrize("path", ["", "/jws", "/receipt", "/proof"])
    def test_is_hidden_with_its_declaration(self, chain, declared, path):
        kept = verified(chain, declared)
        hidden = chain.get(FOXGLOVE, f"{VERIFICATIONS}/{kept['digest']}{path}")
        absent = chain.get(FOXGLOVE, f"{VERIFICATIONS}/{'0' * 64}{path}")
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content
        listed = chain.get(FOXGLOVE, f"/v1/declarations/{declared}/verifications")
        assert listed.status_code == 404
        assert chain.get(FOXGLOVE, VERIFICATIONS).json()["items"] == []

    def test_is_in_its_verifier_s_list_only(self, chain, declared):
        kept = verified(chain, declared)
        (mine,) = chain.get(GUTACHTEN, VERIFICATIONS).json()["items"]
        assert mine["digest"] == kept["digest"]
        assert chain.get(BEIFENG, VERIFICATIONS).json()["items"] == []

    def test_does_not_let_its_verifier_read_the_declaration(self, chain, declared):
        verified(chain, declared)
        assert chain.get(GUTACHTEN, f"/v1/declarations/{declared}").status_code == 404

    def test_is_recorded_for_the_owner(self, chain, declared):
        verified(chain, declared)
        seen(chain, AURORA, declared)
        reads = chain.get(BEIFENG, "/v1/access-log").json()["items"]
        found = [(read["reader_id"], read["object_id"], read["level"]) for read in reads]
        verifier, buyer = (chain.members[a].company_id for a in (GUTACHTEN, AURORA))
        assert (verifier, declared, 0) in found
        assert (buyer, declared, 1) in found

    def test_does_not_carry_over_to_the_next_version(self, chain, declared):
        verified(chain, declared)
        row = chain.get(BEIFENG, f"/v1/declarations/{declared}").json()
        later = chain.declared(
            BEIFENG,
            "PACK-1",
            kgco2e="880",
            mass_kg="300",
            supersedes=Predecessor(declared, row["footprint_id"]),
        )
        assert seen(chain, BEIFENG, later) == []


def refusal(answer):
    return answer.status_code, answer.json()["code"]


def changed(signed, actor, change):
    document = open_jws(signed).document
    change(document)
    return actor.sign(canonical(document))


FORMS = [
    ("no subject", lambda d: d.pop("credentialSubject"), "door/verification-form"),
    ("an extra member", lambda d: d.update(proof="x"), "door/verification-form"),
    (
        "a third assurance",
        lambda d: d["credentialSubject"].update(assurance="absolute"),
        "door/verification-form",
    ),
    (
        "another level",
        lambda d: d["credentialSubject"].update(level="company"),
        "door/verification-form",
    ),
    (
        "no standard",
        lambda d: d["credentialSubject"].update(standards=[]),
        "door/verification-form",
    ),
    (
        "a standard without an end",
        lambda d: d["credentialSubject"].update(standards=["x" * 201]),
        "door/verification-form",
    ),
    (
        "a digest of another length",
        lambda d: d["credentialSubject"].update(declaration="ab"),
        "door/verification-form",
    ),
    (
        "another schema",
        lambda d: d["credentialSchema"].update(id="https://example.com/x"),
        "door/credential-schema",
    ),
    (
        "another schema's digest",
        lambda d: d["credentialSchema"].update(digestSHA256="0" * 64),
        "door/credential-schema",
    ),
    (
        "more than everything",
        lambda d: d["credentialSubject"]["coverage"].update(sharePercent="100.1"),
        "door/verification-share",
    ),
    (
        "nothing",
        lambda d: d["credentialSubject"]["coverage"].update(sharePercent="0"),
        "door/verification-share",
    ),
    (
        "an end before its beginning",
        lambda d: d["credentialSubject"].update(validUntil=f"{YEAR}-01-01T00:00:00Z"),
        "door/verification-dates",
    ),
    (
        "a completion that is yet to come",
        lambda d: d["credentialSubject"].update(
            completedAt=f"{YEAR + 2}-01-01T00:00:00Z", validUntil=f"{YEAR + 3}-01-01T00:00:00Z"
        ),
        "door/verification-dates",
    ),
    (
        "a day that no calendar has",
        lambda d: d["credentialSubject"].update(completedAt=f"{YEAR}-02-30T00:00:00Z"),
        "door/instant",
    ),
    (
        "another hub",
        lambda d: d["credentialSubject"].update(audience="elsewhere/log"),
        "door/audience",
    ),
    (
        "another issuer",
        lambda d: d.update(issuer=f"urn:tierlight:key:{BEIFENG.kid}"),
        "door/issuer-differs",
    ),
    (
        "another part",
        lambda d: d["credentialSubject"].update(id=f"urn:tierlight:part:key:{BEIFENG.kid}:PACK-2"),
        "trust/statement-not-for-this-dataset",
    ),
]


class TestIsRefused:
    @pytest.mark.parametrize(("change", "code"), [f[1:] for f in FORMS], ids=[f[0] for f in FORMS])
    def test_with(self, chain, declared, change, code):
        chain.grants(BEIFENG, GUTACHTEN)
        signed = changed(GUTACHTEN.verification(jws_of(chain, declared)), GUTACHTEN, change)
        answer = send(chain, GUTACHTEN, signed)
        assert refusal(answer) == (400, code)
        assert seen(chain, BEIFENG, declared) == []

    def test_without_a_grant_as_if_there_were_nothing(self, chain, declared):
        signed = GUTACHTEN.verification(jws_of(chain, declared))
        hidden = send(chain, GUTACHTEN, signed)
        unknown = changed(
            signed, GUTACHTEN, lambda d: d["credentialSubject"].update(declaration="0" * 64)
        )
        absent = send(chain, GUTACHTEN, unknown)
        assert hidden.status_code == absent.status_code == 404
        assert hidden.content == absent.content

    def test_with_a_grant_that_ended_or_lets_too_little(self, chain, declared):
        signed = GUTACHTEN.verification(jws_of(chain, declared))
        ended = chain.grants(BEIFENG, GUTACHTEN, 1)
        chain.post(BEIFENG, f"/v1/grants/{ended}/revocation")
        chain.grants(BEIFENG, GUTACHTEN, 0)
        assert send(chain, GUTACHTEN, signed).status_code == 404

    def test_on_what_only_its_owner_may_know(self, chain):
        process = chain.declared(BEIFENG, "PACK-1", kgco2e="90", boundary="gate-to-gate")
        chain.grants(BEIFENG, GUTACHTEN)
        signed = GUTACHTEN.verification(jws_of(chain, process))
        assert send(chain, GUTACHTEN, signed).status_code == 404

    def test_of_a_customer(self, chain, declared):
        signed = AURORA.verification(jws_of(chain, declared))
        assert refusal(send(chain, AURORA, signed)) == (400, "trust/second-party")

    def test_in_another_s_name(self, chain, declared):
        chain.grants(BEIFENG, FOXGLOVE)
        signed = GUTACHTEN.verification(jws_of(chain, declared))
        assert refusal(send(chain, FOXGLOVE, signed)) == (400, "trust/unknown-key")

    def test_with_another_verifier_s_words_under_a_foreign_name(self, chain, declared):
        for verifier in (GUTACHTEN, CELLWERK):
            chain.grants(BEIFENG, verifier)
        document = open_jws(GUTACHTEN.verification(jws_of(chain, declared))).document
        payload = canonical(document | {"issuer": "did:web:gutachten.example"})
        kept = send(chain, GUTACHTEN, GUTACHTEN.sign(payload))
        assert kept.status_code == 201, kept.text
        copied = send(chain, CELLWERK, CELLWERK.sign(payload))
        assert (copied.status_code, copied.json()["code"]) == (400, "door/issuer-differs")
        (one,) = seen(chain, BEIFENG, declared)
        assert one["verifier"] == "Gutachten"
        assert one["key"] == GUTACHTEN.kid

    def test_with_a_key_that_has_ended(self, chain, declared):
        chain.grants(BEIFENG, GUTACHTEN)
        chain.post(GUTACHTEN, f"/v1/keys/{GUTACHTEN.kid}/retirement")
        signed = GUTACHTEN.verification(jws_of(chain, declared))
        assert refusal(send(chain, GUTACHTEN, signed)) == (400, "trust/key-not-valid-then")

    def test_with_one_changed_character(self, chain, declared):
        chain.grants(BEIFENG, GUTACHTEN)
        head, payload, signature = GUTACHTEN.verification(jws_of(chain, declared)).split(".")
        other = "A" if signature[0] != "A" else "B"
        forged = f"{head}.{payload}.{other}{signature[1:]}"
        assert refusal(send(chain, GUTACHTEN, forged)) == (400, "trust/bad-signature")

    def test_of_more_than_a_verifier_may_say(self, chain, declared, monkeypatch):
        monkeypatch.setattr(verification_door, "MAX_STATEMENTS", 2)
        for _ in range(2):
            kept = verified(chain, declared)
        signed = GUTACHTEN.verification(jws_of(chain, declared))
        assert refusal(send(chain, GUTACHTEN, signed)) == (400, "door/verification-too-many")
        assert send(chain, GUTACHTEN, kept["jws"]).status_code == 200
        assert len(seen(chain, BEIFENG, declared)) == 2

    @pytest.mark.parametrize("junk", ["", "a.b", "a.b.c", "{}", "\u4e2d.\u6587.x", "." * 100_000])
    def test_that_is_no_statement_at_all(self, chain, declared, junk):
        assert send(chain, GUTACHTEN, junk).status_code in (400, 422)

    def test_a_declaration_is_no_statement(self, chain, declared):
        answer = send(chain, BEIFENG, jws_of(chain, declared))
        assert refusal(answer) == (400, "door/verification-form")


class TestDoesNotCount:
    @pytest.mark.parametrize(
        ("concluded", "doubt"),
        [
            ({"level": "program"}, "level"),
            ({"level": "model"}, "level"),
            ({"boundary": "gate-to-gate"}, "boundary"),
            ({"share_percent": "79.9"}, "share"),
            ({"assurance": "reasonable", "share_percent": "94"}, "share"),
            ({"verifier": {"name": "Nobody's house"}}, "accreditation"),
            (
                {"verifier": {"name": "G", "accreditation": ACCREDITATION | {
                    "validTo": f"{YEAR}-06-01T00:00:00Z"}}},
                "accreditation",
            ),
            (
                {"completed_at": COMPLETED - timedelta(900), "valid_until": COMPLETED},
                "expired",
            ),
        ],
    )  # fmt: skip
    def test_but_is_kept_and_says_why(self, chain, declared, concluded, doubt):
        verified(chain, declared, **concluded)
        (told,) = seen(chain, AURORA, declared)
        assert told["counts"] is False
        assert told["doubts"] == [doubt]

    def test_of_the_declarant_itself(self, chain, declared):
        verified(chain, declared, by=BEIFENG)
        (told,) = seen(chain, AURORA, declared)
        assert (told["doubts"], told["conflict"]) == (["conflict"], "same-company")

    def test_of_a_company_of_its_group_from_when_that_is_known(self, chain, declared):
        verified(chain, declared)
        assert seen(chain, AURORA, declared)[0]["counts"]
        ids = {a: chain.members[a].company_id for a in (BEIFENG, CELLWERK, GUTACHTEN)}
        relate(chain.session, ids[BEIFENG], ids[CELLWERK])
        relate(chain.session, ids[GUTACHTEN], ids[CELLWERK])
        chain.session.commit()
        (told,) = seen(chain, AURORA, declared)
        assert (told["counts"], told["conflict"]) == (False, "same-group")
        assert groups(chain.session, now() - timedelta(days=1)) == {}

    def test_with_a_key_that_had_been_stolen_before(self, chain, declared):
        verified(chain, declared)
        body = {"compromised_since": (now() - timedelta(hours=1)).isoformat()}
        answer = chain.post(GUTACHTEN, f"/v1/keys/{GUTACHTEN.kid}/revocation", json=body)
        assert answer.status_code == 200, answer.text
        assert seen(chain, AURORA, declared)[0]["doubts"] == ["key"]

    def test_a_key_that_is_revoked_later_leaves_it_as_it_is(self, chain, declared):
        verified(chain, declared)
        chain.post(GUTACHTEN, f"/v1/keys/{GUTACHTEN.kid}/revocation", json={})
        assert seen(chain, AURORA, declared)[0]["counts"] is True


class TestARevocation:
    def test_is_signed_kept_and_told(self, chain, declared):
        kept = verified(chain, declared)
        answer = revoke(chain, GUTACHTEN, kept["digest"])
        assert answer.status_code == 201, answer.text
        (told,) = seen(chain, AURORA, declared)
        assert told["doubts"] == ["revoked"]
        assert told["revocation"] == answer.json()
        assert told["revocation"]["reason"] == "a meter was misread"
        assert told["revocation"]["log_index"] > told["log_index"]

    def test_again_changes_nothing_and_another_is_refused(self, chain, declared):
        kept = verified(chain, declared)
        signed = GUTACHTEN.revocation(kept["digest"])
        first = revoke(chain, GUTACHTEN, kept["digest"], signed).json()
        assert revoke(chain, GUTACHTEN, kept["digest"], signed).json() == first
        other = revoke(chain, GUTACHTEN, kept["digest"])
        assert refusal(other) == (409, "hub/verification-revoked")

    def test_is_for_the_verifier_alone(self, chain, declared):
        kept = verified(chain, declared)
        for actor in (BEIFENG, AURORA, FOXGLOVE):
            hidden = revoke(chain, actor, kept["digest"])
            absent = revoke(chain, actor, "0" * 64, actor.revocation("0" * 64))
            assert hidden.status_code == absent.status_code == 404
            assert hidden.content == absent.content
        assert seen(chain, AURORA, declared)[0]["counts"] is True

    def test_names_the_statement_that_it_is_of(self, chain, declared):
        kept = verified(chain, declared)
        other = GUTACHTEN.revocation("0" * 64)
        answer = revoke(chain, GUTACHTEN, kept["digest"], other)
        assert refusal(answer) == (400, "trust/statement-not-for-this-dataset")

    def test_signed_by_another_is_refused(self, chain, declared):
        kept = verified(chain, declared)
        answer = revoke(chain, GUTACHTEN, kept["digest"], BEIFENG.revocation(kept["digest"]))
        assert refusal(answer) == (400, "trust/unknown-key")

    def test_without_a_reason_is_none(self, chain, declared):
        kept = verified(chain, declared)
        payload = build_revocation(kept["digest"], "x", Fresh.draw(datetime.now(UTC)))
        document = json.loads(payload) | {"reason": ""}
        answer = revoke(chain, GUTACHTEN, kept["digest"], GUTACHTEN.sign(canonical(document)))
        assert refusal(answer) == (400, "door/verification-form")
