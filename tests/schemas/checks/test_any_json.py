"""Whatever JSON comes, `check` answers; and it answers the same twice."""

import copy
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.schemas.checks.documents import (
    BRACKET,
    PROCESS,
    clip,
    credential,
    process_credential,
)
from tests.schemas.checks.finding import AT
from tests.schemas.make_vectors import CASES, SPLIT
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.checks import MOST_OF_A_CODE, check, report
from tierlight_schemas.extension import PART_EXTENSION
from tierlight_schemas.findings import Finding, Severity

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=20)
    | st.text(alphabet=st.characters(categories=["Cs", "Cc", "Nd"]), max_size=5)
    | st.sampled_from(["0", "-1", "1e5", "AR6", "DE", "kilogram", "2025-02-30T00:00:00Z"])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=20,
)
SOUND = [BRACKET, clip(), credential(BRACKET), process_credential(PROCESS)]


def places_in(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON value."""
    steps: Any = ()
    if isinstance(value, dict):
        steps = value.items()
    elif isinstance(value, list):
        steps = enumerate(value)
    inner = [place for step, child in steps for place in places_in(child, (*path, step))]
    return [path, *inner]


@st.composite
def spoiled(draw: st.DrawFn) -> Any:
    """A sound document in which some members were replaced by anything."""
    document = copy.deepcopy(draw(st.sampled_from(SOUND)))
    for _ in range(draw(st.integers(1, 4))):
        *path, last = draw(st.sampled_from(places_in(document)[1:]))
        holder = document
        for step in path:
            holder = holder[step]
        holder[last] = draw(JSON)
    return document


def sound_finding(finding: Finding) -> bool:
    """Whether a finding can be stored, sent and printed."""
    texts = [finding.path, *finding.evidence, *finding.evidence.values()]
    return (
        finding.code in CODES
        and finding.path.startswith("$")
        and all(isinstance(text, str) for text in texts)
        and all(text.encode("utf-8") is not None for text in texts)
    )


class TestNeverRaises:
    @given(JSON)
    def test_any_value(self, value):
        findings = check(value, AT)
        assert findings
        assert all(map(sound_finding, findings))

    @given(spoiled())
    @settings(max_examples=400)
    def test_any_spoiled_document(self, document):
        findings = check(document, AT)
        assert all(map(sound_finding, findings))
        assert findings == check(copy.deepcopy(document), AT)
        for lang in ("en", "de", "zh-CN"):
            assert "\n".join(report(findings, lang)).encode("utf-8") is not None

    @given(JSON, JSON)
    def test_any_split_and_subject(self, split, subject):
        check({"credentialSubject": subject, "type": split}, AT, split=split)
        check(BRACKET, AT, split={**SPLIT, "stages": split, "carriers": subject})

    @pytest.mark.parametrize(
        "document",
        [
            {"credentialSubject": {"footprint": {"pcf": {}}}},
            {"credentialSubject": None},
            {"type": {"PartProcessDeclaration": 1}, "credentialSubject": {}},
            {"extensions": [{"dataSchema": PART_EXTENSION, "data": {"provenance": []}}]},
            {"extensions": [{"dataSchema": PART_EXTENSION}]},
            {"extensions": [None, 1, "x", []]},
            {"pcf": {"dqi": [], "geographyCountry": [], "geographyCountrySubdivision": {}}},
            {"pcf": {"referencePeriodEnd": "9998-02-28T00:00:00+23:59"}},
            {"validityPeriodEnd": "0001-01-01T00:00:00+23:59", "pcf": {}},
            {"pcf": {"primaryDataShare": 10**5000}},
        ],
        ids=range(10),
    )
    def test_hand_picked(self, document):
        assert check(document, AT)

    def test_deep_nesting(self):
        deep: Any = "x"
        for _ in range(100_000):
            deep = [deep]
        assert check({**BRACKET, "vendor": deep}, AT)
        # Taken apart by hand: freeing it in one go would need as deep a stack.
        while isinstance(deep, list):
            (deep,) = deep


class TestSize:
    """A stranger chooses how large the document is; the work must grow no faster than it."""

    LONG = 60_000

    @pytest.mark.parametrize(
        "text",
        ["treibhausgas" + "a" * LONG, "carbon" + " " * LONG, "emissions x " * 5000, "1 " * LONG],
        ids=["one word", "spaces", "claims", "numbers"],
    )
    def test_long_texts(self, text):
        assert check({**BRACKET, "comment": text}, AT) == []

    @pytest.mark.parametrize(
        "member",
        [
            {"productIds": ["x"] * 5000},
            {"vendor": [None] * 5000},
            {"extensions": [{"dataSchema": "x"}] * 5000},
        ],
        ids=["errors", "nulls", "extensions"],
    )
    def test_many_findings_are_cut_short(self, member):
        findings = check({**BRACKET, **member}, AT)
        assert len([f for f in findings if f.code == "document/schema"]) == MOST_OF_A_CODE

    def test_a_flood_of_notes_hides_no_error(self):
        flood = [{"dataSchema": "x"}] * 500
        document = {**BRACKET, "extensions": flood, "status": "?"}
        assert check(document, AT)[0].path == "$.status"
        document = {**BRACKET, "extensions": [*flood, {"dataSchema": PART_EXTENSION, "data": {}}]}
        assert Severity.ERROR in {finding.severity for finding in check(document, AT)}


class TestVerdict:
    @pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
    def test_survives_the_way_over_json(self, case):
        again = json.loads(json.dumps(case.document))
        assert check(again, AT, **case.given) == check(case.document, AT, **case.given)

    @pytest.mark.parametrize("document", SOUND)
    def test_does_not_depend_on_the_order_of_members(self, document):
        backwards = json.loads(json.dumps(document), object_pairs_hook=lambda p: dict(p[::-1]))
        assert check(backwards, AT) == []

    def test_takes_a_date_or_an_instant(self):
        document = {**BRACKET, "status": "?"}
        assert check(document, date(2026, 3, 1)) == check(
            document, datetime(2026, 3, 1, 12, tzinfo=UTC)
        )

    def test_puts_errors_first(self):
        (case,) = [case for case in CASES if case.name == "several-defects-at-once"]
        order = [finding.severity for finding in check(case.document, AT)]
        assert order == sorted(order, key=list(Severity).index)
        assert set(order) >= {Severity.ERROR, Severity.WARNING}

    def test_leaves_the_document_alone(self):
        document = copy.deepcopy(BRACKET)
        check(document, AT)
        assert document == BRACKET
