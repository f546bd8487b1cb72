"""The footprint of a part, its tree, and its findings over HTTP."""

from dataclasses import replace
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Path, Query

from hub.access.api import CallerDep
from hub.disclosure import footprint as footprints
from hub.disclosure import portfolio, trees
from hub.disclosure.footprint import Question, read_instant
from hub.footprints.usecases import Basis
from hub.kit.clock import now
from hub.kit.web import LanguageDep, RecordingSessionDep, new_router

router = new_router("/v1", "footprints")


def result_question(
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
    return Question(as_of or now().date(), instant, basis, lang=language)


ResultDep = Annotated[Question, Depends(result_question)]


def question(
    asked: ResultDep,
    top: Annotated[int, Query(ge=0, le=1000, description="Most contributions to list.")] = 20,
) -> Question:
    """Which result is asked for, and how much of it to list."""
    return replace(asked, top=top)


QuestionDep = Annotated[Question, Depends(question)]
PartId = Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")]


@router.get("/vehicles", summary="Every root of the caller's bills of materials")
def vehicles(
    session: RecordingSessionDep, caller: CallerDep, asked: QuestionDep
) -> list[dict[str, Any]]:
    """Total in words and numbers, coverage by mass, and the number of findings of each root."""
    return portfolio.vehicles(session, caller, asked)


@router.get("/parts/{part_id}/footprint", summary="The footprint of the caller's own part")
def footprint(
    part_id: PartId, session: RecordingSessionDep, caller: CallerDep, asked: QuestionDep
) -> dict[str, Any]:
    """Total, columns, coverage, kinds, quality, contributions and findings.

    Amounts are decimal strings with 15 significant digits, kgCO2e per base unit of the part. A
    total with gaps is the known part: `total.statement` says what is missing.
    """
    return footprints.footprint(session, caller, part_id, asked)


@router.get("/parts/{part_id}/tree", summary="One level of a part's tree")
def tree(
    part_id: PartId,
    session: RecordingSessionDep,
    caller: CallerDep,
    asked: QuestionDep,
    path: Annotated[str, Query(max_length=400, description="Place in the tree, `3.0.2`.")] = "",
    depth: Annotated[int, Query(description="Levels of children to include, 0 to 8.")] = 1,
) -> dict[str, Any]:
    """A place and its children: quantity, mass, value, share, how it is known, coverage, findings.

    A supplier's part is closed: what lies below it is the supplier's.
    """
    return trees.tree(session, caller, part_id, asked, path, depth)


@router.get("/parts/{part_id}/findings", summary="What is missing or inconsistent below a part")
def findings(
    part_id: PartId, session: RecordingSessionDep, caller: CallerDep, asked: QuestionDep
) -> list[dict[str, Any]]:
    """Findings with evidence; those on another company's data come as a code and a count."""
    found = footprints.answer(session, caller, part_id, asked)
    return footprints.findings(found)
