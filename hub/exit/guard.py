"""Who may take everything along, or have it erased: the one place that roles are connected to."""

from hub.access.caller import Caller
from hub.kit.errors import Forbidden


def is_allowed_to_leave(caller: Caller) -> bool:
    """Whether the caller may act for its company as a whole: today, whoever is signed in for it."""
    return bool(caller.company_id)


def may_leave(caller: Caller) -> None:
    """Raise `Forbidden` (`exit/not-yours`) unless the caller may act for its company as a whole."""
    if not is_allowed_to_leave(caller):
        raise Forbidden("exit/not-yours")
