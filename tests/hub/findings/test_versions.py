"""One part over time: each rule with a planted defect, and healthy twins in which it is silent."""

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest

from hub.findings.rules import evaluate
from hub.findings.rules.documents import Change, Changed
from tests.hub.findings.rules import DAY, told
from tests.hub.findings.said import at, document, looking
from tests.schemas.rollup.chains import line, part, trader, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.declared import expired
from tierlight_schemas.rollup.model import ONE, Input

NEW, OLD = "a" * 64, "b" * 64
LAST = document(OLD, year=2024)
"""12.50 kgCO2e per piece in 2024."""


def flags(code, said, node=None):
    node = node or part("bolt", owner="other", declared=value("12.50", reference=NEW))
    root = trader("root", line(node.id))
    found = told(f"version/{code}", looking((root, node), said))
    for flag in found:
        assert (flag.owner, flag.subject["type"]) == ("other", "declaration")
        assert (flag.subject["part"], flag.subject["digest"]) == ("bolt", NEW)
    return found


def following(total="12.50", before=LAST, **more):
    return document(NEW, total, before=before, **more)


class TestAHealthyUpdate:
    """A new period, 3 % lower, by the same method: nothing is found."""

    @pytest.mark.parametrize("total", ["12.13", "12.50001", "12.9", "11.26", "13.74"])
    def test_is_no_finding(self, total):
        said = following(total, factors=("Open factors 2025",), allocation="by mass")
        old = replace(LAST, factors=("Open factors 2025",), allocation="by mass")
        node = part("bolt", mass="0.1", declared=value(total, reference=NEW))
        view = looking((trader("root", line("bolt")), node), replace(said, before=old))
        assert evaluate(view) == []

    def test_nor_is_a_first_version(self):
        node = part("bolt", mass="0.1", declared=value("12.50", reference=NEW))
        view = looking((trader("root", line("bolt")), node), document(NEW))
        assert evaluate(view) == []


class TestExpired:
    NODE = part("bolt", owner="other", declared=expired(value("12.50", reference=NEW)))

    def test_is_told_with_both_days(self):
        (flag,) = flags("expired", document(NEW, valid_to=at("2026-03-01")), self.NODE)
        assert flag.severity is Severity.WARNING
        assert flag.evidence == {"ended": "2026-03-01", "date": DAY.isoformat()}

    def test_a_process_that_nothing_newer_stands_for(self):
        node = part("bolt", line("nut"), owner="other")
        nodes = trader("root", line("bolt")), node, part("nut", declared=value(1))
        process = document(NEW, kind="process", valid_to=at("2026-03-01"))
        (flag,) = told("version/expired", looking(nodes, aside={"bolt": [process]}))
        assert (flag.owner, flag.subject["digest"]) == ("other", NEW)
        other = document(NEW, boundary="cradle-to-grave")
        assert told("version/expired", looking(nodes, aside={"bolt": [other]})) == []
        stated = (nodes[0], replace(node, own=value(1)), nodes[2])
        assert told("version/expired", looking(stated, aside={"bolt": [process]})) == []

    def test_what_is_valid_is_not(self):
        assert flags("expired", document(NEW)) == []
        assert flags("expired", document(NEW, valid_to=at("2026-07-01"))) == []


class TestExpiring:
    @pytest.mark.parametrize(
        ("ends", "days"), [("2026-07-01", "1"), ("2026-08-20", "51"), ("2026-08-29", "60")]
    )
    def test_within_60_days(self, ends, days):
        (flag,) = flags("expiring", document(NEW, valid_to=at(ends)))
        assert flag.severity is Severity.NOTE
        assert flag.evidence == {"ends": ends, "days": days, "date": "2026-06-30"}

    @pytest.mark.parametrize("ends", ["2026-08-30", "2026-12-31", "2029-01-01"])
    def test_not_later(self, ends):
        assert flags("expiring", document(NEW, valid_to=at(ends))) == []

    def test_not_once_it_is_renewed(self):
        said = document(NEW, valid_to=at("2026-07-01"), renewed=True)
        assert flags("expiring", said) == []

    def test_not_what_has_ended(self):
        said = document(NEW, valid_to=at("2026-06-30"))
        assert flags("expiring", said, TestExpired.NODE) == []


class TestPrecedingUnknown:
    GONE = "0b1c7a52-6f0e-4a58-9c1d-2f3a4b5c6d7e"

    def test_what_was_never_declared_is_named(self):
        (flag,) = flags("preceding-unknown", document(NEW, unknown_preceding=(self.GONE,)))
        assert flag.severity is Severity.WARNING
        assert flag.evidence == {"case": "unknown", "footprint": self.GONE}

    def test_what_is_known_is_not(self):
        assert flags("preceding-unknown", document(NEW)) == []


class TestChanged10Percent:
    CODE = "changed-10-percent"

    @pytest.mark.parametrize(
        ("total", "percent"), [("13.75", "10"), ("11.25", "-10"), ("14.00", "12"), ("0.00", "-100")]
    )
    def test_in_the_same_period(self, total, percent):
        (flag,) = flags(self.CODE, following(total, year=2024))
        assert flag.severity is Severity.WARNING
        assert flag.evidence == {
            "before": "12.5",
            "now": total.rstrip("0").rstrip(".") or "0",
            "unit": "piece",
            "percent": percent,
            "end_before": "2025-01-01",
            "end": "2025-01-01",
        }

    def test_in_a_new_period_without_a_reason_is_a_note(self):
        (flag,) = flags(self.CODE, following("14.00"))
        assert (flag.severity, flag.evidence["case"]) == (Severity.NOTE, "new-period")
        assert (flag.evidence["end_before"], flag.evidence["end"]) == ("2025-01-01", "2026-01-01")

    @pytest.mark.parametrize("year", [2024, 2025])
    def test_not_with_a_reason(self, year):
        assert flags(self.CODE, following("14.00", year=year, comment="a press was added")) == []
        acknowledged = frozenset({"version/changed-10-percent"})
        assert flags(self.CODE, following("14.00", year=year, explained=acknowledged)) == []

    def test_an_old_comment_is_no_reason(self):
        old = replace(LAST, comment="primary data of all sites")
        said = following("14.00", before=old, comment=old.comment)
        assert len(flags(self.CODE, said)) == 1

    @pytest.mark.parametrize("total", ["13.74", "11.26", "12.50"])
    def test_not_below_10_percent(self, total):
        assert flags(self.CODE, following(total, year=2024)) == []

    def test_rounding_is_no_move(self):
        old = document(OLD, "10", 2024)
        assert flags(self.CODE, following("11", before=old, year=2024)) == []
        exact = document(OLD, "10.0", 2024)
        assert len(flags(self.CODE, following("11.0", before=exact, year=2024))) == 1

    def test_values_are_compared_per_unit(self):
        thousand = following("12600", amount=1000, year=2024)
        assert flags(self.CODE, thousand) == []
        grams = document(OLD, "2.50", 2024, unit="kilogram")
        assert flags(self.CODE, following("0.00250", before=grams, unit="gram")) == []
        (flag,) = flags(self.CODE, following("0.00350", before=grams, unit="gram"))
        assert (flag.evidence["now"], flag.evidence["percent"]) == ("3.5", "40")

    @pytest.mark.parametrize(
        "other",
        [
            {"site": "elsewhere"},
            {"boundary": "cradle-to-grave"},
            {"prospective": True},
            {"unit": "kilogram"},
        ],
    )
    def test_not_between_what_is_not_the_same_thing(self, other):
        assert flags(self.CODE, following("14.00", before=replace(LAST, **other))) == []


STATED: dict[str, Any] = {
    "allocation": "by mass",
    "electricity": "market-based",
    "factors": ("ecoinvent 3.11",),
}


class TestMethodChanged:
    CODE = "method-changed"
    DIFFERENT: tuple[tuple[str, dict[str, Any], str, str], ...] = (
        ("boundary", {"boundary": "cradle-to-grave"}, "cradle-to-grave", "cradle-to-gate"),
        ("allocation", {"allocation": "by price"}, "by price", "by mass"),
        ("electricity", {"electricity": "location-based"}, "location-based", "market-based"),
        ("factors", {"factors": ("ecoinvent 3.10",)}, "ecoinvent 3.10", "ecoinvent 3.11"),
        ("characterization", {"characterization": ("AR5",)}, "AR5", "AR6"),
    )

    @pytest.mark.parametrize(("case", "other", "before", "now"), DIFFERENT)
    def test_each_difference_is_told(self, case, other, before, now):
        old = replace(LAST, **STATED | other)
        (flag,) = flags(self.CODE, following(before=old, **STATED))
        place = {"path": "$.annexes.split.carriers"} if case == "electricity" else {}
        assert flag.evidence == {"case": case, "before": before, "now": now, **place}

    def test_all_that_differs_is_told(self):
        other: dict[str, Any] = {}
        for _, more, *_ in self.DIFFERENT:
            other |= more
        old = replace(LAST, **other)
        assert len(flags(self.CODE, following(before=old, **STATED))) == 5

    @pytest.mark.parametrize(("case", "other", "before", "now"), DIFFERENT)
    def test_silent_where_both_say_the_same(self, case, other, before, now):
        old = replace(LAST, **STATED | other)
        assert flags(self.CODE, following(before=old, **STATED | other)) == []

    @pytest.mark.parametrize("name", STATED)
    def test_silent_where_one_does_not_say(self, name):
        old = replace(LAST, **STATED)
        stated = {key: held for key, held in STATED.items() if key != name}
        assert flags(self.CODE, following(before=old, **stated)) == []
        assert flags(self.CODE, following(before=LAST, **STATED)) == []

    def test_letters_make_no_method(self):
        old = replace(LAST, allocation="By Mass")
        assert flags(self.CODE, following(before=old, allocation="by mass")) == []


VALUES: dict[str, str] = {"fossilGhgEmissions": "12.30", "biogenicNonCO2Emissions": "0.20"}


class TestUnchangedCopy:
    CODE = "unchanged-copy"

    def test_the_same_values_for_a_new_period(self):
        old = document(OLD, "12.50", 2024, amounts=VALUES)
        (flag,) = flags(self.CODE, following(before=old, amounts=VALUES))
        assert flag.severity is Severity.NOTE
        assert flag.evidence == {
            "total": "12.50",
            "amount": "1",
            "unit": "piece",
            "number": "3",
            "end_before": "2025-01-01",
            "end": "2026-01-01",
        }

    @pytest.mark.parametrize(
        "more",
        [
            {"amounts": {**VALUES, "biogenicNonCO2Emissions": "0.21"}},
            {"amounts": {"fossilGhgEmissions": "12.30"}},
            {"amounts": VALUES, "total": "12.51"},
            {"amounts": VALUES, "year": 2024},
            {"amounts": VALUES, "comment": "the press ran as in the year before"},
            {"amounts": VALUES, "explained": frozenset({"version/unchanged-copy"})},
            {"amounts": VALUES, "site": "another"},
            {"amounts": VALUES, "amount": 10},
        ],
        ids=str,
    )
    def test_silent_where_something_else_is_said(self, more):
        old = document(OLD, "12.50", 2024, amounts=VALUES)
        assert flags(self.CODE, following(before=old, **more)) == []

    def test_two_digits_may_be_the_same_by_rounding(self):
        old = document(OLD, "12", 2024)
        assert flags(self.CODE, following("12", before=old)) == []


CHANGES = {
    Changed.CORRECTED: Change(Changed.CORRECTED, "steel", "2026-02-03", OLD, "c" * 64),
    Changed.RENEWED: Change(Changed.RENEWED, "steel", "2026-02-03", OLD, "c" * 64),
    Changed.WITHDRAWN: Change(Changed.WITHDRAWN, "steel", "2026-02-03", OLD),
    Changed.BOM: Change(Changed.BOM, "", "2026-02-03", "12", "3"),
    Changed.ENERGY: Change(Changed.ENERGY, "grid", "2026-02-03", "0.41", "0.52"),
}


class TestStaleInputs:
    CODE = "stale-inputs"

    @pytest.mark.parametrize("what", Changed)
    def test_is_told_with_what_changed(self, what):
        change = CHANGES[what]
        (flag,) = flags(self.CODE, document(NEW, changes=(change,)))
        note = what is Changed.RENEWED
        assert flag.severity is (Severity.NOTE if note else Severity.WARNING)
        expected = {"case": what.value, "date": "2026-02-03", "before": change.before}
        expected |= {"input": change.name} if change.name else {}
        assert flag.evidence == expected | ({"now": change.now} if change.now else {})

    def test_silent_while_nothing_changed(self):
        assert flags(self.CODE, document(NEW)) == []

    def test_outside_the_total_is_not_told(self):
        stale = part("bolt", declared=value(1, reference=NEW))
        nodes = part("root", declared=value(3)), stale
        view = looking(nodes, document(NEW, changes=(CHANGES[Changed.BOM],)))
        assert told("version/stale-inputs", view) == []


class TestDeclaredBelowInputs:
    """What the declaration's own facts decide about tier/declared-below-inputs."""

    INPUTS = (Input(None, Decimal("10.0"), "kilogram", Decimal("10.0")),)

    def flags(self, total, inputs=INPUTS, **said):
        declared = value(total, reference=NEW, inputs=inputs)
        view = looking((part("bolt", declared=declared),), document(NEW, total, **said))
        return told("tier/declared-below-inputs", view)

    def test_below_them_is_a_warning(self):
        (flag,) = self.flags("60.0")
        assert flag.severity is Severity.WARNING
        assert flag.evidence == {"declared": "60", "inputs": "100", "tolerance": "1.05"}

    def test_inputs_that_changed_since_are_stale_instead(self):
        changes = (CHANGES[Changed.CORRECTED],)
        assert self.flags("60.0", changes=changes) == []

    def test_unknown_inputs_cannot_be_reconciled(self):
        (flag,) = self.flags("60.0", complete=False)
        assert flag.severity is Severity.NOTE
        assert flag.evidence == {
            "case": "cannot-be-reconciled",
            "declared": "60",
            "inputs": "100",
            "tolerance": "1.05",
        }

    def test_unknown_inputs_above_them_are_no_finding(self):
        assert self.flags("160.0", complete=False) == []

    @pytest.mark.parametrize("quantity", ["1", "1.0"])
    def test_a_count_of_pieces_is_exact(self, quantity):
        one = (Input(None, Decimal(quantity), "piece", Decimal("10.0")),)
        (flag,) = self.flags("8.0", one)
        assert flag.evidence["tolerance"] == "0.1"

    def test_a_printed_share_has_decimals_too(self):
        third = (replace(self.INPUTS[0], allocation=Decimal("0.33")),)
        # 33, of which 0.33 × (10 × 0.05 + 10 × 0.05) and 10 × 10 × 0.005 may be rounding
        assert self.flags("32.2", third) == []
        (flag,) = self.flags("32.0", third)
        assert flag.evidence["tolerance"] == "0.88"
        whole = (replace(self.INPUTS[0], allocation=ONE),)
        assert self.flags("60.0", whole)[0].evidence["tolerance"] == "1.05"
