"""`hub imports`: workbooks that companies have sent, worked on without a running hub."""

import argparse

from hub.access.caller import Caller
from hub.cli.terminal import COMPANY_HELP, Commands, language, say, session_factory
from hub.kit.database import transaction
from hub.parties.usecases import find_company
from hub.settings import Settings
from hub.sharing.glass import COMMAND_LINE
from hub.workbooks.runs import WORKING
from hub.workbooks.usecases import open_runs, own_run, work_on


def register(commands: Commands) -> None:
    """Add `imports`."""
    imports = commands.add_parser("imports", help="workbooks that were sent and are not finished")
    actions = imports.add_subparsers(metavar="ACTION", required=True)
    resume = actions.add_parser(
        "resume",
        help="go on with a company's workbooks to their end",
        description="Goes on with every workbook of a company that the hub would go on with, a "
        "batch at a time, each of which is committed: it may be stopped at any moment. The worker "
        "of `hub serve` does the same. Prints how far each is; none of what is in it.",
    )
    resume.add_argument("company", metavar="COMPANY", help=COMPANY_HELP)
    resume.set_defaults(run=run_resume)


def run_resume(arguments: argparse.Namespace) -> int:
    """Work to the end; 1 when one waits for a person."""
    lang, settings, waits = language(arguments), Settings(), False
    with session_factory() as factory:
        with transaction(factory) as session:
            company_id = find_company(session, arguments.company).id
            runs = open_runs(session, company_id)
        for run_id in runs:
            going = True
            while going:
                with transaction(factory) as session:
                    # In the name of whoever sent it, whose drafts and documents these become.
                    sender = own_run(session, Caller(company_id, COMMAND_LINE), run_id).actor
                    run = work_on(session, Caller(company_id, sender), run_id, settings)
                    going = run.state in WORKING and run.held is None
            waits |= run.state != "done"
            told = {"workbook": run.id, "state": run.state, "rows": str(run.rows)}
            say("workbook/resumed", told, lang)
    return 1 if waits else 0
