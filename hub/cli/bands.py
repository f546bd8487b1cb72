"""`hub bands [CATEGORY]`: the plausibility bands in force, shipped and of the operator's own."""

import argparse
import json
from collections.abc import Iterator

from hub.cli.report import table
from hub.cli.terminal import Commands, language
from hub.declarations.own_bands import read_own_bands
from hub.kit.errors import NotFound
from hub.settings import Settings
from tierlight_schemas.checks import BANDS, Band, Bands, band, lowest
from tierlight_schemas.checks.printed import shown
from tierlight_schemas.messages import render

_BOUNDS = ("hard_low", "soft_low", "soft_high", "hard_high")


def register(commands: Commands) -> None:
    """Add `bands`."""
    bands = commands.add_parser(
        "bands",
        help="between which values a category's footprint is plausible",
        description="Prints id, category, route, unit, the bounds (hard, soft, soft, hard), basis, "
        "and whether the band is shipped or stands in the file of HUB_BANDS_FILE.",
    )
    bands.add_argument("category", metavar="CATEGORY", nargs="?", help="a category, or a band's id")
    bands.add_argument("--format", choices=("table", "json"), default="table")
    bands.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Print the bands, of one category with their sources; `NotFound` for an unknown one."""
    held, lang = read_own_bands(Settings().bands_file), language(arguments)
    chosen = list(held.values())
    if arguments.category is not None:
        chosen = list(_of(arguments.category.strip().lower(), held))
    if arguments.format == "json":
        print(json.dumps([_plain(each) for each in chosen], ensure_ascii=False, indent=1))
        return 0
    print("\n".join(table([_told(each, lang) for each in chosen])))
    if arguments.category is not None:
        print(*dict.fromkeys(f"{each.id}: {each.source}" for each in chosen), sep="\n")
    return 0


def _of(category: str, held: Bands) -> Iterator[Band]:
    """The band for any route, then those by route; a category without either is unknown."""
    of_any = band(category, bands=held)
    if of_any is None or lowest(category, held) is None:
        raise NotFound("band/unknown", category=category[:100])
    yield of_any
    yield from (each for each in held.values() if each.category == category and each != of_any)


def _told(each: Band, lang: str) -> list[str]:
    bounds = [shown(getattr(each, name)) for name in _BOUNDS]
    origin = "settings/shipped" if _is_shipped(each) else "band/own"
    words = render(origin, {}, lang).text
    return [each.id, each.category, each.route or "-", each.unit, *bounds, each.basis, words]


def _is_shipped(each: Band) -> bool:
    """Whether it ships, or follows from what ships."""
    return band(each.category, each.route) == each or BANDS.get(each.id) == each


def _plain(each: Band) -> dict[str, str | None]:
    bounds = {name: shown(getattr(each, name)) for name in _BOUNDS}
    named = {"id": each.id, "name": each.name, "category": each.category}
    told = named | {"route": each.route or None, "quantity": each.quantity, "unit": each.unit}
    origin = "shipped" if _is_shipped(each) else "own"
    return told | bounds | {"basis": each.basis, "source": each.source, "from": origin}
