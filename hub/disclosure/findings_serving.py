"""The findings about a company as answers: kept where nothing has changed, reads recorded first."""

import json

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.disclosure import serving
from hub.disclosure.answers import Asked
from hub.disclosure.company_findings import Document, found_about
from hub.disclosure.footprint import Question
from hub.kit.database import Database


def found(database: Database, caller: Caller, question: Question) -> Document:
    """What is found about the caller's company; what is read of others for it is recorded."""
    about, compute = _question(caller, question)
    given = serving.answer(database, caller, about, compute)
    serving.keep(database, about, given)
    document: Document = json.loads(given.body)
    return document


def looked_up(database: Database, caller: Caller, lang: str) -> Document:
    """The same of now, for something to be said of it: nothing is told of it, or recorded."""
    about, compute = _question(caller, Question.now(lang))
    document: Document = serving.looked_up(database, about, compute)
    return document


def _question(caller: Caller, question: Question) -> tuple[Asked, serving.Compute]:
    def compute(session: Session) -> Document:
        return found_about(session, caller, question)

    return Asked(caller.company_id, "company-findings", question), compute
