"""Tables to fill in: a header in the reader's language, and one row as an example.

The example names no site: imported as it is, it is refused at that cell.
"""

import csv
import io
from collections.abc import Mapping

from hub.activity.sheets import FORMS, Sheet
from hub.activity.words import HEADERS

_BOM = "\ufeff"  # without it spreadsheets read Chinese headers in a local encoding
_CELLS: Mapping[str, str] = {
    "month": "2025-01",
    "year": "2025",
    "carrier": "electricity",
    "flow": "bought",
    "amount": "12000",
    "unit": "kWh",
    "source": "meter",
    "kind": "certificate",
    "technology": "wind",
    "scheme": "GEC",
    "method": "mass",
    "share": "60 %",
    "period": "2025",
    "use": "office",
}


def template(sheet: Sheet, language: str) -> bytes:
    """A table as UTF-8 CSV with a byte order mark; other columns of the example are empty."""
    columns = [column.name for column in FORMS[sheet].columns]
    text = io.StringIO()
    rows = csv.writer(text, lineterminator="\r\n")
    rows.writerow([HEADERS[name].get(language, name) for name in columns])
    rows.writerow([_CELLS.get(name, "") for name in columns])
    return (_BOM + text.getvalue()).encode()
