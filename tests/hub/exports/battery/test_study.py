"""The public study: its numbers are those of the declaration, in every language."""

import json
import re
from decimal import Decimal
from html.parser import HTMLParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hub.exports.battery import art7
from hub.exports.battery.study.bar import WIDTH, bar
from hub.exports.battery.study.judge import SECTIONS, complaints
from hub.exports.battery.study.page import FORMAT
from hub.exports.battery.study.wording import Wording, catalogue, css_string
from hub.exports.battery.writing import Filing
from tests.schemas.battery.packs import MODEL, PLAIN, TOLD, footprint
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.reading import Told
from tierlight_schemas.battery.rulesets import ANNEX_II, DRAFT_2024, RULESETS
from tierlight_schemas.messages import LANGUAGES
from tools.forbidden_strings import ROOT

SEPARATORS = {"en": (",", "."), "de": (".", ","), "zh-CN": (",", ".")}
OFFSETS = [{"description": "Forest, VCS 1", "emissions": "5"}]


HOUSING = [{"stage": "materials", "emissions": "35"}, {"stage": "energy", "emissions": "15"}]
TOLD_BY_STEP = TOLD | {"s-housing": Told(PLAIN | {"stages": HOUSING}, ("AR6",))}
"""The draft puts the making of a housing elsewhere than what goes into it."""


def written(lang="en", ruleset=ANNEX_II, **more):
    model = BatteryModel.model_validate({**MODEL, **more})
    found = footprint(ruleset, told=TOLD_BY_STEP, **more)
    body, gaps = FORMAT.write(found, model, Filing(language=lang, hub="https://hub.example"))
    assert gaps == ()
    assert body is not None
    return body.decode()


def declaration(ruleset=ANNEX_II, **more):
    model = BatteryModel.model_validate({**MODEL, **more})
    found = footprint(ruleset, told=TOLD_BY_STEP, **more)
    return json.loads(art7.FORMAT.write(found, model, Filing()).body or b"")


class Numbers(HTMLParser):
    """What people read in each `data` element, and what programs read."""

    def __init__(self) -> None:
        super().__init__()
        self.read: dict[str, tuple[str, str]] = {}
        self.text = ""
        self._open: tuple[str, str] | None = None

    def handle_starttag(self, tag, attrs):
        told = dict(attrs)
        self._open = (told.get("id", ""), told["value"]) if tag == "data" else None

    def handle_data(self, data):
        self.text += data
        if self._open is not None:
            name, value = self._open
            self.read[name] = (value, data)
            self._open = None


def numbers(page):
    reader = Numbers()
    reader.feed(page)
    return reader.read


def as_people_read(text, lang):
    group, point = SEPARATORS[lang]
    return text.replace(group, "").replace(point, ".").replace("\u2212", "-")


@pytest.mark.parametrize("lang", LANGUAGES)
class TestNumbers:
    @pytest.mark.parametrize("ruleset", RULESETS.values())
    def test_are_those_of_the_declaration(self, lang, ruleset):
        found, told = numbers(written(lang, ruleset)), declaration(ruleset)
        unit = told["functionalUnit"]
        expected = {
            "total": told["carbonFootprint"]["value"],
            "stages-total": told["carbonFootprint"]["value"],
            "per-battery": told["perBattery"]["value"],
            "unit-usable": unit["usableEnergy"]["value"],
            "unit-cycles": unit["fullEquivalentCycles"]["value"],
            "unit-years": unit["yearsOfOperation"]["value"],
            "unit-energy": unit["totalEnergy"]["value"],
            "unit-mass": unit["mass"]["value"],
            "unit-flow": unit["referenceFlow"]["value"],
            "primary-data": told["dataQuality"]["primaryDataShare"],
            **{f"stage-{row['stage']}": row["value"] for row in told["lifeCycleStages"]},
        }
        assert {name: found[name][0] for name in expected} == expected
        for name, value in expected.items():
            assert as_people_read(found[name][1], lang) == value, name

    def test_every_number_is_read_alike_by_people_and_programs(self, lang):
        for value, text in numbers(written(lang, offsets=OFFSETS)).values():
            assert Decimal(as_people_read(text, lang)) == Decimal(value)

    def test_it_passes_its_judge(self, lang):
        assert complaints(written(lang, offsets=OFFSETS).encode()) == []

    def test_the_digest_is_that_of_the_declaration(self, lang):
        assert declaration()["inputsDigest"] in written(lang)

    def test_its_name_tells_the_language(self, lang):
        assert FORMAT.named(Filing(language=lang)) == f"study-{lang}.html"

    def test_no_word_is_left_unfilled(self, lang):
        reader = Numbers()
        reader.feed(written(lang, offsets=OFFSETS).split("</style>")[1])
        assert not re.search(r"\{[a-z_]+\}", reader.text)

    def test_it_says_that_it_is_a_draft(self, lang):
        page = written(lang, DRAFT_2024)
        for key in ("draft", "notice.not-adopted", "notice.not-verified"):
            assert catalogue(lang)[key] in page
        assert Wording(lang)("status.draft, not adopted") in page


class TestWhatIsPublic:
    def test_no_supplier_no_part_and_no_value_of_one(self):
        page = written()
        secrets = ["S-CELL", "S-HOUSING", "s-cell", "supplier:", "declaration:", ">CELL<", ">200<"]
        assert [secret for secret in secrets if secret in page] == []

    @pytest.mark.parametrize("ruleset", RULESETS.values())
    def test_of_electricity_the_manufacturer_s_own_alone(self, ruleset):
        found = numbers(written("en", ruleset))
        assert {name for name in found if name.startswith("electricity-")} == {"electricity-DE"}
        assert found["electricity-DE"] == ("250", "250")  # and not the cells' 200 kWh in CN

    def test_the_mass_of_a_material_is_not_for_the_public(self):
        section = written().split('id="recycling"')[1].split("</section>")[0]
        assert "aluminium" in section
        assert 'value="100"' not in section

    def test_evidence_may_name_a_partner_and_stays_out(self):
        assert MODEL["materials"][0]["r2Evidence"] not in written()

    def test_inputs_of_the_formula_stand_there(self):
        section = written().split('id="recycling"')[1].split("</section>")[0]
        values = re.findall(r'<data[^>]* value="([^"]*)"', section)
        assert values[:4] == ["0.2", "0", "0.855", "1"]
        assert values[4:8] == ["10", "10", "3", "0.05"]

    def test_offsets_stand_apart_and_in_no_sum(self):
        with_offsets, without = written(offsets=OFFSETS), written()
        assert "Forest, VCS 1" in with_offsets
        assert numbers(with_offsets)["total"] == numbers(without)["total"]
        assert "None are reported" in without

    def test_two_rulesets_put_the_same_making_elsewhere(self):
        annex, draft = (written("en", rules) for rules in RULESETS.values())
        first = [page.split('id="boundary"')[1].split("</tr>")[1] for page in (annex, draft)]
        assert "<li>cathode</li>" in first[0]
        assert "<li>cathode</li>" not in first[1]


class TestStrangers:
    @pytest.mark.parametrize(
        "name",
        ['"</style><script>alert(1)</script>', "a\\", 'x"; } body { display: none', "{text}"],
    )
    def test_a_name_is_a_name(self, name):
        page = written(model=name, chemistry=name, manufacturer={"name": name, "address": name})
        assert complaints(page.encode()) == []
        style = page.split("<style>")[1].split("</style>")[0]
        assert style.count('"') % 2 == 0
        assert "display: none" not in style.replace("\\3a ", "#")

    @given(st.text(max_size=40))
    def test_no_text_ends_a_string_of_the_style_sheet(self, text):
        assert not set('"\n<>') & set(css_string(text))


class TestBar:
    def test_what_is_saved_lies_left_of_zero(self):
        drawn = bar({"a": Decimal(3), "b": Decimal(1), "c": Decimal(-4)})
        assert drawn.zero == WIDTH / 2
        places = [(int(piece.start), int(piece.length)) for piece in drawn.pieces]
        assert places == [(320, 240), (560, 80), (0, 320)]
        assert drawn.total == drawn.zero

    @pytest.mark.parametrize("amounts", [{}, {"a": Decimal(0)}, {"a": Decimal(0), "b": Decimal(0)}])
    def test_nothing_to_draw(self, amounts):
        assert all(piece.length == 0 for piece in bar(amounts).pieces)

    @given(st.lists(st.decimals(-(10**6), 10**6, places=6), min_size=1, max_size=6))
    def test_every_piece_lies_in_the_picture(self, values):
        drawn = bar({str(place): value for place, value in enumerate(values)})
        for piece in drawn.pieces:
            assert piece.start >= -1
            assert piece.start + piece.length <= WIDTH + 1


class TestJudge:
    @pytest.mark.parametrize(
        ("before", "after", "told"),
        [
            ("</main>", "<script>1</script></main>", "script"),
            ("</main>", '<img src="x.png"></main>', "img"),
            ("</main>", '<link rel="stylesheet" href="x.css"></main>', "link"),
            ("</main>", '<p onclick="x()"></p></main>', "p onclick"),
            ("</main>", '<p style="background: url(x)"></p></main>', "p style"),
            ("<style>", "<style>@import 'x';", "style"),
            ('lang="en"', 'lang="fr"', "html lang"),
            ('<section class="keep" id="offsets"', "<section", "section offsets"),
            ('id="check"', 'id="offsets"', "section offsets"),
            ('name="tierlight-ruleset"', 'name="x"', "meta tierlight-ruleset"),
            ("method act not adopted; ", "", "meta tierlight-notices"),
            ('id="stage-distribution" value="0', 'id="stage-distribution" value="1', "stages"),
            ('id="stage-distribution" value="0', 'id="stage-distribution" value="x', "stages"),
            ('id="total"', 'id="sum"', "stages"),
        ],
    )
    def test_what_is_wrong_is_named(self, before, after, told):
        page = written()
        assert before in page
        found = complaints(page.replace(before, after, 1).encode())
        assert any(each.startswith(told) for each in found), found

    def test_no_text_at_all(self):
        assert complaints(b"\xff") == ["no UTF-8"]
        assert len(complaints(b"")) > len(SECTIONS)


class TestWords:
    def test_every_language_has_the_same_keys_and_placeholders(self):
        wanted = {
            key: set(re.findall(r"\{[a-z_]+\}", text)) for key, text in catalogue("en").items()
        }
        for lang in LANGUAGES:
            found = catalogue(lang)
            assert {k: set(re.findall(r"\{[a-z_]+\}", t)) for k, t in found.items()} == wanted

    @pytest.mark.parametrize("lang", LANGUAGES)
    def test_they_are_sorted_and_printed_one_way(self, lang):
        printed = json.dumps(catalogue(lang), ensure_ascii=False, indent=2, sort_keys=True)
        file = ROOT / "hub/exports/battery/study/words" / f"{lang}.json"
        assert file.read_text("utf-8") == f"{printed}\n"

    def test_every_status_and_stage_has_words(self):
        for rules in RULESETS.values():
            assert f"status.{rules.status}" in catalogue("en")
            assert f"electricity.{rules.electricity}" in catalogue("en")

    @pytest.mark.parametrize("category", ["ev", "lmt", "industrial", "industrial-external-storage"])
    def test_every_category_is_told(self, category):
        assert catalogue("de")[f"category.{category}"] in written("de", category=category)


class TestAtAHub:
    def test_the_page_is_handed_out_in_the_reader_s_language(self, works):
        works.enter()
        works.cell()
        told = json.loads(works.declaration().content)
        answer = works.declaration(format="study")
        assert answer.headers["content-type"] == "text/html; charset=utf-8"
        assert 'filename="study-en.html"' in answer.headers["content-disposition"]
        found = numbers(answer.text)
        assert found["total"][0] == told["carbonFootprint"]["value"]
        assert complaints(answer.content) == []
