"""Who may take everything along, or have it erased: the one place that roles are connected to."""

from hub.access.caller import Caller


def may_leave(caller: Caller) -> None:
    """Raise `Forbidden` unless the caller may act for its company as a whole.

    Whoever is signed in for the company may.
    """
