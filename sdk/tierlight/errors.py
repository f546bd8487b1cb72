"""What can go wrong between a supplier's system and a hub.

    TierlightError
    ├── ConfigurationError     an address, a key or a profile is missing or cannot be used
    ├── SigningError           the signer gave nothing usable
    ├── ConnectionFailed       the hub could not be reached, after all retries
    └── HubRefused             the hub answered with an error
        ├── BadRequest         400, 413, 415, 422
        ├── NotSignedIn        401
        ├── NotAllowed         403
        ├── NotFound           404  absent, or not yours to see: the same answer
        ├── Conflict           409
        ├── TooManyRequests    429, after all retries
        └── HubUnavailable     5xx, after all retries

A document or an envelope that may not pass raises `tierlight_schemas.errors.EnvelopeError`.
"""

from collections.abc import Mapping, Sequence


class TierlightError(Exception):
    """Root of the SDK's errors; `code` has words in `tierlight.words`."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params

    def __str__(self) -> str:
        details = ", ".join(f"{name}={value}" for name, value in self.params.items())
        return f"{self.code} ({details})" if details else self.code


class ConfigurationError(TierlightError):
    """An address, a key or a profile is missing or cannot be used."""


class SigningError(TierlightError):
    """The signer gave nothing usable."""


class ConnectionFailed(TierlightError):  # noqa: N818 - says what happened
    """The hub could not be reached, after all retries."""


class HubRefused(TierlightError):  # noqa: N818 - says what happened
    """The hub answered with an error; its words are in the language that was asked for."""

    def __init__(
        self,
        status: int,
        code: str,
        message: str,
        *,
        remedy: str = "",
        request_id: str | None = None,
        details: Sequence[Mapping[str, str]] = (),
    ) -> None:
        super().__init__(code, status=str(status), message=message)
        self.status = status
        self.message = message
        self.remedy = remedy
        self.request_id = request_id
        """What the hub's operator needs to find this request in his log."""
        self.details = tuple(details)
        """Row by row for tables: file, row, column, code, message, remedy."""

    def __str__(self) -> str:
        request = f" [request {self.request_id}]" if self.request_id else ""
        remedy = f" {self.remedy}" if self.remedy else ""
        return f"{self.status} {self.code}: {self.message}{remedy}{request}"


class BadRequest(HubRefused):
    """What was sent cannot be used; `details` say where."""


class NotSignedIn(HubRefused):
    """The client id, the secret or the token is not accepted."""


class NotAllowed(HubRefused):
    """The caller is known, but may not do this."""


class NotFound(HubRefused):
    """Absent, or not yours to see: the hub gives the same answer."""


class Conflict(HubRefused):
    """The request contradicts what is recorded; sending it again changes nothing."""


class TooManyRequests(HubRefused):
    """Too many requests, after all retries; wait and try again."""


class HubUnavailable(HubRefused):
    """The hub has a defect or is down for the moment, after all retries."""


def refusal(status: int) -> type[HubRefused]:
    """The error for an HTTP status of 400 or above."""
    exact = {
        401: NotSignedIn,
        403: NotAllowed,
        404: NotFound,
        409: Conflict,
        429: TooManyRequests,
    }
    if status in exact:
        return exact[status]
    return HubUnavailable if status >= 500 else BadRequest
