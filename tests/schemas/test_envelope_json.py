"""Strict JSON and canonical bytes: what two programs could read differently does not pass."""

import json
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tierlight_schemas.envelope import (
    EnvelopeError,
    b64url_decode,
    b64url_encode,
    canonical,
    canonical_or_refused,
    digest,
    pack_submission,
    strict_json,
    unpack_submission,
)

REFUSED = {
    "not UTF-8": (b'"\xff"', "door/not-utf8"),
    "overlong UTF-8": (b'"\xc0\xaf"', "door/not-utf8"),
    "UTF-8 of a surrogate": (b'"\xed\xa0\x80"', "door/not-utf8"),
    "UTF-16": ('{"a":"b"}'.encode("utf-16-le"), "door/json-invalid"),
    "byte order mark": (b"\xef\xbb\xbf{}", "door/json-byte-order-mark"),
    "nothing": (b"", "door/json-invalid"),
    "two values": (b"{} {}", "door/json-invalid"),
    "comment": (b"{/*a*/}", "door/json-invalid"),
    "trailing comma": (b"[1,]", "door/json-invalid"),
    "single quotes": (b"{'a':1}", "door/json-invalid"),
    "raw NUL": (b'"a\0b"', "door/json-invalid"),
    "raw newline in a text": (b'"a\nb"', "door/json-invalid"),
    "escaped NUL": (b'{"a":"\\u0000"}', "door/json-nul"),
    "NUL in a name": (b'{"\\u0000":1}', "door/json-nul"),
    "same name twice": (b'{"a":1,"a":1}', "door/json-duplicate-key"),
    "same name twice, escaped": (b'{"a":1,"\\u0061":2}', "door/json-duplicate-key"),
    "same name twice, deep": (b'[{"x":{"a":1,"a":2}}]', "door/json-duplicate-key"),
    "float": (b'{"a":1.0}', "door/json-float"),
    "exponent": (b"[1e2]", "door/json-float"),
    "NaN": (b"[NaN]", "door/json-float"),
    "Infinity": (b"[-Infinity]", "door/json-float"),
    "2^53": (b"[9007199254740992]", "door/json-integer"),
    "-2^53": (b"[-9007199254740992]", "door/json-integer"),
    "5,000 digits": (b"[" + b"9" * 5000 + b"]", "door/json-integer"),
    "null": (b'{"a":[{"b":null}]}', "door/json-null"),
    "lone high surrogate": (b'"\\ud800"', "door/json-surrogate"),
    "lone low surrogate in a name": (b'{"\\udc00":1}', "door/json-surrogate"),
    "33 levels": (b"[" * 33 + b"]" * 33, "door/json-depth"),
    "100,000 levels": (b"[" * 60_000 + b"]" * 60_000, "door/json-depth"),
    "too large": (b'"' + b"a" * 127_999 + b'"', "door/too-large"),
}
ACCEPTED = {
    "32 levels": (b"[" * 32 + b"]" * 32, None),
    "2^53-1": (b"[9007199254740991]", [2**53 - 1]),
    "pair of surrogates": (b'"\\ud83d\\ude00"', "\U0001f600"),
    "astral": ('"\U0001f600"'.encode(), "\U0001f600"),
    "true is not 1": (b"[true,1]", [True, 1]),
    "empty name": (b'{"":""}', {"": ""}),
    "as large as allowed": (b'"' + b"a" * 127_998 + b'"', "a" * 127_998),
}
VALUES = st.recursive(
    st.booleans()
    | st.integers(-(2**53) + 1, 2**53 - 1)
    | st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0")),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=5),
            inner,
            max_size=4,
        )
    ),
    max_leaves=20,
)


@pytest.mark.parametrize("name", REFUSED)
def test_refused_by_name(name):
    data, code = REFUSED[name]
    with pytest.raises(EnvelopeError) as refusal:
        strict_json(data)
    assert refusal.value.code == code
    assert all(len(text) < 300 and text.isprintable() for text in refusal.value.params.values())


@pytest.mark.parametrize("name", ACCEPTED)
def test_the_healthy_twin_passes(name):
    data, value = ACCEPTED[name]
    found = strict_json(data)
    assert value is None or (found == value and json.dumps(found) == json.dumps(value))


@given(st.binary(max_size=200))
def test_any_bytes_give_a_value_or_an_envelope_error(data):
    for read in (strict_json, canonical_or_refused, unpack_submission, b64url_decode):
        with suppress(EnvelopeError):
            read(data)


@given(VALUES)
def test_canonical_bytes_read_back_to_the_value_and_are_their_own_spelling(value):
    data = canonical(value)
    assert canonical_or_refused(data) == value
    assert canonical(canonical_or_refused(data)) == data


@given(VALUES)
def test_any_other_spelling_is_refused(value):
    spaced = json.dumps(value, indent=1, ensure_ascii=True).encode()
    if spaced == canonical(value):
        return
    with pytest.raises(EnvelopeError, match="door/not-canonical"):
        canonical_or_refused(spaced)


@pytest.mark.parametrize("value", [1.5, float("nan"), None, {"a": None}, {1: "a"}, object(), b"a"])
def test_what_our_documents_never_hold_has_no_canonical_bytes(value):
    with pytest.raises(EnvelopeError):
        canonical(value)


def test_rfc_8785_3_2_3_names_sort_by_utf16_units():
    value = {
        "\u20ac": "Euro Sign",
        "\r": "Carriage Return",
        "\ufb33": "Hebrew Letter Dalet With Dagesh",
        "1": "One",
        "\U0001f600": "Emoji: Grinning Face",
        "\u0080": "Control",
        "\u00f6": "Latin Small Letter O With Diaeresis",
    }
    names = list(json.loads(canonical(value)))
    assert names == ["\r", "1", "\u0080", "\u00f6", "\u20ac", "\U0001f600", "\ufb33"]


def test_rfc_8785_3_2_2_texts_are_escaped_in_one_way():
    given_text = b'["\\u20ac$\\u000F\\u000aA\'\\u0042\\u0022\\u005c\\\\\\"\\/"]'
    expected = '["\u20ac$\\u000f\\nA\'B\\"\\\\\\\\\\"/"]'.encode()
    assert canonical(strict_json(given_text)) == expected


def test_the_first_differing_byte_is_named():
    with pytest.raises(EnvelopeError) as refusal:
        canonical_or_refused(b'{"a":1, "b":2}')
    assert refusal.value.params == {"position": "7"}


def test_digest_is_sha256_of_the_bytes():
    assert digest(b"abc").startswith("ba7816bf8f01cfea414140de5dae2223")


@pytest.mark.parametrize(
    "text", ["YQ==", "YR", "Y", "YW+b", "YW/b", "YQ\n", " YQ", "Y Q", "ä", "\ud800"]
)
def test_base64url_has_one_spelling(text):
    with pytest.raises(EnvelopeError, match="door/base64url"):
        b64url_decode(text)


@given(st.binary(max_size=70))
def test_base64url_reads_what_it_writes(data):
    assert b64url_decode(b64url_encode(data)) == data


SUBMISSIONS = {
    "not an object": b'["YQ"]',
    "no declaration": b'{"annexes":{}}',
    "another member": b'{"declaration":"YQ","x":"YQ"}',
    "declaration is a number": b'{"declaration":1}',
    "unknown annex": b'{"annexes":{"photo":"YQ"},"declaration":"YQ"}',
    "annexes is a list": b'{"annexes":["YQ"],"declaration":"YQ"}',
    "annex is an object": b'{"annexes":{"split":{}},"declaration":"YQ"}',
}


@pytest.mark.parametrize("name", SUBMISSIONS)
def test_what_is_no_submission_is_refused(name):
    with pytest.raises(EnvelopeError, match="door/submission"):
        unpack_submission(SUBMISSIONS[name])


def test_a_submission_gives_back_the_bytes_that_went_in():
    annexes = {"split": b'{"a":1}', "evidence": b"\xff\x00"}
    assert unpack_submission(pack_submission("a.b.c", annexes)) == (b"a.b.c", annexes)
    assert unpack_submission(pack_submission(b"a.b.c")) == (b"a.b.c", {})


def test_the_jws_text_itself_is_taken_as_well():
    assert unpack_submission(b'{"declaration":"a.b.c"}') == (b"a.b.c", {})
    with pytest.raises(EnvelopeError, match="door/base64url"):
        unpack_submission(b'{"declaration":"a.b"}')


class TestFractions:
    """Credentials of a foreign vocabulary have numbers with decimals, each in one spelling."""

    @pytest.mark.parametrize(
        ("text", "value"),
        [
            (b"[0.0035279224537037]", 0.0035279224537037),
            (b"[1e-7]", 1e-7),
            (b"[-0.5]", -0.5),
            (b"[1]", 1),
        ],
    )
    def test_the_shortest_spelling_passes(self, text, value):
        assert canonical_or_refused(text, fractions=True) == [value]
        assert canonical([value], fractions=True) == text

    @pytest.mark.parametrize(
        ("text", "code"),
        [
            (b"[1.0]", "door/not-canonical"),
            (b"[0.50]", "door/not-canonical"),
            (b"[1E-7]", "door/not-canonical"),
            (b"[-0.0]", "door/not-canonical"),
            (b"[0.00352792245370370001]", "door/not-canonical"),
            (b"[1e999]", "door/json-float"),
            (b"[NaN]", "door/json-float"),
            (b"[Infinity]", "door/json-float"),
            (b"[null]", "door/json-null"),
        ],
    )
    def test_any_other_is_refused(self, text, code):
        with pytest.raises(EnvelopeError) as refused:
            canonical_or_refused(text, fractions=True)
        assert refused.value.code == code

    def test_our_own_documents_have_none(self):
        with pytest.raises(EnvelopeError, match="door/json-float"):
            canonical([0.5])
