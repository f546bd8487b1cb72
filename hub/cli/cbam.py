"""`hub export cbam`: a site's communication for CBAM, or a report of it to fill in."""

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.cli.imports import opened
from hub.cli.reading import add_company, reading
from hub.cli.terminal import Commands, database, language, say
from hub.exports.cbam.errors import RefusedReport
from hub.exports.cbam.usecases import communicate, draft
from hub.exports.cbam.writing import WRITERS
from hub.kit.errors import BadInput, NotFound
from hub.parties.queries import sites_of
from tierlight_schemas.cbam.communication import TEMPLATE
from tierlight_schemas.cbam.gaps import Gap
from tierlight_schemas.cbam.model import CbamReport
from tierlight_schemas.cbam.reading import MAX_BYTES, Unusable, read_report
from tierlight_schemas.cbam.template import as_file

ALL = "all"
FIRST_YEAR, LAST_YEAR = 2000, 2100
INPUT, OUTPUT = "cbam-report.json", "cbam-communication"


def register(kinds: Commands) -> None:
    """Add `export cbam`."""
    cbam = kinds.add_parser("cbam", help="what a site's steel and aluminium goods have embedded")
    add_company(cbam)
    cbam.add_argument("--site", metavar="SITE", required=True, help="code of the company's site")
    given = cbam.add_mutually_exclusive_group(required=True)
    given.add_argument("--report", metavar="FILE", help="JSON, or - for standard input")
    given.add_argument(
        "--year", metavar="YEAR", type=_year, help="write a report of the year to fill in"
    )
    cbam.add_argument("--format", choices=[*WRITERS, ALL], default="xlsx")
    cbam.add_argument("--out", metavar="DIR", type=Path, required=True, help="folder to write to")
    cbam.set_defaults(run=run)


def _year(text: str) -> int:
    year = int(text)
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise ValueError(text)
    return year


def run(arguments: argparse.Namespace) -> int:
    """Write the report to fill in, or the communication; refused with every gap otherwise."""
    return _draft(arguments) if arguments.report is None else _communicate(arguments)


def _draft(arguments: argparse.Namespace) -> int:
    """A file that is there may be filled in, and stays."""
    with database() as session:
        caller, site_id = _asked(session, arguments)
        body = as_file(draft(session, caller, site_id, arguments.year))
    path = arguments.out / INPUT
    if path.exists():
        raise BadInput("cbam/input-exists", file=str(path))
    _write(path, body)
    say("cbam/input-written", {"file": str(path)}, language(arguments))
    return 0


def _communicate(arguments: argparse.Namespace) -> int:
    lang = language(arguments)
    with opened(arguments.report) as file:
        report = _report(file.read(MAX_BYTES + 1))
    with database() as session:
        found = communicate(session, *_asked(session, arguments), report)
    _tell([*found.communication.gaps, *found.differences], lang)
    for kind in WRITERS if arguments.format == ALL else [arguments.format]:
        path = arguments.out / f"{OUTPUT}.{kind}"
        _write(path, WRITERS[kind](found.communication, lang))
        told = {"file": str(path), "template": TEMPLATE}
        say("cbam/written", told | {"open": str(len(found.communication.gaps))}, lang)
    return 0


def _report(data: bytes) -> CbamReport:
    try:
        return read_report(data)
    except Unusable as refused:
        raise RefusedReport(refused.gaps) from None


def _asked(session: Session, arguments: argparse.Namespace) -> tuple[Caller, str]:
    """Who reads, and the id of the site. Raises `NotFound` for the site."""
    company, caller = reading(session, arguments)
    code = arguments.site
    site = session.scalar(sites_of(company.id).filter_by(code=code))
    if site is None:
        raise NotFound("activity/no-site", site=code[:100])
    return caller, site.id


def _tell(gaps: Sequence[Gap], lang: str) -> None:
    for gap in gaps:
        words = gap.words(lang)
        print(" ".join(filter(None, (words.text, words.remedy))), file=sys.stderr)


def _write(path: Path, body: bytes) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(body)
    except OSError as error:
        raise BadInput("hub/file", file=str(path), reason=error.strerror or str(error)) from None
