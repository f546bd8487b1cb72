"""All vehicles of a company at once over HTTP: totals, uses of a part, suppliers, gaps."""

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Annotated, Any, Literal

from fastapi import Depends, Path, Query, Request, Response
from sqlalchemy.orm import Session

from hub.access.api import CallerDep
from hub.access.caller import Caller
from hub.disclosure import across, serving
from hub.disclosure.across import Asking
from hub.disclosure.answers import Asked
from hub.disclosure.footprint import Question, read_instant
from hub.footprints.portfolios import Portfolios
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.csv_answer import AS_TABLE, csv_response
from hub.kit.responses import NOT_MODIFIED
from hub.kit.web import LanguageDep, database_of, new_router

router = new_router("/v1/portfolio", "portfolio")
Format = Annotated[Literal["json", "csv"], Query(description="`json`, or `csv` for a spreadsheet.")]
Document = dict[str, Any]
Documents = list[Document]
Answer = Callable[[Asking], Any]


@dataclass(frozen=True)
class Reader:
    """Who asks over HTTP, and of which day."""

    request: Request
    caller: Caller
    question: Question

    def answer(
        self,
        kind: str,
        columns: Sequence[str],
        format: str,
        answer: Answer,
        about: tuple[str, ...] = (),
    ) -> Response:
        """The answer as kept or computed, as JSON or as a table of these columns."""
        at_hand: Portfolios = self.request.app.state.portfolios
        latest = at_hand if self.question.is_latest else None

        def compute(session: Session) -> Any:
            return answer(Asking(session, self.caller, self.question, latest))

        database = database_of(self.request)
        asked = Asked(self.caller.company_id, f"portfolio/{kind}", self.question, about)
        given = serving.answer(database, self.caller, asked, compute)
        if format == "json":
            return serving.respond(self.request, given, database, asked)
        document = json.loads(given.body)
        return csv_response(kind, columns, document["uses"] if kind == "uses" else document)


async def reader(
    request: Request,
    caller: CallerDep,
    language: LanguageDep,
    as_of: Annotated[date | None, Query(description="Day the result is for; today.")] = None,
    known_at: Annotated[
        datetime | None, Query(description="Use what was recorded up to this instant; now.")
    ] = None,
) -> Reader:
    """Who asks, and of which day. Raises `BadInput` for an instant that cannot be used."""
    instant = read_instant(known_at) if known_at else now()
    day = as_of or now().date()
    question = Question(day, instant, lang=language, is_latest=known_at is None)
    return Reader(request, caller, question)


ReaderDep = Annotated[Reader, Depends(reader)]


@router.get(
    "/vehicles",
    summary="Every root in one pass",
    response_model=Documents,
    responses=NOT_MODIFIED | AS_TABLE,
)
@needs(Action.READ_FOOTPRINTS)
def vehicles(reader: ReaderDep, format: Format = "json") -> Response:
    """Total in words and numbers, columns and coverage of each root of the bills of materials.

    Numbers have 12 significant digits: they are computed in float64 for all roots at once, and
    agree with the footprint of each within 1e-12.
    """
    return reader.answer("vehicles", across.VEHICLES, format, across.vehicles)


@router.get(
    "/parts/{part_id}/uses",
    summary="Every vehicle that takes a part",
    response_model=Document,
    responses=NOT_MODIFIED | AS_TABLE,
)
@needs(Action.READ_FOOTPRINTS)
def uses(
    part_id: Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")],
    reader: ReaderDep,
    format: Format = "json",
) -> Response:
    """How much of the part each root takes, what that emits, and which share of the root it is."""

    def answer(asking: Asking) -> Document:
        return across.where_used(asking, part_id)

    return reader.answer("uses", across.USES, format, answer, (part_id,))


@router.get(
    "/suppliers",
    summary="The suppliers of all vehicles, by name",
    response_model=Documents,
    responses=NOT_MODIFIED | AS_TABLE,
)
@needs(Action.READ_FOOTPRINTS)
def suppliers(reader: ReaderDep, format: Format = "json") -> Response:
    """How many parts of each supplier enter a total, in how many vehicles. Nobody is ranked."""
    return reader.answer("suppliers", across.SUPPLIERS, format, across.suppliers)


@router.get(
    "/suppliers/{company_id}/parts",
    summary="Every part of a supplier in all vehicles",
    response_model=Documents,
    responses=NOT_MODIFIED | AS_TABLE,
)
@needs(Action.READ_FOOTPRINTS)
def supplier_parts(
    company_id: Annotated[str, Path(description="Id of a supplier, as their list gives it.")],
    reader: ReaderDep,
    format: Format = "json",
) -> Response:
    """One row for each part of the supplier and each vehicle that takes it."""

    def answer(asking: Asking) -> Documents:
        return across.supplier_parts(asking, company_id)

    return reader.answer("parts", across.SUPPLIED, format, answer, (company_id,))


@router.get(
    "/gaps",
    summary="What all vehicles lack, the heaviest first",
    response_model=Documents,
    responses=NOT_MODIFIED | AS_TABLE,
)
@needs(Action.READ_FOOTPRINTS)
def gaps(
    reader: ReaderDep,
    format: Format = "json",
    top: Annotated[int, Query(ge=0, le=100_000, description="Most gaps to list.")] = 100,
) -> Response:
    """Gaps by the kgCO2e that they may hide in one of each vehicle, then by kg.

    `estimate` is taken at the median of the category's band; absent where there is none. A gap
    `inside` a supplier's part is known by its size alone.
    """

    def answer(asking: Asking) -> Documents:
        return across.gaps(asking)[:top]

    return reader.answer("gaps", across.GAPS, format, answer, (str(top),))
