"""Asking for a factor by meaning."""

from dataclasses import replace

import pytest

from tests.schemas.factors.own_factor import ROW, SET
from tierlight_schemas.factors.lookup import Question, look_up
from tierlight_schemas.factors.model import FactorSet
from tierlight_schemas.factors.reading import factor_of
from tierlight_schemas.factors.reasons import reason
from tierlight_schemas.factors.registry import Registry, shipped
from tierlight_schemas.messages import LANGUAGES, words_of

JILIN = Question("electricity", "CN-JL", 2022, basis="location")


def asked(question: Question, registry: Registry | None = None):
    answer = look_up(registry or shipped(), question)
    return answer.found and answer.found.factor.id, reason(answer).evidence.get("case")


@pytest.mark.parametrize(
    ("question", "factor_id", "why"),
    [
        (JILIN, "cn-electricity/CN-JL/2022/average", "exact"),
        (replace(JILIN, year=2025), "cn-electricity/CN-JL/2023/average", "year"),
        (replace(JILIN, basis="market"), "cn-electricity/CN/2022/residual", "place"),
        (
            replace(JILIN, geography="CN-XZ", scope="direct"),
            "cn-electricity/CN/2022/average",
            "place",
        ),
        (
            replace(JILIN, geography="CN-XZ", year=2030, scope="life-cycle"),
            "world-electricity/CN/2023/average",
            "both",
        ),
        (Question("electricity", "DE", 2023), "world-electricity/DE/2023/average", "exact"),
        (Question("electricity", "US-AL", 2023), "us-electricity/US-AL/2023/average", "exact"),
        (
            Question("electricity", "CN", 2023, series="fossil"),
            "cn-electricity/CN/2023/fossil",
            "exact",
        ),
        (
            Question("material/aluminium/primary", "CN", 2021),
            "materials-cited/al-primary-iai-2021",
            "place",
        ),
        (Question("fuel/diesel", "CN-AH", 2024), "cn-fuels/diesel/2011", "both"),
        (Question("heat", "CN", 2011, unit="gigajoule"), "cn-fuels/heat/2011", "exact"),
    ],
)
def test_one_factor_is_answered_with_its_reason(question, factor_id, why):
    assert asked(question) == (factor_id, why)


@pytest.mark.parametrize(
    ("question", "open_"),
    [
        (Question("electricity", "CN", 2023, basis="location"), "scope"),
        (Question("electricity", "US", 2023), "scope"),
        (Question("electricity", "CN", 2023, scope="direct"), "basis"),
        (Question("material/aluminium", "CN", 2023), "category"),
        (Question("material/graphite", "DE", 2024), "category"),
    ],
)
def test_kinds_are_never_taken_for_one_another(question, open_):
    answer = look_up(shipped(), question)
    assert answer.found is None
    assert answer.open[0] == open_
    assert answer.alternatives


@pytest.mark.parametrize(
    "question",
    [
        Question("electricity", "AQ", 2022),
        Question("fuel/diesel", "DE", 2022),
        Question("fuel/die", "CN", 2022),
        Question("electricity", "CN-JL", 2022, unit="kilogram"),
        Question("electricity", "DE", 2022, basis="market"),
    ],
)
def test_what_nobody_knows_is_not_made_up(question):
    answer = look_up(shipped(), question)
    assert (answer.found, answer.alternatives, answer.open) == (None, (), ())
    assert reason(answer).code == "factor/none"


def test_alternatives_are_nearest_first():
    answer = look_up(shipped(), JILIN)
    assert [each.factor.id.removeprefix("cn-electricity/") for each in answer.alternatives][:6] == [
        "CN-JL/2021/average",
        "CN-JL/2023/average",
        "CN.northeast/2022/average",
        "CN.northeast/2021/average",
        "CN.northeast/2023/average",
        "CN/2022/average",
    ]


def test_a_study_apart_answers_for_its_own_year_only():
    study = "cn-electricity-2020/CN-JL/2020/average"
    assert asked(replace(JILIN, year=2020))[0] == study
    assert asked(replace(JILIN, year=2019))[0] == "cn-electricity/CN-JL/2021/average"


def test_a_newer_version_takes_the_place_of_an_older_one():
    own = replace(SET, version="2")
    registry = Registry((factor_of(ROW, SET),)).with_sets([factor_of(ROW | {"value": "9"}, own)])
    found = look_up(registry, Question("heat", "CN-AH", 2024)).found
    assert found
    assert (found.factor.value, found.factor.set.version, found.ring) == ("9", "2", 0)


def test_sets_are_named():
    assert FactorSet("cn-electricity", "2025-12-31", "", "").name in {
        each.name for each in shipped().sets
    }


@pytest.mark.parametrize("language", LANGUAGES)
def test_reasons_are_words(language):
    questions = [
        JILIN,
        replace(JILIN, year=2025),
        replace(JILIN, basis="market"),
        replace(JILIN, geography="CN", basis="location"),
        replace(JILIN, geography="AQ"),
        Question("material/aluminium", "CN", 2023),
    ]
    for question in questions:
        message = words_of(reason(look_up(shipped(), question)), language)
        assert "–" not in message.text + message.remedy
