"""What does not fit together: each rule with a planted defect, and healthy twins."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.findings.rules import evaluate
from hub.findings.rules.documents import Component
from tests.hub.findings.rules import told
from tests.hub.findings.said import at, document, looking
from tests.schemas.rollup.chains import KWH, line, part, source, trader, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.declared import expired
from tierlight_schemas.rollup.model import Kind, Known

A, B, C = "a" * 64, "b" * 64, "c" * 64
ROOT = trader("root", line("bolt", 4, position=1), line("nut", 2, position=2))
BOLT = part("bolt", declared=value("3", reference=A))
NUT = part("nut", declared=value("5", reference=B))


def mixed(code, of_bolt, of_nut, *others, nodes=(ROOT, BOLT, NUT)):
    return told(f"tier/{code}", looking(nodes, of_bolt, of_nut, *others))


def inputs(code, counted, of_declarant=None, **named):
    """The findings on a declaration that counts the value of another as an input."""
    component = Component("steel coil", counted, **named)
    said = replace(of_declarant or document(A), components=(component,))
    return told(f"tier/{code}", looking((BOLT,), said))


LINE = {"type": "line", "part": "root", "line": "1", "child": "bolt", "name": "bolt"}
DECLARATION = {"type": "declaration", "part": "bolt", "name": "bolt", "digest": A}


class TestCharacterization:
    CODE = "characterization-mixed"

    def test_older_potentials_beside_newer_ones(self):
        old = document(A, characterization=("AR5",))
        (flag,) = mixed(self.CODE, old, document(B))
        assert (flag.severity, flag.owner, flag.subject) == (Severity.WARNING, "maker", LINE)
        # 4 bolts of 3 kgCO2e
        assert flag.evidence == {"found": "AR5", "others": "AR6", "carbon": "12"}

    @pytest.mark.parametrize("both", [("AR6",), ("AR5",), ("AR5", "AR6"), ()])
    def test_all_of_one_kind_are_not(self, both):
        of_bolt, of_nut = (document(digest, characterization=both) for digest in (A, B))
        assert mixed(self.CODE, of_bolt, of_nut) == []

    def test_what_is_not_stated_is_not(self):
        assert mixed(self.CODE, document(A, characterization=()), document(B)) == []

    def test_across_a_link_the_buyer_is_told_of_the_link(self):
        bought = part("bolt", sources=(source("theirs"),))
        theirs = part("theirs", owner="other", declared=value("3", reference=A))
        nodes = (ROOT, bought, theirs, NUT)
        old = document(A, characterization=("AR5",))
        (flag,) = mixed(self.CODE, old, document(B), nodes=nodes)
        assert (flag.owner, flag.subject["type"], flag.tier) == ("maker", "link", 0)
        assert flag.evidence["carbon"] == "12"

    def test_a_process_beside_what_goes_in(self):
        made = replace(ROOT, kind=Kind.ASSEMBLY, own=value("7", reference=C))
        old = document(C, kind="process", boundary="gate-to-gate", characterization=("AR5",))
        nodes = (made, BOLT, NUT)
        (flag,) = mixed(self.CODE, document(A), document(B), old, nodes=nodes)
        assert (flag.subject["part"], flag.subject["digest"]) == ("root", C)
        assert flag.evidence == {"case": "process", "found": "AR5", "others": "AR6"}

    def test_an_input_of_another_kind(self):
        (flag,) = inputs(self.CODE, document(B, characterization=("AR5",)))
        assert (flag.owner, flag.subject) == ("maker", DECLARATION)
        assert flag.evidence == {
            "case": "input",
            "input": "steel coil",
            "found": "AR5",
            "others": "AR6",
        }

    def test_an_input_of_the_same_kind_is_not(self):
        assert inputs(self.CODE, document(B)) == []
        assert inputs(self.CODE, document(B, characterization=())) == []


class TestProspective:
    CODE = "prospective-mixed"

    def test_a_forecast_beside_what_was(self):
        (flag,) = mixed(self.CODE, document(A, prospective=True), document(B))
        assert (flag.subject, flag.evidence) == (LINE, {"carbon": "12"})

    def test_what_was_beside_forecasts(self):
        third = part("third", declared=value("1", reference=C))
        root = trader("root", line("bolt", 4, position=1), line("nut"), line("third"))
        said = (document(digest, prospective=digest != A) for digest in (A, B, C))
        (flag,) = mixed(self.CODE, *said, nodes=(root, BOLT, NUT, third))
        assert (flag.subject, flag.evidence["case"]) == (LINE, "measured")

    @pytest.mark.parametrize("both", [True, False])
    def test_all_of_one_kind_are_not(self, both):
        assert mixed(self.CODE, *(document(d, prospective=both) for d in (A, B))) == []

    def test_an_input_of_the_other_kind(self):
        (flag,) = inputs(self.CODE, document(B, prospective=True))
        assert flag.evidence["found"] == "prospective"
        forecast = document(A, prospective=True)
        assert len(inputs(self.CODE, document(B), forecast)) == 1
        assert inputs(self.CODE, document(B, prospective=True), forecast) == []
        assert inputs(self.CODE, document(B)) == []


class TestPackaging:
    CODE = "boundary-mixed"

    def test_without_packaging_beside_with(self):
        of_bolt, of_nut = document(A, packaging=False), document(B, packaging=True)
        (flag,) = mixed(self.CODE, of_bolt, of_nut)
        assert (flag.severity, flag.subject) == (Severity.NOTE, LINE)
        assert flag.evidence == {"case": "packaging", "carbon": "12"}

    @pytest.mark.parametrize(
        ("of_bolt", "of_nut"),
        [(True, True), (False, False), (None, True), (False, None), (None, None)],
    )
    def test_silent_where_all_say_the_same_or_nothing(self, of_bolt, of_nut):
        said = document(A, packaging=of_bolt), document(B, packaging=of_nut)
        assert mixed(self.CODE, *said) == []

    @pytest.mark.parametrize("of_most", [True, False])
    def test_the_fewer_are_told(self, of_most):
        others = [part(f"p{n}", declared=value("1", reference=str(n) * 64)) for n in range(3)]
        root = trader("root", line("bolt", 4, position=1), *(line(node.id) for node in others))
        said = [document(str(n) * 64, packaging=of_most) for n in range(3)]
        nodes = (root, BOLT, *others)
        (flag,) = mixed(self.CODE, document(A, packaging=not of_most), *said, nodes=nodes)
        assert flag.subject == LINE
        assert flag.evidence["case"] == ("packaging" if of_most else "packaging-counted")

    def test_energy_has_none(self):
        root = trader("root", line("bolt", 4, KWH), line("nut", 2))
        power = replace(BOLT, kind=Kind.ENERGY, base_unit=KWH, declared=value(1, KWH, reference=A))
        said = document(A, packaging=False), document(B, packaging=True)
        assert mixed(self.CODE, *said, nodes=(root, power, NUT)) == []


class TestBoundary:
    CODE = "boundary-mixed"
    GRAVE = document(A, boundary="cradle-to-grave")

    @pytest.mark.parametrize("declared", [None, expired(value("3", reference=C))])
    def test_a_value_to_the_grave_is_not_used(self, declared):
        nodes = (ROOT, part("bolt", owner="other", declared=declared), NUT)
        view = looking(nodes, aside={"bolt": [self.GRAVE]})
        (flag,) = told("tier/boundary-mixed", view)
        assert (flag.owner, flag.subject) == ("other", DECLARATION)
        assert flag.evidence == {"case": "not-used", "boundary": "cradle-to-grave"}

    def test_of_a_part_that_nothing_takes_it_may_be(self):
        view = looking((ROOT, BOLT, NUT), aside={"root": [self.GRAVE]})
        assert told("tier/boundary-mixed", view) == []

    def test_what_is_of_another_site_is_another_matter(self):
        nodes = (ROOT, part("bolt"), NUT)
        view = looking(nodes, aside={"bolt": [document(A, site="elsewhere")]})
        assert told("tier/boundary-mixed", view) == []

    PROCESS = document(A, kind="process", boundary="gate-to-gate")

    def test_a_process_is_no_footprint(self):
        nodes = (ROOT, part("bolt", own=value("3", reference=A)), NUT)
        (flag,) = mixed(self.CODE, self.PROCESS, document(B), nodes=nodes)
        assert flag.subject == DECLARATION
        assert flag.evidence == {"case": "process-alone"}

    @pytest.mark.parametrize(
        "bolt",
        [
            part("bolt", line("nut"), own=value("3", reference=A)),
            part("bolt", sources=(source("nut"),), own=value("3", reference=A)),
            part("bolt", own=value("3", reference=A), declared=value("9", reference=C)),
            part("bolt", own=value("3", reference=A), kind=Kind.SERVICE),
        ],
    )
    def test_but_belongs_to_one(self, bolt):
        assert mixed(self.CODE, self.PROCESS, document(B), nodes=(ROOT, bolt, NUT)) == []

    @pytest.mark.parametrize("boundary", ["gate-to-gate", "cradle-to-grave"])
    def test_an_input_of_another_boundary(self, boundary):
        (flag,) = inputs(self.CODE, document(B, boundary=boundary))
        assert flag.subject == DECLARATION
        assert flag.evidence == {"case": "input", "input": "steel coil", "boundary": boundary}

    def test_an_input_to_the_gate_is_sound(self):
        assert inputs(self.CODE, document(B)) == []


class TestPeriod:
    CODE = "period-apart"

    @pytest.mark.parametrize(("end", "other"), [("2023-12-30", "2026-01-01"), ("2021-01-01",) * 2])
    def test_of_what_is_taken_and_what_takes_it(self, end, other):
        made = replace(ROOT, kind=Kind.ASSEMBLY, own=value("7", reference=C))
        said = document(A, end=at(end)), document(B), document(C, kind="process")
        (flag,) = mixed(self.CODE, *said, nodes=(made, BOLT, NUT))
        assert flag.subject == LINE
        assert flag.evidence == {"end": "2026-01-01", "end_child": end, "months": "24"}

    @pytest.mark.parametrize("end", ["2023-12-31", "2024-01-01", "2025-06-30", "2027-12-31"])
    def test_silent_within_24_months(self, end):
        made = replace(ROOT, kind=Kind.ASSEMBLY, own=value("7", reference=C))
        said = document(A, end=at(end)), document(B), document(C, kind="process")
        assert mixed(self.CODE, *said, nodes=(made, BOLT, NUT)) == []

    def test_without_an_own_period_the_latest_of_what_is_taken_counts(self):
        (flag,) = mixed(self.CODE, document(A, year=2022), document(B))
        assert flag.evidence["end"] == "2026-01-01"
        assert mixed(self.CODE, document(A, year=2022), document(B, year=2022)) == []

    def test_a_bought_part_has_the_period_of_its_supplier(self):
        bought = part("bolt", sources=(source("theirs"),))
        theirs = part("theirs", owner="other", declared=value("3", reference=A))
        nodes = (ROOT, bought, theirs, NUT)
        (flag,) = mixed(self.CODE, document(A, year=2022), document(B), nodes=nodes)
        assert flag.subject == LINE

    def test_of_an_input(self):
        (flag,) = inputs(self.CODE, document(B, year=2022))
        assert flag.evidence == {
            "case": "input",
            "input": "steel coil",
            "end": "2026-01-01",
            "end_child": "2023-01-01",
            "months": "24",
        }
        assert inputs(self.CODE, document(B, year=2023)) == []
        assert inputs(self.CODE, document(B, year=2027)) == []


def test_a_sound_chain_has_no_finding_at_all():
    said = [document(digest, packaging=True) for digest in (A, B)]
    made = replace(ROOT, kind=Kind.ASSEMBLY, own=value("7", reference=C))
    process = document(C, kind="process", boundary="gate-to-gate")
    bodies = [replace(node, net_mass_kg=Decimal("0.1")) for node in (BOLT, NUT)]
    assert evaluate(looking((made, *bodies), *said, process)) == []


def test_an_expired_value_that_is_used_counts_like_any_other():
    nodes = (ROOT, replace(BOLT, declared=value("3", known=Known.EXPIRED, reference=A)), NUT)
    view = looking(nodes, document(A, characterization=("AR5",)), document(B), use_expired=True)
    assert len(told("tier/characterization-mixed", view)) == 1
