"""Keys that may have been in other hands: what is told of what they signed, and what is not."""

from dataclasses import replace

import pytest

from hub.findings.rules import InDoubt, View, evaluate
from tests.hub.findings.rules import DAY, _has_words
from tests.schemas.rollup.chains import line, part, solved, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.declared import expired, weighted_plants
from tierlight_schemas.rollup.model import ONE, Known

DIGEST, OTHER = "d" * 64, "e" * 64
DOUBT = InDoubt("2026-05-05", "2026-05-04")
ROOT = part("root", line("theirs"))


def told(node, in_doubt, root=ROOT):
    """The findings of the family trust on a part below the root."""
    view = View(solved(root, node), "root", DAY.isoformat(), {}, in_doubt)
    return [flag for flag in evaluate(view) if flag.code.startswith("trust/")]


def declared(digest=DIGEST):
    return replace(value(3), reference=digest)


class TestADeclaration:
    def test_that_came_in_too_late_is_told_with_both_days(self):
        node = part("theirs", owner="other", declared=declared())
        (flag,) = told(node, {DIGEST: DOUBT})
        _has_words(flag)
        assert (flag.code, flag.severity) == ("trust/key-revoked", Severity.WARNING)
        assert (flag.owner, flag.subject["digest"]) == ("other", DIGEST)
        assert flag.evidence == {
            "case": "in-doubt",
            "received": "2026-05-05",
            "since": "2026-05-04",
        }

    def test_that_came_in_before_is_not(self):
        node = part("theirs", owner="other", declared=declared())
        assert told(node, {}) == told(node, {OTHER: DOUBT}) == []

    def test_that_has_expired_and_is_not_used_is_not(self):
        node = part("theirs", owner="other", declared=expired(declared()))
        assert told(node, {DIGEST: DOUBT}) == []

    def test_outside_the_total_is_not(self):
        node = part("theirs", declared=declared())
        assert told(node, {DIGEST: DOUBT}, root=part("root", declared=value(1))) == []


@pytest.mark.parametrize("in_doubt", [{DIGEST}, {OTHER}, {DIGEST, OTHER}])
def test_each_plant_of_a_process_is_told_by_its_own_declaration(in_doubt):
    own = replace(
        weighted_plants([(declared(DIGEST), ONE), (declared(OTHER), ONE)]), known=Known.BUILT_UP
    )
    node = part("theirs", own=own)
    found = told(node, dict.fromkeys(in_doubt, DOUBT))
    assert {flag.subject["digest"] for flag in found} == in_doubt
