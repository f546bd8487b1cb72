"""`hub work`: send mail and do what is due, in a process of its own."""

import argparse
import signal
import threading

from hub.cli.terminal import Commands, hub_database, language, say
from hub.kit.mail import NotTaken, mail_server
from hub.settings import Settings
from hub.work import work_once, work_until


def register(commands: Commands) -> None:
    """Add `work`."""
    parser = commands.add_parser(
        "work",
        help="send mail and do what is due, until interrupted; `hub serve` does so too",
        description="Sends the mail that waits, and does what the hub does now and then. Any "
        "number of workers may run beside `hub serve`, whose own HUB_WORKER=false switches off.",
    )
    parser.add_argument("--once", action="store_true", help="do what is due now, and end")
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    """Work; settings of mail that cannot work are told at once."""
    settings, lang = Settings(), language(arguments)
    if mail_server(settings) is None:
        say("mail/no-server", {}, lang)
    with hub_database() as database:
        if not arguments.once:
            stop = threading.Event()
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda *_: stop.set())
            work_until(stop, database, settings)
            return 0
        try:
            count = work_once(database, settings)
        except NotTaken as refusal:
            say("mail/not-taken", {"reason": str(refusal)}, lang)
            return 1
    say("mail/sent", {"count": str(count)}, lang)
    return 0
