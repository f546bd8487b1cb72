"""The same line twice, nothing taken, something given out; each beside healthy lines."""

import pytest

from tests.hub.findings.rules import found, only
from tests.schemas.rollup.chains import KG, KWH, PIECE, TKM, line, part, source, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Kind, Known

DUPLICATE, ZERO, NEGATIVE = "tier/duplicate-line", "tier/zero-quantity", "tier/negative-quantity"
OTHERS = (
    part("steel", kind=Kind.MATERIAL, base_unit=KG, declared=value("2", KG)),
    part("bolt", mass="0.1", declared=value("1")),
    part("nut", mass="0.1", declared=value("1")),
    part("power", kind=Kind.ENERGY, base_unit=KWH, declared=value("0.4", KWH)),
    part("lorry", kind=Kind.TRANSPORT, base_unit=TKM, declared=value("0.1", TKM)),
    part("rolling", kind=Kind.SERVICE, base_unit=KG, declared=value("0.3", KG)),
    part("slag", kind=Kind.WASTE, base_unit=KG, declared=value("0.1", KG)),
    part("methane", kind=Kind.DIRECT_EMISSION, base_unit=KG, gas=value("29.8", KG)),
    part("foam", kind=Kind.MATERIAL, base_unit=KG),
    part("water", kind=Kind.AUXILIARY, base_unit=KG, declared=value("0", KG)),
)


def of_door(code, *lines, **more):
    """Findings of a door made of these lines."""
    placed = [line_at(each, position) for position, each in enumerate(lines)]
    return found(code, part("door", *placed, **more), *OTHERS)


def line_at(each, position):
    return type(each)(**{**each.__dict__, "position": position})


class TestDuplicateLine:
    def test_the_same_line_twice_is_told_with_what_is_counted(self):
        (flag,) = of_door(
            DUPLICATE, line("steel", "6.5", KG), line("bolt", 4), line("steel", "6.5", KG)
        )
        assert (flag.severity, flag.owner, flag.tier) == (Severity.WARNING, "maker", 0)
        assert flag.subject == {
            "type": "line",
            "part": "door",
            "line": "2",
            "child": "steel",
            "name": "steel",
        }
        assert flag.evidence == {
            "parent": "door",
            "quantity": "6.5",
            "unit": KG,
            "count": "2",
            "lines": "0, 2",
            "total": "13",
        }

    def test_other_units_and_other_reference_amounts_say_the_same(self):
        (flag,) = of_door(
            DUPLICATE,
            line("steel", "6.5", KG),
            line("steel", "6500", "gram"),
            line("steel", "13", KG, reference_amount=2),
        )
        assert (flag.evidence["count"], flag.evidence["lines"]) == ("3", "0, 1, 2")
        told = [flag.evidence[name] for name in ("quantity", "unit", "total")]
        assert told == ["6500", "gram", "19500"]  # as the second of them is written

    def test_a_single_piece_written_twice_is_told(self):
        (flag,) = of_door(DUPLICATE, line("bolt"), line("nut"), line("bolt"))
        assert (flag.subject["child"], flag.evidence["total"]) == ("bolt", "2")

    @pytest.mark.parametrize(
        "lines",
        [
            [line("steel", "6.5", KG), line("steel", "6.6", KG)],
            [line("steel", "6.5", KG), line("bolt", "6.5")],
            [line("bolt", 2), line("bolt", 2, stage="packaging")],
            [line("bolt", 2, group="a", take_rate="0.5"), line("bolt", 2)],
            [line("bolt", 2, stage="use"), line("bolt", 2, stage="use")],  # beyond the gate
            [line("bolt", 0), line("bolt", 0)],  # nothing twice is nothing
            [line("bolt")] * 4,  # one line for each piece is a way to write a list
            [line("bolt"), line("nut"), line("bolt"), line("nut")],
        ],
    )
    def test_silent(self, lines):
        assert of_door(DUPLICATE, *lines) == []

    def test_a_list_by_pieces_still_tells_a_double_quantity(self):
        lines = [line("bolt")] * 4 + [line("steel", "2", KG)] * 2
        (flag,) = of_door(DUPLICATE, *lines)
        assert flag.subject["child"] == "steel"

    def test_silent_where_nothing_is_counted_from_the_lines(self):
        twice = [line("steel", "6.5", KG)] * 2
        assert of_door(DUPLICATE, *twice, declared=value("9")) == []
        thin = [line("foam", "6.5", KG)] * 2  # of which nothing is known: the default stands
        assert of_door(DUPLICATE, *thin, default=value("9", known=Known.DEFAULT)) == []
        assert len(of_door(DUPLICATE, *thin)) == 1
        theirs = part("theirs", owner="other", declared=value("9"))
        bought = part("door", *twice, sources=(source("theirs"),))
        assert found(DUPLICATE, bought, theirs, *OTHERS) == []
        own = [line("power", "3", KWH)] * 2
        assert of_door(DUPLICATE, line("steel", 1, KG), *own, own=value("2")) == []

    def test_a_way_that_is_paid_twice_is_told_of_a_bought_part(self):
        theirs = part("theirs", owner="other", declared=value("9"))
        ways = [line("lorry", "0.5", TKM, position=n) for n in (0, 1)]
        bought = part("door", *ways, sources=(source("theirs"),))
        assert only(DUPLICATE, bought, theirs, *OTHERS).subject["child"] == "lorry"


class TestZeroQuantity:
    def test_a_line_that_takes_nothing(self):
        (flag,) = of_door(ZERO, line("steel", "6", KG), line("bolt", "0.00"))
        assert (flag.severity, flag.subject["child"]) == (Severity.WARNING, "bolt")
        assert flag.evidence == {"parent": "door", "quantity": "0", "unit": PIECE}

    @pytest.mark.parametrize(
        "held",
        [
            line("bolt", "0.0001"),
            line("bolt", 1, group="sport", take_rate=0),
            line("bolt", "-1"),
            line("bolt", 0, stage="use"),
        ],
    )
    def test_silent(self, held):
        assert of_door(ZERO, line("steel", "6", KG), held) == []


class TestNegativeQuantity:
    def test_a_by_product_is_noted(self):
        (flag,) = of_door(NEGATIVE, line("steel", "6", KG), line("bolt", "-2"))
        assert (flag.severity, flag.subject["child"]) == (Severity.NOTE, "bolt")
        assert flag.evidence == {"parent": "door", "quantity": "-2", "unit": PIECE}

    @pytest.mark.parametrize(
        ("held", "kind"),
        [
            (line("rolling", "-2", KG), "service"),
            (line("lorry", "-0.5", TKM), "transport"),
            (line("methane", "-0.1", KG), "direct_emission"),
        ],
    )
    def test_what_cannot_be_a_product_is_a_warning(self, held, kind):
        (flag,) = of_door(NEGATIVE, line("steel", "6", KG), held)
        assert (flag.severity, flag.evidence["kind"]) == (Severity.WARNING, kind)
        assert flag.evidence["case"] == "no-product"

    @pytest.mark.parametrize(
        "held",
        [
            line("slag", "-1.5", KG),  # waste sent to treatment is written so
            line("slag", "1.5", KG),
            line("bolt", "2"),
            line("bolt", "-2", stage="end-of-life"),
            line("bolt", "0"),
        ],
    )
    def test_silent(self, held):
        assert of_door(NEGATIVE, line("steel", "6", KG), held) == []
