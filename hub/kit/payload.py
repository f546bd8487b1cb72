"""The base of request and response shapes that are not published documents."""

from pydantic import BaseModel, ConfigDict


class Payload(BaseModel):
    """Unknown members refused; may be read from a row's attributes.

    Names are snake_case like those of the results; only signed and published documents, which
    follow PACT, are camelCase.
    """

    model_config = ConfigDict(extra="forbid", from_attributes=True)
