"""What the declarations behind a roll-up say, and what stands beside them: read in bulk."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import cached_property

from sqlalchemy.orm import Session

from hub.findings import document_queries as stored
from hub.findings.document_queries import Contents, Recorded
from hub.findings.inputs import ONE_DAY, Computed, computed_from
from hub.findings.own_books import changed_books
from hub.findings.reading import preceding, read_document
from hub.findings.rules.documents import CRADLE_TO_GATE, PROCESS, Document, awaiting
from hub.footprints.draft import part_and_site
from hub.footprints.usecases import RollUp
from hub.kit.wall import reading
from hub.parties.changes import rely_on
from tierlight_schemas.rollup.model import PLANTS, Known, PartNode

ANNEXES = ("split", "composition")
_NOTHING = Computed()
Place = tuple[str, str]
"""Part id, and the site that a link names; empty for none."""


@dataclass(frozen=True)
class Documents:
    """Facts for the rules: `View.documents` and `View.aside`."""

    by_digest: Mapping[str, Document] = field(default_factory=dict)
    aside: Mapping[str, Sequence[Document]] = field(default_factory=dict)


def documents_of(session: Session, rollup: RollUp) -> Documents:
    """What is declared of every part in the roll-up, and of the versions before.

    Few queries, whatever the number of parts; each payload is parsed once.
    """
    wanted = _Wanted(rollup)
    for owner in wanted.owners:
        rely_on(session, owner)
    with reading(session, wanted.owners):
        record = Record(stored.of_parts(session, wanted.parts, rollup.moment.known_at))
        aside = {
            key: rows
            for key, place in wanted.open.items()
            if (rows := record.aside(place, rollup.moment.as_of))
        }
        set_aside = {row.digest for rows in aside.values() for row in rows}
        used = sorted((wanted.digests | set_aside) & record.rows.keys())
        held = stored.contents(session, used, ANNEXES)
        before = {digest: record.before(digest, held) for digest in used}
        earlier = {row.digest for row in before.values() if row is not None}
        held |= stored.contents(session, earlier - held.keys(), ANNEXES[:1])
        unknown = _unknown(session, rollup, record, held, used)
    told = _told(session, rollup, record, held, before, unknown)
    return Documents(told, {key: [told[r.digest] for r in rows] for key, rows in aside.items()})


def _told(
    session: Session,
    rollup: RollUp,
    record: "Record",
    held: Contents,
    before: Mapping[str, Recorded | None],
    unknown: Mapping[str, tuple[str, ...]],
) -> dict[str, Document]:
    """The declarations of `before`, each with its predecessor and what it was computed from."""
    rows = [record.rows[digest] for digest in before]
    compositions = {d: held[d]["composition"] for d in before if "composition" in held[d]}
    computed = computed_from(session, rollup.moment, rows, compositions)
    books = changed_books(session, rollup.moment, rows)
    earlier = {row.digest: read_document(row, held[row.digest]) for row in before.values() if row}
    return {
        digest: read_document(
            record.rows[digest],
            held[digest],
            before=earlier[row.digest] if row is not None else None,
            renewed=record.is_renewed(digest),
            components=computed.get(digest, _NOTHING).components,
            changes=(*computed.get(digest, _NOTHING).changes, *books.get(digest, ())),
            unknown_preceding=unknown.get(digest, ()),
        )
        for digest, row in before.items()
    }


def _unknown(
    session: Session, rollup: RollUp, record: "Record", held: Contents, used: Iterable[str]
) -> dict[str, tuple[str, ...]]:
    """By digest: the footprints that it says it replaces and that its company never declared.

    Where the version before was erased, what it was called is not known any more.
    """
    named = {
        digest: names
        for digest in used
        if (names := preceding(held[digest]["payload"]))
        and record.rows[digest].supersedes in (None, *record.rows)
    }
    all_names = {name for names in named.values() for name in names}
    declared = stored.footprint_owners(session, all_names, rollup.moment.known_at)
    unknown = {
        digest: tuple(n for n in names if (record.rows[digest].company_id, n) not in declared)
        for digest, names in named.items()
    }
    return {digest: names for digest, names in unknown.items() if names}


@dataclass(frozen=True)
class _Wanted:
    """What is asked for by a roll-up."""

    rollup: RollUp

    @cached_property
    def _nodes(self) -> Mapping[str, PartNode]:
        return {name: found.node for name, found in self.rollup.solution.resolutions.items()}

    @cached_property
    def digests(self) -> set[str]:
        """Everything that values of the parts refer to; the texts of factors among it."""
        values = (value for node in self._nodes.values() for value in (node.declared, node.own))
        return {
            digest
            for value in values
            if value is not None
            for digest in value.reference.split(PLANTS)
        }

    @cached_property
    def open(self) -> dict[str, Place]:
        """Parts whose declaration is lacking, by node or by the source that awaits it."""
        nodes = {
            name: part_and_site(name)
            for name, node in self._nodes.items()
            if node.declared is None or node.declared.known is Known.EXPIRED
        }
        return nodes | {key: place for key, (_, place) in self._awaited.items()}

    @cached_property
    def _awaited(self) -> dict[str, tuple[str, Place]]:
        """Owner and place of what the reader's own sources await."""
        found: dict[str, tuple[str, Place]] = {}
        for name, node in self._nodes.items():
            links = self.rollup.book.links.get(name, ())
            for index, (source, link) in enumerate(zip(node.sources, links, strict=False)):
                if source.awaits_declaration and link.supplier_id and link.supplier_part_id:
                    place = (link.supplier_part_id, link.site or "")
                    found[awaiting(name, index)] = (link.supplier_id, place)
        return found

    @property
    def parts(self) -> set[str]:
        """Ids of the parts."""
        named = {part for part, _ in self.open.values()}
        return named | {part_and_site(name)[0] for name in self._nodes}

    @property
    def owners(self) -> set[str]:
        """The companies whose parts they are."""
        owners = {node.owner for node in self._nodes.values()}
        return owners | {owner for owner, _ in self._awaited.values()}


class Record:
    """All versions on record of some parts."""

    def __init__(self, rows: Sequence[Recorded]) -> None:
        """Of rows in the order they came."""
        self.rows: dict[str, Recorded] = {row.digest: row for row in rows}
        self._of_part: dict[str, list[Recorded]] = defaultdict(list)
        for row in rows:
            self._of_part[row.part_id].append(row)

    def before(self, digest: str, held: Contents) -> Recorded | None:
        """The version before: the one replaced, else the one declared for the time before.

        One that was withdrawn is no version to compare with.
        """
        row = self.rows[digest]
        if len(self._of_part[row.part_id]) == 1:
            return None
        named = [row.supersedes] if row.supersedes else []
        footprints = preceding(held[digest]["payload"])
        siblings = self._of_part[row.part_id]
        for other in siblings:
            is_named = other.digest in named or other.footprint_id in footprints
            if is_named and other.withdrawn_at is None and other.digest != digest:
                return other
        return self._for_the_period_before(row, siblings)

    def _for_the_period_before(
        self, row: Recorded, siblings: Sequence[Recorded]
    ) -> Recorded | None:
        """The latest of the same series: of an earlier period, or come before for the same one."""
        arrived = siblings.index(row)
        found = [
            other
            for position, other in enumerate(siblings)
            if other.withdrawn_at is None
            and _same_series(other, row)
            and row.period_end - other.period_end > (-ONE_DAY if position < arrived else ONE_DAY)
            and position != arrived
        ]
        # Of several for one period, the last that came.
        return max(reversed(found), key=lambda other: other.period_end, default=None)

    def is_renewed(self, digest: str) -> bool:
        """Whether another version that stands and holds longer is on record already."""
        row = self.rows[digest]
        standing = [r for r in self._of_part[row.part_id] if r.withdrawn_at is None]
        replaced = {other.supersedes for other in standing}
        return any(
            other.valid_to > row.valid_to
            and other.digest not in replaced
            and (other.supersedes == digest or _same_series(other, row))
            for other in standing
        )

    def aside(self, place: Place, as_of: date) -> list[Recorded]:
        """What stands and a value cannot use on a day: footprints of another boundary, or of
        another site than the one that is named; and processes that have all expired."""
        part_id, site = place
        rows = [row for row in self._of_part[part_id] if row.withdrawn_at is None]
        replaced = {row.supersedes for row in rows}
        heads = [r for r in rows if r.digest not in replaced and r.valid_from.date() <= as_of]
        begins = datetime.combine(as_of, time.min, UTC)
        valid = [row for row in heads if row.valid_to > begins]
        processes = [row for row in heads if row.kind == PROCESS]
        return [
            row
            for row in valid
            if row.kind != PROCESS
            and (row.boundary != CRADLE_TO_GATE or (site and row.site not in (None, site)))
        ] + [row for row in processes if not any(other.kind == PROCESS for other in valid)]


def _same_series(one: Recorded, other: Recorded) -> bool:
    """Whether two versions speak of the same thing at different times."""
    return all(getattr(one, name) == getattr(other, name) for name in ("kind", "site", "boundary"))
