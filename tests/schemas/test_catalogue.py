import pytest

from tests.schemas.make_vectors import CASES
from tierlight_schemas.catalogue import CODES, Actor, Family
from tierlight_schemas.findings import Severity

ORDER = list(Severity)


def test_a_code_is_its_own_key():
    assert all(code == rule.code for code, rule in CODES.items())


@pytest.mark.parametrize("code", CODES)
def test_a_code_begins_with_its_family(code):
    assert CODES[code].family == code.partition("/")[0]


def test_no_finding_is_graver_than_its_code():
    for case in CASES:
        for code, severity, _ in case.expected:
            assert ORDER.index(Severity(severity)) >= ORDER.index(CODES[code].severity)


@pytest.mark.parametrize("rule", [r for r in CODES.values() if r.family is Family.DOCUMENT])
def test_every_document_code_is_seen_at_its_gravest(rule):
    assert any(
        (rule.code, str(rule.severity)) == finding[:2] for c in CASES for finding in c.expected
    )


def test_only_errors_refuse_and_a_tier_never_does():
    assert CODES["document/decimal"].refuses
    assert CODES["trust/bad-signature"].refuses
    assert not CODES["document/offset-inside"].refuses
    assert not CODES["tier/cycle"].refuses


def test_who_can_act():
    assert CODES["tier/declared-below-inputs"].actor is Actor.DECLARANT
    assert CODES["tier/missing"].actor is Actor.BUYER
    assert CODES["door/json-float"].actor is Actor.SENDER
