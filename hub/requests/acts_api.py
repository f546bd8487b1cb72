"""What either company does with a request, over HTTP: one path for each act."""

from collections.abc import Callable
from typing import Any, TypeAlias

from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.access.caller import Caller
from hub.kit.actions import Action, needs
from hub.kit.payload import Payload
from hub.kit.web import SessionDep, also, new_router
from hub.requests import answering, handling, usecases
from hub.requests.api import RequestId, view
from hub.requests.payloads import (
    AnswerIn,
    DeclineIn,
    Empty,
    ForwardIn,
    MaySay,
    MoreTime,
    OwnPartIn,
    RequestView,
    ReturnIn,
    Said,
)

router = new_router("/v1/requests", "requests")

NOT_NOW = also(conflict="Its state does not allow it; the answer says what it does allow.")
NOTES = ("assign", "part")
"""What the asked company notes for itself, in any state."""
Doing: TypeAlias = Callable[[Session, Caller, str, Any], object]


def _add(act: str, summary: str, action: Action, body: type[Payload], do: Doing) -> None:
    """The route by which one thing is done with a request."""

    responses = {} if act in NOTES else NOT_NOW

    @router.post(f"/{{request_id}}/{act}", name=act, summary=summary, responses=responses)
    @needs(action)
    def route(
        request_id: RequestId,
        said: body,  # type: ignore[valid-type] # what this route takes
        caller: CallerDep,
        session: SessionDep,
    ) -> RequestView:
        do(session, caller, request_id, said)
        return view(session, caller, request_id)

    route.__doc__ = f"{do.__doc__}"


def _start(session: Session, caller: Caller, request_id: str, said: Empty) -> None:
    """Also on what was declined, or has come back."""
    usecases.start(session, caller, request_id)


def _ask(session: Session, caller: Caller, request_id: str, said: Said) -> None:
    """The time of the asked company stands still until the reply."""
    usecases.ask(session, caller, request_id, said.words)


def _reply(session: Session, caller: Caller, request_id: str, said: Said) -> None:
    """The days that the question waited are added to the last day."""
    usecases.reply(session, caller, request_id, said.words)


def _answer(session: Session, caller: Caller, request_id: str, said: AnswerIn) -> None:
    """One step: the consent, the confirmed link, and the answer. Nothing is declared anew."""
    given = answering.Given(said.level, said.aggregate, said.until, said.words)
    answering.answer_with(session, caller, request_id, said.declaration, given)


def _accept(session: Session, caller: Caller, request_id: str, said: MaySay) -> None:
    """The request is done."""
    usecases.accept(session, caller, request_id, said.words)


def _return(session: Session, caller: Caller, request_id: str, said: ReturnIn) -> None:
    """With what to mend; at least a fortnight is left for it."""
    usecases.send_back(session, caller, request_id, said.words, said.due)


def _decline(session: Session, caller: Caller, request_id: str, said: DeclineIn) -> None:
    """With a reason; the asked company may take it up again."""
    usecases.decline(session, caller, request_id, said.reason, said.words)


def _ask_extension(session: Session, caller: Caller, request_id: str, said: MoreTime) -> None:
    """Only the asker can give more time."""
    usecases.ask_extension(session, caller, request_id, said.due, said.words)


def _extend(session: Session, caller: Caller, request_id: str, said: MoreTime) -> None:
    """What has expired goes on where it stood."""
    usecases.extend(session, caller, request_id, said.due, said.words)


def _cancel(session: Session, caller: Caller, request_id: str, said: MaySay) -> None:
    """Consents that were given stay until their owner ends them."""
    usecases.cancel(session, caller, request_id, said.words)


def _forward(session: Session, caller: Caller, request_id: str, said: ForwardIn) -> None:
    """The asker is not told."""
    handling.assign(session, caller, request_id, said.person or None)


def _name_part(session: Session, caller: Caller, request_id: str, said: OwnPartIn) -> None:
    """Nobody else is told before the answer."""
    handling.name_part(session, caller, request_id, said.part)


_add("start", "Work on a request", Action.ANSWER_REQUEST, Empty, _start)
_add("ask", "Ask the asker something", Action.ANSWER_REQUEST, Said, _ask)
_add("reply", "Reply to a question", Action.ASK, Said, _reply)
_add("answer", "Answer with an own valid declaration", Action.CONSENT, AnswerIn, _answer)
_add("accept", "Accept an answer", Action.ASK, MaySay, _accept)
_add("return", "Return an answer", Action.ASK, ReturnIn, _return)
_add("decline", "Decline a request", Action.ANSWER_REQUEST, DeclineIn, _decline)
_add("ask-extension", "Ask for more time", Action.ANSWER_REQUEST, MoreTime, _ask_extension)
_add("extend", "Give more time", Action.ASK, MoreTime, _extend)
_add("cancel", "Take a request back", Action.ASK, MaySay, _cancel)
_add("assign", "Forward a request to a colleague", Action.ANSWER_REQUEST, ForwardIn, _forward)
_add("part", "Say which own part is meant", Action.ANSWER_REQUEST, OwnPartIn, _name_part)
