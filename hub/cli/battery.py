"""`hub battery`: what parts are of a battery, and the master data of battery models."""

import argparse
import json

from pydantic import ValidationError
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.cli.analysis import part_named
from hub.cli.imports import opened
from hub.cli.reading import add_company, reading
from hub.cli.terminal import COMPANY_HELP, Commands, database, language, say
from hub.exports.battery.queries import site_coded
from hub.exports.battery.usecases import import_classes, read_model, record_model
from hub.kit.errors import BadInput
from hub.kit.problems import unfit_members
from hub.parties.usecases import find_company
from hub.sharing.glass import COMMAND_LINE
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.strict_json import strict_json

MAX_BYTES = 1_000_000
PART_HELP = "number of the part that is the battery model"
PLANT_HELP = "code of the company's site where it is made"


def register(commands: Commands) -> None:
    """Add `battery`."""
    battery = commands.add_parser("battery", help="what batteries are made of, and their models")
    actions = battery.add_subparsers(metavar="ACTION", required=True)
    classes = actions.add_parser("classes", help="say what parts are of a battery, from a table")
    classes.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    classes.add_argument(
        "file", metavar="FILE", help="battery-classes.csv, or - for standard input"
    )
    classes.set_defaults(run=run_classes)
    model = actions.add_parser("model", help="enter master data of a battery model from JSON")
    model.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    add_battery(model)
    model.add_argument("file", metavar="FILE", help="JSON, or - for standard input")
    model.set_defaults(run=run_model)
    show = actions.add_parser("show", help="print the master data as JSON, as model takes it")
    add_company(show)
    add_battery(show)
    show.set_defaults(run=run_show)


def add_battery(command: argparse.ArgumentParser) -> None:
    """Which battery model from which plant."""
    command.add_argument("part", metavar="PART", help=PART_HELP)
    command.add_argument("--plant", metavar="SITE", required=True, help=PLANT_HELP)


def run_classes(arguments: argparse.Namespace) -> int:
    """Import the table; on any bad cell nothing is entered, and every bad cell is named."""
    with opened(arguments.file) as file, database() as session:
        company = find_company(session, arguments.company)
        report = import_classes(session, company.id, file, arguments.file)
    lang = language(arguments)
    for note in report.notes:
        say(note["code"], note, lang)
    names = ("rows", "added", "changed", "unchanged")
    counts = {name: str(getattr(report, name)) for name in names}
    say("csv/imported", {"file": arguments.file} | counts, lang)
    return 0


def run_model(arguments: argparse.Namespace) -> int:
    """Enter the file in place of what stood."""
    with opened(arguments.file) as file:
        body = file.read(MAX_BYTES + 1)
    model = _model(body)
    with database() as session:
        company = find_company(session, arguments.company)
        caller = Caller(company.id, COMMAND_LINE, operator=True)
        record_model(session, caller, *battery_of(session, caller, arguments), model)
    told = {"part": arguments.part, "plant": arguments.plant}
    say("battery/model-entered", told, language(arguments))
    return 0


def _model(body: bytes) -> BatteryModel:
    """Raises `BadInput` naming every member that cannot be used, `EnvelopeError` for no JSON."""
    try:
        return BatteryModel.model_validate(strict_json(body, max_bytes=MAX_BYTES))
    except ValidationError as error:
        refusal = BadInput("hub/request-form")
        refusal.details = unfit_members([dict(found) for found in error.errors()])
        raise refusal from None


def run_show(arguments: argparse.Namespace) -> int:
    """What stands."""
    with database() as session:
        caller = reading(session, arguments)[1]
        model = read_model(session, caller, *battery_of(session, caller, arguments))
    print(json.dumps(model.document(), ensure_ascii=False, indent=1))
    return 0


def battery_of(session: Session, caller: Caller, arguments: argparse.Namespace) -> tuple[str, str]:
    """The ids of part and site. Raises `NotFound` for either."""
    company = find_company(session, arguments.company)
    part_id = part_named(session, company, arguments.part)
    return part_id, site_coded(session, caller.company_id, arguments.plant).id
