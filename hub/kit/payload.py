"""The base of request and response shapes that are not published documents."""

from datetime import UTC, datetime
from typing import Annotated

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict


def _in_utc(instant: datetime) -> datetime:
    try:
        return instant.astimezone(UTC)
    except OverflowError:
        raise ValueError("beyond the calendar") from None


Instant = Annotated[AwareDatetime, AfterValidator(_in_utc)]
"""An instant with its time zone, in UTC; one that leaves the calendar on the way is refused."""


class Payload(BaseModel):
    """Unknown members refused; may be read from a row's attributes.

    Names are snake_case like those of the results; only signed and published documents, which
    follow PACT, are camelCase.
    """

    model_config = ConfigDict(extra="forbid", from_attributes=True)
