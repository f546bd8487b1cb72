"""What buyer and supplier say of one part: the site that makes it, and its mass."""

from decimal import Decimal

import pytest

from hub.findings.usecases import words
from tests.hub.findings.rules import found, only
from tests.schemas.rollup.chains import KG, KWH, PIECE, part, source, value
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import Kind, Known

SITE, MASS = "tier/site-unknown", "tier/mass-differs-across-link"


class TestLinkDisputed:
    def test_a_share_that_the_supplier_disputes_counts_for_nothing(self):
        shares = (source("theirs", "0.4"), source(None, "0.6", reason="disputed"))
        bought = part("pack", mass="300", sources=shares)
        theirs = part("theirs", owner="other", mass="300", declared=value("4000"))
        flag = only("tier/link-disputed", bought, theirs)
        assert (flag.severity, flag.owner, flag.tier) == (Severity.WARNING, "maker", 0)
        assert flag.subject["supplier_part"] == "its part"
        assert flag.evidence == {"supplier": "a supplier", "share": "60"}

    @pytest.mark.parametrize("reason", ["not-shared", "unregistered", "unconfirmed"])
    def test_silent_for_what_is_only_not_confirmed(self, reason):
        bought = part("pack", mass="300", sources=(source(None, 1, reason=reason),))
        assert found("tier/link-disputed", bought) == []


class TestSiteUnknown:
    def test_the_highest_value_stands_for_a_link_without_a_site(self):
        bought = part("pack", mass="300", sources=(source("theirs", "0.6", site_unknown=True),))
        theirs = part("theirs", owner="other", mass="300", declared=value("4000"))
        flag = only(SITE, bought, theirs)
        assert (flag.severity, flag.owner, flag.tier) == (Severity.WARNING, "maker", 0)
        assert flag.subject["type"] == "link"
        assert flag.evidence == {
            "supplier": "a supplier",
            "value": "4000",
            "unit": PIECE,
            "share": "60",
        }

    @pytest.mark.parametrize(
        ("node", "unknown"), [("theirs", False), (None, True), ("unvalued", False)]
    )
    def test_silent(self, node, unknown):
        bought = part("pack", sources=(source(node, site_unknown=unknown),))
        theirs = part("theirs", owner="other", declared=value("4000"))
        assert found(SITE, bought, theirs, part("unvalued", owner="other")) == []

    def test_silent_where_the_buyer_has_declared_the_part_itself(self):
        bought = part(
            "pack", sources=(source("theirs", site_unknown=True),), declared=value("4100")
        )
        theirs = part("theirs", owner="other", declared=value("4000"))
        assert found(SITE, bought, theirs) == []


def across(buyer, supplier, unit=PIECE, theirs=None, **declared):
    """Findings of a part bought at 100 %; the masses as they are printed."""
    bought = part("pack", base_unit=unit, sources=(source("theirs"),), net_mass_kg=mass(buyer))
    held = value("40", unit, **{k: mass(v) if k == "mass_kg" else v for k, v in declared.items()})
    supplied = part(
        "theirs", owner="other", base_unit=unit, net_mass_kg=mass(supplier), declared=held
    )
    return found(MASS, bought, theirs or supplied)


def mass(text):
    return None if text is None else Decimal(text)


class TestMassDiffersAcrossLink:
    def test_more_than_five_percent_apart(self):
        (flag,) = across("10.00", "10.60")
        assert (flag.severity, flag.owner, flag.tier) == (Severity.WARNING, "maker", 0)
        assert (flag.subject["type"], flag.subject["supplier_part"]) == ("link", "its part")
        assert flag.evidence == {
            "unit": PIECE,
            "supplier": "a supplier",
            "buyer_mass": "10",
            "supplier_mass": "10.6",
            "difference": "6",
            "tolerance": "5",
        }

    @pytest.mark.parametrize(
        ("buyer", "supplier", "case", "factor"),
        [
            ("0.412", "412", "supplier-tenfold", "1000"),  # grams
            ("0.412", "4.2", "supplier-tenfold", "10"),
            ("25.0", "0.0250", "buyer-tenfold", "1000"),
            ("25.0", "0.26", "buyer-tenfold", "100"),
            ("300", "300000", "supplier-tenfold", "1000"),
        ],
    )
    def test_a_power_of_ten_is_told_as_such(self, buyer, supplier, case, factor):
        (flag,) = across(buyer, supplier)
        assert (flag.evidence["case"], flag.evidence["factor"]) == (case, factor)
        said = words(flag, "en").text
        assert f"{int(factor):,} times" in said

    @pytest.mark.parametrize(
        ("buyer", "supplier"),
        [
            ("10.00", "10.00"),
            ("10.00", "10.50"),  # 5 % is allowed
            ("10.00", "9.50"),
            ("0.1", "0.14"),  # printed so, both may be 0.12
            ("300", "305"),
            (None, "10"),
            ("10", None),
            ("0", "10"),  # no mass at all is another finding
        ],
    )
    def test_silent(self, buyer, supplier):
        assert across(buyer, supplier) == []

    @pytest.mark.parametrize(("supplier", "told"), [("10.60", 1), ("10.51", 1), ("10.49", 0)])
    def test_printed_decimals_decide_near_the_limit(self, supplier, told):
        assert len(across("10.000", supplier)) == told

    def test_the_declaration_goes_before_the_suppliers_record(self):
        assert across("10.0", "12.0", mass_kg="10.0") == []
        (flag,) = across("10.0", "10.0", mass_kg="120", amount="10")
        assert (flag.evidence["supplier_mass"], flag.evidence["difference"]) == ("12", "20")
        (flag,) = across("10.0", "12.0", mass_kg="0")  # no mass in the declaration
        assert flag.evidence["supplier_mass"] == "12"

    def test_other_units_than_pieces_are_compared_too(self):
        (flag,) = across("6.85", "8.56", unit=KWH)
        assert (flag.evidence["unit"], flag.evidence["difference"]) == (KWH, "24.96")
        theirs = part(
            "theirs", owner="other", base_unit="megajoule", mass="1.9", declared=value(1, KWH)
        )
        assert across("6.85", None, unit=KWH, theirs=theirs) == []  # 3.6 MJ at 1.9 kg are 6.84

    def test_silent_where_one_of_the_two_counts_kilograms(self):
        kilograms = part("theirs", owner="other", base_unit=KG, declared=value("4", KG))
        assert across("10", None, theirs=kilograms) == []
        bought = part("steel", base_unit=KG, mass="7", sources=(source("theirs"),))
        pieces = part("theirs", owner="other", mass="10", declared=value("4"))
        assert found(MASS, bought, pieces) == []

    def test_silent_for_a_declaration_per_kilogram_and_for_what_has_no_mass(self):
        per_kg = part(
            "theirs", owner="other", mass="10",
            declared=value("4", KG, mass_kg=Decimal(1)),
        )  # fmt: skip
        assert across("10", None, theirs=per_kg) == []
        service = part("theirs", owner="other", kind=Kind.SERVICE, mass="1", declared=value("4"))
        assert across("10", None, theirs=service) == []

    def test_beyond_the_next_link_it_is_its_buyers_finding(self):
        pack = part("pack", mass="20", sources=(source("their pack"),))
        theirs = part(
            "their pack", owner="other", mass="20", sources=(source("cell"),), kind=Kind.TRADING
        )
        cell = part("cell", owner="third", mass="2", declared=value("9"))
        flag = only(MASS, pack, theirs, cell)
        assert (flag.owner, flag.tier, flag.evidence["case"]) == ("other", 1, "buyer-tenfold")

    def test_an_expired_declaration_that_is_not_used_says_nothing(self):
        old = value("9", known=Known.EXPIRED, mass_kg=Decimal(5))
        theirs = part("theirs", owner="other", declared=old)
        assert across("10", None, theirs=theirs) == []
