"""The communication as JSON and as a table; a workbook is `sheet.lay_out`."""

import csv
import io
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from tierlight_schemas.cbam.communication import RULESET, TEMPLATE, Communication
from tierlight_schemas.cbam.figures import Made, Value, printed, specific
from tierlight_schemas.cbam.gaps import Gap
from tierlight_schemas.cbam.notices import head

_FORMULA = re.compile(r"^\s*[=+\-@\t\r]")
_NUMBER = re.compile(r"^-?[0-9.]+$")


def told(found: Communication, lang: str) -> dict[str, Any]:
    """Everything, amounts as strings, what is not known absent; the input is inside it."""
    return {
        "type": "tierlight.cbam-communication/1",
        "status": "draft",
        "ruleset": RULESET,
        "template": TEMPLATE,
        "notices": head(found, lang),
        "installation": _known(found.installation),
        "emissions": _known(found.emissions),
        "dataQuality": _known(found.quality),
        "verification": _known(found.verification),
        "processes": [_process(each) for each in found.processes],
        "products": [_known(row) for row in found.products],
        "open": telling(found.gaps, lang),
        "report": found.report.document(),
    }


def telling(gaps: Iterable[Gap], lang: str) -> list[dict[str, str]]:
    """Gaps as a document tells them."""
    return [
        {"field": gap.field, "message": words.text, "remedy": words.remedy}
        for gap in gaps
        for words in [gap.words(lang)]
    ]


def as_json(found: Communication, lang: str) -> bytes:
    """`told` as a file."""
    return json.dumps(told(found, lang), ensure_ascii=False, indent=2).encode() + b"\n"


def as_csv(found: Communication, lang: str) -> bytes:
    """A row a product, after the notice, the installation and the period of each; UTF-8 with a
    mark, as spreadsheets want it."""
    text = io.StringIO()
    table = csv.writer(text)
    before = {**found.installation, "Verifier:": found.verification["Verifier:"]}
    notice = " ".join(head(found, lang))
    table.writerow(["Notice", *before, *found.products[0]])
    for row in found.products:
        cells = [notice, *before.values(), *row.values()]
        table.writerow([_cell(cell) for cell in cells])
    return text.getvalue().encode("utf-8-sig")


def _cell(value: Value) -> str:
    """A text that a spreadsheet would take for a formula gets an apostrophe in front."""
    text = value or ""
    is_formula = _FORMULA.match(text) and not _NUMBER.fullmatch(text)
    return f"'{text}" if is_formula else text


def _known(values: Mapping[str, Value]) -> dict[str, str]:
    return {name.rstrip(":"): value for name, value in values.items() if value is not None}


def _process(made: Made) -> dict[str, Any]:
    of, see = made.embedded, specific(made.embedded)
    figures = {
        "seeDirect": see.direct,
        "seeIndirect": see.indirect,
        "seeTotal": see.total,
        "defaultShare": printed(of.default_share),
        "electricity": printed(of.electricity),
    }
    told = {"id": made.process.id, "name": made.process.name, "good": made.process.good}
    return told | {"terms": dict(made.terms)} | _known(figures)
