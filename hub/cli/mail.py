"""`hub mail list|send|drop|test`: the hub's mail that waits, was sent, or failed."""

import argparse

from hub.cli.terminal import Commands, database, hub_database, language, say
from hub.kit import outbox
from hub.kit.database import Database, transaction
from hub.kit.language import LANGUAGES
from hub.kit.mail import MailServer, NotTaken, mail_server
from hub.settings import Settings
from hub.work import send_one


def register(commands: Commands) -> None:
    """Add `mail`."""
    mail = commands.add_parser("mail", help="mail that waits, was sent, or failed")
    actions = mail.add_subparsers(metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list", help="print id, state, tries, recipient, template and the last error of each"
    )
    listing.add_argument("--state", choices=("queued", "sent", "failed", "dropped"))
    listing.set_defaults(run=run_list)
    send = actions.add_parser("send", help="try messages now, those that have failed included")
    send.add_argument("ids", metavar="ID", nargs="*", help="(default: all that wait or failed)")
    send.set_defaults(run=run_send)
    drop = actions.add_parser("drop", help="never send messages, and forget what stood in them")
    drop.add_argument("ids", metavar="ID", nargs="+")
    drop.set_defaults(run=run_drop)
    test = actions.add_parser("test", help="post a mail that says that mail works; print its id")
    test.add_argument("email", metavar="EMAIL")
    test.add_argument("--in", dest="mail_language", choices=LANGUAGES, default="en")
    test.set_defaults(run=run_test)


def run_list(arguments: argparse.Namespace) -> int:
    """A line a message, by the time at which it was posted; never what stands in it."""
    with database() as session:
        for each in outbox.listed(session, arguments.state):
            print(
                each.id,
                each.state,
                each.tries,
                each.recipient,
                each.template,
                each.error or "",
                sep="\t",
            )
    return 0


def run_send(arguments: argparse.Namespace) -> int:
    """Send them at once; 1 when one was not taken."""
    server, lang = mail_server(Settings()), language(arguments)
    with hub_database() as opened:
        ids = arguments.ids or _waiting(opened)
        with transaction(opened.write) as session:
            for message_id in ids:
                outbox.send_again(session, message_id)
        if server is None:
            say("mail/no-server", {}, lang)
            return 1
        return _sent(opened, server, ids, lang)


def _waiting(opened: Database) -> list[str]:
    with opened.read() as session:
        return [m.id for state in ("queued", "failed") for m in outbox.listed(session, state)]


def _sent(opened: Database, server: MailServer, ids: list[str], lang: str) -> int:
    try:
        count = sum(send_one(opened.write, server, message_id) for message_id in ids)
    except NotTaken as refusal:
        say("mail/not-taken", {"reason": str(refusal)}, lang)
        return 1
    say("mail/sent", {"count": str(count)}, lang)
    return 0 if count == len(ids) else 1


def run_drop(arguments: argparse.Namespace) -> int:
    """Drop all of them or, where one has left already, none."""
    with database() as session:
        for message_id in arguments.ids:
            outbox.drop(session, message_id)
    return 0


def run_test(arguments: argparse.Namespace) -> int:
    """Post it; a worker, or `hub mail send`, sends it."""
    with database() as session:
        print(
            outbox.post(
                session,
                to=arguments.email,
                language=arguments.mail_language,
                template="test",
                params={},
            )
        )
    return 0
