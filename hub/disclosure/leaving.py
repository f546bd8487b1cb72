"""Answers that were kept for a company that leaves, or that tell others of it."""

from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from hub.disclosure.tables import AnswerSource, StoredAnswer
from hub.kit.wall import beyond


def erase(session: Session, company_id: str) -> None:
    """Delete every kept answer that the company was given, or that rests on its records.

    They are copies: whoever asks again is answered by what is recorded then.
    """
    resting = select(AnswerSource.answer_id).where(AnswerSource.company_id == company_id)
    concerned = or_(StoredAnswer.company_id == company_id, StoredAnswer.id.in_(resting))
    with beyond(session):
        ids = list(session.scalars(select(StoredAnswer.id).where(concerned)))
        session.execute(delete(AnswerSource).where(AnswerSource.answer_id.in_(ids)))
        session.execute(delete(StoredAnswer).where(StoredAnswer.id.in_(ids)))
