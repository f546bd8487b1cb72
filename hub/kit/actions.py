"""What can be done in a hub, as far as roles tell it apart; every route states which of it it is.

Which role may do what stands in `access.roles`; it is looked at where it is found out who asks.
"""

from collections.abc import Callable
from enum import StrEnum
from typing import Any, TypeVar

Endpoint = TypeVar("Endpoint", bound=Callable[..., Any])


class Action(StrEnum):
    """One thing to do; the value is what an answer and the documentation call it."""

    READ = "read"
    """See the own company's sites, parts, links, declarations, keys and consents."""
    READ_FOOTPRINTS = "read-footprints"
    """See results, and so what suppliers show: vehicles, trees, findings, scenarios, statements."""
    IMPORT = "import"
    """Replace parts, bills of materials, sourcing links and factors by tables."""
    REGISTER_SITES = "register-sites"
    RECORD_ACTIVITY = "record-activity"
    """Record readings, production, instruments, and by what products share energy."""
    CONFIRM_LINKS = "confirm-links"
    """Say that it is so that a company buys a part here."""
    SUBMIT = "submit"
    """Bring signed declarations."""
    RELEASE = "release"
    """Release or reject what waits for it; withdraw what was declared."""
    CONSENT = "consent"
    """Let a company see own parts, and end that."""
    CALCULATE = "calculate"
    """Save scenarios, and let the hub sign statements of results."""
    DECIDE = "decide"
    """Acknowledge, dispute and assign what was found about the own company."""
    ANSWER = "answer"
    """Answer a dispute that was put to the own company, or to the operator."""
    ASK = "ask"
    """Ask suppliers for footprints, and take or return their answers."""
    ANSWER_REQUEST = "answer-request"
    """Work on a request: take it up, ask back, decline, forward. An answer takes `consent`."""
    ENROL_KEYS = "enrol-keys"
    END_KEYS = "end-keys"
    """Retire or revoke a key."""
    READ_ACCESS_LOG = "read-access-log"
    """See who read what of the company."""
    VERIFY = "verify"
    """State for another company that one has verified its declaration."""
    ADMINISTER = "administer"
    """People, machines and their roles; whether two pairs of eyes are asked for."""
    LEAVE = "leave"
    """Take everything of the company's along, or have the company erased."""
    OPERATE = "operate"
    """Open the access to a company's data for a reason, as the hub's operator."""


def needs(action: Action) -> Callable[[Endpoint], Endpoint]:
    """Mark a route's function with what it does; without a mark nobody is let in to it."""

    def marked(endpoint: Endpoint) -> Endpoint:
        endpoint.needs = action  # type: ignore[attr-defined] # a mark, as functools.wraps leaves one
        return endpoint

    return marked


def action_of(endpoint: Callable[..., Any]) -> Action | None:
    """What a route's function is marked with."""
    return getattr(endpoint, "needs", None)
