"""`hub factors`: the registry of emission factors; import a set, find a factor by its meaning."""

import argparse
from collections.abc import Iterable

from hub.cli.imports import opened
from hub.cli.terminal import Commands, database, language, say
from hub.factors import asking
from hub.factors.registry import SetName, import_set, registry
from tierlight_schemas.amounts import significant
from tierlight_schemas.factors.lookup import Candidate, look_up
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.factors.reasons import reason

COLUMNS = ("value", "gases", "unit", "scope", "series", "basis", "geography", "year", "id")


def register(commands: Commands) -> None:
    """Add `factors`."""
    factors = commands.add_parser("factors", help="the registry of emission factors")
    actions = factors.add_subparsers(metavar="ACTION", required=True)
    _register_import(actions)
    listed = actions.add_parser("sets", help="the sets in use, with their licences")
    listed.set_defaults(run=run_sets)
    _register_find(actions)
    _register_implied(actions)


def _register_import(actions: Commands) -> None:
    add = actions.add_parser(
        "import", help="add a version of a set, all rows or none; a version is never changed"
    )
    add.add_argument("file", metavar="FILE", help="CSV file, or - for standard input")
    add.add_argument("--set", dest="name", required=True, metavar="NAME")
    add.add_argument("--version", required=True, metavar="VERSION", help="such as 2025-12-31")
    add.add_argument("--publisher", required=True)
    add.add_argument("--licence", required=True)
    add.set_defaults(run=run_import)


def _register_find(actions: Commands) -> None:
    find = actions.add_parser("find", help="the factor that means what is asked, and why")
    find.add_argument("category", metavar="CATEGORY", help="electricity, fuel/diesel …")
    find.add_argument("place", metavar="PLACE", help="CN-JL, CN.northeast, CN, DE, or * …")
    find.add_argument("year", metavar="YEAR", type=int)
    find.add_argument("--basis", choices=("location", "market"))
    find.add_argument("--series", choices=("average", "residual", "fossil"))
    find.add_argument("--scope", choices=("direct", "life-cycle"))
    find.set_defaults(run=run_find)


def _register_implied(actions: Commands) -> None:
    implied = actions.add_parser(
        "implied", help="which known factor a pair of emissions and energy implies"
    )
    implied.add_argument("emissions", metavar="EMISSIONS", help="as printed, such as 389.87")
    implied.add_argument("energy", metavar="ENERGY", help="as printed, such as 734.78")
    implied.add_argument("--emissions-unit", default="kg", metavar="UNIT")
    implied.add_argument("--energy-unit", default="kWh", metavar="UNIT")
    implied.add_argument("--category", default="electricity")
    implied.add_argument("--place", help="only factors that hold for this place")
    implied.set_defaults(run=run_implied)


def run_import(arguments: argparse.Namespace) -> int:
    """Import a set and say how many factors are in the registry."""
    said = SetName(arguments.name, arguments.version, arguments.publisher, arguments.licence)
    with opened(arguments.file) as file, database() as session:
        name, count = import_set(session, said, file, arguments.file)
    say("factor/set-imported", {"set": name, "count": str(count)}, language(arguments))
    return 0


def run_sets(arguments: argparse.Namespace) -> int:
    """List the sets."""
    with database() as session:
        for one in registry(session).sets:
            print(one.name, one.publisher, one.licence, sep="\t")
    return 0


def run_find(arguments: argparse.Namespace) -> int:
    """Print the factor, why it is the one, and the nearest others; 1 when none is given."""
    lang = language(arguments)
    asked = asking.question(
        arguments.category,
        arguments.place,
        arguments.year,
        arguments.basis,
        arguments.series,
        arguments.scope,
    )
    with database() as session:
        answer = look_up(registry(session), asked)
    if answer.found:
        print(_row(answer.found.factor))
    why = reason(answer)
    say(why.code, why.evidence, lang)
    _print_others(answer.alternatives)
    return 0 if answer.found else 1


def run_implied(arguments: argparse.Namespace) -> int:
    """Print the known factors that the pair implies; 1 when it equals none."""
    lang = language(arguments)
    with database() as session:
        known = registry(session)
    found = asking.implied_by(
        known,
        arguments.category,
        arguments.emissions,
        arguments.emissions_unit,
        arguments.energy,
        arguments.energy_unit,
    )
    equals, near = asking.compared(
        known, arguments.category, arguments.energy_unit, found, arguments.place
    )
    numbers = {name: str(significant(getattr(found, name), 6)) for name in ("value", "low", "high")}
    unit = near[0].factor.unit if near else arguments.energy_unit
    say("factor/implied", numbers | {"unit": unit}, lang)
    if not equals:
        say("factor/implied-none", {}, lang)
    for match in equals or near:
        print(f"{significant(match.ratio, 4)}\t{_row(match.factor)}")
    return 0 if equals else 1


def _print_others(others: Iterable[Candidate]) -> None:
    for each in others:
        print(f"  {_row(each.factor)}")


def _row(factor: Factor) -> str:
    return "\t".join(str(getattr(factor, name) or "-") for name in COLUMNS)
