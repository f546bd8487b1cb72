"""By what a finding is known again, and when its numbers are the same."""

from dataclasses import replace

import pytest

from hub.findings.flags import Flag
from hub.findings.identity import evidence_digest, identified, key_of
from tierlight_schemas.findings import Severity

LINE = {"type": "line", "part": "PACK-1", "line": "2", "child": "BP-CASE", "name": "Case"}
GAP = Flag(
    "tier/missing",
    Severity.WARNING,
    "company",
    LINE,
    0,
    {"quantity": "100", "unit": "kilogram", "mass": "100", "share": "33.33", "estimate": "–"},
)
WORDS = Flag(
    "document/unit-implausible",
    Severity.WARNING,
    "company",
    {"type": "declaration", "part": "PACK-1", "digest": "d" * 64, "name": "Pack"},
    0,
    {"path": "$.pcf", "value": "3"},
)


@pytest.mark.parametrize(
    ("flag", "is_same"),
    [
        (replace(GAP, subject=LINE | {"name": "Gehäuse"}), True),
        (replace(GAP, subject=LINE | {"line": "7"}), True),
        (replace(GAP, tier=3), True),
        (replace(GAP, severity=Severity.ERROR), True),
        (replace(GAP, evidence={**GAP.evidence, "quantity": "1"}), True),
        (replace(GAP, owner="other"), False),
        (replace(GAP, code="tier/withheld"), False),
        (replace(GAP, subject=LINE | {"child": "BP-CELL"}), False),
        (replace(GAP, subject=LINE | {"part": "PACK-2"}), False),
    ],
)
def test_the_key_is_that_of_what_it_is_about(flag, is_same):
    assert (key_of(flag) == key_of(GAP)) is is_same


def test_in_a_document_the_place_belongs_to_it():
    elsewhere = replace(WORDS, evidence={**WORDS.evidence, "path": "$.other"})
    newer = replace(WORDS, subject={**WORDS.subject, "digest": "e" * 64})
    assert len({key_of(flag) for flag in (WORDS, elsewhere, newer)}) == 3


@pytest.mark.parametrize(
    ("evidence", "is_same"),
    [
        ({"share": "12"}, True),
        ({"quantity": "100.0"}, False),
        ({"mass": "–"}, False),
        ({"case": "no-mass"}, False),
    ],
)
def test_the_share_of_a_product_is_no_number_of_its_own(evidence, is_same):
    changed = replace(GAP, evidence={**GAP.evidence, **evidence})
    assert (evidence_digest(changed) == evidence_digest(GAP)) is is_same


def test_the_day_of_the_question_is_none_either():
    of_today = Flag("tier/shares-not-one", Severity.ERROR, "c", {"part": "P"}, 0, {"date": "a"})
    assert evidence_digest(of_today) == evidence_digest(replace(of_today, evidence={"date": "b"}))


def test_two_lines_for_one_part_are_two_findings_and_one_met_twice_is_one():
    second = replace(GAP, subject=LINE | {"line": "5"})
    found = identified([GAP, second, GAP], [GAP, second, GAP])
    assert len(found) == len({one.key for one in found}) == 2
    assert found[0].key == key_of(GAP)


def test_the_unit_s_numbers_are_those_of_the_twin():
    for_one = replace(GAP, evidence={**GAP.evidence, "quantity": "1"})
    (found,) = identified([GAP], [for_one])
    assert found.evidence_digest == evidence_digest(GAP)
    assert found.unit_digest == evidence_digest(for_one)
