"""docs/rollup.md: its example is imported and asked for."""

import csv
import io
import re

from tests.cast import AURORA
from tests.hub.chain import Chain
from tests.hub.csv_files import file
from tools.forbidden_strings import ROOT

PAGE = (ROOT / "docs" / "rollup.md").read_text("utf-8")


def table(name: str) -> str:
    """A CSV block of the page."""
    (text,) = re.findall(rf"^```csv {name}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    return str(text)


def test_the_example_says_what_the_hub_says(world):
    chain = Chain(world)
    for name in ("parts", "bom"):
        chain.send(AURORA, name, file(table(name)))
    for row in csv.DictReader(io.StringIO(table("footprints"))):
        mass = {"mass_kg": "1" if row["declared_unit"] == "kg" else ""}
        chain.declare(AURORA, **row, **mass)
    document = chain.get(AURORA, "BRACKET")
    assert document["total"]["excluding_uptake"] == "5.745"
    (quoted,) = re.findall(r"^> (.*)$", PAGE, re.MULTILINE)
    assert document["total"]["statement"] == quoted
    found = {f["code"]: f["subject"]["part"] for f in document["findings"] if "tier/" in f["code"]}
    assert found == {"tier/missing": "BOLT", "tier/undeclared-supplier": "BOLT"}


def test_every_link_of_the_page_leads_somewhere():
    links = re.findall(r"\]\(([^)#]+)[^)]*\)", PAGE)
    assert links
    assert [link for link in links if not (ROOT / "docs" / link).exists()] == []
