"""What can go wrong at the entrance."""

from collections.abc import Iterable

from hub.kit.errors import BadInput, Forbidden, NotSignedIn


class SignInFailed(NotSignedIn):
    """Wrong email or password: which of them is not said. The attempt is counted."""

    remembered = True

    def __init__(self) -> None:
        super().__init__("hub/sign-in-failed")


class LacksRole(Forbidden):
    """It is known who asks, and none of their roles in their own company is for this."""

    def __init__(self, action: str | None, roles: Iterable[str]) -> None:
        super().__init__("access/role", action=action or "–", roles=", ".join(roles) or "–")


class UnusableRoles(BadInput):
    """No role at all, or a word that names none."""

    def __init__(self, roles: Iterable[str]) -> None:
        super().__init__("access/roles", roles=", ".join(roles))
