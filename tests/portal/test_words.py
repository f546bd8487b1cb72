"""The three catalogues say the same, and the templates say nothing by themselves."""

import re
from html.parser import HTMLParser
from typing import get_args

import pytest

from hub.activity import emissions
from hub.activity.sheets import Sheet
from hub.activity.words import Carrier, Flow
from hub.calculator.bills import ABOUT
from hub.calculator.questions import STEPS
from hub.findings.energy.meters import IN_SPLITS
from hub.findings.energy.reconciling import Reason, Verdict
from hub.kit.language import LANGUAGES
from hub.parties.assurance import LEVELS
from hub.trust.history import KeyState
from supplier_portal import declare_form, field_guide
from supplier_portal.activity_forms import CHOICES, FIELDS, HINTED
from supplier_portal.pages import TEMPLATES
from supplier_portal.samples import CERTAINTIES, KINDS
from supplier_portal.wording import Words, catalogue, placeholders
from tierlight_schemas.annexes import ANNEX_LEVELS, DETAILS
from tierlight_schemas.bom import MassRule, Stage
from tierlight_schemas.calculator.plausible import NAMED_BANDS
from tierlight_schemas.catalogue import CODES, TRUST_FINDINGS, Family
from tierlight_schemas.examples import examples
from tierlight_schemas.extension import Boundary, UsabilityLevel
from tierlight_schemas.factors.registry import shipped
from tierlight_schemas.messages import catalogue as standard
from tierlight_schemas.rollup.model import Kind, Known
from tierlight_schemas.scenario import Change
from tierlight_schemas.units import UNITS
from tierlight_schemas.verification import Assurance, VerificationLevel
from tierlight_schemas.verification_standing import Doubt

ENGLISH = catalogue("en")
SOURCES = {path.name: path.read_text("utf-8") for path in sorted(TEMPLATES.glob("*.html"))}
USED = re.compile(r"""\bt(?:\.count)?\(\s*"([^"]+)"(?!\s*~)""")
JINJA = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)
LETTER = re.compile(r"[^\W\d_]")
CHANGES = get_args(get_args(Change)[0])


class TestCatalogues:
    @pytest.mark.parametrize("language", LANGUAGES)
    def test_have_the_same_keys_and_placeholders(self, language):
        words = catalogue(language)
        assert words.keys() == ENGLISH.keys()
        for key, text in words.items():
            assert placeholders(text) == placeholders(ENGLISH[key]), key
            assert text.strip(), key

    def test_have_both_forms_of_what_is_counted(self):
        counted = {key.partition("#")[0] for key in ENGLISH if "#" in key}
        assert counted
        for key in counted:
            assert {f"{key}#one", f"{key}#other"} <= ENGLISH.keys()

    @pytest.mark.parametrize("language", ["de", "zh-CN"])
    def test_are_translated(self, language):
        """Symbols and names may be alike; a sentence may not."""
        for key, text in catalogue(language).items():
            if " " in ENGLISH[key] and LETTER.search(ENGLISH[key].replace("CO₂e", "")):
                if key.startswith(("unit.", "column.value", "field_unit.", "consents.shown")):
                    continue
                assert text != ENGLISH[key], key

    def test_have_no_word_that_nobody_says(self):
        groups = {
            *("kind", "state", "unit", "word", "field", "field_unit", "group", "code", "evidence"),
            *("role", "part_kind", "stage", "mass_rule", "certainty", "annex", "status", "error"),
            *("remedy", "nav", "promise", "declaration", "quality", "basis", "findings", "change"),
            *("breakdown", "consents", "factor_scope", "factor_basis", "holding", "reason"),
            *("request_act", "request_act_text", "request_do", "request_event", "request_group"),
            *("request_missing", "request_payer", "request_reason", "request_state"),
            *("carrier", "consent_level", "key_state", "quoted", "receipts", "verify_one"),
            *("leaving", "log_sign", "log_channel"),
            "factor_category",
            *("battery_step", "battery_who", "battery_clause", "battery_stage", "battery_unit"),
            *("battery_data", "battery_electricity", "battery_audience", "battery_status"),
            "battery_format",
            *("battery_source", "battery_field", "battery_group", "battery_group_text"),
            *("battery_hint", "battery_choice", "battery_wrong", "battery_measure"),
            *("link_state", "link_reason", "link_ground"),
            *(
                "asking",
                "asking_payer",
                "asking_outcome",
                "asked_state",
                "asked_act",
                "asked_reason",
            ),
            *("menu", "calc", "calc_field", "calc_hint", "calc_word"),
            *("bill_about", "annex_name", "band"),
            *("sites", "choice", "cell", "hint", "sheet"),
            *("workbook_state", "workbook_lead", "workbook_row", "workbook_way"),
            *("split_carrier", "verdict", "reconcile_reason", "bar"),
            *("declare_hint", "declare_section", "declare_text"),
            *("held_kind", "held_state", "log_kind", "holds", "event"),
            *("verification_level", "assurance", "doubt", "energy_doubt"),
            *("identity", "identity_text", "partner"),
            *("finding_acts", "finding_by", "finding_form", "finding_state", "said"),
        }
        said = "".join(SOURCES.values())
        for key in ENGLISH:
            plain = key.partition("#")[0]
            is_said = f'"{plain}"' in said or f"'{plain}'" in said
            assert is_said or plain.partition(".")[0] in groups, key


class TestActivity:
    def test_every_choice_cell_and_doubt_has_words(self):
        for column, words in CHOICES.items():
            group = "carrier" if column == "carrier" else f"choice.{column}"
            assert {f"{group}.{word}" for word in words} <= ENGLISH.keys()
        assert {f"choice.flow.{flow}" for flow in Flow} <= ENGLISH.keys()
        assert {f"sheet.{sheet}" for sheet in Sheet} <= ENGLISH.keys()
        assert {f"energy_doubt.{doubt}" for doubt in emissions.Doubt} <= ENGLISH.keys()
        assert {f"reconcile_reason.{reason}" for reason in Reason} <= ENGLISH.keys()
        assert {f"verdict.{verdict}" for verdict in Verdict} <= ENGLISH.keys()
        assert {f"split_carrier.{name}" for name in IN_SPLITS} <= ENGLISH.keys()
        named = {f"carrier/{carrier}" for carrier in (*Carrier, *IN_SPLITS)}
        assert named <= standard("en").keys()
        cells = {field.name for fields in FIELDS.values() for field in fields}
        assert {f"cell.{name}" for name in cells} <= ENGLISH.keys()
        assert {f"hint.{name}" for name in HINTED} <= ENGLISH.keys()

    def test_no_word_is_left_that_no_closed_list_has(self):
        said = {f"choice.{column}.{word}" for column, words in CHOICES.items() for word in words}
        said |= {f"carrier.{word}" for word in (*Carrier, *declare_form.CARRIERS)}
        said |= {f"energy_doubt.{doubt}" for doubt in emissions.Doubt}
        there = {key for key in ENGLISH if key.startswith(("choice.", "carrier.", "energy_doubt."))}
        assert there <= said


class TestTemplates:
    @pytest.mark.parametrize("name", SOURCES)
    def test_name_words_that_exist(self, name):
        for key in USED.findall(SOURCES[name]):
            assert key in ENGLISH or f"{key}#other" in ENGLISH, key

    @pytest.mark.parametrize("name", SOURCES)
    def test_say_nothing_by_themselves(self, name):
        assert bare_words(SOURCES[name]) == []

    def test_the_search_for_bare_words_finds_them(self):
        assert bare_words("<p>{{ t('a') }} Hello</p>") == ["Hello"]
        assert bare_words('<a title="Hello">{{ name }}</a>') == ["Hello"]
        assert bare_words("<code>tierlight verify</code> · 5 %") == []


class _BareWords(HTMLParser):
    SPOKEN = ("title", "aria-label", "placeholder", "alt", "data-label", "content")

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.is_code = False

    def handle_starttag(self, tag, attrs):
        self.is_code = self.is_code or tag == "code"
        if tag != "meta":
            self.found += [v.strip() for n, v in attrs if n in self.SPOKEN and LETTER.search(v)]

    def handle_endtag(self, tag):
        self.is_code = self.is_code and tag != "code"

    def handle_data(self, data):
        if LETTER.search(data) and not self.is_code:
            self.found.append(data.strip())


def bare_words(source: str) -> list[str]:
    """Texts that stand in a template itself, in no language's catalogue."""
    parser = _BareWords()
    parser.feed(JINJA.sub("", source))
    parser.close()
    return parser.found


class TestClosedLists:
    @pytest.mark.parametrize(
        ("group", "names"),
        [
            ("unit", UNITS),
            ("part_kind", tuple(Kind)),
            ("stage", tuple(Stage)),
            ("mass_rule", tuple(MassRule)),
            ("state", ("head", "superseded", "withdrawn", "expired", "none")),
            ("certainty", set(CERTAINTIES) - {"complete"}),
            ("annex", ANNEX_LEVELS),
            ("verification_level", get_args(VerificationLevel)),
            ("assurance", get_args(Assurance)),
            ("doubt", tuple(Doubt)),
            ("word", (*get_args(Boundary), *get_args(UsabilityLevel), "gate-to-gate")),
            ("identity", LEVELS),
            ("identity_text", LEVELS),
            ("group", [group.name for group in field_guide.GROUPS]),
            ("field", [field.path for group in field_guide.GROUPS for field in group.fields]),
            ("change", [get_args(m.model_fields["change"].annotation)[0] for m in CHANGES]),
            ("role", ("part", "own", "own-process", "leg", "share", "beside", "missing")),
            ("carrier", declare_form.CARRIERS),
            ("declare_section", [section.name for section in declare_form.SECTIONS]),
            ("declare_text", [section.name for section in declare_form.SECTIONS]),
            (
                "word",
                [o for e in declare_form.ENTRIES.values() for o in e.options if not o.isdigit()],
            ),
            ("key_state", get_args(KeyState)),
            ("role", ("unit-mismatch", "option-unresolved", "cycle", "expired")),
        ],
    )
    def test_have_a_word_for_each_name(self, group, names):
        assert [name for name in names if f"{group}.{name}" not in ENGLISH] == []

    def test_every_code_that_a_page_can_show_has_a_heading(self):
        shown = set(Family) - {Family.DOOR, Family.TRUST}
        codes = [code for code, rule in CODES.items() if rule.family in shown]
        codes += TRUST_FINDINGS
        assert [code for code in codes if f"code.{code}" not in ENGLISH] == []

    def test_every_category_of_the_factors_that_ship_has_a_name(self):
        shipped_ones = {factor.category for factor in shipped().factors}
        named = {key for key in ENGLISH if key.startswith("factor_category.")}
        assert named == {f"factor_category.{name}" for name in shipped_ones}

    def test_kinds_and_severities_speak_the_words_of_the_standard(self):
        assert set(KINDS) == {known.value for known in Known}
        for group, names in (("kind", KINDS), ("severity", ("error", "warning", "note"))):
            assert {f"{group}/{name}" for name in names} <= standard("en").keys()


class TestWords:
    def test_take_the_plural_form_of_the_language(self):
        said = [Words("en").count("findings.of_error", n) for n in (0, 1, 2)]
        assert said == ["0 errors", "1 error", "2 errors"]
        assert Words("zh-CN").count("findings.of_error", 1) == "1 个错误"

    def test_leave_braces_of_strangers_alone(self):
        assert Words("en")("from_supplier", supplier="{name} {0}") == "from {name} {0}"

    def test_a_name_of_a_later_version_speaks_for_itself(self):
        assert Words("de").known("unit", "furlong") == "furlong"
        assert Words("de").known("unit", "piece") == "Stück"

    def test_an_unknown_key_is_an_error(self):
        with pytest.raises(KeyError):
            Words("en")("no.such.key")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_of_the_calculator_has_words(language):
    words = catalogue(language)
    for step in STEPS:
        assert {f"calc.{step.name}.title", f"calc.{step.name}.lead"} <= words.keys()
        assert not step.rows or f"calc.{step.name}.row" in words
        assert not step.once or f"calc.{step.name}.once" in words
        for question in (*step.questions, *step.once):
            assert {f"calc_field.{question.name}", f"calc_hint.{question.name}"} <= words.keys()
            assert {f"calc_word.{option}" for option in question.options} <= words.keys()
    assert {f"bill_about.{name}" for name in ABOUT} <= words.keys()
    assert {f"annex_name.{name}" for name in DETAILS} <= words.keys()
    assert {f"band.{name}" for name in NAMED_BANDS} <= words.keys()


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_piece_of_evidence_has_a_name(language):
    """A page sets the numbers compared beside the sentence, each under its name."""
    names = {name for found in examples().values() for name in found.evidence}
    assert {f"evidence.{name}" for name in names - {"case"}} <= catalogue(language).keys()
