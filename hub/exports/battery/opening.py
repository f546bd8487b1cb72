"""A battery's roll-up, opened as far as its manufacturer may look: own parts down to their lines.

What the manufacturer itself declared of a part is not used where it says what goes into it: one
total would hide the components that Annex II wants to see. Suppliers' declarations stand.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.tables import Part
from hub.disclosure.reader import record_reads
from hub.footprints.book import Book, Moment
from hub.footprints.choice import Candidate
from hub.footprints.draft import OWN, part_and_site
from hub.footprints.network import NetworkReader
from hub.footprints.usecases import RollUp
from hub.sharing.policy import SPLIT
from hub.sharing.queries import consents
from hub.sharing.usecases import record_read
from tierlight_schemas.battery.reading import Told
from tierlight_schemas.rollup.model import PLANTS, Network, PartNode, Policy
from tierlight_schemas.rollup.reference import solve

POLICY = Policy(least_coverage=Policy.least_coverage * 0)
"""A thin build-up stays one: an average over a whole battery would say nothing of its stages."""


@dataclass(frozen=True)
class Opened:
    """The solved roll-up, and what declarations tell beside their totals."""

    rollup: RollUp
    told: Mapping[str, Told]
    sites_of_making: tuple[str | None, ...]
    """Of the battery's own process; None is all sites together."""


def opened(session: Session, caller: Caller, part: Part, site: str, moment: Moment) -> Opened:
    """Roll up an own part, with the process of one site, and record what is read of others."""
    company_id = caller.company_id
    reader = NetworkReader(session, company_id, moment, POLICY, complete=True)
    reader.books[company_id] = _of_site(reader.book(company_id), part.id, site)
    network = reader.read([part.id])
    nodes = {name: _opened(node, company_id) for name, node in network.nodes.items()}
    solution = solve(Network(nodes), [part.id], POLICY)
    book = reader.book(company_id)
    rollup = RollUp(company_id, moment, "declared", solution, book)
    record_reads(session, caller, rollup)
    told = _told(reader)
    _record_splits(session, caller, rollup, told)
    return Opened(rollup, told, _sites(rollup, book.processes.get(part.id, ()), part.id))


def _of_site(book: Book, part_id: str, site: str) -> Book:
    """The book with the processes of one site alone, where that site has declared any."""
    held = book.processes.get(part_id, [])
    mine = [candidate for candidate in held if candidate.site == site]
    return replace(book, processes={**book.processes, part_id: mine or held})


def _opened(node: PartNode, company_id: str) -> PartNode:
    is_own = node.owner == company_id and node.released is None
    return replace(node, declared=None) if is_own and (node.lines or node.sources) else node


def _told(reader: NetworkReader) -> dict[str, Told]:
    """What each declaration in use tells the manufacturer, by digest."""
    found: dict[str, Told] = {}
    for name, node in reader.nodes.items():
        if node.declared is not None:
            key, digest = reader.keys[name], node.declared.reference
            shown = key.view == OWN or key.split
            held = _told_of(reader.documents[digest], shown)
            if shown or digest not in found:
                found[digest] = held
    return found


def _told_of(document: Mapping[str, Any], shown: bool) -> Told:
    pcf = document["payload"]["credentialSubject"]["footprint"]["pcf"]
    split = document.get("split") if shown else None
    return Told(split, tuple(pcf.get("ipccCharacterizationFactors", ())))


def _record_splits(
    session: Session, caller: Caller, rollup: RollUp, told: Mapping[str, Told]
) -> None:
    """That the split was read is a deeper read than that of the total."""
    book = consents(session, caller.company_id)
    for name, resolution in sorted(rollup.solution.resolutions.items()):
        node, value = resolution.node, resolution.value
        if value is not None and value.reference in told and told[value.reference].split:
            consent = book.of(node.owner, part_and_site(name)[0])
            what = ("declaration", value.reference, SPLIT)
            record_read(session, caller, node.owner, *what, consent.purpose, consent.grant_id)


def _sites(
    rollup: RollUp, candidates: list[Candidate] | tuple[()], part_id: str
) -> tuple[str | None, ...]:
    value = rollup.resolution(part_id).value
    if value is None:
        return ()
    sites = {candidate.digest: candidate.site for candidate in candidates}
    used = value.reference.split(PLANTS)
    return tuple(sites[digest] for digest in used if digest in sites)
