"""The QR code of a battery model: read back by a reader of our own, and refused without a GTIN."""

from xml.etree import ElementTree as Xml

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.exports.battery import qr
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.qr import FORMAT, QUIET, modules_in, symbol
from hub.exports.battery.writing import NOTICES, Filing
from tests.qr_decoding import SIDE, decoded
from tests.schemas.battery.packs import MODEL, footprint
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.words import words_of

GTIN = "09520123456788"
SVG = "{http://www.w3.org/2000/svg}"


def written(gtin=GTIN):
    given = {"gtin": gtin} if gtin else {}
    model = BatteryModel.model_validate(MODEL | given)
    return FORMAT.write(footprint(**given), model, Filing())


def picture(body):
    assert body is not None
    return Xml.fromstring(body)


def with_check_digit(digits):
    weighed = sum(int(digit) * (3, 1)[place % 2] for place, digit in enumerate(digits))
    return f"{digits}{-weighed % 10}"


class TestWritten:
    def test_it_reads_as_the_model_s_digital_link(self):
        drawn = picture(written().body)
        path = drawn.find(f"{SVG}path").get("d")
        assert decoded(modules_in(path, SIDE)) == ("Q", f"https://id.gs1.org/01/{GTIN}")

    def test_it_says_in_words_what_it_is_and_is_not(self):
        drawn = picture(written().body)
        assert drawn.findtext(f"{SVG}text") == f"(01) {GTIN}"
        assert drawn.get("role") == "img"
        told = drawn.findtext(f"{SVG}desc")
        assert all(each in told for each in (*NOTICES, "annex-ii/2023", "error correction Q"))

    def test_there_is_room_around_it(self):
        drawn = picture(written().body)
        width, height = map(int, drawn.get("viewBox").split()[2:])
        assert width == SIDE + 2 * QUIET
        assert height > width
        path = drawn.find(f"{SVG}path").get("d")
        assert path.startswith(f"M{QUIET} {QUIET}h7")

    def test_the_same_battery_gives_the_same_bytes(self):
        assert written() == written()

    def test_it_is_one_of_the_formats(self):
        assert FORMATS["qr"].named(Filing()) == "qr.svg"

    @given(st.text("0123456789", min_size=13, max_size=13))
    def test_every_gtin_reads_back(self, digits):
        link = f"https://id.gs1.org/01/{with_check_digit(digits)}"
        assert decoded(symbol(link)) == ("Q", link)


class TestRefused:
    @pytest.mark.parametrize(
        ("gtin", "case"),
        [
            (None, "gtin"),
            ("09520123456789", "gtin-check"),  # last digit
            ("09520123456878", "gtin-check"),  # two digits changed places
            ("19520123456788", "gtin-check"),  # another indicator
            ("00000000000001", "gtin-check"),
        ],
    )
    def test_without_a_right_gtin_there_is_none(self, gtin, case):
        body, (gap,) = written(gtin)
        assert body is None
        assert (gap.case, gap.clause, gap.params["format_path"]) == (case, "Art. 13(6)", "gtin")
        for lang in ("en", "de", "zh-CN"):
            told = words_of(gap, lang)
            assert "GTIN" in told.text
            assert "gtin" in told.remedy
            assert "–" not in told.text + told.remedy

    def test_an_incomplete_declaration_has_none(self):
        found = footprint(gtin=GTIN, studyLink=None)
        body, gaps = FORMAT.write(found, BatteryModel(gtin=GTIN), Filing())
        assert body is None
        assert gaps == tuple(found.gaps)


class TestJudge:
    (judge,) = FORMAT.judges

    def test_what_is_written_passes(self):
        assert [*self.judge.complaints(written().body)] == []

    @pytest.mark.parametrize(
        ("before", "after", "place"),
        [
            (b"<title>https://id.gs1.org/01/09520123456788", b"<title>https://a.example/", "title"),
            (b"/01/09520123456788", b"/01/09520123456789", "title"),
            (b"<title>", b"<title>x", "title"),
            (b"<title>https://id.gs1.org/01/09520123456788", b"<title>", "title"),
            (b"/01/09520123456788", b"/01/00012345600012", "path"),
            (b'd="M4 4h7', b'd="M4 4h6', "path"),
            (b'd="M', b'd="X', "path"),
            (b"<path", b"<circle", "path"),
            (b"method act not adopted", b"", "desc"),
            (b"not verified by a notified body", b"", "desc"),
            (b"error correction Q", b"", "desc"),
            (b"</svg>", b"", "no XML"),
        ],
    )
    def test_what_was_tampered_with_does_not(self, before, after, place):
        body = written().body
        assert before in body
        found = [*self.judge.complaints(body.replace(before, after))]
        assert any(complaint.startswith(place) for complaint in found), found

    def test_a_damaged_module_is_seen(self):
        body = written().body.decode()
        first = body.index('d="M4 4h7') + 3
        rest = body.index("M", first + 1)
        assert [*qr.complaints((body[:first] + body[rest:]).encode())] == [
            "path: not the symbol of the address in title"
        ]
