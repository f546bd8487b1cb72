"""Why the footprint of an own part changed: two results and the steps between them.

Consents are those of the moment of reading on both sides. The reader sees what moved as far as
its own books go: a supplier's part is closed and moves as one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.queries import own_part
from hub.disclosure.footprint import statement
from hub.disclosure.reader import Labels, labels, record_reads
from hub.footprints.book import Moment
from hub.footprints.network import NetworkReader
from hub.footprints.usecases import Basis, RollUp
from hub.kit.errors import BadInput
from tierlight_schemas.amounts import EXACT, Amount, is_absurd
from tierlight_schemas.messages import render
from tierlight_schemas.rollup import result
from tierlight_schemas.rollup.adding_up import rounded_at
from tierlight_schemas.rollup.difference import ORDER, Difference, Mover, Step, difference
from tierlight_schemas.rollup.model import ENGINE, RULESET, Network, Policy
from tierlight_schemas.rollup.reference import Solution, mass_coverage


@dataclass(frozen=True)
class Side:
    """One of the two results."""

    as_of: date
    known_at: datetime
    basis: Basis = "declared"

    @property
    def policy(self) -> Policy:
        """The policy that its basis stands for."""
        return Policy(deep=self.basis == "deep")


@dataclass(frozen=True)
class DifferenceQuestion:
    """Which two results are compared."""

    start: Side
    end: Side
    top: int = 20
    lang: str = "en"
    variant: str | None = None
    """Id of another own part whose result is the second one; the same part by default."""


@dataclass(frozen=True)
class Reading:
    """The network that one of the two results is computed from, and the books it came from."""

    side: Side
    reader: NetworkReader
    network: Network


@dataclass(frozen=True)
class _Compared:
    """The two roll-ups, what lies between them, and the names the reader knows."""

    start: RollUp
    end: RollUp
    found: Difference
    labels: Labels


def explained_difference(
    session: Session, caller: Caller, part_id: str, asked: DifferenceQuestion
) -> dict[str, Any]:
    """The change of the caller's own part, by class of input and by part; or what lies between it
    and a variant of it.

    Raises `NotFound` for any part that is not the caller's, or was not yet at either instant, and
    `BadInput` (`hub/variant-unit`) for a variant in another unit.
    """
    deep = "deep" in (asked.start.basis, asked.end.basis)
    sides = ((asked.start, part_id), (asked.end, asked.variant or part_id))
    for side, part in sides:
        own_part(session, caller.company_id, part, side.known_at)
    start, end = (
        Reading(side, reader, reader.read([part]))
        for side, part in sides
        for reader in [_reader(session, caller, side, deep)]
    )
    if asked.variant is None:
        return difference_of(session, caller, part_id, start, end, asked.top, asked.lang)
    return _between_variants(session, caller, part_id, start, end, asked)


_EITHER = "either variant"
"""The root of both networks, so that one part takes the place of the other."""


def _between_variants(
    session: Session,
    caller: Caller,
    part_id: str,
    start: Reading,
    end: Reading,
    asked: DifferenceQuestion,
) -> dict[str, Any]:
    roots = (start.network.nodes[part_id], end.network.nodes[asked.variant or part_id])
    if roots[0].base_unit != roots[1].base_unit:
        units = {"unit": roots[0].base_unit, "other": roots[1].base_unit}
        raise BadInput("hub/variant-unit", **units)
    first, last = (
        replace(
            reading,
            network=Network({**reading.network.nodes, _EITHER: replace(root, id=_EITHER)}),
        )
        for reading, root in zip((start, end), roots, strict=True)
    )
    told = difference_of(session, caller, _EITHER, first, last, asked.top, asked.lang)
    for name, root in zip(("from", "to"), roots, strict=True):
        told[name]["part"] = {"id": root.id, "number": root.number, "name": root.name}
    return told | {"root": told["root"] | told["from"]["part"]}


def difference_of(
    session: Session,
    caller: Caller,
    part_id: str,
    start: Reading,
    end: Reading,
    top: int,
    lang: str,
) -> dict[str, Any]:
    """What lies between two readings of the caller's own part; reads of others are recorded."""
    compared = _compare(session, caller, part_id, start, end)
    node = compared.end.resolution(part_id).node
    totals = _printed([step.before for step in compared.found.steps], compared.found)
    steps = zip(compared.found.steps, totals, totals[1:], strict=False)
    return {
        "root": {
            "id": node.id,
            "number": node.number,
            "name": node.name,
            "unit": node.base_unit,
        },
        "ruleset": RULESET,
        "engine": ENGINE,
        "from": _side(compared.start, part_id, lang),
        "to": _side(compared.end, part_id, lang),
        "change": _amount(EXACT.subtract(totals[-1], totals[0])),
        "unit": result.UNIT,
        "note": render("difference/note", {}, lang).text,
        "order": [change.value for change in ORDER],
        "steps": [
            _step(compared, step, EXACT.subtract(after, before), top, lang)
            for step, before, after in steps
        ],
    }


def _compare(
    session: Session, caller: Caller, part_id: str, start: Reading, end: Reading
) -> _Compared:
    found = difference(start.network, end.network, part_id, start.side.policy, end.side.policy)
    first, last = _roll_up(start, found.start), _roll_up(end, found.end)
    between = [replace(last, solution=step.solution) for step in found.steps]
    record_reads(session, caller, first, last, *between)
    names = {**labels(session, first).names, **labels(session, last).names}
    return _Compared(first, last, found, Labels(names, caller.company_id))


def _reader(session: Session, caller: Caller, side: Side, deep: bool) -> NetworkReader:
    """Reads what lies below declarations too, and their inputs as soon as one side is `deep`."""
    moment = Moment(side.as_of, side.known_at)
    return NetworkReader(session, caller.company_id, moment, Policy(deep=deep), complete=True)


def _roll_up(reading: Reading, solution: Solution) -> RollUp:
    reader = reading.reader
    book = reader.book(reader.reader_id)
    return RollUp(reader.reader_id, reader.moment, reading.side.basis, solution, book)


def _printed(befores: Sequence[Decimal], found: Difference) -> list[Decimal]:
    """The totals along the way, rounded at one place so that printed parts add up exactly."""
    totals = [*befores, found.end.accounts[found.root].total]
    return rounded_at(totals, max(totals, key=abs))


def _amount(value: Decimal) -> Amount | None:
    """A printed total or change in full; what is absurd is unknown."""
    return None if is_absurd(value) else Amount.of(value)


def _side(rollup: RollUp, root: str, lang: str) -> dict[str, Any]:
    account = rollup.account(root)
    return {
        "as_of": rollup.moment.as_of.isoformat(),
        "known_at": rollup.moment.known_at.isoformat(),
        "basis": rollup.basis,
        "total": result.totals(account) | {"statement": statement(account, lang)},
        "coverage": {"mass": result.text(mass_coverage(account))},
    }


def _step(compared: _Compared, step: Step, value: Decimal, top: int, lang: str) -> dict[str, Any]:
    return {
        "class": step.change.value,
        "name": render(f"difference/{step.change.value}", {}, lang).text,
        "value": _amount(value),
        "parts": len(step.movers),
        "movers": [_mover(compared.labels, mover) for mover in step.movers[:top]],
    }


def _mover(labels: Labels, mover: Mover) -> dict[str, Any]:
    return {
        "part": mover.part.number,
        "name": mover.part.name,
        "supplier": labels.of(mover.part.owner),
        "before": result.text(mover.before),
        "after": result.text(mover.after),
        "change": result.text(mover.change),
    }
