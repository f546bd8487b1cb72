"""`hub statement` and `hub recompute`: signed results, made, exported and computed again."""

import argparse
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.bom.queries import part_ids
from hub.cli.reading import add_company, add_reason, reading, reading_of
from hub.cli.rollup import add_dates
from hub.cli.terminal import Commands, database, language, say, session_factory
from hub.disclosure.statements import StatementQuestion, state
from hub.footprints.leaving import Lost, lost_inputs, lost_word
from hub.footprints.statements import bundle, own_statements, part_number
from hub.footprints.tables import StatementRow
from hub.kit.clock import now
from hub.kit.database import transaction
from hub.kit.errors import BadInput, NotFound
from hub.parties.tables import Company
from hub.settings import Settings
from hub.trust.log import instant
from tierlight_schemas.messages import render
from tierlight_schemas.statement_bundle import Checked, check_bundle

NOT_RECOMPUTABLE = 5
"""Exit status: the result follows from its annex, but bytes it was computed from are erased."""
_DIGEST = re.compile(r"[0-9a-f]{64}")


def register(commands: Commands) -> None:
    """Add `statement` and `recompute`."""
    statement = commands.add_parser("statement", help="signed results of roll-ups")
    actions = statement.add_subparsers(metavar="ACTION", required=True)
    make = actions.add_parser("make", help="roll up a part, sign the result and write the bundle")
    add_company(make)
    make.add_argument("part", metavar="PART", help="the part's number")
    add_dates(make)
    make.add_argument("--basis", choices=("declared", "deep"), default="declared")
    make.add_argument("--out", type=Path, metavar="FILE", required=True, help="the bundle")
    make.set_defaults(run=run_make)
    listing = actions.add_parser("list", help="print a company's statements, oldest first")
    add_company(listing)
    listing.set_defaults(run=run_list)
    export = actions.add_parser("export", help="write the bundle of a stored statement")
    export.add_argument("digest", metavar="DIGEST", help="of the statement, as list prints it")
    export.add_argument("--out", type=Path, metavar="FILE", required=True, help="the bundle")
    add_reason(export)
    export.set_defaults(run=run_export)
    lost = actions.add_parser("lost", help="write the hub's word on erased inputs of a statement")
    lost.add_argument("digest", metavar="DIGEST", help="of the statement, as list prints it")
    lost.add_argument("--out", type=Path, metavar="FILE", required=True, help="a compact JWS")
    lost.set_defaults(run=run_lost)
    again = commands.add_parser("recompute", help="compute a statement again, byte for byte")
    again.add_argument("statement", metavar="STATEMENT", help="a bundle's file, or a digest")
    add_reason(again)
    again.set_defaults(run=run_recompute)


def run_make(arguments: argparse.Namespace) -> int:
    """Make one statement; its digest is printed."""
    asked = StatementQuestion(
        arguments.as_of or now().date(), arguments.known_at or now(), arguments.basis
    )
    with session_factory() as factory, _new_file(arguments.out) as write:
        with transaction(factory) as session:
            company, caller = reading(session, arguments)
            found = part_ids(session, company.id, [arguments.part])
        if arguments.part not in found:
            raise NotFound("hub/part-not-found", part=arguments.part, company=company.name)
        made = state(factory, caller, found[arguments.part], asked, Settings())
        write(made.bundle)
    row = made.row
    told = {"digest": row.digest, "index": str(row.log_index), "file": str(arguments.out)}
    say("statement/made", told, language(arguments))
    print(row.digest)
    return 0


def run_list(arguments: argparse.Namespace) -> int:
    """One line a statement: digest, part, day, basis, instant of making."""
    with database() as session:
        company, _ = reading(session, arguments)
        query = own_statements(company.id).order_by(StatementRow.log_index)
        for row in session.scalars(query):
            made = f"{row.made_at:%Y-%m-%dT%H:%M:%SZ}"
            print(row.digest, part_number(session, row), row.as_of, row.basis, made, sep="\t")
    return 0


def run_export(arguments: argparse.Namespace) -> int:
    """Write one bundle."""
    with _new_file(arguments.out) as write:
        write(_stored(arguments, arguments.digest))
    return 0


def run_lost(arguments: argparse.Namespace) -> int:
    """Write what `tierlight verify --lost` reads; that nothing is lost is a word too."""
    with _new_file(arguments.out) as write, database() as session:
        row = session.get(StatementRow, arguments.digest)
        if row is None:
            raise NotFound("statement/not-found", name=arguments.digest)
        write(lost_word(session, row, Settings()))
    return 0


def run_recompute(arguments: argparse.Namespace) -> int:
    """Check a bundle and say what was computed; needs a database only for a digest."""
    path = Path(arguments.statement)
    is_digest = _DIGEST.fullmatch(arguments.statement) and not path.exists()
    data = _stored(arguments, arguments.statement) if is_digest else _read(path)
    lang = language(arguments)
    say("statement/recomputed", _said(check_bundle(data), lang), lang)
    lost = _lost(arguments.statement) if is_digest else []
    for item in lost:
        told = {"at": instant(item.erased_at), "index": str(item.log_index)}
        known = {"digest": item.declaration} if item.declaration else {}
        say("statement/lost-input" if known else "statement/lost-deeper", told | known, lang)
    return NOT_RECOMPUTABLE if lost else 0


def _said(checked: Checked, lang: str) -> dict[str, str]:
    subject = checked.subject
    words = subject["result"]["words"]
    return {
        "part": subject["id"],
        "as_of": subject["asOf"],
        "basis": subject["basis"],
        "words": render(words["code"], words["params"], lang).text,
        "parts": subject["network"]["parts"],
        "inputs": subject["inputs"]["count"],
        "kid": checked.kid,
        "log": subject["log"],
        "index": str(checked.receipt["index"]),
    }


def _stored(arguments: argparse.Namespace, name: str) -> bytes:
    with database() as session:
        row = session.get(StatementRow, name)
        if row is None:
            raise NotFound("statement/not-found", name=name)
        reading_of(session, arguments, session.get_one(Company, row.company_id))
        return bundle(session, row)


def _lost(name: str) -> list[Lost]:
    with database() as session:
        return lost_inputs(session, [name]).get(name, [])


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise NotFound("statement/not-found", name=str(path)) from None
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None


@contextmanager
def _new_file(path: Path) -> Iterator[Callable[[bytes], object]]:
    """Where the bundle goes; opened first, so that nothing is logged that cannot be written."""
    try:
        with path.open("xb") as file:
            try:
                yield file.write
            except BaseException:
                path.unlink(missing_ok=True)
                raise
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
