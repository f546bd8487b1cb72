"""Which role may do what: the one table that the API, the pages and the documentation go by."""

from collections.abc import Collection, Iterable, Mapping
from enum import StrEnum

from hub.access.errors import LacksRole, UnusableRoles
from hub.kit.actions import Action


class Role(StrEnum):
    """What a person or a machine is in its company; one may be several."""

    SUBMITTER = "submitter"
    RELEASER = "releaser"
    BUYER = "buyer"
    LCA_OFFICER = "lca-officer"
    VERIFIER = "verifier"
    ADMIN = "admin"
    OPERATOR = "operator"
    """Of the hub's own company; no admin gives it, only whoever holds the hub's command line."""


MAY: Mapping[Role, frozenset[Action]] = {
    Role.SUBMITTER: frozenset(
        {
            Action.READ,
            Action.REGISTER_SITES,
            Action.RECORD_ACTIVITY,
            Action.CONFIRM_LINKS,
            Action.SUBMIT,
            Action.ANSWER_REQUEST,
            Action.ENROL_KEYS,
        }
    ),
    Role.RELEASER: frozenset(
        {
            Action.READ,
            Action.READ_FOOTPRINTS,
            Action.CONFIRM_LINKS,
            Action.RELEASE,
            Action.CONSENT,
            Action.DECIDE,
            Action.ANSWER,
            Action.ANSWER_REQUEST,
            Action.READ_ACCESS_LOG,
        }
    ),
    Role.BUYER: frozenset(
        {
            Action.READ,
            Action.READ_FOOTPRINTS,
            Action.IMPORT,
            Action.CALCULATE,
            Action.DECIDE,
            Action.ANSWER,
            Action.ASK,
        }
    ),
    Role.LCA_OFFICER: frozenset(
        {
            Action.READ,
            Action.READ_FOOTPRINTS,
            Action.IMPORT,
            Action.REGISTER_SITES,
            Action.CONFIRM_LINKS,
            Action.CONSENT,
            Action.CALCULATE,
            Action.DECIDE,
            Action.ANSWER,
            Action.ASK,
            Action.ANSWER_REQUEST,
            Action.READ_ACCESS_LOG,
        }
    ),
    Role.VERIFIER: frozenset({Action.READ, Action.VERIFY}),
    Role.ADMIN: frozenset(
        {
            Action.READ,
            Action.REGISTER_SITES,
            Action.ENROL_KEYS,
            Action.END_KEYS,
            Action.READ_ACCESS_LOG,
            Action.ADMINISTER,
            Action.LEAVE,
        }
    ),
    Role.OPERATOR: frozenset({Action.READ, Action.OPERATE, Action.ANSWER}),
}

THROUGH_THE_GLASS = frozenset({Action.READ, Action.READ_FOOTPRINTS, Action.READ_ACCESS_LOG})
"""What an operator may do in another company while its access is open: look, and nothing else."""

Roles = frozenset[Role]
ERP: Roles = frozenset({Role.SUBMITTER})
"""What a machine is unless more is said."""
GIVEN_BY_ADMINS: Roles = frozenset(Role) - {Role.OPERATOR}


def allowed(roles: Iterable[Role]) -> frozenset[Action]:
    """Everything that at least one of the roles may do."""
    return frozenset().union(*(MAY[role] for role in roles))


def roles_for(action: Action) -> list[Role]:
    """The roles that may do it, in the order in which they are written."""
    return [role for role in Role if action in MAY[role]]


def read_roles(texts: Collection[str]) -> Roles:
    """Roles by their names; at least one. Raises `UnusableRoles` for none and for others."""
    try:
        roles = frozenset(Role(text) for text in texts)
    except ValueError:
        raise UnusableRoles(Role) from None
    if not roles:
        raise UnusableRoles(Role)
    return roles


def refuse_unless(allowed_actions: Collection[Action], action: Action | None) -> None:
    """Raise `LacksRole` unless the action is among them; where none is stated nobody is let in."""
    if action is None or action not in allowed_actions:
        raise LacksRole(action, roles_for(action) if action else [])
