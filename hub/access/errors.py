"""What can go wrong at the entrance."""

from hub.kit.errors import Forbidden, NotSignedIn


class SignInFailed(NotSignedIn):
    """Wrong email or password: which of them is not said. The attempt is counted."""

    remembered = True

    def __init__(self) -> None:
        super().__init__("hub/sign-in-failed")


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
