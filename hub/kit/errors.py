# ruff: noqa: N818 — names say what happened, in the words of who reads them.
"""Errors that reach a person or a program: a status, a stable code, and the words' placeholders.

    HubError
    ├── BadInput        400  what was sent cannot be used
    ├── NotSignedIn     401
    ├── Forbidden       403  signed in, but this is another role's to do
    ├── NotFound        404  absent, or not yours to see: the same answer
    ├── Conflict        409
    ├── TooLarge        413
    ├── Unsupported     415  a media type this path does not take
    └── TooMany         429  tried too often; says when to come back

The words come from the message catalogue by `code`, in the reader's language; `params` are the
placeholders. `kit.problems` renders every one of them as `{code, message, remedy, details}`.
"""

from typing import ClassVar

from tierlight_schemas.errors import StandardError


class HubError(Exception):
    """Root of the hub's errors."""

    status: ClassVar[int] = 500
    remembered: ClassVar[bool] = False
    """Whether what the use case wrote before raising is to be committed."""

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.details: list[dict[str, str]] = []
        """One entry a place; an entry with a `code` is rendered in the reader's language, its
        other members being the placeholders."""

    def headers(self) -> dict[str, str]:
        """Response headers that belong to this error."""
        return {}


class BadInput(HubError):
    """What was sent cannot be used; says where and what to do."""

    status = 400


class NotSignedIn(HubError):
    """No usable credentials."""

    status = 401

    def headers(self) -> dict[str, str]:
        """The scheme to use, as RFC 6750 3 asks."""
        return {"WWW-Authenticate": "Bearer"}


class Forbidden(HubError):
    """The caller is known, and this is not for its role."""

    status = 403


class NotFound(HubError):
    """Absent or not visible to the caller; the two look the same on purpose."""

    status = 404

    def __init__(self, code: str = "hub/not-found", **params: str) -> None:
        super().__init__(code, **params)


class Conflict(HubError):
    """The request contradicts what is recorded."""

    status = 409


class TooLarge(HubError):
    """A limit on size was passed."""

    status = 413


class Unsupported(HubError):
    """A media type that this path does not take."""

    status = 415


class TooMany(HubError):
    """Tried too often."""

    status = 429

    def __init__(self, code: str, retry_after: int, **params: str) -> None:
        super().__init__(code, seconds=str(retry_after), **params)
        self.retry_after = retry_after

    def headers(self) -> dict[str, str]:
        """When to try again, in seconds."""
        return {"Retry-After": str(self.retry_after)}


def bad_input(error: StandardError) -> HubError:
    """An error of the standard's pure functions as an answer to who sent the bytes."""
    kind = TooLarge if error.code == "door/too-large" else BadInput
    return kind(error.code, **error.params)
