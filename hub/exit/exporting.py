"""Everything of a company's, as an archive in open formats with a manifest and a word on each file.

All that one archive holds is of one instant: it is read in one session.
"""

import json
from collections.abc import Iterator
from datetime import datetime
from importlib.metadata import version

from sqlalchemy.orm import Session, sessionmaker

import hub.access.leaving
import hub.activity.leaving
import hub.bom.leaving
import hub.calculator.leaving
import hub.declarations.leaving
import hub.exports.battery.leaving
import hub.factors.leaving
import hub.findings.leaving
import hub.footprints.leaving
import hub.parties.leaving
import hub.requests.leaving
import hub.scenarios.leaving
import hub.sharing.leaving
import hub.trust.leaving
import hub.workbooks.leaving
from hub.access.caller import Caller
from hub.exit.archive import Written, archive
from hub.kit.clock import now
from hub.kit.language import LANGUAGES
from hub.kit.leaving import ExportFile
from hub.settings import Settings
from hub.trust.checkpoints import sign_newest
from hub.trust.log import instant
from tierlight_schemas.messages import render

EXPORT_TYPE = "tierlight.export/1"


def export_company(
    write: sessionmaker[Session], read: sessionmaker[Session], caller: Caller, settings: Settings
) -> Iterator[bytes]:
    """The archive, piece by piece; proofs are those of a checkpoint over all that is committed.

    Raises, before the first piece, what `sign_newest` raises.
    """
    sign_newest(write, settings)
    at = now()
    with read() as session:
        files = _files(session, caller, settings)
        yield from archive(files, lambda written: _closing(written, caller, settings, at), at)


def _files(session: Session, caller: Caller, settings: Settings) -> Iterator[ExportFile]:
    """From the lowest room upwards: what comes first can be imported first."""
    company_id = caller.company_id
    yield from hub.parties.leaving.export(session, company_id)
    yield from hub.access.leaving.export(session, company_id)
    yield from hub.trust.leaving.export(session, company_id, settings.log_origin)
    yield from hub.factors.leaving.export(session, company_id)
    yield from hub.bom.leaving.export(session, company_id)
    yield from hub.activity.leaving.export(session, company_id)
    yield from hub.calculator.leaving.export(session, company_id)
    yield from hub.sharing.leaving.export(session, company_id)
    yield from hub.declarations.leaving.export(session, caller, settings)
    yield from hub.footprints.leaving.export(session, company_id)
    yield from hub.findings.leaving.export(session, company_id)
    yield from hub.scenarios.leaving.export(session, company_id)
    yield from hub.requests.leaving.export(session, company_id)
    yield from hub.workbooks.leaving.export(session, company_id)
    yield from hub.exports.battery.leaving.export(session, company_id)


def _closing(
    written: list[Written], caller: Caller, settings: Settings, at: datetime
) -> Iterator[ExportFile]:
    """The readme in each language, then the manifest with the digest of every other file."""
    folders = list(_named(written))
    for lang in LANGUAGES:
        yield ExportFile(f"README.{lang}.txt", "exit/file-readme", [_readme(folders, lang)])
    manifest = {
        "type": EXPORT_TYPE,
        "origin": settings.log_origin,
        "company": caller.company_id,
        "at": instant(at),
        "version": version("tierlight-hub"),
        "files": [{"name": w.name, "size": w.size, "sha256": w.sha256} for w in written],
    }
    body = json.dumps(manifest, ensure_ascii=False, indent=1).encode() + b"\n"
    yield ExportFile("manifest.json", "exit/file-manifest", [body])


def _named(written: list[Written]) -> Iterator[tuple[str, str]]:
    """Each file with what it is; of many alike, one folder."""
    seen = set()
    for file in written:
        folder, slash, _ = file.name.rpartition("/")
        name = f"{folder}/" if slash else file.name
        if (name, file.about) not in seen:
            seen.add((name, file.about))
            yield name, file.about


def _readme(folders: list[tuple[str, str]], lang: str) -> bytes:
    opening = render("exit/readme", {}, lang)
    lines = [opening.text, opening.remedy, ""]
    lines += [f"{name}\n    {render(about, {}, lang).text}" for name, about in folders]
    return ("\n".join(lines) + "\n").encode()
