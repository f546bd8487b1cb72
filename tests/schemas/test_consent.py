"""A consent by itself: the bytes that are signed, and what is refused without any hub."""

import json
from datetime import date

import pytest

from tests.cast import CELLWERK
from tests.schemas.make_consent_vectors import BY, DRAWN, FILE, WISH, written
from tierlight_schemas.canonical import canonical, digest
from tierlight_schemas.consent import (
    ConsentGrant,
    ConsentRevocation,
    Signatory,
    Wish,
    consent_payload,
    is_consent,
    read_consent,
    revocation_payload,
)
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.jws import open_jws, verify
from tierlight_schemas.publish import schema_digest

PAYLOAD = consent_payload(WISH, BY, DRAWN, "0" * 64)


def test_the_bytes_of_a_consent_are_these():
    """A vector with a fixed id, nonce and day: another program must make the same bytes."""
    assert digest(PAYLOAD) == "c0bbee5923b48ede5843ee967a8642e252f15d1cc8afee4c3cac6a98e8ac1fce"
    subject = json.loads(PAYLOAD)["credentialSubject"]
    assert subject["nonce"] == "AAECAwQFBgcICQoLDA0ODw"
    assert subject["statement"]["text"] == (
        "We let Beifeng see of all our parts: the split by stage and carrier. Sums may hold our "
        "deeper data without showing it. It holds from 2026-12-01 and no longer from 2027-12-01 "
        "on. Purpose: fleet report."
    )


@pytest.mark.parametrize("lang", ["en", "de", "zh-CN"])
@pytest.mark.parametrize("level", range(6))
def test_every_level_has_a_sentence_in_every_language(lang, level):
    by = Signatory("a1", "hub.test/log", lang=lang)
    document = json.loads(
        consent_payload(Wish("b2", level, False, date(2026, 12, 1)), by, DRAWN, "0" * 64)
    )
    said = document["credentialSubject"]["statement"]
    assert said["lang"] == lang
    assert not set("{}") & set(said["text"])


def test_a_revocation_is_read_as_one():
    payload = json.loads(revocation_payload("1" * 64, BY, DRAWN, "0" * 64))
    assert isinstance(read_consent(payload), ConsentRevocation)
    assert isinstance(read_consent(json.loads(PAYLOAD)), ConsentGrant)
    assert is_consent(payload)
    assert not is_consent({"type": ["VerifiableCredential", "PartFootprintDeclaration"]})
    assert not is_consent({"type": "ConsentGrant"})


@pytest.mark.parametrize(
    ("path", "value", "code"),
    [
        (("credentialSubject", "level"), "7", "consent/form"),
        (("credentialSubject", "level"), 2, "consent/form"),
        (("credentialSubject", "aggregate"), "true", "consent/form"),
        (("credentialSubject", "owner"), "a1", "consent/form"),
        (("credentialSubject", "reader"), "urn:tierlight:company:a1", "consent/reader"),
        (("credentialSubject", "validFrom"), "2026-13-01", "consent/days"),
        (("credentialSubject", "validTo"), "2026-12-01", "consent/days"),
        (("credentialSubject", "purpose"), "", "consent/form"),
        (("credentialSubject", "purpose"), "x" * 301, "consent/form"),
        (("credentialSubject", "purpose"), "a\u202eb", "consent/form"),
        (("credentialSubject", "part"), "urn:tierlight:part:company:x:P", "consent/owner"),
        (("credentialSubject", "nonce"), "AA", "consent/form"),
        (("credentialSubject", "extra"), "x", "consent/form"),
        (("issuer",), "urn:tierlight:company:x", "consent/owner"),
        (("credentialSchema", "id"), "https://example.com/other", "consent/form"),
        (("type",), ["VerifiableCredential"], "consent/form"),
        (("@context",), [], "consent/form"),
    ],
)
def test_a_consent_that_is_none_is_refused(path, value, code):
    document = json.loads(PAYLOAD)
    place = document
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(EnvelopeError) as refused:
        read_consent(document)
    assert refused.value.code == code


def test_it_fits_the_envelope():
    payload = consent_payload(WISH, BY, DRAWN, schema_digest("consent"))
    assert canonical(json.loads(payload)) == payload
    assert CELLWERK.sign(payload).count(".") == 2


class TestVectors:
    def test_are_what_the_script_writes(self):
        assert FILE.read_text("utf-8") == written()

    def test_hold_and_refuse_as_they_say(self):
        held = json.loads(FILE.read_text("utf-8"))
        for name in ("consent", "revocation"):
            opened = verify(held[name]["jws"], held["jwk"])
            assert opened.digest == held[name]["digest"]
            read_consent(opened.document)
        document = open_jws(held["consent"]["jws"]).document
        for case in held["refused"]:
            subject = document["credentialSubject"] | {case["member"]: case["value"]}
            with pytest.raises(EnvelopeError) as refused:
                read_consent(document | {"credentialSubject": subject})
            assert refused.value.code == case["code"], case
