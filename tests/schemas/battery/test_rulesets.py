"""The two stage maps, class by class."""

import pytest

from tierlight_schemas.battery.components import ENERGY, Component
from tierlight_schemas.battery.rulesets import (
    ANNEX_II,
    DRAFT_2024,
    RULESETS,
    Stage,
    UnknownRulesetError,
    ruleset,
)
from tierlight_schemas.battery.staging import stage_of_word

RAW, MAIN = Stage.RAW_MATERIAL, Stage.MAIN_PRODUCTION


@pytest.mark.parametrize(
    ("component", "annex", "draft", "whole_annex", "whole_draft"),
    [
        ("raw-material", RAW, RAW, RAW, RAW),
        ("cathode-precursor", RAW, RAW, RAW, RAW),
        ("cathode-active-material", RAW, MAIN, RAW, None),
        ("anode-active-material", RAW, MAIN, RAW, None),
        ("cathode", RAW, MAIN, RAW, None),
        ("anode", RAW, MAIN, RAW, None),
        ("electrolyte", RAW, MAIN, RAW, None),
        ("separator", RAW, RAW, RAW, RAW),
        ("cell-casing", RAW, MAIN, RAW, None),
        ("current-collector", RAW, RAW, RAW, RAW),
        ("electronics", RAW, RAW, RAW, RAW),
        ("housing", RAW, MAIN, RAW, None),
        ("cooling", RAW, MAIN, RAW, None),
        ("cell", MAIN, MAIN, None, None),
        ("module", MAIN, MAIN, None, None),
        ("battery", MAIN, MAIN, None, None),
    ],
)
def test_stages(component, annex, draft, whole_annex, whole_draft):
    each = Component(component)
    assert (ANNEX_II.stage_of(each), DRAFT_2024.stage_of(each)) == (annex, draft)
    wholes = (ANNEX_II.stage_of_whole(each), DRAFT_2024.stage_of_whole(each))
    assert wholes == (whole_annex, whole_draft)


@pytest.mark.parametrize(
    ("word", "component", "annex", "draft"),
    [
        ("production", "cell", MAIN, MAIN),
        ("Energy ", "cell", MAIN, MAIN),
        ("materials", "cell", RAW, None),  # the draft makes electrodes in main production
        ("materials", "battery", None, None),  # a cell lies among them
        ("material", "electrolyte", RAW, RAW),
        ("transport", "cell", RAW, MAIN),
        ("transport", "separator", RAW, RAW),
        ("cathode-active-material", "cell", RAW, MAIN),
        ("raw-material", "cell", RAW, RAW),
        ("overhead", "cell", None, None),
        ("", "cell", None, None),
        ("main-production", "cell", None, None),  # a stage is the ruleset's to say
    ],
)
def test_words_of_a_split(word, component, annex, draft):
    each = Component(component)
    stages = (stage_of_word(word, each, ANNEX_II), stage_of_word(word, each, DRAFT_2024))
    assert stages == (annex, draft)


def test_every_ruleset_says_that_it_is_not_adopted():
    assert all("not adopted" in rules.status for rules in RULESETS.values())
    assert not any(ENERGY & rules.main_production for rules in RULESETS.values())


@pytest.mark.parametrize("found", ["", "annex-ii", "annex-ii/2024", "EU-CFB-EV/draft-2024-04"])
def test_another_id_is_refused_with_those_there_are(found):
    with pytest.raises(UnknownRulesetError, match="annex-ii/2023, eu-cfb-ev/draft-2024-04"):
        ruleset(found)
