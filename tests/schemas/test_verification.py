"""Verification statements: the shipped vectors, and what makes one count."""

import json
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from tests.schemas import make_verification_vectors as vectors
from tierlight_schemas import publish
from tierlight_schemas.envelope import EnvelopeError, canonical, open_jws, sign, verify
from tierlight_schemas.verification import PartVerificationStatement, VerificationRevocation
from tierlight_schemas.verification_build import build_revocation
from tierlight_schemas.verification_reading import read_revocation, read_verification
from tierlight_schemas.verification_standing import (
    Circumstances,
    Conflict,
    Doubt,
    Party,
    Stated,
    doubts,
    tie,
)

SHIPPED = {
    entry.name: entry.read_bytes()
    for entry in files("tierlight_schemas").joinpath("vectors/verification-v1").iterdir()
}
VECTORS: list[dict[str, Any]] = [json.loads(content) for content in SHIPPED.values()]


def judged(vector: dict[str, Any]) -> dict[str, Any]:
    """What a reader makes of a vector."""
    try:
        opened = verify(vector["jws"], vector["key"])
        read = read_verification(opened, datetime.fromisoformat(vector["at"]))
    except EnvelopeError as error:
        return {"refused": error.code}
    declaration, subject = open_jws(vector["declaration"]), read.credential_subject
    named = (subject.declaration, subject.id)
    here = (declaration.digest, declaration.document["credentialSubject"]["id"])
    case = Circumstances(vector["boundary"], is_bound=named == here)
    found = doubts(Stated.of(subject), case, date.fromisoformat(vector["asOf"]))
    return {"doubts": [doubt.value for doubt in found]}


class TestVectors:
    def test_the_script_writes_the_same_bytes(self):
        assert vectors.files() == SHIPPED

    def test_more_are_bad_than_good(self):
        good = [vector for vector in VECTORS if vector["expected"] == {"doubts": []}]
        assert len(VECTORS) - len(good) > len(good) >= 5

    @pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
    def test_come_out_as_expected(self, vector):
        assert judged(vector) == vector["expected"]

    @pytest.mark.parametrize("vector", VECTORS, ids=[vector["name"] for vector in VECTORS])
    def test_of_the_published_form_are_those_that_are_read(self, vector):
        schema = json.loads(publish.published("verification"))
        fits = Draft202012Validator(schema).is_valid(open_jws(vector["jws"]).document)
        assert fits == (vector["expected"].get("refused") != "door/verification-form")

    def test_a_document_is_what_its_model_writes(self):
        document = open_jws(VECTORS[0]["jws"]).document
        assert PartVerificationStatement.model_validate(document).document() == document


class TestARevocation:
    def signed(self, **members):
        document = json.loads(build_revocation("a" * 64, "a slip", vectors.FRESH)) | members
        kid = vectors.VERIFIER_KID
        jws = sign(canonical(document), vectors.VERIFIER_KEY.sign, "Ed25519", kid)
        return open_jws(jws)

    def test_is_read(self):
        read = read_revocation(self.signed())
        assert (read.verification, read.reason) == ("a" * 64, "a slip")
        schema = json.loads(publish.published("verification-revocation"))
        Draft202012Validator(schema).validate(read.document())
        assert VerificationRevocation.model_validate(read.document()) == read

    @pytest.mark.parametrize(
        ("members", "code"),
        [
            ({"reason": ""}, "door/verification-form"),
            ({"type": "tierlight.withdrawal/1"}, "door/verification-form"),
            ({"verification": "abc"}, "door/verification-form"),
            ({"more": "x"}, "door/verification-form"),
            ({"at": "2026-13-01T00:00:00Z"}, "door/instant"),
        ],
    )
    def test_is_refused(self, members, code):
        with pytest.raises(EnvelopeError) as refused:
            read_revocation(self.signed(**members))
        assert refused.value.code == code


VERIFIER = Party("v", ("LEI-VERIFIER",), ("kv",))
DECLARANT = Party("d", ("LEI-DECLARANT",), ("kd",))


class TestATie:
    @pytest.mark.parametrize(
        ("verifier", "expected"),
        [
            (VERIFIER, None),
            (Party("v"), None),
            (Party("d", ("other",)), Conflict.SAME_COMPANY),
            (Party("v", (), ("kd",)), Conflict.SAME_KEY),
            (Party("v", ("lei declarant",)), Conflict.SAME_IDENTIFIER),
            (Party("v", ("LEI-DECLARANT-2",)), None),
            (Party("v", group=("x", "d")), Conflict.SAME_GROUP),
            (Party("v", group=("x",)), None),
        ],
    )
    def test_is_what_is_known_of_both(self, verifier, expected):
        assert tie(verifier, DECLARANT) is expected
        assert tie(DECLARANT, verifier) is expected


FIRST = datetime(2020, 1, 1, tzinfo=UTC)
INSTANTS = st.integers(0, 15 * 365 * 24).map(lambda hours: FIRST + timedelta(hours=hours))
STATED = st.builds(
    Stated,
    st.sampled_from(["product", "program", "model"]),
    st.sampled_from(["limited", "reasonable"]),
    st.sampled_from(["gate-to-gate", "cradle-to-gate"]),
    st.decimals("0.1", "100", places=1),
    INSTANTS,
    INSTANTS,
    st.none() | INSTANTS,
)
CASES = st.builds(
    Circumstances,
    st.just("cradle-to-gate"),
    st.booleans(),
    st.booleans(),
    st.none() | st.sampled_from(Conflict),
    st.booleans(),
    st.booleans(),
)


class TestDoubts:
    @given(STATED, CASES, st.dates(date(2020, 1, 1), date(2035, 1, 1)))
    def test_a_statement_counts_only_without_any_reason_against_it(self, stated, case, day):
        counts = doubts(stated, case, day) == ()
        accredited = stated.accredited_until
        assert counts == (
            case.is_bound
            and not (case.is_revoked or case.conflict)
            and not (case.key_in_doubt or case.declaration_in_doubt)
            and (stated.level, stated.boundary) == ("product", case.boundary)
            and stated.share >= Decimal(80 if stated.assurance == "limited" else 95)
            and accredited is not None
            and stated.completed_at < accredited
            and stated.completed_at.date() <= day
            and stated.valid_until > datetime(day.year, day.month, day.day, tzinfo=UTC)
        )

    @given(STATED, CASES, st.dates(date(2020, 1, 1), date(2034, 1, 1)))
    def test_what_has_expired_stays_so(self, stated, case, day):
        if Doubt.EXPIRED in doubts(stated, case, day):
            assert Doubt.EXPIRED in doubts(stated, case, day + timedelta(days=1))
