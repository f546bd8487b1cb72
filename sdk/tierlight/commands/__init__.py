"""The commands of `tierlight`, one module each: `register` describes it, `run` does it."""

import argparse
from typing import TypeAlias

Commands: TypeAlias = "argparse._SubParsersAction[argparse.ArgumentParser]"
"""What `register` of each module adds its command to."""

DONE = 0
REFUSED = 1
"""Something is wrong with what was given: a row, a document, a signature, a file."""
WRONG_CALL = 2
"""Given by argparse: unknown options, missing arguments."""
KEY_UNKNOWN = 3
"""`verify` only: sound as far as can be seen, but no known key signed it."""
UNREACHABLE = 4
"""The hub could not be reached or is overloaded; the same call again goes on where it stopped."""
LOST_INPUTS = 5
"""`verify` only: a statement follows from its annex, but bytes that it rests on were erased."""
INTERRUPTED = 130
"""By Ctrl-C, as shells count it: 128 and the number of the signal."""

EXIT_STATUS = """\
exit status:
  0  done; everything is in order
  1  something is wrong with what was given; it was said on stderr (or in the output of check)
  2  the command was called wrongly
  3  verify only: sound, but no known key signed it (give --jwk)
  4  the hub could not be reached; call again to go on
  5  verify only: a statement is sound, but declarations that it rests on were erased (--lost)
"""


def describe(
    commands: Commands, name: str, summary: str, description: str
) -> argparse.ArgumentParser:
    """A command's parser with what every command has."""
    parser = commands.add_parser(
        name,
        help=summary,
        description=f"{summary[0].upper()}{summary[1:]}. {description}",
        epilog=EXIT_STATUS,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--lang",
        choices=("zh-CN", "en", "de"),
        default=argparse.SUPPRESS,
        help="language of messages (default: the terminal's)",
    )
    return parser
