"""`hub answers forget`: delete the answers that are kept as bytes."""

import argparse

from hub.cli.terminal import Commands, database, language, say
from hub.disclosure.answers import forget_all


def register(commands: Commands) -> None:
    """Add `answers`."""
    answers = commands.add_parser("answers", help="answers that are kept as bytes")
    actions = answers.add_subparsers(metavar="ACTION", required=True)
    forget = actions.add_parser(
        "forget",
        help="delete them all; each is computed anew when it is asked for",
        description="Deletes every kept answer. Nothing is lost: an answer is only a copy of what "
        "the records say, and is computed anew when somebody asks for it.",
    )
    forget.set_defaults(run=run_forget)


def run_forget(arguments: argparse.Namespace) -> int:
    """Delete the kept answers and say how many they were."""
    with database() as session:
        count = forget_all(session)
    say("hub/answers-forgotten", {"count": str(count)}, language(arguments))
    return 0
