"""What can go wrong at the entrance."""

from collections.abc import Iterable

from hub.kit.errors import BadInput, Forbidden, NotSignedIn


class SignInFailed(NotSignedIn):
    """Wrong email or password: which of them is not said. The attempt is counted."""

    remembered = True

    def __init__(self) -> None:
        super().__init__("hub/sign-in-failed")


class PasswordWrong(NotSignedIn):
    """The password of the signed-in person is another one. The attempt is counted."""

    remembered = True

    def __init__(self) -> None:
        super().__init__("hub/password-wrong")


class StepUpNeeded(Forbidden):
    """Only for who has just proved anew who she is."""

    def __init__(self) -> None:
        super().__init__("hub/step-up-needed")


class LacksRole(Forbidden):
    """It is known who asks, and none of their roles in their own company is for this."""

    def __init__(self, action: str | None, roles: Iterable[str]) -> None:
        super().__init__("access/role", action=action or "–", roles=", ".join(roles) or "–")


class UnusableRoles(BadInput):
    """No role at all, or a word that names none."""

    def __init__(self, roles: Iterable[str]) -> None:
        super().__init__("access/roles", roles=", ".join(roles))


class RoundLost(Forbidden):
    """A provider's answer to a sign-in that this browser has not begun, or that is over."""

    remembered = True

    def __init__(self) -> None:
        super().__init__("hub/oidc-round")


class NotLinked(Forbidden):
    """Somebody whom the provider knows and nobody here has let in."""

    def __init__(self) -> None:
        super().__init__("hub/oidc-not-linked")


class PasswordsClosed(Forbidden):
    """This hub lets nobody in by password."""

    def __init__(self) -> None:
        super().__init__("hub/passwords-closed")
