"""The findings of a roll-up: rules over the chain, stored document findings, and orphans."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence

from sqlalchemy.orm import Session

from hub.findings.compositions import compositions_of
from hub.findings.documents import documents_of
from hub.findings.evaluation import Evaluation, evaluated
from hub.findings.flags import Flag
from hub.findings.queries import document_findings, sold_parts
from hub.findings.rules import View, evaluate
from hub.findings.rules.gaps import is_of_vehicles
from hub.findings.rules.view import part_subject
from hub.findings.settings_file import settings_of
from hub.findings.statements import doubtful, verifications_of
from hub.footprints.usecases import RollUp
from hub.kit.at_hand import at_hand
from hub.kit.numbers import localised
from hub.kit.wall import reading
from tierlight_schemas.findings import Severity
from tierlight_schemas.messages import Message, render
from tierlight_schemas.rollup.model import MASS_BEARING, Known, PartNode

RANK: Mapping[Severity, int] = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.NOTE: 2}


def find(session: Session, rollup: RollUp, root: str) -> list[Flag]:
    """Everything found below one root, gravest first; owners are not yet told apart."""
    view = view_of(session, rollup, root)
    judged = _evaluated(session, rollup, view)
    found = [*judged, *of_documents(session, view), *orphans(session, rollup, root)]
    return in_order(settings_of(session).flags(found))


def in_order(flags: Iterable[Flag]) -> list[Flag]:
    """Gravest first, then by how many sourcing links away."""
    return sorted(flags, key=lambda flag: (RANK[flag.severity], flag.tier))


def view_of(session: Session, rollup: RollUp, root: str) -> View:
    """What the rules look at, seen from one root."""
    day = rollup.moment.as_of.isoformat()
    verified, in_doubt = verifications_of(session, rollup), doubtful(session, rollup)
    said, tolerances = documents_of(session, rollup), settings_of(session).tolerances
    facts = (day, verified, in_doubt, tolerances, said.by_digest, said.aside)
    return View(rollup.solution, root, *facts, compositions_of(session, rollup))


def _evaluated(session: Session, rollup: RollUp, view: View) -> Sequence[Flag]:
    """What the rules say; where the roll-up is at hand, only what can have changed is judged."""
    held = at_hand(session)
    if held is None or rollup.kept_as is None:
        return evaluate(view)
    key = (*rollup.kept_as, view.root)
    found = evaluated(view, held.get(Evaluation, *key))
    held.keep(found, len(view.resolutions) + len(found.flags), *key)
    return found.flags


def words(flag: Flag, lang: str) -> Message:
    """A flag in plain words; a part is named by its name, a line by its child's."""
    subject = flag.subject
    part = subject.get("name") or subject.get("part") or "–"
    evidence = localised(flag.evidence, lang)
    return render(flag.code, {**subject, **evidence, "part": part}, lang)


def of_documents(session: Session, view: View) -> Iterator[Flag]:
    """document/*: what was found at the door in the declarations that the total uses."""
    used = {
        resolution.value.reference: name
        for name, resolution in view.resolutions.items()
        if resolution.value is not None and resolution.known in (Known.DECLARED, Known.VERIFIED)
    }
    with reading(session, {node.node.owner for node in view.resolutions.values()}):
        rows = [*document_findings(session, used)]
    for row in rows:
        name = used[row.declaration]
        node = view.resolutions[name].node
        subject = {**part_subject(node), "type": "declaration", "digest": row.declaration}
        evidence: Mapping[str, str] = {"path": row.path, **json.loads(row.evidence)}
        severity = Severity(row.severity)
        yield Flag(row.code, severity, node.owner, subject, view.tiers[name], evidence)


def orphans(session: Session, rollup: RollUp, root: str) -> Iterator[Flag]:
    """tier/orphan-declaration: a declared part that no bill of materials takes and nobody buys.

    In a company that builds vehicles also a sub-assembly with a bill of materials of its own that
    nobody uses; whoever builds none may sell it to companies that the hub does not know.
    """
    book = rollup.book
    used = {row.child_id for rows in book.lines.values() for row in rows}
    used |= sold_parts(session, book.company_id, rollup.moment.known_at) | {root}
    categories = {version.category for version in book.versions.values()}
    vehicles = {category for category in categories if is_of_vehicles(category)}
    assembled = [part_id for part_id, rows in book.lines.items() if rows] if vehicles else ()
    for part_id in dict.fromkeys((*book.declarations, *assembled)):
        version = book.versions[part_id]
        if part_id in used or version.kind not in MASS_BEARING or version.category in vehicles:
            continue
        node = PartNode(part_id, book.numbers[part_id], version.name, book.company_id)
        case = {} if part_id in book.declarations else {"case": "sub-assembly"}
        subject, owner = part_subject(node), book.company_id
        yield Flag("tier/orphan-declaration", Severity.NOTE, owner, subject, evidence=case)
