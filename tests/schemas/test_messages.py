"""The words: complete in three languages, and fit for what the checks put into them."""

import json
import re
from datetime import date
from importlib.resources import files

import pytest

from tests.schemas.make_vectors import CASES
from tierlight_schemas.catalogue import CODES
from tierlight_schemas.checks import check
from tierlight_schemas.messages import (
    LANGUAGES,
    NOT_STATED,
    Message,
    catalogue,
    fill,
    language,
    placeholders,
    render,
    words_of,
)
from tools.forbidden_strings import ROOT

CATALOGUES = {lang: catalogue(lang) for lang in LANGUAGES}
KEYS = sorted(CATALOGUES["en"])
CODE_IN_SOURCE = re.compile(r'"((?:document|version|door|trust|tier|hub|row)/[a-z0-9-]+)"')
HAN = re.compile(r"[\u4e00-\u9fff]")


COUNTED = re.compile(r"\{(?:count|rows)\} (?!\{|further|more)[a-z]")
NEVER_ONE = {
    "scenario/source-ambiguous",
    "site/count-mismatch",
    "site/count-mismatch:twice",
    "site/identical-products",
    "tier/duplicate-line",
    "total/beyond-the-link",
}
"""What is said of several only, or counts nothing that the next word names."""


class TestCatalogues:
    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_have_the_same_keys(self, lang):
        assert sorted(CATALOGUES[lang]) == KEYS

    @pytest.mark.parametrize("key", KEYS)
    def test_want_the_same_placeholders(self, key):
        wanted = {
            lang: placeholders(words[key]) for lang, words in CATALOGUES.items() if key in words
        }
        assert len(set(map(frozenset, wanted.values()))) == 1, wanted

    def test_have_both_forms_of_what_is_counted(self):
        english = CATALOGUES["en"]
        found = {key for key, words in english.items() if COUNTED.search(words.text)}
        assert found == NEVER_ONE

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_are_sorted_and_printed_one_way(self, lang):
        raw = files("tierlight_schemas.messages").joinpath(f"{lang}.json").read_text("utf-8")
        printed = json.dumps(json.loads(raw), ensure_ascii=False, indent=2, sort_keys=True)
        assert raw == printed + "\n"

    @pytest.mark.parametrize("key", KEYS)
    def test_are_written_in_their_language(self, key):
        texts = {lang: words[key].text + words[key].remedy for lang, words in CATALOGUES.items()}
        if key == "report/finding":
            return
        assert HAN.search(texts["zh-CN"])
        assert not HAN.search(texts["en"] + texts["de"])
        assert texts["de"] != texts["en"]

    @pytest.mark.parametrize("key", KEYS)
    def test_say_what_happened_and_what_to_do(self, key):
        for words in CATALOGUES.values():
            assert words[key].text.strip()
            assert words[key].remedy.strip() or key.partition(":")[0] not in CODES

    def test_have_words_for_every_code(self):
        assert set(CODES) <= set(KEYS)

    def test_have_no_case_without_its_code(self):
        assert {key.partition(":")[0] for key in KEYS if ":" in key} <= set(KEYS)


class TestCodesInSource:
    SOURCE = "\n".join(
        path.read_text("utf-8")
        for folder in ("schemas/tierlight_schemas", "sdk/tierlight", "hub", "supplier_portal")
        for path in sorted((ROOT / folder).rglob("*.py"))
    )
    USED = sorted(set(CODE_IN_SOURCE.findall(SOURCE)))

    @pytest.mark.parametrize("code", USED)
    def test_have_words(self, code):
        assert code in KEYS

    @pytest.mark.parametrize("code", [c for c in USED if not c.startswith(("hub/", "row/"))])
    def test_are_in_the_catalogue(self, code):
        assert code in CODES


class TestRendering:
    def test_fills_in(self):
        message = render("document/decimal", {"path": "$.pcf.x", "found": "abc"}, "en")
        assert "$.pcf.x is not a number in plain notation (found: abc)" in message.text

    def test_prefers_the_words_of_the_case(self):
        params = {"path": "$.x", "found": "1e2", "plain": "100", "case": "exponent"}
        assert render("document/decimal", params, "en").remedy == "Write the number in full: 100."

    def test_falls_back_to_the_code_for_an_unknown_case(self):
        params = {"path": "$.x", "found": "?", "case": "never heard of"}
        assert render("document/decimal", params, "de") == render(
            "document/decimal", {"path": "$.x", "found": "?"}, "de"
        )

    @pytest.mark.parametrize("key", KEYS)
    def test_prints_a_dash_for_what_is_missing(self, key):
        for lang in LANGUAGES:
            message = render(key, {}, lang)
            assert not placeholders(message)
            if placeholders(CATALOGUES[lang][key]):
                assert NOT_STATED in message.text + message.remedy

    def test_leaves_braces_of_a_stranger_alone(self):
        params = {"path": "{found}", "found": "{0.__class__} %s {path}"}
        text = render("document/decimal", params, "en").text
        assert text.startswith("{found} is not a number")
        assert "(found: {0.__class__} %s {path})" in text

    def test_names_a_code_it_has_no_words_for(self):
        assert render("moon/eclipse", {}, "en").text.startswith("moon/eclipse: ")

    @pytest.mark.parametrize(
        ("wanted", "given"),
        [
            ("zh-CN", "zh-CN"),
            ("zh", "zh-CN"),
            ("zh_Hans_CN", "zh-CN"),
            ("de-AT", "de"),
            ("DE", "de"),
            ("en-GB", "en"),
            ("fr", "en"),
            ("", "en"),
        ],
    )
    def test_takes_the_nearest_language(self, wanted, given):
        assert language(wanted) == given


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_placeholder_of_a_finding_is_filled(case):
    for finding in check(case.document, date(2026, 3, 1), **case.given):
        code = finding.code
        variant = f"{code}:{finding.evidence.get('case')}"
        message = CATALOGUES["en"].get(variant, CATALOGUES["en"][code])
        assert placeholders(message) <= {"path", *finding.evidence}
        assert variant in KEYS or "case" not in finding.evidence
        for lang in LANGUAGES:
            assert not placeholders(words_of(finding, lang))


class TestWhatIsCounted:
    @pytest.mark.parametrize(
        ("lang", "count", "said"),
        [
            ("en", "1", "a.csv was not imported: it has 1 problem."),
            ("en", "2", "a.csv was not imported: it has 2 problems."),
            ("en", "0", "a.csv was not imported: it has 0 problems."),
            ("en", "21", "a.csv was not imported: it has 21 problems."),
            ("de", "1", "a.csv wurde nicht übernommen: 1 Fehler."),
            ("zh-CN", "1", "a.csv 未导入：共有 1 处问题"),
        ],
    )
    def test_takes_the_form_of_its_number(self, lang, count, said):
        assert render("csv/refused", {"file": "a.csv", "count": count}, lang).text.startswith(said)

    @pytest.mark.parametrize(
        ("params", "said"),
        [
            ({"n": "1"}, "1 row"),
            ({"n": "1.0"}, "1.0 rows"),
            ({"n": "{n}"}, "{n} rows"),
            ({"n": "{n:a|b}"}, "{n:a|b} rows"),
            ({}, "– rows"),
        ],
    )
    def test_leaves_what_was_put_in_alone(self, params, said):
        assert fill("{n} {n:row|rows}", params) == said

    def test_names_its_placeholder_once(self):
        assert placeholders(Message("{n} {n:row|rows} of {file}", "")) == {"n", "file"}


@pytest.mark.parametrize(
    ("lang", "carrier", "said"),
    [
        ("de", "electricity", "Strom"),
        ("zh-CN", "natural-gas", "天然气"),
        ("en", "fuel-oil", "fuel oil"),
        ("de", "muscle-power", "muscle-power"),
        ("de", "{site}", "{site}"),
    ],
)
def test_a_carrier_is_said_in_the_reader_s_words(lang, carrier, said):
    params = {"site": "CC", "year": "2022", "carrier": carrier, "sum": "110"}
    assert said in render("site/shares-over-100", params, lang).text
