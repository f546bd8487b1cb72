"""The passport as a manufacturer gets it from the hub: three tiers of signed data behind it."""

import json

import pytest

from hub.exports.battery.formats import FORMATS
from tests.cast import AURORA, BEIFENG, CELLWERK, DONGHAI, FOXGLOVE

FORMS = ["idta", "aasx"]


@pytest.fixture
def complete(works):
    """Aurora's battery with everything declared, made under its own name."""
    works.enter(manufacturer={"name": "Aurora", "address": "Road 1"})
    works.cell()
    return works


@pytest.mark.parametrize("form", FORMS)
def test_it_passes_its_judges(complete, form):
    answer = complete.declaration(format=form)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(FORMATS[form].media_type)
    judges = FORMATS[form].judges
    assert judges
    assert [judge.complaints(answer.content) for judge in judges] == [[]] * len(judges)


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("audience", ["public", "authorities"])
def test_it_holds_nothing_of_a_supplier(complete, form, audience):
    body = complete.declaration(format=form, audience=audience).content.decode(errors="replace")
    entries = complete.ask()["entries"]
    secrets = [
        *(actor.name for actor in (BEIFENG, CELLWERK, DONGHAI, FOXGLOVE)),
        *(f'"{entry["part"]}"' for entry in entries),
        *(f"<value>{entry['part']}<" for entry in entries),
        *(f'"{entry["value"]}"' for entry in entries if entry["tier"]),
        *(f"<value>{entry['value']}<" for entry in entries if entry["tier"]),
        complete.chain.id(BEIFENG),
        "AM-",
    ]
    assert [secret for secret in secrets if secret in body] == []


def test_it_says_what_art_7_says(complete):
    stated = json.loads(complete.declaration(format="art7").content)
    passport = json.loads(complete.declaration(format="idta").content)
    entries = passport["submodels"][0]["submodelElements"][0]["value"]
    values = [
        member["value"]
        for entry in entries
        for member in entry["value"]
        if member["idShort"] == "PcfCO2eq"
    ]
    assert values == [
        *(stage["value"] for stage in stated["lifeCycleStages"]),
        stated["carbonFootprint"]["value"],
    ]


@pytest.mark.parametrize("form", FORMS)
def test_a_declaration_with_gaps_is_refused(works, form):
    answer = works.declaration(format=form)
    assert (answer.status_code, answer.json()["code"]) == (409, "battery/refused")
    assert {row["clause"] for row in answer.json()["details"]} >= {"Art. 7(1)(f)", "Art. 7(1)(g)"}


@pytest.mark.parametrize("form", [*FORMS, "idta2035", "IDTA", "aas"])
def test_another_s_battery_is_not_there(complete, form):
    path = f"{complete.path}/declaration"
    asked = {"ruleset": "annex-ii/2023", "format": form}
    answer = complete.world.get(BEIFENG, path, params=asked)
    known = form in FORMS
    assert answer.status_code == (404 if known else 400)
    assert complete.world.get(AURORA, path, params=asked).status_code == (200 if known else 400)
