"""What the API takes of people who say something of a finding."""

from pydantic import Field

from hub.findings.deciding import MAX_WORDS
from hub.findings.standing import Verdict
from hub.kit.payload import Payload

Words = Field(max_length=MAX_WORDS + 500, description="Why, for people; 2,000 characters at most.")


class Reason(Payload):
    """Why a finding is acknowledged, disputed or opened again."""

    reason: str = Words
    evidence_digest: str | None = Field(
        default=None,
        max_length=64,
        description="Of the finding as it was read: with other numbers by now it is refused.",
    )


class Answer(Payload):
    """What is answered to a dispute."""

    verdict: Verdict = Field(description="`upheld`: the finding holds; `withdrawn`: it does not.")
    reason: str = Words


class Assignment(Payload):
    """Who shall act."""

    person: str = Field(
        max_length=100, description="Id of a person of the company who may decide; empty: nobody."
    )


class Assignable(Payload):
    """A person of the company who can be assigned."""

    id: str
    name: str
