"""The footprint of a part, its tree, and its findings over HTTP."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any, TypeAlias

from fastapi import Depends, Path, Query, Request, Response
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.access.caller import Caller
from hub.disclosure import footprint as footprints
from hub.disclosure import portfolio, serving, trees
from hub.disclosure.answers import Asked
from hub.disclosure.footprint import Question, read_instant
from hub.footprints.portfolios import Portfolios
from hub.footprints.usecases import Basis
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.responses import NOT_MODIFIED
from hub.kit.web import LanguageDep, database_of, new_router

router = new_router("/v1", "footprints")


async def result_question(
    language: LanguageDep,
    as_of: Annotated[date | None, Query(description="Day the result is for; today.")] = None,
    known_at: Annotated[
        datetime | None, Query(description="Use what was recorded up to this instant; now.")
    ] = None,
    basis: Annotated[
        Basis, Query(description="`declared`, or the diagnostic `deep`.")
    ] = "declared",
) -> Question:
    """Which result is asked for. Raises `BadInput` for an instant that cannot be used."""
    instant = read_instant(known_at) if known_at else now()
    day = as_of or now().date()
    return Question(day, instant, basis, lang=language, is_latest=known_at is None)


ResultDep = Annotated[Question, Depends(result_question)]


async def question(
    asked: ResultDep,
    top: Annotated[int, Query(ge=0, le=1000, description="Most contributions to list.")] = 20,
) -> Question:
    """Which result is asked for, and how much of it to list."""
    return replace(asked, top=top)


QuestionDep = Annotated[Question, Depends(question)]
PartId = Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")]


Document: TypeAlias = dict[str, Any]
Documents: TypeAlias = list[dict[str, Any]]


@router.get(
    "/vehicles",
    summary="Every root of the caller's bills of materials",
    response_model=Documents,
    responses=NOT_MODIFIED,
)
@needs(Action.READ_FOOTPRINTS)
def vehicles(request: Request, caller: CallerDep, asked: QuestionDep) -> Response:
    """Total in words and numbers, coverage by mass, and the number of findings of each root.

    Where the bills of materials have more than 50,000 lines findings are counted on each vehicle's
    own page alone: here they are null.
    """
    at_hand: Portfolios = request.app.state.portfolios

    def compute(session: Session) -> Documents:
        return portfolio.vehicles(session, caller, asked, at_hand)

    return _answer(request, caller, Asked(caller.company_id, "vehicles", asked), compute)


@router.get(
    "/parts/{part_id}/footprint",
    summary="The footprint of the caller's own part",
    response_model=Document,
    responses=NOT_MODIFIED,
)
@needs(Action.READ_FOOTPRINTS)
def footprint(part_id: PartId, request: Request, caller: CallerDep, asked: QuestionDep) -> Response:
    """Total, columns, coverage, kinds, quality, contributions and findings.

    Amounts are decimal strings with 15 significant digits, kgCO2e per base unit of the part. A
    total with gaps is the known part: `total.statement` says what is missing. Without `known_at`
    the answer may be an earlier one that still holds: `known_at` in it is the instant whose
    knowledge it was computed with, and nothing that it rests on has changed since.
    """

    def compute(session: Session) -> Document:
        return footprints.footprint(session, caller, part_id, asked)

    about = Asked(caller.company_id, "footprint", asked, (part_id,))
    return _answer(request, caller, about, compute)


@router.get(
    "/parts/{part_id}/tree",
    summary="One level of a part's tree",
    response_model=Document,
    responses=NOT_MODIFIED,
)
@needs(Action.READ_FOOTPRINTS)
def tree(
    part_id: PartId,
    request: Request,
    caller: CallerDep,
    asked: QuestionDep,
    path: Annotated[str, Query(max_length=400, description="Place in the tree, `3.0.2`.")] = "",
    depth: Annotated[int, Query(description="Levels of children to include, 0 to 8.")] = 1,
) -> Response:
    """A place and its children: quantity, mass, value, share, how it is known, coverage, findings.

    A supplier's part is closed: what lies below it is the supplier's.
    """

    def compute(session: Session) -> Document:
        return trees.tree(session, caller, part_id, asked, path, depth)

    is_first_level = path == "" and depth == 1
    place = (part_id, path, str(depth))
    about = Asked(caller.company_id, "tree", asked, place, is_kept=is_first_level)
    return _answer(request, caller, about, compute)


@router.get(
    "/parts/{part_id}/findings",
    summary="What is missing or inconsistent below a part",
    response_model=Documents,
    responses=NOT_MODIFIED,
)
@needs(Action.READ_FOOTPRINTS)
def findings(part_id: PartId, request: Request, caller: CallerDep, asked: QuestionDep) -> Response:
    """Findings with evidence; those on another company's data come as a code and a count.

    Those about the own company have their `key`, `state` and `assignee`.
    """

    def compute(session: Session) -> Documents:
        found = footprints.answer(session, caller, part_id, asked)
        return footprints.findings_with_states(session, found)

    about = Asked(caller.company_id, "findings", asked, (part_id,))
    return _answer(request, caller, about, compute)


def _answer(request: Request, caller: Caller, about: Asked, compute: serving.Compute) -> Response:
    database = database_of(request)
    return serving.respond(
        request, serving.answer(database, caller, about, compute), database, about
    )
