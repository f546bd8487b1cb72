"""sourcing.csv: replacing the sourcing links of the parts that a table names."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any, BinaryIO, NamedTuple

from sqlalchemy.orm import Session

from hub.bom import columns, queries
from hub.bom.resolution import Named, Resolved, resolved
from hub.bom.tables import SourcingLink
from hub.kit.bulk import write_rows
from hub.kit.csv_table import Problems, Row, read_rows
from hub.kit.import_report import ImportReport, later_than
from hub.kit.tables import new_id
from hub.parties.changes import touch
from hub.parties.queries import companies_named
from hub.parties.usecases import lock_company
from tierlight_schemas.company_numbers import fault_of_text


class Link(NamedTuple):
    """A link as the buyer stated it."""

    supplier_text: str
    supplier_part_text: str
    share: str
    site: str | None
    valid_from: date | None
    valid_to: date | None
    delivery_term: str | None

    @property
    def named(self) -> Named:
        """Supplier and part as text."""
        return Named(self.supplier_text, self.supplier_part_text)

    @property
    def as_shown(self) -> "Link":
        """What the supplier agrees to when it confirms: all but how much of it."""
        return self._replace(share="")


def import_sourcing(
    session: Session, company_id: str, file: BinaryIO, file_name: str = "sourcing.csv"
) -> ImportReport:
    """Replace the links of each part that the table names, all or none; other parts stay.

    A link that stays as it is keeps its confirmation, or its dispute. One of which only the
    buyer's share changed keeps the confirmation and the supplier's part: how much is bought of
    whom is the buyer's to say, and the supplier can still dispute it. Raises `BadTable` naming
    every cell that cannot be used.
    """
    problems = Problems(file_name)
    rows = _read(file, problems)
    buyer = lock_company(session, company_id)
    ids = queries.part_ids(session, company_id, {row.values["part"] for row in rows})
    named = companies_named(session, {row.values["supplier"] for row in rows})
    for row in rows:
        part, supplier = row.values["part"], row.values["supplier"]
        if part not in ids:
            problems.add(row.number, "part", "csv/part-unknown", part)
        if named.get(supplier) == [company_id]:
            problems.add(row.number, "supplier", "csv/supplier-self", supplier)
        # Whoever is invented buys from the invented, whose numbers are nobody's.
        fault = None if buyer.invented or supplier in named else fault_of_text(supplier)
        if fault:
            problems.add(row.number, "supplier", f"csv/number-{fault}", supplier)
    problems.refuse()
    wanted: dict[str, list[Link]] = defaultdict(list)
    for row in rows:
        wanted[ids[row.values["part"]]].append(_link(row.values))
    return _replace(session, company_id, wanted, problems)


def _read(file: BinaryIO, problems: Problems) -> list[Row]:
    rows = []
    for row in read_rows(file, columns.SOURCING, problems, "sourcing"):
        columns.check_days(row, "from", "to", problems)
        rows.append(row)
    return rows


def _link(values: Mapping[str, Any]) -> Link:
    return Link(
        supplier_text=values["supplier"],
        supplier_part_text=values["supplier_part"],
        share=values["share"],
        site=values["site"],
        valid_from=values["from"],
        valid_to=values["to"],
        delivery_term=values["delivery_term"],
    )


def _replace(
    session: Session, company_id: str, wanted: Mapping[str, Sequence[Link]], problems: Problems
) -> ImportReport:
    standing: dict[str, list[SourcingLink]] = defaultdict(list)
    for link in queries.standing_links(session, wanted):
        standing[link.part_id].append(link)
    changes = {
        part_id: change
        for part_id, links in wanted.items()
        if (change := _change(standing[part_id], links))
    }
    _write(session, company_id, changes)
    added = sum(not standing[part_id] for part_id in wanted)
    return ImportReport(
        rows=sum(map(len, wanted.values())),
        added=added,
        changed=len(changes) - added,
        unchanged=len(wanted) - len(changes),
        notes=tuple(problems.notes),
    )


class Change(NamedTuple):
    """What ends and what begins among the links of one part."""

    ended: list[SourcingLink]
    begun: list[Link]


def _change(standing: Sequence[SourcingLink], wanted: Sequence[Link]) -> Change | None:
    """None when the part's links stay as they are; the same link may stand several times."""
    missing = Counter(wanted)
    ended = []
    for link in standing:
        said = stated(link)
        if missing[said]:
            missing[said] -= 1
        else:
            ended.append(link)
    begun = list(missing.elements())
    return Change(ended, begun) if ended or begun else None


def replace_links(
    session: Session,
    company_id: str,
    part_id: str,
    ended: Sequence[SourcingLink],
    begun: Sequence[Link],
) -> None:
    """End standing links of one of the company's parts, and begin others in their place."""
    _write(session, company_id, {part_id: Change([*ended], [*begun])})


def _write(session: Session, company_id: str, changes: Mapping[str, Change]) -> None:
    """End and begin the links; what rests on them, here and at their suppliers, is told."""
    if not changes:
        return
    ended = [link for change in changes.values() for link in change.ended]
    at = later_than([link.recorded_at for link in ended])
    for link in ended:
        link.replaced_at = at
    begun = (link.named for change in changes.values() for link in change.begun)
    ids = resolved(session, company_id, begun)
    write_rows(
        session,
        SourcingLink,
        (
            _row(part_id, link, ids[link.named], at)
            | {"buyer_id": company_id, **_agreed(link, change.ended)}
            for part_id, change in changes.items()
            for link in change.begun
        ),
    )
    named = {link.supplier_id for link in ended} | {found.supplier_id for found in ids.values()}
    touch(session, company_id, *(supplier_id for supplier_id in named if supplier_id))


def _row(part_id: str, link: Link, ids: Resolved, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "part_id": part_id,
        **link._asdict(),
        **ids._asdict(),
        "recorded_at": at,
    }


def _agreed(link: Link, ended: Sequence[SourcingLink]) -> dict[str, Any]:
    """What the supplier has agreed to of this link, and as which part; nothing if it did not."""
    for old in ended:
        if old.confirmed_at is not None and stated(old).as_shown == link.as_shown:
            part = {"supplier_part_id": old.supplier_part_id} if old.supplier_part_id else {}
            return {"confirmed_at": old.confirmed_at, **part}
    return {"confirmed_at": None}


def stated(link: SourcingLink) -> Link:
    """What the buyer says in a link."""
    return Link(*(getattr(link, name) for name in Link._fields))
