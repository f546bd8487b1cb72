"""What one reader is told: numbers that are his to know, codes and counts of all else.

Beyond a sourcing link the reader sees the supplier's part he buys, and of what lies below it
coverage and finding codes, never a name or a value.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.findings.flags import Flag
from hub.findings.usecases import words
from hub.footprints.releases import release_policy
from hub.footprints.usecases import RollUp
from hub.kit.clock import seconds_to_midnight
from hub.kit.errors import TooMany
from hub.parties.tables import Company
from hub.sharing.policy import TOTAL, ConsentBook
from hub.sharing.queries import consents, read_today
from hub.sharing.usecases import record_read
from tierlight_schemas.findings import Severity
from tierlight_schemas.messages import FALLBACK, catalogue, render
from tierlight_schemas.rollup.model import Known, Resolution

#: What a record calls a part that was read as a sum.
BUILT_UP = "part"
#: Their evidence comes out of an annex: of the inputs, or of the split by stage.
DEEPER_THAN_LEVEL_1 = frozenset(
    {
        "tier/declared-below-inputs",
        "tier/declared-far-above-inputs",
        "tier/below-material-floor",
        "document/stages-differ-from-total",
        "version/stale-inputs",
    }
)
#: Of any finding: evidence that comes out of the composition annex, and what is told of it.
INPUT, AN_INPUT = "input", "an-input"
#: Cases whose words tell no number.
TOLD_OF_DEEPER = frozenset({"cannot-be-reconciled"})

NO_STATES: Mapping[int, Mapping[str, Any]] = MappingProxyType({})


@dataclass(frozen=True)
class Labels:
    """Names of the companies a reader deals with directly."""

    names: Mapping[str, str]
    reader_id: str

    def of(self, owner_id: str) -> str | None:
        """The supplier's name, None for the reader's own."""
        return None if owner_id == self.reader_id else self.names.get(owner_id)


def labels(session: Session, rollup: RollUp) -> Labels:
    """Names of the reader's direct suppliers; nobody else's."""
    owners = {
        link.supplier_id
        for links in rollup.book.links.values()
        for link in links
        if link.supplier_id
    }
    query = select(Company.id, Company.name).where(Company.id.in_(owners))
    names = {company_id: name for company_id, name in session.execute(query)}
    return Labels(names, rollup.company_id)


def direct_suppliers(rollup: RollUp) -> set[str]:
    """Nodes of other companies' parts that the reader buys."""
    return {name for buyer_id, name in _crossings(rollup) if buyer_id == rollup.company_id}


def record_reads(session: Session, caller: Caller, *rollups: RollUp) -> None:
    """Write into the owners' access logs what the reader is about to see, each thing once.

    What travels on from a deeper tier is recorded as `aggregate`, in the name of the company that
    it was granted to: whose product it travels into is that company's secret.
    """
    books: dict[str, ConsentBook] = {}
    recorded: set[tuple[str, str, tuple[str, str]]] = set()
    for rollup in rollups:
        for buyer_id, name in sorted(_crossings(rollup)):
            resolution, part_id = rollup.resolution(name), name.split("|")[0]
            is_direct = buyer_id == caller.company_id
            what = _what_is_seen(resolution, part_id) if is_direct else ("aggregate", part_id)
            if (buyer_id, name, what) in recorded:
                continue
            recorded.add((buyer_id, name, what))
            books.setdefault(buyer_id, consents(session, buyer_id))
            consent = books[buyer_id].of(resolution.node.owner, part_id)
            record_read(
                session,
                caller if is_direct else Caller(buyer_id, "aggregate"),
                resolution.node.owner,
                *what,
                TOTAL,
                consent.purpose,
                consent.grant_id,
            )
    seen = (what for buyer_id, _, what in recorded if buyer_id == caller.company_id)
    refuse_beyond_budget(session, caller, seen)


def refuse_beyond_budget(session: Session, caller: Caller, seen: Iterable[tuple[str, str]]) -> None:
    """Raise `TooMany` when the caller was told of one of these as often as a day allows.

    `seen` by kind and id. Only built-up parts are counted: a declaration that was granted tells
    nothing more the second time.
    """
    limit = release_policy(session).reads_a_day
    parts = {object_id for kind, object_id in seen if kind == BUILT_UP}
    if limit and parts and parts & read_today(session, caller.company_id, BUILT_UP, limit):
        raise TooMany("hub/reads-a-day", seconds_to_midnight(), count=str(limit))


def _crossings(rollup: RollUp) -> set[tuple[str, str]]:
    """Who buys which supplier's part, as pairs of company and node."""
    return {
        (resolution.node.owner, edge.child)
        for resolution in rollup.solution.resolutions.values()
        for edge in resolution.edges
        if edge.crosses
    }


def _what_is_seen(resolution: Resolution, part_id: str) -> tuple[str, str]:
    """Kind and id of what a record names: the declaration, or a part that is built up."""
    if resolution.known in (Known.DECLARED, Known.VERIFIED, Known.EXPIRED) and resolution.value:
        return "declaration", resolution.value.reference
    return BUILT_UP, part_id


def told(
    rollup: RollUp,
    flags: Iterable[Flag],
    lang: str,
    states: Mapping[int, Mapping[str, Any]] = NO_STATES,
) -> list[dict[str, Any]]:
    """Findings as the reader may see them: his own in full, others' as codes with counts.

    A declaration that he may read shows its findings too, without numbers of deeper levels.
    `states` are members of his own ones by their place in `flags`.
    """
    own: list[dict[str, Any]] = []
    others: Counter[tuple[str, Severity, int]] = Counter()
    visible = {
        value.reference
        for name in direct_suppliers(rollup)
        for value in (rollup.resolution(name).value, rollup.resolution(name).node.declared)
        if value is not None
    }
    for place, flag in enumerate(flags):
        if flag.owner == rollup.company_id:
            own.append({**in_full(flag, lang), **states.get(place, {})})
        elif flag.subject.get("digest") in visible and not _is_in_annex(flag):
            own.append(in_full(_of_level_1(flag), lang))
        else:
            others[flag.code, flag.severity, flag.tier] += 1
    return own + [_counted(*key, count, lang) for key, count in others.items()]


def _is_in_annex(flag: Flag) -> bool:
    """Whether even the place of a finding on a declaration is of a deeper level."""
    return flag.evidence.get("path", "").startswith("$.annexes.")


def _of_level_1(flag: Flag) -> Flag:
    """A finding on another's declaration; which of its words hold is told, no deeper number.

    A code whose words hold such numbers has others, of the case `level-1`.
    """
    case = flag.evidence.get("case", "")
    if case == INPUT:
        return replace(flag, evidence={"case": AN_INPUT})
    if flag.code not in DEEPER_THAN_LEVEL_1:
        return flag
    has_others = f"{flag.code}:level-1" in catalogue(FALLBACK)
    told = case if case in TOLD_OF_DEEPER else "level-1" if has_others else ""
    return replace(flag, evidence={"case": told} if told else {})


def in_full(flag: Flag, lang: str) -> dict[str, Any]:
    """A finding as the company that it is about reads it."""
    message = words(flag, lang)
    return {
        "code": flag.code,
        "severity": flag.severity.value,
        "subject": dict(flag.subject),
        "tier": flag.tier,
        "evidence": dict(flag.evidence),
        "text": message.text,
        "remedy": message.remedy,
    }


def _counted(code: str, severity: Severity, tier: int, count: int, lang: str) -> dict[str, Any]:
    message = render("total/beyond-the-link", {"count": str(count)}, lang)
    return {
        "code": code,
        "severity": severity.value,
        "subject": {"type": "supplier-data"},
        "tier": tier,
        "evidence": {"count": str(count)},
        "text": message.text,
        "remedy": message.remedy,
    }
