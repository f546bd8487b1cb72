"""What the API takes and says of requests."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Self

from pydantic import Field

from hub.kit.language import Language
from hub.kit.payload import Payload
from hub.requests.errors import path_of
from hub.requests.lifecycle import Reason, State
from hub.requests.lines import Line, Outcome, Verdict, counted
from hub.requests.page import Alone, InList, Ready
from hub.requests.tables import RequestEvent
from hub.requests.terms import MAX_PURPOSE, MAX_TEXT, MAX_WORDS, Payer, Terms
from tierlight_schemas.messages import render

_WORDS = Field(max_length=MAX_WORDS, description="Read by both companies.")
_OPTIONAL_WORDS = Field(default=None, max_length=MAX_WORDS, description="Read by both companies.")


class TermsIn(Payload):
    """What the asked company is told before it decides."""

    purpose: str = Field(max_length=MAX_PURPOSE, description="What the answer is used for.")
    due: date = Field(description="Last day in UTC, at least 30 days from now.")
    level: int = Field(default=1, ge=0, le=5, strict=True, description="L0 to L5.")
    aggregate: bool = Field(
        default=False,
        strict=True,
        description="Whether results may use deeper levels without showing them.",
    )
    legal_basis: str | None = Field(default=None, max_length=MAX_TEXT)
    seen_by: str | None = Field(
        default=None, max_length=MAX_TEXT, description="Who else will see it; absent: nobody."
    )
    keep_until: date | None = Field(
        default=None, description="First day on which the consent no longer holds."
    )
    verification_paid_by: Payer = Field(
        default=Payer.NONE, description="`none`: no verification is asked for."
    )
    period_start: date | None = Field(default=None, description="Reference period wished for.")
    period_end: date | None = Field(default=None, description="First day after it.")

    def terms(self) -> Terms:
        """They, as a use case is told."""
        return Terms(**{name: getattr(self, name) for name in TermsIn.model_fields})


class LineIn(Payload):
    """One part to ask one supplier for."""

    part: str = Field(max_length=200, description="Number of an own part.")
    supplier: str | None = Field(
        default=None,
        max_length=300,
        description="Company id, SCHEME:VALUE or exact name; absent: who the part is bought from.",
    )
    supplier_part: str | None = Field(default=None, max_length=200, description="Its number there.")
    line: str | None = Field(
        default=None, max_length=200, description="What the set calls the line."
    )


class SetIn(TermsIn):
    """Requests on the same terms."""

    reference: str = Field(max_length=100, description="The sender's own; sent again adds lines.")
    title: str = Field(max_length=200, description="For the sender's own people.")
    lines: list[LineIn] = Field(min_length=1, description="10,000 and more come as a table.")
    preview: bool = Field(default=False, strict=True, description="Send nothing; say what would be")
    anyway: bool = Field(
        default=False, strict=True, description="Send also what is answered or open already."
    )

    def wanted(self) -> list[Line]:
        """The lines, as a use case is told."""
        on = self.terms()
        return [Line(one.part, on, one.supplier, one.supplier_part, one.line) for one in self.lines]


class UpstreamIn(TermsIn):
    """The same terms for everything that goes into a part. The customer may not be named."""

    reference: str = Field(max_length=100)
    title: str = Field(max_length=200)
    preview: bool = Field(default=False, strict=True)


class VerdictOut(Payload):
    """What became of a line."""

    line: str
    part: str
    supplier: str | None = None
    row: int | None = Field(default=None, description="Of the table that it came in.")
    outcome: Outcome
    request: str | None = Field(default=None, description="Id of the request.")
    declaration: str | None = Field(default=None, description="Digest of what is readable already.")
    supplier_has_one: bool | None = Field(
        default=None, description="It lets you know that a request asks for its consent only."
    )
    code: str | None = None
    message: str | None = None
    remedy: str | None = None

    @classmethod
    def of(cls, verdict: Verdict, language: Language) -> Self:
        """The verdict in the reader's language."""
        code = verdict.code or f"requests/line-{verdict.outcome}"
        words = render(code, verdict.params, language)
        return cls(
            line=verdict.name,
            part=verdict.part,
            supplier=verdict.supplier,
            row=verdict.number,
            outcome=verdict.outcome,
            request=verdict.request_id,
            declaration=verdict.declaration,
            supplier_has_one=verdict.supplier_has_one or None,
            code=verdict.code,
            message=words.text,
            remedy=words.remedy or None,
        )


class SetOut(Payload):
    """What became of a set."""

    counts: dict[str, int] = Field(description="Lines by outcome.")
    lines: list[VerdictOut]

    @classmethod
    def of(cls, verdicts: Sequence[Verdict], language: Language) -> Self:
        """The verdicts in the reader's language."""
        told = [VerdictOut.of(verdict, language) for verdict in verdicts]
        return cls(counts=counted(verdicts), lines=told)


class Party(Payload):
    """A company of a request."""

    id: str
    name: str


class AnswerReady(Payload):
    """A valid declaration of the reader's that answers a request."""

    declaration: str
    part: str = Field(description="Id of the own part.")
    site: str | None = None
    period_start: datetime
    period_end: datetime
    valid_to: datetime
    missing: list[str] = Field(description="What it lacks of what is asked; empty: nothing.")

    @classmethod
    def of(cls, ready: Ready) -> Self:
        """What was found."""
        one = ready.declared
        return cls(
            declaration=one.digest,
            part=one.part_id,
            site=one.site,
            period_start=one.period_start,
            period_end=one.period_end,
            valid_to=one.valid_to,
            missing=list(ready.missing),
        )


class RequestSummary(Payload):
    """A request in a list."""

    id: str
    state: State
    partner: Party = Field(description="The other company.")
    part_number: str = Field(description="What the asker calls the part.")
    part_name: str
    supplier_part: str | None = None
    level: int
    aggregate: bool
    purpose: str
    legal_basis: str | None = None
    seen_by: str | None = None
    keep_until: date | None = None
    verification_paid_by: Payer
    period_start: date | None = None
    period_end: date | None = None
    sent_at: datetime
    first_due: date
    due: date
    set: str | None = Field(default=None, description="Reference of the set; the asker's alone.")
    ready: AnswerReady | None = Field(
        default=None, description="What answers it in one step; the asked company's alone."
    )
    assignee: str | None = Field(default=None, description="The asked company's alone.")

    @classmethod
    def of(cls, item: InList) -> Self:
        """As one of the two companies reads it."""
        told = {
            "partner": Party(id=item.partner_id, name=item.partner),
            "set": item.reference,
            "ready": AnswerReady.of(item.ready) if item.ready else None,
            "assignee": item.assignee,
        }
        row = {name: getattr(item.row, name) for name in cls._of_row()}
        return cls.model_validate(row | told)

    @classmethod
    def _of_row(cls) -> Iterable[str]:
        return RequestSummary.model_fields.keys() - {"partner", "set", "ready", "assignee"}


class EventOut(Payload):
    """One thing that happened to a request."""

    kind: str
    at: datetime
    by: str = Field(description="`asker`, `asked` or `hub`.")
    actor: str | None = Field(default=None, description="Of one's own company alone.")
    reason: str | None = None
    words: str | None = None
    due: date | None = None
    share: int | None = Field(default=None, description="Of a reminder: per cent of the time.")
    declaration: str | None = None
    grant_id: str | None = None
    level: int | None = None
    missing: list[str] | None = Field(default=None, description="Of a partial answer.")

    @classmethod
    def of(cls, event: RequestEvent, reader_id: str) -> Self:
        """As one of the two companies reads it."""
        sides = {event.asker_id: "asker", event.asked_id: "asked"}
        return cls(
            kind=event.kind,
            at=event.at,
            by=sides.get(event.author_id or "", "hub"),
            actor=event.actor if event.author_id == reader_id else None,
            reason=event.reason,
            words=event.words,
            due=event.due,
            share=event.share,
            declaration=event.declaration,
            grant_id=event.grant_id,
            level=event.level,
            missing=event.missing.split() if event.missing else None,
        )


class RequestView(RequestSummary):
    """A request on its own, with everything that happened to it."""

    possible: list[str] = Field(description="What the reader's company can do now.")
    wished_due: date | None = Field(default=None, description="More time that was asked for.")
    events: list[EventOut]
    own_part: Party | None = Field(default=None, description="The asked company's alone.")
    answers: list[AnswerReady] | None = Field(
        default=None, description="Its valid declarations; the asked company's alone."
    )
    upstream: list[str] | None = Field(
        default=None, description="Ids of what it asked its suppliers; the asked company's alone."
    )
    line: str | None = Field(default=None, description="Of the set; the asker's alone.")
    upstream_of: str | None = Field(
        default=None, description="The request that it was itself asked; the asker's alone."
    )

    @classmethod
    def of_page(cls, page: Alone, reader_id: str) -> Self:
        """As one of the two companies reads it."""
        own = page.own_part
        summary = dict(RequestSummary.of(page.item))
        return cls(
            **summary,
            possible=list(dict.fromkeys(path_of(act) for act in page.possible)),
            wished_due=page.stands.wished,
            events=[EventOut.of(event, reader_id) for event in page.events],
            own_part=Party(id=own[0], name=own[1]) if own else None,
            answers=[AnswerReady.of(one) for one in page.answers] or None,
            upstream=[row.id for row in page.upstream] or None,
            line=page.line,
            upstream_of=page.upstream_of,
        )


class Empty(Payload):
    """Nothing more to say."""


class Said(Payload):
    """Words to the other company."""

    words: str = _WORDS


class MaySay(Payload):
    """Words to the other company, if there are any."""

    words: str | None = _OPTIONAL_WORDS


class DeclineIn(MaySay):
    """Why a request is not answered; `other` takes words."""

    reason: Reason


class MoreTime(MaySay):
    """A new last day."""

    due: date


class ReturnIn(Said):
    """What to mend in an answer, and until when: at least a fortnight is left."""

    due: date | None = None


class AnswerIn(MaySay):
    """An own valid declaration, and what is given of what was asked; absent: all of it."""

    declaration: str = Field(max_length=64, description="Its digest.")
    level: int | None = Field(default=None, ge=0, le=5, strict=True)
    aggregate: bool | None = Field(default=None, strict=True)
    until: date | None = Field(default=None, description="First day without the consent.")


class ForwardIn(Payload):
    """Who of the company has a request in hand; empty: nobody."""

    person: str = Field(max_length=100)


class OwnPartIn(Payload):
    """Which own part a request is about."""

    part: str = Field(max_length=100, description="Id of an own part.")
