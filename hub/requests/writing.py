"""Writing requests down, thousands at once: the request, its first event, where it comes from."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.bom.resolution import Named, resolved
from hub.bom.tables import SourcingLink
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.tables import new_id
from hub.parties.changes import touch
from hub.requests.aiming import Aim
from hub.requests.lifecycle import Act, Happened, begun
from hub.requests.lines import Line, asked_for
from hub.requests.schedule import next_instant
from hub.requests.tables import FootprintRequest, RequestEvent, RequestOrigin


@dataclass(frozen=True)
class Letter:
    """A request that is about to be sent."""

    request_id: str
    line: Line
    aim: Aim


def write(
    session: Session,
    caller: Caller,
    set_id: str,
    letters: Sequence[Letter],
    upstream_of: str | None = None,
) -> None:
    """Send what was judged good, in the caller's name."""
    at = now()
    write_rows(session, FootprintRequest, (_request(caller, one, at) for one in letters))
    write_rows(session, RequestEvent, (_event(caller, one, at) for one in letters))
    write_rows(session, RequestOrigin, _origins(caller, set_id, letters, upstream_of))
    _link_new(session, caller, [one for one in letters if one.aim.link is None], at)


def _request(caller: Caller, letter: Letter, at: datetime) -> dict[str, Any]:
    line, aim = letter.line, letter.aim
    said = asdict(line.terms)
    due = said.pop("due")
    stands = begun(Happened(Act.SEND, at, due))
    told = line.supplier_part or (aim.link.supplier_part_text if aim.link else None)
    return {
        "id": letter.request_id,
        "asker_id": caller.company_id,
        "asked_id": aim.asked_id,
        "part_id": aim.part_id,
        "part_number": line.part,
        "part_name": aim.part_name,
        "supplier_part": told,
        **said,
        "sent_at": at,
        "first_due": due,
        "state": stands.state.value,
        "due": stands.due,
        "next_at": next_instant(stands),
        "changed_at": at,
    }


def _event(caller: Caller, letter: Letter, at: datetime) -> dict[str, Any]:
    return {
        "request_id": letter.request_id,
        "position": 0,
        "asker_id": caller.company_id,
        "asked_id": letter.aim.asked_id,
        "kind": Act.SEND.value,
        "at": at,
        "author_id": caller.company_id,
        "actor": caller.actor,
        "due": letter.line.terms.due,
    }


def _origins(
    caller: Caller, set_id: str, letters: Sequence[Letter], upstream_of: str | None
) -> Iterator[dict[str, Any]]:
    for letter in letters:
        yield {
            "request_id": letter.request_id,
            "company_id": caller.company_id,
            "set_id": set_id,
            "line": letter.line.name,
            "asked_for": asked_for(letter.line, letter.aim.asked_id),
            "upstream_of": upstream_of,
        }


def _link_new(session: Session, caller: Caller, letters: Sequence[Letter], at: datetime) -> None:
    """Whoever asks a company for a part says that it buys the part there.

    Without a link an answer could not be read: it is the way that a value takes. It counts once
    the supplier confirms it, which its answer does.
    """
    named = {one: Named(one.line.supplier or "", _number(one.line)) for one in letters}
    if not named:
        return
    ids = resolved(session, caller.company_id, named.values())
    rows = {(one.aim.asked_id, one.aim.part_id): _link(caller, one, at) for one in letters}
    for one, name in named.items():
        row = rows[one.aim.asked_id, one.aim.part_id]
        row["supplier_part_id"] = ids[name].supplier_part_id
    write_rows(session, SourcingLink, rows.values())
    touch(session, caller.company_id, *{one.aim.asked_id for one in letters})


def _link(caller: Caller, letter: Letter, at: datetime) -> dict[str, Any]:
    return {
        "id": new_id(),
        "buyer_id": caller.company_id,
        "part_id": letter.aim.part_id,
        "supplier_text": letter.line.supplier or "",
        "supplier_part_text": _number(letter.line),
        "supplier_id": letter.aim.asked_id,
        "share": "1",
        "recorded_at": at,
    }


def _number(line: Line) -> str:
    return line.supplier_part or line.part
