"""Errors that reach a person or a program: a status, a stable code, and the words' placeholders.

    HubError
    ├── BadInput        400  what was sent cannot be used
    ├── NotSignedIn     401
    ├── NotFound        404  absent, or not yours to see: the same answer
    ├── Conflict        409
    └── TooLarge        413

The words come from the message catalogue by `code`, in the reader's language; `params` are the
placeholders. `kit.problems` renders every one of them as `{code, message, details}`.
"""

from typing import ClassVar


class HubError(Exception):
    """Root of the hub's errors."""

    status: ClassVar[int] = 500

    def __init__(self, code: str, **params: str) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params
        self.details: list[dict[str, str]] = []


class BadInput(HubError):
    """What was sent cannot be used; says where and what to do."""

    status = 400


class NotSignedIn(HubError):
    """No usable credentials."""

    status = 401


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
