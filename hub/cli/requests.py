"""`hub requests`: what a company was asked or has asked, reminders, and who pays verifications."""

import argparse
import csv
import sys
from collections.abc import Iterable, Sequence

from hub.cli.reading import add_company, reading
from hub.cli.terminal import Commands, database
from hub.kit.clock import now
from hub.requests.jobs import MOST, due_reminders
from hub.requests.lifecycle import State
from hub.requests.page import InList, all_of
from hub.requests.queries import Box, Filter, who_pays

COLUMNS = ("id", "state", "partner", "part", "level", "sent", "due", "days_left")


def register(commands: Commands) -> None:
    """Add `requests`."""
    asked = commands.add_parser("requests", help="who asks whom for footprints")
    actions = asked.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="print the requests to a company, or of it, as CSV")
    add_company(listing)
    listing.add_argument("--box", choices=[box.value for box in Box], default=Box.IN.value)
    listing.add_argument(
        "--state", choices=[state.value for state in State], help="those alone in this state"
    )
    listing.set_defaults(run=run_list)
    remind = actions.add_parser(
        "remind", help="remind of what falls due, and end what is over, as the worker does"
    )
    remind.set_defaults(run=run_remind)
    statistics = actions.add_parser(
        "statistics", help="count requests by who pays for the verification and by state, as CSV"
    )
    statistics.set_defaults(run=run_statistics)


def run_list(arguments: argparse.Namespace) -> int:
    """Print one box, in the order of sending."""
    wanted = Filter(states=frozenset([State(arguments.state)]) if arguments.state else frozenset())
    with database() as session:
        company, _ = reading(session, arguments)
        found = all_of(session, company.id, Box(arguments.box), wanted)
        _table(COLUMNS, map(_cells, found))
    return 0


def _cells(item: InList) -> Sequence[object]:
    row = item.row
    told = (row.id, row.state, item.partner, row.part_number, row.level)
    return (*told, row.sent_at.date(), row.due, item.days_left)


def run_remind(arguments: argparse.Namespace) -> int:
    """Do all that has fallen due; print how many requests that were."""
    done, batch = 0, MOST
    while batch == MOST:
        with database() as session:
            batch = due_reminders(session, now())
        done += batch
    print(done)
    return 0


def run_statistics(arguments: argparse.Namespace) -> int:
    """Counts, and nothing that names a company or a part."""
    with database() as session:
        _table(("verification_paid_by", "state", "requests"), who_pays(session))
    return 0


def _table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
