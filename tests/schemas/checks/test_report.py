from tests.schemas.checks.documents import bracket
from tests.schemas.checks.finding import AT
from tierlight_schemas.checks import check, report

DOCUMENT = bracket(fossilGhgEmissions="2.11e0")


def test_an_entry_has_code_path_text_and_remedy():
    (entry,) = report(check(DOCUMENT, AT), "en")
    heading, text, remedy = entry.splitlines()
    assert heading == "Error  document/decimal  $.pcf.fossilGhgEmissions"
    assert "written with an exponent (found: 2.11e0)" in text
    assert remedy.strip() == "→ Write the number in full: 2.11."


def test_an_entry_is_in_the_readers_language():
    findings = check(DOCUMENT, AT)
    assert report(findings, "de")[0].startswith("Fehler  document/decimal")
    assert "请写出完整数字：2.11。" in report(findings, "zh-CN")[0]


def test_nothing_found_is_nothing_to_print():
    assert report([], "en") == []
