"""`hub findings settings`, and the commands that obey the file."""

import json

import pytest

from hub.findings.tolerances import SHIPPED
from tierlight_schemas.catalogue import CODES

FILE = """
["tier/mass-imbalance"]
severity = "warning"
warning = "0.03"

["site/components-differ-from-total"]
severity = "off"
"""


@pytest.fixture
def file(write):
    return write("findings.toml", FILE)


def told(ran):
    assert ran.status == 0, ran.err
    return {(row["code"], row["name"]): row for row in json.loads(ran.out)}


class TestPrints:
    def test_what_is_in_force_and_where_it_is_from(self, run, file, monkeypatch):
        monkeypatch.setenv("HUB_FINDINGS_FILE", str(file))
        rows = told(run("findings", "settings", "--format", "json"))
        said = {key: row["value"] for key, row in rows.items() if row["file"] == str(file)}
        assert said == {
            ("tier/mass-imbalance", "severity"): "warning",
            ("tier/mass-imbalance", "warning"): "0.03",
            ("site/components-differ-from-total", "severity"): "off",
        }
        assert rows["tier/mass-imbalance", "warning"]["shipped"] == "0.02"
        assert set(SHIPPED.numbers) <= set(rows)
        assert {code for code, _ in rows} <= set(CODES)

    def test_a_file_before_the_hub_gets_it(self, run, file):
        ran = run("findings", "settings", file)
        row = next(line for line in ran.out.splitlines() if " 0.03 " in line)
        assert row.split(maxsplit=3)[3] == f"set by {file}"
        assert "of which 3 differ" in ran.err

    def test_as_shipped_without_a_file(self, run):
        assert not any(
            row["file"] for row in told(run("findings", "settings", "--format", "json")).values()
        )

    def test_every_fault(self, run, write):
        bad = write("bad.toml", '["tier/x"]\n["tier/missing"]\nshare = "1"\n')
        ran = run("findings", "settings", bad)
        assert (ran.status, ran.out, len(ran.err.splitlines())) == (1, "", 3)
        assert '["tier/missing"] share: this code has no such setting. It has: severity.' in ran.err

    def test_any_other_word_is_a_company(self, hub):
        ran = hub("findings", "Aurora Motors")
        assert (ran.status, "Aurora Motors" in ran.err) == (1, True)


class TestObeyed:
    def test_by_tables(self, run, write, file, monkeypatch):
        table = write("plants.csv", "plant,all,gas,power\nD,111.96,32.67,107.53\n")
        asked = ["check-table", table, "--as", "total=all"]
        asked += ["--as", "component=gas", "--as", "component=power"]
        assert run(*asked).status == 1
        monkeypatch.setenv("HUB_FINDINGS_FILE", str(file))
        assert run(*asked).status == 0

    @pytest.mark.parametrize(
        "command",
        [
            ("findings", "lei:A1", "CAR-1"),
            ("serve",),
            ("company", "add", "X", "--identifier", "lei:A2", "--country", "DE", "--invented"),
        ],
    )
    def test_a_bad_file_stops_every_command(self, hub, write, monkeypatch, command):
        monkeypatch.setenv("HUB_FINDINGS_FILE", str(write("bad.toml", '["tier/x"]\n')))
        ran = hub(*command)
        assert (ran.status, "tier/x" in ran.err, "bad.toml" in ran.err) == (1, True, True)
