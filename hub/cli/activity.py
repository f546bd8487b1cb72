"""`hub activity`: what a company's sites use and make; import a table, show a year."""

import argparse
from collections.abc import Iterator

from hub.activity.emissions import Doubt
from hub.activity.sheets import Sheet
from hub.activity.site_year import CarrierYear, SiteYear, kind_of, site_year
from hub.activity.templates import template
from hub.activity.usecases import import_table
from hub.cli import reconcile
from hub.cli.imports import COUNTS, opened
from hub.cli.reading import add_company, reading
from hub.cli.terminal import COMPANY_HELP, Commands, database, language, say
from hub.findings.energy.judging import findings_of
from hub.findings.flags import shown
from hub.kit.errors import NotFound
from hub.parties.queries import sites_of
from hub.parties.usecases import find_company
from hub.sharing.glass import COMMAND_LINE
from tierlight_schemas.messages import NOT_STATED

COLUMNS = (
    "carrier",
    "used",
    "unit",
    "location kg",
    "market kg",
    "kind",
    "months missing",
    "doubts",
)


def register(commands: Commands) -> None:
    """Add `activity`."""
    activity = commands.add_parser("activity", help="what a company's sites use and make")
    actions = activity.add_subparsers(metavar="ACTION", required=True)
    _register_import(actions)
    show = actions.add_parser("show", help="a site in a year, by location and by market")
    add_company(show)
    show.add_argument("site", metavar="SITE", help="the site's code")
    show.add_argument("year", metavar="YEAR", type=int)
    show.set_defaults(run=run_show)
    reconcile.register(actions)
    empty = actions.add_parser("template", help="a table to fill in, on standard output")
    empty.add_argument("sheet", metavar="SHEET", choices=[*Sheet], help=", ".join(Sheet))
    empty.set_defaults(run=run_template)


def _register_import(actions: Commands) -> None:
    add = actions.add_parser("import", help="record a table, all rows or none")
    add.add_argument("sheet", metavar="SHEET", choices=[*Sheet], help=", ".join(Sheet))
    add.add_argument("--company", metavar="COMPANY", required=True, help=COMPANY_HELP)
    add.add_argument(
        "file", metavar="FILE", help="CSV file or workbook (.xlsx), or - for standard input"
    )
    add.set_defaults(run=run_import)


def run_import(arguments: argparse.Namespace) -> int:
    """Record a table; on any bad cell nothing is recorded, and every bad cell is named."""
    lang, name = language(arguments), arguments.file
    with opened(name) as file, database() as session:
        company = find_company(session, arguments.company)
        sheet = Sheet(arguments.sheet)
        report = import_table(session, company.id, sheet, file, name, COMMAND_LINE)
    for note in report.notes:
        say(note["code"], note, lang)
    counts = {count: str(getattr(report, count)) for count in COUNTS}
    say("csv/imported", {"file": name} | counts, lang)
    return 0


def run_show(arguments: argparse.Namespace) -> int:
    """Print a line for each carrier; what is inconsistent is said on stderr."""
    lang = language(arguments)
    with database() as session:
        company, _ = reading(session, arguments)
        code = arguments.site.strip()
        site = session.scalar(sites_of(company.id).filter_by(code=code))
        if site is None:
            raise NotFound("activity/no-site", site=code[:100])
        found = site_year(session, company.id, site.id, arguments.year)
        findings = findings_of(session, found)
    print(*COLUMNS, sep="\t")
    for line in _lines(found):
        print(*line, sep="\t")
    for each in findings:
        say(each.code, each.evidence, lang)
    return 0


def run_template(arguments: argparse.Namespace) -> int:
    """Print the table with headers in the language of the command."""
    print(template(Sheet(arguments.sheet), language(arguments)).decode(), end="")
    return 0


def _lines(found: SiteYear) -> Iterator[tuple[str, ...]]:
    for each in found.carriers:
        kind = kind_of(each)
        yield (
            each.amounts.carrier,
            shown(each.own.used),
            each.amounts.unit,
            shown(each.sides.location),
            shown(each.sides.market),
            " ".join(kind) if kind else NOT_STATED,
            str(len(each.amounts.missing)),
            _doubts(each),
        )


def _doubts(each: CarrierYear) -> str:
    said = [doubt.value for doubt in Doubt if doubt in each.sides.doubts]
    return ", ".join(said) or NOT_STATED
