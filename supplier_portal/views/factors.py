"""The registry of factors: one by its meaning, those around it, and some side by side."""

from typing import Annotated

from fastapi import Query, Request, Response

from hub.factors import asking
from hub.factors.registry import registry
from hub.kit.actions import Action, needs
from hub.kit.errors import BadInput
from hub.kit.problems import problem_of
from hub.kit.web import ReadingSessionDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router
from tierlight_schemas.factors.lookup import Answer, look_up
from tierlight_schemas.factors.model import Factor
from tierlight_schemas.factors.reasons import reason
from tierlight_schemas.factors.registry import Registry
from tierlight_schemas.messages import words_of

router = new_router()
MOST_COMPARED = 6

Text = Annotated[str, Query(max_length=100)]


@router.get("/factors")
@needs(Action.READ)
def factors(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    category: Text = "electricity",
    place: Text = "",
    year: Annotated[str, Query(max_length=4)] = "",
    basis: Text = "",
    scope: Text = "",
    compare: Annotated[list[str] | None, Query(max_length=MOST_COMPARED)] = None,
) -> Response:
    """The form, the answer to it, and the factors that were marked to be compared."""
    known = registry(session)
    refused: BadInput | None = None
    answer: Answer | None = None
    try:
        answer = _answer(known, category, place, year, basis, scope) if place else None
    except BadInput as error:
        refused = error
    marked = _marked(known, compare or [])
    return page(
        request,
        "factors.html",
        400 if refused else 200,
        asked={"category": category, "place": place, "year": year, "basis": basis, "scope": scope},
        categories=sorted({factor.category for factor in known.factors}),
        answer=answer,
        why=words_of(reason(answer), reader.language) if answer else None,
        refused=problem_of(refused, reader.language) if refused else None,
        marked=marked,
        mixed=len({factor.kind for factor in marked}) > 1,
        sets=known.sets,
    )


def _answer(
    known: Registry, category: str, place: str, year: str, basis: str, scope: str
) -> Answer:
    if not (year.isascii() and year.isdigit() and len(year) == 4):
        raise BadInput("factor/year-asked", found=ascii(year)[1:-1])
    asked = asking.question(category, place, int(year), basis=basis or None, scope=scope or None)
    return look_up(known, asked)


def _marked(known: Registry, ids: list[str]) -> list[Factor]:
    found = (known.get(factor_id) for factor_id in dict.fromkeys(ids))
    return [factor for factor in found if factor]
