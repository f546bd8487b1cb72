"""`python demo/bills.py`: sample bills of an invented foundry, as sheets to print.

They are what a clerk needs for the worked example of docs/calculator.md. Each sheet is in Chinese
with English and German captions, and says that it is a sample.
"""

import argparse
import sys
from decimal import Decimal
from html import escape
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
# Run as a file, `demo/` itself would be the first place for imports.
sys.path[0] = str(ROOT)

from demo.bill_data import BILLS, COMPANY, Bill, Line  # noqa: E402
from demo.words import Words  # noqa: E402

LANGUAGES = ("zh-CN", "en", "de")
"""The bill's own language first; the others are its captions."""
STYLE = """
@page { size: A5 landscape; margin: 12mm }
body { font: 12pt/1.4 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem }
table { border-collapse: collapse; width: 100% }
th, td { border: 1px solid #999; padding: .2rem .5rem; text-align: left; font-weight: normal }
td { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums }
small { display: block; color: #555 }
.sample { border: 2px solid #b00; color: #b00; padding: .3rem .6rem; font-weight: bold }
tfoot th, tfoot td { font-weight: bold }
"""


def main(argv: list[str] | None = None) -> int:
    """Write every sheet and an index of them."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--out", type=Path, default=ROOT / "build" / "bills")
    folder: Path = parser.parse_args(argv).out
    folder.mkdir(parents=True, exist_ok=True)
    for bill in BILLS:
        path = folder / f"{bill.name}.html"
        path.write_text(sheet(bill), encoding="utf-8")
        print(path)
    return 0


def sheet(bill: Bill) -> str:
    """A bill as an HTML page of its own."""
    rows = "".join(_row(line.what, _caption(line.what), line) for line in bill.lines)
    foot = ""
    if bill.has_total:
        added = Line("total", sum((line.amount for line in bill.lines), Decimal(0)), _unit(bill))
        foot = f"<tfoot>{_row('total', _caption('total'), added)}</tfoot>"
    title = _caption(f"title-{bill.name}")
    return (
        '<!doctype html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        f"<title>{title[0]}</title><style>{STYLE}</style></head><body>"
        f'<p class="sample">{_stacked(_caption("sample"))}</p>'
        f"<h1>{_stacked(title)}</h1><p>{escape(COMPANY)}</p>"
        f"<table><tbody>{rows}</tbody>{foot}</table></body></html>\n"
    )


def _row(what: str, caption: list[str], line: Line) -> str:
    told = _stacked(caption) if caption else escape(what)
    return f"<tr><th scope='row'>{told}</th><td>{line.amount} {escape(line.unit)}</td></tr>"


def _unit(bill: Bill) -> str:
    return bill.lines[0].unit


def _caption(what: str) -> list[str]:
    """Its words in every language; none for a month or a part, which need no translation."""
    key = f"bills.{what}"
    if what[:1].isdigit() or what[:1].isupper():
        return []
    return [escape(Words(language)(key)) for language in LANGUAGES]


def _stacked(words: list[str]) -> str:
    """The bill's language, and the captions below it, each marked as what it is."""
    own, *others = words
    captions = zip(LANGUAGES[1:], others, strict=True)
    return own + "".join(f'<small lang="{lang}">{text}</small>' for lang, text in captions)


if __name__ == "__main__":
    sys.exit(main())
