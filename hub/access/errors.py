"""What can go wrong at the entrance."""

from hub.kit.errors import NotSignedIn


class SignInFailed(NotSignedIn):
    """Wrong email or password: which of them is not said. The attempt is counted."""

    remembered = True

    def __init__(self) -> None:
        super().__init__("hub/sign-in-failed")
