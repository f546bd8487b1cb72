"""A manufacturer's system enters a battery and takes its declaration along, over real HTTP."""

import hashlib
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.schemas.battery.packs import MODEL
from tierlight import BadRequest, Client, Conflict, NotFound
from tierlight_schemas.battery.model import BatteryModel

PAGE = Path(__file__).resolve().parents[2] / "docs" / "battery.md"
"""Its tables make a battery that is complete: the same that the commands of the page export."""


def of_page(kind: str, name: str) -> bytes:
    found = re.search(rf"```{kind} {re.escape(name)}\n(.*?)```", PAGE.read_text("utf-8"), re.DOTALL)
    assert found is not None, name
    return found[1].encode()


@pytest.fixture
def battery(supplier: Client) -> tuple[str, str]:
    """Ids of a battery model with all its tables, and of its plant."""
    supplier.upload_parts(of_page("csv", "parts.csv"))
    supplier.upload_bom(of_page("csv", "bom.csv"))
    supplier.upload_factors(of_page("csv", "factors.csv"))
    part = supplier.part("PACK-72")
    assert part is not None
    return part.id, str(supplier.add_site("N1", "Works 1", "DE")["id"])


@pytest.fixture
def entered(supplier: Client, battery: tuple[str, str]) -> tuple[str, str]:
    supplier.send_battery_classes(of_page("csv", "battery-classes.csv"))
    supplier.enter_battery_model(*battery, BatteryModel.model_validate(MODEL))
    return battery


def test_from_nothing_to_a_file(supplier: Client, battery: tuple[str, str]):
    assert supplier.battery_model(*battery) == BatteryModel()
    classed = supplier.send_battery_classes(of_page("csv", "battery-classes.csv"))
    assert (classed.added, classed.changed) == (7, 0)
    with pytest.raises(Conflict) as refused:
        supplier.battery_declaration(*battery)
    assert "Art. 7(1)(f)" in {row["clause"] for row in refused.value.details}
    model = BatteryModel.model_validate(MODEL)
    assert supplier.enter_battery_model(*battery, model) == model
    assert supplier.battery_model(*battery) == model
    found = supplier.battery_footprint(*battery)
    assert found["gaps"] == []
    body = supplier.battery_declaration(*battery)
    assert json.loads(body)["carbonFootprint"]["value"] == found["per_kwh"]["value"]
    (row,) = supplier.battery_history(*battery)
    assert row["file_digest"] == hashlib.sha256(body).hexdigest()
    assert row["is_stale"] is False
    (listed,) = supplier.batteries()
    assert (listed["part"], listed["state"], listed["handed_out"]) == ("PACK-72", "complete", 1)


def test_what_changed_makes_it_stale(supplier: Client, entered):
    before = supplier.battery_footprint(*entered)["inputs_digest"]
    supplier.battery_declaration(*entered)
    supplier.upload_bom(b"parent,child,quantity,unit\nBMS,MATERIAL,6,kg\nBMS,POWER,10,kWh\n")
    assert supplier.battery_footprint(*entered, against=before)["is_stale"] is True
    assert [row["is_stale"] for row in supplier.battery_history(*entered)] == [True]
    assert [row["stale"] for row in supplier.batteries()] == [1]


def test_every_format_by_either_ruleset(supplier: Client, entered):
    for ruleset in ("annex-ii/2023", "eu-cfb-ev/draft-2024-04"):
        found = {row["format"]: row for row in supplier.battery_exports(*entered, ruleset=ruleset)}
        assert found["art7"]["is_written"] is True
        body = supplier.battery_declaration(*entered, ruleset=ruleset, audience="authorities")
        assert json.loads(body)["ruleset"]["id"] == ruleset


@pytest.mark.parametrize(
    ("asked", "refusal", "code"),
    [
        ({"format": "pdf"}, BadRequest, "battery/format"),
        ({"ruleset": "annex-ii/2024"}, BadRequest, "battery/ruleset"),
        ({"audience": "friends"}, BadRequest, "hub/request-form"),
    ],
)
def test_what_there_is_not(supplier: Client, entered, asked, refusal, code):
    with pytest.raises(refusal) as refused:
        supplier.battery_declaration(*entered, **asked)
    assert refused.value.code == code


def test_classes_of_parts_that_there_are_not(supplier: Client, battery):
    with pytest.raises(BadRequest) as refused:
        supplier.send_battery_classes([{"part": "NONE", "component": "cell"}])
    assert [row["code"] for row in refused.value.details] == ["csv/part-unknown"]
    with pytest.raises(BadRequest):
        supplier.send_battery_classes([{"part": "BMS", "component": "battery cell"}])


def test_another_s_battery(supplier: Client, battery):
    for ask in (supplier.battery_model, supplier.battery_footprint, supplier.battery_exports):
        with pytest.raises(NotFound):
            ask(battery[0], "x")


def test_from_another_process(supplier: Client, entered, live_hub, cellwerk, tmp_path):
    script = of_page("python", "officer.py").decode()
    told = {
        "TIERLIGHT_URL": live_hub.url,
        "TIERLIGHT_CLIENT_ID": cellwerk.client_id,
        "TIERLIGHT_CLIENT_SECRET": cellwerk.secret,
        "PYTHONUTF8": "1",
    }
    ran = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        env=told, cwd=tmp_path, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert (ran.returncode, ran.stderr) == (0, "")
    assert "Art. 7(1)(a) " in ran.stdout
    assert "art7 False" in ran.stdout
    assert supplier.battery_model(*entered).model == "AN-72"
