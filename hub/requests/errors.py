"""What cannot happen to a request, in words that say what can."""

from collections.abc import Iterable

from hub.kit.errors import Conflict
from hub.requests.lifecycle import Act, Side, State, may


class NotNow(Conflict):
    """The request is in a state in which this cannot be done; `state` and `possible` say why."""

    def __init__(self, act: str, state: State, side: Side) -> None:
        self.possible = may(state, side)
        said = {"act": act, "state": state.value, "possible": named(self.possible)}
        super().__init__("requests/not-now" if self.possible else "requests/over", **said)


def named(acts: Iterable[Act]) -> str:
    """`start, ask, decline`: as the paths of the API name them."""
    return ", ".join(dict.fromkeys(path_of(act) for act in acts))


def path_of(act: Act) -> str:
    """What the API calls an act: whether an answer is full or partial the hub finds out itself."""
    return "answer" if act in (Act.ANSWER_FULLY, Act.ANSWER_PARTLY) else act.value
