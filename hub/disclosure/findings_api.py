"""All findings about a company over HTTP, what is said of them, and disputes put to a company."""

from collections.abc import Callable
from typing import Annotated, Any, TypeAlias

from fastapi import Path, Query, Request
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.access.caller import Caller
from hub.disclosure import company_findings as findings
from hub.disclosure import disputes, findings_serving
from hub.disclosure.api import ResultDep
from hub.disclosure.finding_states import in_turn
from hub.disclosure.findings_payloads import Answer, Assignable, Assignment, Reason
from hub.findings import deciding
from hub.findings.deciding import Held
from hub.findings.queries import own_people
from hub.findings.standing import Standing, State
from hub.kit.actions import Action, needs
from hub.kit.paging import PageRequestDep, page_of
from hub.kit.web import (
    LanguageDep,
    ReadingSessionDep,
    RecordingSessionDep,
    SessionDep,
    also,
    database_of,
    new_router,
)
from tierlight_schemas.findings import Severity

router = new_router("/v1", "findings")

Document: TypeAlias = dict[str, Any]
Saying: TypeAlias = Callable[[Session, Caller, Held, str], Standing]
Key = Annotated[str, Path(max_length=64, description="`key` of a finding.")]
NOT_AS_READ = also(conflict="It is no longer found, has other numbers, or awaits an answer.")


@router.get("/findings", summary="All findings about the own company")
@needs(Action.READ_FOOTPRINTS)
def list_findings(
    request: Request,
    caller: CallerDep,
    session: ReadingSessionDep,
    asked: ResultDep,
    page: PageRequestDep,
    code: Annotated[str | None, Query(max_length=80, description="Of this code only.")] = None,
    severity: Annotated[Severity | None, Query(description="As grave as this only.")] = None,
    state: Annotated[State | None, Query(description="In this state only.")] = None,
    assignee: Annotated[
        str | None, Query(max_length=100, description="Id of a person, or `nobody`.")
    ] = None,
    part: Annotated[str | None, Query(max_length=200, description="Number of a part.")] = None,
) -> Document:
    """Over all own parts, each finding once, with its state; those first that need somebody.

    Also what is no longer found though something was said of it (`resolved`). Findings in what
    others keep are not among them. `parts` says how many own parts were looked at, of how many.
    """
    found = findings_serving.found(database_of(request), caller, asked)
    wanted = findings.Wanted(code, severity, state, assignee, part)
    items = [i for i in findings.listed(session, caller, found, asked) if wanted.takes(i)]
    told, following = page_of(items, in_turn, page)
    return {"items": told, "parts": found["parts"]} | ({"next": following} if following else {})


@router.get("/findings/people", summary="Who of the company can be assigned")
@needs(Action.DECIDE)
def list_people(caller: CallerDep, session: ReadingSessionDep) -> list[Assignable]:
    """By name: those who may decide on findings."""
    people = deciding.assignable(own_people(session, caller.company_id).values())
    return [Assignable(id=person.id, name=person.name) for person in people]


@router.get("/findings/{key}", summary="One finding about the own company, with its history")
@needs(Action.READ_FOOTPRINTS)
def read_finding(
    key: Key, request: Request, caller: CallerDep, session: ReadingSessionDep, asked: ResultDep
) -> Document:
    """Everything said of it, oldest first, and what ended it."""
    items = findings.listed(
        session, caller, findings_serving.found(database_of(request), caller, asked), asked
    )
    return findings.one(session, caller, items, key, asked.lang)


def _add_saying(act: str, summary: str, say: Saying) -> None:
    """The route by which one thing is said of a finding."""

    @router.post(f"/findings/{{key}}/{act}", name=act, summary=summary, responses=NOT_AS_READ)
    @needs(Action.DECIDE)
    def route(
        key: Key,
        said: Reason,
        request: Request,
        caller: CallerDep,
        session: SessionDep,
        language: LanguageDep,
    ) -> Document:
        """With a reason. What is said holds as long as the numbers are those that it was said of.

        A dispute is answered by the company at the other end of a confirmed sourcing link, where
        the finding is about one, else by the hub's operator. Neither learns who else triggers it.
        """
        found = findings_serving.looked_up(database_of(request), caller, language)
        held = findings.to_decide_on(session, caller, found, key, said.evidence_digest)
        say(session, caller, held, said.reason)
        return findings.state_now(session, caller, held)


_add_saying("acknowledge", "Acknowledge a finding", deciding.acknowledge)
_add_saying("dispute", "Say that a finding does not hold", deciding.dispute)
_add_saying("reopen", "Take back an acknowledgement or a dispute", deciding.reopen)


@router.post(
    "/findings/{key}/assign", summary="Say who of the company shall act", responses=NOT_AS_READ
)
@needs(Action.DECIDE)
def assign(
    key: Key,
    to: Assignment,
    request: Request,
    caller: CallerDep,
    session: SessionDep,
    language: LanguageDep,
) -> Document:
    """A person who may decide on findings, or nobody."""
    found = findings_serving.looked_up(database_of(request), caller, language)
    held = findings.to_decide_on(session, caller, found, key)
    deciding.assign(session, caller, held, to.person or None)
    return findings.state_now(session, caller, held)


@router.get("/disputes", summary="Disputes that the own company was asked to answer")
@needs(Action.ANSWER)
def list_disputes(
    caller: CallerDep, session: RecordingSessionDep, page: PageRequestDep, language: LanguageDep
) -> Document:
    """Oldest first. A partner's: code, own part, and the words; put to the operator: in full."""
    items, following = disputes.disputes(session, caller, page, language)
    return {"items": items} | ({"next": following} if following else {})


@router.post(
    "/findings/{key}/answer",
    summary="Answer a dispute that was put to the own company",
    responses=also(conflict="It was answered, or taken back."),
)
@needs(Action.ANSWER)
def answer(
    key: Key, given: Answer, caller: CallerDep, session: SessionDep, language: LanguageDep
) -> Document:
    """`upheld`: the finding holds and is open again; `withdrawn`: it does not hold."""
    deciding.answer(session, caller, key, given.verdict, given.reason)
    return disputes.dispute(session, caller, key, language)
