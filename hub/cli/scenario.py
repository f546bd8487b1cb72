"""`hub scenario`: what-ifs of a company, saved from files, listed, shown, removed."""

import argparse
import json
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.cli.imports import opened
from hub.cli.reading import add_company, reading
from hub.cli.rollup import add_dates
from hub.cli.terminal import COMPANY_HELP, Commands, database, language, say
from hub.kit.errors import BadInput
from hub.parties.usecases import find_company
from hub.scenarios.files import read_scenario
from hub.scenarios.queries import own_scenarios, own_version, scenario_named
from hub.scenarios.tables import ScenarioRow, ScenarioVersion
from hub.scenarios.usecases import (
    Wanted,
    add_scenario,
    find_scenario,
    remove_scenario,
    revise_scenario,
    scenario_of,
)
from hub.sharing.glass import COMMAND_LINE

NAME_HELP = "name of the scenario"


def register(commands: Commands) -> None:
    """Add `scenario`."""
    scenario = commands.add_parser("scenario", help="what would be if")
    actions = scenario.add_subparsers(metavar="ACTION", required=True)
    add = actions.add_parser("add", help="save changes from a JSON file or a CSV table")
    _add_company(add)
    add.add_argument("name", metavar="NAME", help=NAME_HELP)
    add.add_argument("file", metavar="FILE", help="JSON or CSV, or - for standard input")
    add.add_argument("--description", help="for people")
    add_dates(add)
    add.add_argument("--replace", action="store_true", help="a new version of one that is there")
    add.set_defaults(run=run_add)
    listing = actions.add_parser("list", help="print a company's scenarios by name")
    add_company(listing)
    listing.set_defaults(run=run_list)
    show = actions.add_parser("show", help="print the changes as JSON, as add takes them")
    add_company(show)
    show.add_argument("name", metavar="NAME", help=NAME_HELP)
    show.add_argument("--version", type=int, help="which version (the newest)")
    show.set_defaults(run=run_show)
    remove = actions.add_parser("remove", help="remove a scenario and all versions of it")
    _add_company(remove)
    remove.add_argument("name", metavar="NAME", help=NAME_HELP)
    remove.set_defaults(run=run_remove)


def _add_company(command: argparse.ArgumentParser) -> None:
    command.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)


def run_add(arguments: argparse.Namespace) -> int:
    """Save a scenario; the digest of its changes is printed."""
    with opened(arguments.file) as file:
        scenario = read_scenario(file, arguments.file)
    wanted = Wanted(
        arguments.name, scenario, arguments.description, arguments.as_of, arguments.known_at
    )
    with database() as session:
        caller = _caller(session, arguments)
        there = scenario_named(session, caller.company_id, arguments.name)
        if there is not None and arguments.replace:
            version = revise_scenario(session, caller, there.id, wanted)
        else:
            version = add_scenario(session, caller, wanted)
        _say_saved(version, language(arguments))
    print(version.digest)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """One line a scenario: name, version, digest, number of changes, description."""
    with database() as session:
        company_id = reading(session, arguments)[0].id
        for row in session.scalars(own_scenarios(company_id).order_by(ScenarioRow.name)):
            version = own_version(session, company_id, row.id)
            count = len(scenario_of(version).changes)
            print(row.name, row.version, version.digest, count, version.description or "", sep="\t")
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """The changes on stdout, what they are called on stderr."""
    with database() as session:
        company_id = reading(session, arguments)[0].id
        row = find_scenario(session, company_id, arguments.name)
        if arguments.version is not None and arguments.version < 1:
            raise BadInput("hub/number-below-zero", name="--version")
        version = own_version(session, company_id, row.id, arguments.version)
        _say_saved(version, language(arguments))
        print(json.dumps(json.loads(version.changes), ensure_ascii=False, indent=1))
    return 0


def run_remove(arguments: argparse.Namespace) -> int:
    """Remove one scenario."""
    with database() as session:
        caller = _caller(session, arguments)
        row = find_scenario(session, caller.company_id, arguments.name)
        remove_scenario(session, caller, row.id)
    say("scenario/removed", {"name": arguments.name}, language(arguments))
    return 0


def _caller(session: Session, arguments: argparse.Namespace) -> Caller:
    company = find_company(session, arguments.company)
    return Caller(company.id, COMMAND_LINE, operator=True)


def _say_saved(version: ScenarioVersion, lang: str) -> None:
    count = str(len(scenario_of(version).changes))
    told: dict[str, Any] = {"name": version.name, "digest": version.digest, "count": count}
    say("scenario/saved", told | {"version": str(version.number)}, lang)
