"""Every message in every language, with the same placeholders; and a public face that is listed."""

import json
import re
from pathlib import Path

import pytest

import tierlight
from tierlight.terminal import preferred_language
from tierlight.words import catalogue, words

PACKAGE = Path(tierlight.__file__).parent
LANGUAGES = ("en", "de", "zh-CN")
CODE = re.compile(r"[\"'](sdk/[a-z-]+)[\"']")


def placeholders(text):
    return set(re.findall(r"\{([a-z_]+)[:}]", text))


def test_the_languages_say_the_same():
    english = catalogue("en")
    for lang in LANGUAGES[1:]:
        other = catalogue(lang)
        assert set(other) == set(english)
        for code in english:
            assert placeholders(other[code]) == placeholders(english[code]), (lang, code)


@pytest.mark.parametrize("lang", LANGUAGES)
def test_the_files_are_sorted_and_without_doubles(lang):
    text = (PACKAGE / "words" / f"{lang}.json").read_text(encoding="utf-8")
    names = [name for name, _ in json.loads(text, object_pairs_hook=list)]
    assert names == sorted(set(names))


def test_every_code_in_the_package_has_words_and_every_word_is_used():
    source = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py"))
    used = set(CODE.findall(source)) | {
        f"sdk/verify-{s}" for s in ("valid", "unverified", "invalid")
    }
    assert used == set(catalogue("en"))


def test_codes_of_the_standard_have_its_words():
    assert "not a number" in words("row/number", {"found": "x", "column": "kgco2e"}, "en")
    assert "hub/brand-new" in words("hub/brand-new", {}, "en")


def test_braces_in_a_strangers_text_are_only_text():
    said = words("row/number", {"found": "{0} {column}", "column": "c"}, "en")
    assert said.startswith("{0} {column} in c")


@pytest.mark.parametrize(
    ("environment", "lang"),
    [
        ({}, "en"),
        ({"LANG": "zh_CN.UTF-8"}, "zh-CN"),
        ({"LANG": "de_AT.UTF-8"}, "de"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
        ({"LANG": "de_DE", "LC_ALL": "C"}, "en"),
        ({"LANG": "", "LC_MESSAGES": "zh_TW"}, "zh-CN"),
    ],
)
def test_the_language_of_a_terminal(environment, lang):
    assert preferred_language(environment) == lang


def test_the_public_face_is_sorted_and_complete():
    assert tierlight.__all__ == sorted(tierlight.__all__)
    for name in tierlight.__all__:
        assert getattr(tierlight, name) is not None
