"""docs/findings.md says what the rules do."""

from tierlight_schemas.catalogue import CODES, TRUST_FINDINGS, Family
from tools import findings_page


def test_the_page_is_up_to_date():
    there = findings_page.PAGE.read_text("utf-8")
    assert findings_page.page(there) == there
    assert findings_page.main(["--check"]) == 0


def test_a_change_below_the_mark_is_noticed(monkeypatch, tmp_path, capsys):
    old = tmp_path / "findings.md"
    old.write_text(findings_page.PAGE.read_text("utf-8") + "| more |\n", "utf-8")
    monkeypatch.setattr(findings_page, "PAGE", old)
    assert findings_page.main(["--check"]) == 1
    assert "python tools/findings_page.py" in capsys.readouterr().err
    assert findings_page.main([]) == findings_page.main(["--check"]) == 0


def test_every_rule_says_which_code_it_is_and_every_code_has_a_rule():
    told = findings_page.fires_when()
    codes = [findings_page.codes_of(rule) for rule in findings_page.rules()]
    assert all(codes)
    assert set(told) == {code for each in codes for code in each}
    assert told["claim/market-only"].count("Of a site's energy") == 1  # the one with two rules
    found = {Family.TIER, Family.VERSION, Family.SITE, Family.CLAIM}
    families = {code for code, rule in CODES.items() if rule.family in found}
    assert set(told) == families | set(TRUST_FINDINGS)
    page = findings_page.PAGE.read_text("utf-8")
    assert all(f"| `{code}` |" in page for code in told)
