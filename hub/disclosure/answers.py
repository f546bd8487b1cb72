"""Answers kept as the bytes that were sent, for as long as nothing that they rely on has changed.

What is kept is only a copy: any row may be deleted at any time, and is then computed anew.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache, cached_property
from importlib.metadata import version
from typing import Any

from sqlalchemy import Select, bindparam, delete, exists, select
from sqlalchemy.orm import Session

from hub.disclosure.footprint import Question
from hub.disclosure.tables import AnswerSource, StoredAnswer
from hub.findings.settings_file import settings_of
from hub.footprints.book import REGISTRY_DEFAULTS
from hub.kit.bulk import write_rows
from hub.kit.clock import now
from hub.kit.tables import new_id
from hub.parties.changes import numbers, relied_on
from hub.parties.tables import CompanyChanges
from tierlight_schemas.rollup.model import ENGINE, RULESET

FORMAT = 1
"""Raised by whoever lets the same question have other bytes for an answer."""
KEPT = 256
"""Answers of one company that are kept at most; the oldest go."""
KEPT_BYTES = 64 * 1024 * 1024
"""All of one company's together."""
LARGEST = 8 * 1024 * 1024
"""An answer with more bytes is not kept."""


@dataclass(frozen=True)
class Asked:
    """One question of one company."""

    company_id: str
    kind: str
    question: Question
    about: tuple[str, ...] = ()
    """What the question is about: a part, a place in its tree."""
    is_kept: bool = True
    """Whether the answer is asked for often enough to be kept."""

    @cached_property
    def key(self) -> str:
        """Digest of the question and of the code that answers it.

        Consents begin and end by date, so that every day has answers of its own. The day is that
        of the first look: what is computed before midnight is not kept for the day after.
        """
        asked, day = self.question, now().date()
        known_at = None if asked.is_latest else asked.known_at.isoformat()
        parts = [FORMAT, _hub_version(), ENGINE, RULESET, self.kind, *self.about, asked.lang]
        parts += [asked.as_of.isoformat(), known_at, day.isoformat(), asked.basis, asked.top]
        return hashlib.sha256(json.dumps(parts).encode()).hexdigest()


@dataclass(frozen=True)
class Answered:
    """What is told, and what was read of others to tell it."""

    body: bytes
    digest: str
    """SHA-256 (hex) of the body."""
    reads: Sequence[Mapping[str, Any]] = ()
    """Members of access records, but for their time and who asked."""
    sources: Mapping[str, int] | None = None
    """By company, how often it had changed; None for what is kept already, or cannot be."""


def held(session: Session, asked: Asked) -> Answered | None:
    """The answer that is kept for a question, if all that it relies on is as it was."""
    named = {"company_id": asked.company_id, "key": key_of(session, asked)}
    found = session.connection().execute(_newest_that_holds(), named).one_or_none()
    return Answered(found.body, found.digest, json.loads(found.reads)) if found else None


def key_of(session: Session, asked: Asked) -> str:
    """Digest of all that the answer depends on, but for what companies have recorded: the question,
    and what the operator of this hub decided about findings and averages."""
    averages = bool(session.info.get(REGISTRY_DEFAULTS))
    told = f"{asked.key} {settings_of(session).digest} {averages}"
    return hashlib.sha256(told.encode()).hexdigest()


@cache
def _newest_that_holds() -> Select[bytes, str, str]:
    """One query, made once; parameters `company_id` and `key`."""
    answer, source, count = StoredAnswer, AnswerSource, CompanyChanges
    is_as_it_was = exists().where(
        count.company_id == source.company_id, count.changes == source.changes
    )
    return (
        select(answer.body, answer.digest, answer.reads)
        .where(answer.company_id == bindparam("company_id"), answer.key == bindparam("key"))
        .where(~exists().where(source.answer_id == answer.id, ~is_as_it_was))
        .order_by(answer.stored_at.desc())
        .limit(1)
    )


def with_sources(session: Session, asked: Asked, answer: Answered) -> Answered:
    """An answer with what it relies on, for the session that it was computed in.

    That session sees the database at one instant, so the counts are those of what it has read.
    An answer about now is not kept when something was recorded at a later time by the clock of
    another server: the same question could then have another answer without any change.
    """
    relied = relied_on(session) | {asked.company_id}
    counts = numbers(session, relied)
    known_at = asked.question.known_at
    late = asked.question.is_latest and any(c.changed_at >= known_at for c in counts.values())
    if late or len(counts) < len(relied) or len(answer.body) > LARGEST or not asked.is_kept:
        return answer
    return replace(answer, sources={name: count.changes for name, count in counts.items()})


def keep(session: Session, asked: Asked, answer: Answered) -> None:
    """Keep an answer in the place of an older one to the same question."""
    if answer.sources is None:
        return
    mine, key = StoredAnswer.company_id == asked.company_id, key_of(session, asked)
    session.execute(delete(StoredAnswer).where(mine, StoredAnswer.key == key))
    row = StoredAnswer(
        id=new_id(),
        company_id=asked.company_id,
        key=key,
        kind=asked.kind,
        stored_at=now(),
        digest=answer.digest,
        size=len(answer.body),
        body=answer.body,
        reads=json.dumps(list(answer.reads)),
    )
    session.add(row)
    sources = answer.sources.items()
    write_rows(
        session,
        AnswerSource,
        ({"answer_id": row.id, "company_id": name, "changes": n} for name, n in sources),
    )
    _forget_old(session, asked.company_id)


def forget_all(session: Session) -> int:
    """Delete everything that is kept; how many answers it was."""
    ids = session.scalars(delete(StoredAnswer).returning(StoredAnswer.id))
    return len(ids.all())


def _forget_old(session: Session, company_id: str) -> None:
    newest = (
        select(StoredAnswer.id, StoredAnswer.size)
        .where(StoredAnswer.company_id == company_id)
        .order_by(StoredAnswer.stored_at.desc(), StoredAnswer.id)
    )
    total, old = 0, []
    for place, (answer_id, size) in enumerate(session.execute(newest)):
        total += size
        if place >= KEPT or total > KEPT_BYTES:
            old.append(answer_id)
    if old:
        session.execute(delete(StoredAnswer).where(StoredAnswer.id.in_(old)))


@cache
def _hub_version() -> str:
    return version("tierlight-hub")
