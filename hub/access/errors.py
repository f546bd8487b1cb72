"""What can go wrong at the entrance."""

from hub.kit.errors import Forbidden, NotSignedIn


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
