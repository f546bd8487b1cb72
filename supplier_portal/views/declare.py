"""Declaring a part: the form, with everything that is wrong said where it stands."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Annotated

from fastapi import Depends, Query, Request, Response
from fastapi.responses import RedirectResponse

from hub.declarations import preparing
from hub.declarations.errors import Refused
from hub.disclosure.prepared_page import FormPage, form_page
from hub.kit.actions import Action, needs
from hub.kit.errors import HubError
from hub.kit.language import Language
from hub.kit.problems import Problem, problem_of
from hub.kit.web import ReadingSessionDep, SessionDep, SettingsDep
from supplier_portal import declare_form
from supplier_portal.declare_form import ENTRIES
from supplier_portal.forms import OwnFormDep
from supplier_portal.pages import page
from supplier_portal.reader import AccountDep, ReaderDep
from supplier_portal.views import new_router
from supplier_portal.views.sign_in import UNUSABLE_FORM
from supplier_portal.wording import Words
from tierlight_schemas.errors import RowError
from tierlight_schemas.rows import RowProblems

router = new_router()

Problems = Mapping[str | None, list[Problem]]
"""By entry; under None what belongs to no single one."""


async def answers(request: Request) -> dict[str, str]:
    """What was typed into the form."""
    return declare_form.answers_of((await request.form()).multi_items())


@router.get("/parts/{part_id}/declare")
@needs(Action.SUBMIT)
def form(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: ReadingSessionDep,
    part_id: str,
    prepared: Annotated[str | None, Query(alias="from", max_length=36)] = None,
) -> Response:
    """The form, filled with what is on record or with the document that is being corrected."""
    shown = form_page(session, account.caller, part_id, prepared)
    if prepared:
        given = declare_form.answers_from(shown.cells)
    else:
        given = _on_record(shown, Words(reader.language))
    return _form(request, shown, given, {})


@router.post("/parts/{part_id}/declare", dependencies=OwnFormDep)
@needs(Action.SUBMIT)
def prepare(
    request: Request,
    account: AccountDep,
    reader: ReaderDep,
    session: SessionDep,
    settings: SettingsDep,
    part_id: str,
    given: Annotated[dict[str, str], Depends(answers)],
) -> Response:
    """On to the document; or the form again, nothing lost, with every problem at its entry."""
    shown = form_page(session, account.caller, part_id)
    try:
        _refuse_unusable(given)
        cells = declare_form.cells_of(given, shown.sites)
        made = preparing.prepare(
            session,
            account.caller,
            part_id,
            cells,
            language=reader.language,
            settings=settings,
        )
    except (RowProblems, RowError, Refused) as error:
        return _form(request, shown, given, problems_of(error, reader.language))
    return RedirectResponse(f"/prepared/{made.id}", 303)


def problems_of(error: RowProblems | RowError | Refused, language: Language) -> Problems:
    """Everything that is wrong, in words and by entry."""
    sorted_in: dict[str | None, list[Problem]] = defaultdict(list)
    if isinstance(error, Refused):
        for told in problem_of(error, language).details:
            problem = Problem(code=told["code"], message=told["message"], remedy=told["remedy"])
            sorted_in[declare_form.entry_of_path(told["path"])].append(problem)
        return sorted_in
    rows = error.problems if isinstance(error, RowProblems) else [error]
    for row in rows:
        entry = declare_form.entry_of_problem(row)
        sorted_in[entry].append(_in_words(row, entry, language))
    return sorted_in


def _in_words(error: RowError, entry: str | None, language: Language) -> Problem:
    """The words of a table's problem, with the name of the entry where a table names a column."""
    words, code = Words(language), error.code
    if entry is None:
        return problem_of(HubError(code, **error.params), language)
    if code == "row/cell-missing":
        code = "prepared/answer-missing"
    name = words(ENTRIES[entry].word)
    named = {"column": words("quoted.name", name=name), "member": name}
    return problem_of(HubError(code, **{**error.params, **named}), language)


def _refuse_unusable(given: Mapping[str, str]) -> None:
    if problems := declare_form.unusable(given):
        raise RowProblems(problems)


def _on_record(shown: FormPage, words: Words) -> dict[str, str]:
    """What a part says of itself, for one of its own unit."""
    part, unit = shown.part, words.known("unit", shown.part.base_unit)
    stated = {"declared_amount": "1", "declared_unit": unit, "boundary": "cradle-to-gate"}
    if part.net_mass_kg and part.base_unit != "kilogram":
        stated["mass_kg"] = part.net_mass_kg
    if len(shown.sites) == 1:
        stated["site"] = shown.sites[0].code
    return stated


def _form(
    request: Request, shown: FormPage, given: Mapping[str, str], problems: Problems
) -> Response:
    return page(
        request,
        "declare.html",
        UNUSABLE_FORM if problems else 200,
        part=shown.part,
        sites=shown.sites,
        sections=declare_form.SECTIONS,
        units=declare_form.UNITS,
        given=given,
        problems=problems,
        limit=declare_form.MAX_TEXT,
    )
