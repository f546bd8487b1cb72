"""`tierlight submit`: send signed declarations to a hub and keep its receipts."""

import argparse
from pathlib import Path

from tierlight.commands import DONE, REFUSED, Commands, describe
from tierlight.commands.connection import ENVIRONMENT, add_options, address, client
from tierlight.commands.verify import receipts_folder
from tierlight.results import Status, Verdict
from tierlight.submitting import Progress, Waiting, outstanding, read_lines, submit_batches
from tierlight.terminal import Terminal

DESCRIPTION = f"""\
FILE is what declare wrote, or NDJSON of JWS. Lines that the hub has already are not sent again:
FILE.state says which, so that a call after a crash goes on where it stopped. Receipts are kept
in FILE.receipts, one file a declaration; one that was lost there is fetched by sending its line
again. A refused line blocks no others; it is sent again by the next call, as is one that waits
for a second person of the company: once it is released, the call fetches its receipt.

{ENVIRONMENT}"""


def register(commands: Commands) -> None:
    """Add the command."""
    parser = describe(commands, "submit", "send declarations to a hub", DESCRIPTION)
    parser.add_argument("file", type=Path, metavar="FILE")
    parser.add_argument("--batch", type=_batch, default=100, help="lines a request (1 to 10000)")
    parser.add_argument("--receipts", type=Path, help="folder of receipts")
    add_options(parser)
    parser.set_defaults(run=run)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Submit what the hub does not have yet."""
    file = arguments.file
    lines = read_lines(file)
    for problem in lines.problems:
        terminal.problem(str(file), problem)
    progress = Progress(file.with_name(f"{file.name}.state"), address(arguments))
    receipts = arguments.receipts or receipts_folder(file)
    counts = dict.fromkeys(Status, 0)
    already = len(lines.waiting) - len(outstanding(lines.waiting, progress, receipts))
    with client(arguments, terminal.lang) as hub:
        done = already
        for verdicts in submit_batches(hub, lines.waiting, arguments.batch, progress, receipts):
            for entry, verdict in verdicts:
                counts[verdict.status] += 1
                _print(str(file), entry, verdict, terminal)
            done += len(verdicts)
            terminal.warn("sdk/progress", done=done, total=len(lines.waiting))
    terminal.say(
        "sdk/submitted",
        stored=counts[Status.STORED],
        known=counts[Status.KNOWN] + already,
        refused=counts[Status.REFUSED] + len(lines.problems),
    )
    if counts[Status.HELD]:
        terminal.say("sdk/waiting", count=counts[Status.HELD])
    return REFUSED if counts[Status.REFUSED] or lines.problems else DONE


def _print(file: str, entry: Waiting, verdict: Verdict, terminal: Terminal) -> None:
    """What was refused, and what was found in what was taken."""
    place = f"{file}:{entry.number}"
    if verdict.refusal:
        refusal = verdict.refusal
        terminal.warn("sdk/line-refused", place=place, code=refusal.code, message=refusal.message)
        for said in (refusal.remedy, *(_detail(detail) for detail in refusal.details)):
            if said:
                terminal.warn("sdk/line-detail", text=said)
    if verdict.notice:
        terminal.warn("sdk/line-held", place=place, message=verdict.notice.message)
        terminal.warn("sdk/line-detail", text=verdict.notice.remedy)
    for finding in verdict.findings:
        terminal.warn(
            "sdk/line-finding",
            place=place,
            code=finding["code"],
            path=finding["path"],
            message=finding["message"],
        )


def _detail(detail: object) -> str:
    if not isinstance(detail, dict):
        return str(detail)
    parts = (detail.get(name) for name in ("code", "path", "message", "remedy"))
    return " · ".join(str(part) for part in parts if part)


def _batch(text: str) -> int:
    number = int(text)
    if not 1 <= number <= 10_000:
        raise ValueError(text)
    return number
