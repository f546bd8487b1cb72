"""What both sides of a link count: planted defects, and more healthy twins."""

from dataclasses import replace
from decimal import Decimal

import pytest

from hub.findings.rules.documents import Component, awaiting
from tests.hub.findings.rules import told
from tests.hub.findings.said import document, looking
from tests.schemas.rollup.chains import TKM, line, part, source, trader, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Kind, Leg

A, B, C = "a" * 64, "b" * 64, "c" * 64
LORRY = part("lorry", kind=Kind.TRANSPORT, base_unit=TKM, declared=value("0.1", TKM))
CRATE = part("crate", declared=value("2"))
PAID = Leg("supplier", True)


def theirs(name="theirs", digest=A, outbound="0.25"):
    paid = None if outbound is None else Decimal(outbound)
    return part(name, owner="other", declared=value("3", reference=digest, outbound=paid))


def flags(code, nodes, *said):
    return told(f"tier/{code}", looking(nodes, *said))


class TestTransport:
    CODE = "double-counted-transport"
    WAY = line("lorry", "0.4", TKM, position=7)

    def bought(self, leg=PAID, lines=(WAY,)):
        return part("bolt", *lines, sources=(source("theirs", leg=leg),))

    def test_a_supplier_who_pays_and_a_line_of_the_part(self):
        (flag,) = flags(self.CODE, (self.bought(), theirs(), LORRY))
        assert flag.severity is Severity.WARNING
        assert (flag.owner, flag.subject["type"], flag.subject["part"]) == ("maker", "link", "bolt")
        assert flag.evidence == {
            "counted": "0.25",
            "unit": "piece",
            "by_line": "7",
            "by": "lorry",
            "quantity": "0.4",
            "line_unit": TKM,
        }

    @pytest.mark.parametrize("leg", [None, Leg("buyer", True), Leg("supplier", False)])
    def test_silent_where_one_side_counts(self, leg):
        assert flags(self.CODE, (self.bought(leg), theirs(), LORRY)) == []

    @pytest.mark.parametrize("outbound", [None, "0"])
    def test_silent_where_the_supplier_states_nothing(self, outbound):
        assert flags(self.CODE, (self.bought(), theirs(outbound=outbound), LORRY)) == []

    def test_silent_without_a_line(self):
        assert flags(self.CODE, (self.bought(lines=()), theirs())) == []

    def assembly(self, *children, leg=PAID):
        lines = (line(child.id, position=n) for n, child in enumerate(children))
        return (trader("root", *lines, self.WAY), *children, theirs(), LORRY)

    def test_a_line_of_an_assembly_whose_parts_all_arrive(self):
        bolt = self.bought(lines=())
        nut = part("nut", sources=(source("theirs", leg=PAID),))
        found = flags(self.CODE, self.assembly(bolt, nut))
        assert [flag.subject["child"] for flag in found] == ["bolt", "nut"]
        assert found[0].subject == {
            "type": "line",
            "part": "root",
            "line": "0",
            "child": "bolt",
            "name": "bolt",
        }

    @pytest.mark.parametrize(
        "other",
        [
            part("nut", declared=value("1")),
            part("nut", sources=(source("theirs", leg=Leg("buyer", True)),)),
            part("nut", sources=(source("theirs", "0.5", leg=PAID), source(None, "0.5"))),
        ],
        ids=["made", "paid by the buyer", "unknown"],
    )
    def test_silent_where_the_line_may_be_of_another_part(self, other):
        assert flags(self.CODE, self.assembly(self.bought(lines=()), other)) == []


class TestPackaging:
    CODE = "double-counted-packaging"
    PACKED = document(A, packaging=True, amounts={"packagingGhgEmissions": "0.30"})
    LINE = line("crate", "0.1", stage="packaging", position=4)

    def nodes(self, *lines, sources=None):
        bolt = part("bolt", *lines, sources=sources or (source("theirs"),))
        return bolt, theirs(), CRATE

    def test_in_the_value_and_in_a_line_of_the_part(self):
        (flag,) = flags(self.CODE, self.nodes(self.LINE), self.PACKED)
        assert (flag.owner, flag.subject["part"]) == ("maker", "bolt")
        assert flag.evidence == {
            "counted": "0.3",
            "unit": "piece",
            "by_line": "4",
            "by": "crate",
            "quantity": "0.1",
            "line_unit": "piece",
        }

    def test_without_its_amount(self):
        (flag,) = flags(self.CODE, self.nodes(self.LINE), document(A, packaging=True))
        assert flag.evidence["case"] == "unstated"

    @pytest.mark.parametrize(
        "said",
        [
            document(A),
            document(A, packaging=False),
            document(A, packaging=True, amounts={"packagingGhgEmissions": "0"}),
        ],
    )
    def test_silent_where_the_supplier_counts_none(self, said):
        assert flags(self.CODE, self.nodes(self.LINE), said) == []

    @pytest.mark.parametrize("stage", [None, "raw-materials", "production"])
    def test_silent_where_the_line_is_something_else(self, stage):
        other = replace(self.LINE, stage=stage)
        assert flags(self.CODE, self.nodes(other), self.PACKED) == []
        assert flags(self.CODE, self.nodes(), self.PACKED) == []

    def test_a_line_of_an_assembly_whose_parts_all_arrive_packed(self):
        root = trader("root", line("bolt", 4, position=1), self.LINE)
        (flag,) = flags(self.CODE, (root, *self.nodes()), self.PACKED)
        assert (flag.subject["part"], flag.subject["child"]) == ("root", "bolt")

    def test_silent_where_the_assembly_packs_what_it_makes(self):
        made = part("nut", declared=value("1", reference=B))
        root = trader("root", line("bolt", 4), line("nut"), self.LINE)
        said = self.PACKED, document(B, packaging=True)
        assert flags(self.CODE, (root, *self.nodes(), made), *said) == []


class TestSite:
    CODE = "site-mismatch"

    def test_a_declaration_of_another_site_is_not_used(self):
        bolt = part("bolt", sources=(source("theirs"),))
        nodes = (bolt, part("theirs", owner="other"))
        view = looking(nodes, aside={"theirs": [document(A, site="FOSHAN")]})
        (flag,) = told("tier/site-mismatch", view)
        assert (flag.owner, flag.subject["type"], flag.subject["part"]) == ("maker", "link", "bolt")
        assert flag.evidence == {"site": "FOSHAN"}

    def test_nor_where_nothing_of_the_supplier_is_seen(self):
        bolt = part("bolt", sources=(source(None, "0.5"), source(None, "0.5")))
        aside = {awaiting("bolt", 1): [document(A, site="FOSHAN")]}
        assert len(told("tier/site-mismatch", looking((bolt,), aside=aside))) == 1

    @pytest.mark.parametrize(
        "other",
        [document(A), document(A, boundary="cradle-to-grave", site="FOSHAN")],
        ids=["of all sites", "of another boundary"],
    )
    def test_silent_about_other_matters(self, other):
        bolt = part("bolt", sources=(source("theirs"),))
        nodes = (bolt, part("theirs", owner="other"))
        assert told("tier/site-mismatch", looking(nodes, aside={"theirs": [other]})) == []

    def counted(self, site, *named):
        component = Component("cell", document(B, site=site), frozenset(named))
        node = part("pack", declared=value("3", reference=A))
        said = document(A, components=(component,))
        return told("tier/site-mismatch", looking((node,), said))

    def test_an_input_of_another_site_than_the_link_names(self):
        (flag,) = self.counted("FOSHAN", "WUXI", "ERFURT")
        assert flag.subject == {"type": "declaration", "part": "pack", "name": "pack", "digest": A}
        assert flag.evidence == {
            "case": "input",
            "input": "cell",
            "site": "FOSHAN",
            "named": "ERFURT, WUXI",
        }

    @pytest.mark.parametrize(
        ("site", "named"), [("WUXI", ("WUXI",)), ("WUXI", ("ERFURT", "WUXI")), ("WUXI", ())]
    )
    def test_silent_where_it_may_be_the_site(self, site, named):
        assert self.counted(site, *named) == []
        assert self.counted(None, *named) == []
