"""Write `data/companies/*` and `data/links.csv` from `data/source`; nothing in them is typed.

`python -m demo.make_data [--check]`: with --check nothing is written, and the exit status is 1
when what is committed differs from what the sources give.
"""

import argparse
import csv
import io
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path

from demo.cutting import Chain, Part, cut
from demo.published import DATA, LORRY, PACK, SOURCE, Node, read_tree, rows
from demo.values import Factors, defaults, footprints, net_mass, plain

OEM = "NHL"
CHEMISTRY = ("NMC532 oxide", "NMC622 oxide")
"""Calcined: water and gases leave, so the masses of inputs and product differ by nature."""

PARTS = "number,name,revision,category,kind,base_unit,net_mass_kg,mass_rule"
BOM = "parent,child,quantity,unit,reference_amount,scrap,effective_from,effective_to,stage"
SOURCING = "part,supplier,supplier_part,share,site,from,to,delivery_term"
FACTORS = "category,unit,value,source,year"
FOOTPRINTS = (
    "number,name,site,country,period_start,period_end,declared_unit,declared_amount,mass_kg,"
    "kgco2e,boundary,level,primary_data_share,electricity_kwh,comment"
)
LINKS = "buyer,part,supplier,supplier_part,level,aggregate"
FROM = "2025-01-01"
"""First day of all links."""


def main(argv: list[str] | None = None) -> int:
    """Write or compare all generated files."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare, write nothing")
    check = parser.parse_args(argv).check
    stale = {path: text for path, text in files().items() if _differs(path, text)}
    for path, text in stale.items():
        print(path.relative_to(DATA))
        if not check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8", newline="")
    return 1 if check and stale else 0


def files() -> dict[Path, str]:
    """Every generated file with its text."""
    lorry = read_tree(LORRY)
    _same_pack(lorry)
    chain = cut((OEM, lorry))
    companies = {row["code"]: row for row in rows(SOURCE / "companies.csv")}
    factors = Factors()
    made: dict[Path, str] = {}
    for code, company in companies.items():
        if company["behaviour"] not in ("unregistered", "silent"):
            for name, text in _tables(chain, company, companies, factors):
                made[DATA / "companies" / code / f"{name}.csv"] = text
    made[DATA / "links.csv"] = csv_text(LINKS, link_rows(chain))
    return made


def _same_pack(lorry: Node) -> None:
    """The published NMC622 pack must be the one inside the published lorry."""
    pack = read_tree(PACK)
    if pack.shape() not in {node.shape() for node in lorry.walk() if node.name == pack.name}:
        raise ValueError("the published pack is not the one in the lorry")


def _tables(
    chain: Chain, company: dict[str, str], companies: dict[str, dict[str, str]], factors: Factors
) -> Iterable[tuple[str, str]]:
    code = company["code"]
    tables: list[tuple[str, str, Iterable[Mapping[str, str]]]] = [
        ("parts", PARTS, [part_row(part) for part in chain.parts[code].values()]),
        ("bom", BOM, bom_rows(chain, code)),
        ("sourcing", SOURCING, sourcing_rows(chain, code, companies)),
        ("factors", FACTORS, defaults(chain, company, factors)),
        ("footprints", FOOTPRINTS, footprints(chain, company, factors)),
    ]
    for name, header, table in tables:
        listed = list(table)
        if listed:
            yield name, csv_text(header, listed)


def part_row(part: Part) -> dict[str, str]:
    """A row of parts.csv."""
    return {
        "number": part.number,
        "name": part.node.name,
        "category": part.node.category,
        "kind": part.node.kind,
        "base_unit": "piece" if part.node.unit == "unit" else part.node.unit,
        "net_mass_kg": net_mass(part),
        "mass_rule": "chemical" if part.node.name in CHEMISTRY else "",
    }


def bom_rows(chain: Chain, code: str) -> Iterable[dict[str, str]]:
    """Rows of a company's bom.csv, in the order of its parts."""
    order = {part.number: place for place, part in enumerate(chain.parts[code].values())}
    for line in sorted(chain.lines[code], key=lambda line: order[line.parent]):
        yield {
            "parent": line.parent,
            "child": line.child,
            "quantity": plain(line.node.quantity),
            "unit": line.node.unit,
            "reference_amount": plain(line.node.reference_amount),
            "stage": line.node.stage,
        }


def sourcing_rows(
    chain: Chain, code: str, companies: dict[str, dict[str, str]]
) -> Iterable[dict[str, str]]:
    """Rows of a company's sourcing.csv."""
    for link in chain.links[code]:
        supplier = companies[link.supplier]
        yield {
            "part": link.part,
            "supplier": supplier["name"],
            "supplier_part": link.supplier_part,
            "share": link.share,
            "site": supplier["site"],
            "from": FROM,
            "delivery_term": link.term,
        }


def link_rows(chain: Chain) -> Iterable[dict[str, str]]:
    """All links with what the supplier grants; the script acts on it, nobody uploads it."""
    for links in chain.links.values():
        for link in links:
            yield {name: getattr(link, name) for name in LINKS.split(",")}


def csv_text(header: str, table: Iterable[Mapping[str, str]]) -> str:
    """A table as a file; a cell that a row has not is empty."""
    text = io.StringIO()
    writer = csv.DictWriter(text, header.split(","), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(table)
    return text.getvalue()


def _differs(path: Path, text: str) -> bool:
    return not path.is_file() or path.read_text(encoding="utf-8") != text


if __name__ == "__main__":
    sys.exit(main())
