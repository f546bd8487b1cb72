"""Third parties' word: what is told of a statement, and what is not."""

from dataclasses import replace

import pytest

from hub.findings.rules import Verification, View, evaluate
from tests.hub.findings.rules import DAY, _has_words, found, only
from tests.schemas.rollup.chains import line, part, solved, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.declared import verified
from tierlight_schemas.rollup.model import Known
from tierlight_schemas.verification_standing import Doubt

DIGEST, STATEMENT = "d" * 64, "5" * 64
SOUND = Verification(
    "Prüfhaus",
    "limited",
    (),
    share="86.5",
    boundary="cradle-to-gate",
    declared="cradle-to-gate",
    valid_until="2028-01-01",
)
ROOT = part("root", line("theirs"))


def told(*statements, counts=False):
    """The findings of the family trust on a declaration with these statements."""
    declared = replace(value(3), reference=DIGEST)
    if counts:
        declared = verified(declared, STATEMENT, declared.amount)
    nodes = ROOT, part("theirs", owner="other", declared=declared)
    view = View(solved(*nodes), "root", DAY.isoformat(), {DIGEST: list(statements)})
    flags = [flag for flag in evaluate(view) if flag.code.startswith("trust/")]
    for flag in flags:
        _has_words(flag)
        assert flag.subject["digest"] == DIGEST
        assert (flag.owner, flag.severity) == ("other", Severity.WARNING)
    return [(flag.code.removeprefix("trust/"), flag.evidence.get("case")) for flag in flags]


PLANTED = [
    (
        {"doubts": (Doubt.REVOKED,), "revoked_on": "2026-05-05", "reason": "misread"},
        ("statement-revoked", "revoked"),
    ),
    ({"doubts": (Doubt.EXPIRED,)}, ("statement-revoked", "expired")),
    ({"doubts": (Doubt.KEY,)}, ("statement-revoked", "key")),
    ({"of_predecessor": True}, ("statement-not-for-this-dataset", "predecessor")),
    *(
        ({"doubts": (Doubt.CONFLICT,), "conflict": tie}, ("verifier-conflict", tie))
        for tie in ("same-company", "same-key", "same-identifier", "same-group")
    ),
    ({"doubts": (Doubt.ACCREDITATION,)}, ("accreditation-missing", None)),
    ({"doubts": (Doubt.SHARE,), "share": "70"}, ("verification-too-narrow", "share")),
    (
        {"doubts": (Doubt.BOUNDARY,), "boundary": "gate-to-gate"},
        ("verification-too-narrow", "boundary"),
    ),
]


class TestAStatement:
    @pytest.mark.parametrize(("planted", "expected"), PLANTED, ids=lambda x: str(x)[:40])
    def test_is_told_by_what_speaks_against_it(self, planted, expected):
        assert told(replace(SOUND, **planted)) == [expected]

    def test_that_is_sound_is_no_finding(self):
        assert told(SOUND) == []
        assert told(SOUND, counts=True) == []
        assert told() == []

    @pytest.mark.parametrize("doubt", [Doubt.LEVEL, Doubt.NOT_YET])
    def test_that_is_a_badge_only_is_no_finding(self, doubt):
        assert told(replace(SOUND, doubts=(doubt,))) == []

    def test_is_told_once_by_the_gravest_doubt(self):
        doubts = (Doubt.CONFLICT, Doubt.SHARE, Doubt.EXPIRED)
        both = replace(SOUND, doubts=doubts, conflict="same-company")
        assert told(both) == [("verifier-conflict", "same-company")]

    @pytest.mark.parametrize(("planted", "expected"), PLANTED, ids=lambda x: str(x)[:40])
    def test_beside_one_that_counts_only_lies_and_ties_are_told(self, planted, expected):
        stays = expected[1] == "revoked" or expected[0] == "verifier-conflict"
        found_ = told(SOUND, replace(SOUND, **planted), counts=True)
        assert found_ == ([expected] if stays else [])

    def test_on_the_version_before_that_did_not_count_carries_nothing(self):
        assert told(replace(SOUND, of_predecessor=True, doubts=(Doubt.EXPIRED,))) == []

    def test_on_a_declaration_outside_the_total_is_not_told(self):
        nodes = part("root", declared=value(1)), part("theirs", declared=value(3))
        statement = replace(SOUND, doubts=(Doubt.EXPIRED,))
        view = View(solved(*nodes), "root", DAY.isoformat(), {DIGEST: [statement]})
        assert [flag for flag in evaluate(view) if flag.code.startswith("trust/")] == []


class TestBrokenChain:
    CODE = "trust/verification-broken-chain"

    def declared(self, share):
        return replace(value(3), reference=DIGEST, unchained=share)

    def test_a_share_over_unverified_own_processes(self):
        claimed = value(40).columns["excluding_uptake"]
        flag = only(self.CODE, ROOT, part("theirs", declared=self.declared(claimed)))
        assert flag.evidence == {"claimed_share": "40"}
        assert flag.subject["part"] == "theirs"

    def test_silent_where_the_chain_holds(self):
        assert found(self.CODE, ROOT, part("theirs", declared=self.declared(None))) == []

    def test_a_statement_does_not_mend_it(self):
        claimed = value(40).columns["excluding_uptake"]
        mended = verified(self.declared(claimed), STATEMENT, claimed)
        assert mended.known is Known.VERIFIED
        assert mended.quality.third_party is None
        only(self.CODE, ROOT, part("theirs", declared=mended))

    def test_where_it_holds_the_statement_s_share_counts(self):
        sound = verified(self.declared(None), STATEMENT, value(90).columns["excluding_uptake"])
        assert sound.quality.third_party == 90
