"""docs/findings.md says what the rules do."""

import json
import re
from importlib.resources import files

import pytest

from hub.findings.flags import Flag
from hub.findings.rules import evaluate
from tests import planted
from tests.hub.findings.rules import seen
from tests.planted import compared
from tests.schemas.rollup.chains import line, part
from tierlight_schemas.catalogue import CODES, TRUST_FINDINGS, Family
from tierlight_schemas.examples import Example, examples
from tierlight_schemas.messages import LANGUAGES, NOT_STATED, catalogue, placeholders
from tools import findings_page

FOUND = {Family.TIER, Family.VERSION, Family.SITE, Family.CLAIM}


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
    families = {code for code, rule in CODES.items() if rule.family in FOUND}
    assert set(told) == families | set(TRUST_FINDINGS)
    page = findings_page.PAGE.read_text("utf-8")
    assert all(f"| `{code}` |" in page for code in told)


EXAMPLES = examples()
TOLD = [
    code
    for code, rule in CODES.items()
    if rule.family in {Family.DOCUMENT, *FOUND} or code in TRUST_FINDINGS
]


class TestExamples:
    @pytest.mark.parametrize("code", TOLD)
    def test_every_code_has_one_in_every_language(self, code):
        """Write what a planted case gives: `tierlight_schemas.examples` shows the form."""
        assert code in EXAMPLES, f"{code} needs an example in messages/examples.json"
        texts = [findings_page.example_words(code, EXAMPLES[code], lang).text for lang in LANGUAGES]
        assert len(set(texts)) == len(LANGUAGES)
        for text in texts:
            assert not re.search(r"[{}]", text)
            assert NOT_STATED not in re.split(r"[\s,.:;，。：；（）()]+", text)

    @pytest.mark.parametrize("code", EXAMPLES)
    def test_each_is_of_a_code_that_is_told_and_states_all_that_its_words_need(self, code):
        assert code in TOLD
        example = EXAMPLES[code]
        case = example.evidence.get("case")
        words = catalogue("en").get(f"{code}:{case}") or catalogue("en")[code]
        given = {*example.evidence, *example.subject, "path"}
        assert placeholders(words) <= given
        assert case is None or f"{code}:{case}" in catalogue("en")

    def test_the_page_shows_them(self):
        page = findings_page.PAGE.read_text("utf-8")
        assert all(f"\n- `{code}`" in page for code in TOLD)

    def test_a_code_without_one_is_not_passed_over(self, monkeypatch):
        monkeypatch.setattr(findings_page, "examples", dict)
        with pytest.raises(KeyError, match="tier/"):
            findings_page.page(findings_page.MARK)

    def test_a_planted_case_with_other_evidence_is_noticed(self, monkeypatch):
        code = "tier/own-process-unknown"
        view = seen(part("frame", line("bolt", "1")), part("bolt"))
        with compared(monkeypatch, Flag, ("hub.findings",)):
            assert any(flag.code == code for flag in evaluate(view))
        other = {code: Example({"quantity": "1"}, EXAMPLES[code].subject)}
        monkeypatch.setattr(planted, "examples", lambda: other)
        with (
            pytest.raises(AssertionError, match=r'write: \{"tier/own-process-unknown"'),
            compared(monkeypatch, Flag, ("hub.findings",)),
        ):
            evaluate(view)

    def test_are_printed_one_way(self):
        raw = files("tierlight_schemas.messages").joinpath("examples.json").read_text("utf-8")
        printed = json.dumps(json.loads(raw), ensure_ascii=False, indent=2, sort_keys=True)
        assert raw == printed + "\n"
