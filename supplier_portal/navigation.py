"""Which pages the navigation names: the sections of the portal, and the pages of the open one."""

from collections.abc import Collection

from hub.kit.actions import Action

SECTIONS = (
    (("", Action.READ),),
    (("requests", Action.READ),),
    (
        ("vehicles", Action.READ_FOOTPRINTS),
        ("batteries", Action.READ_FOOTPRINTS),
        ("scenarios", Action.READ_FOOTPRINTS),
        ("updates", Action.READ_FOOTPRINTS),
        ("factors", Action.READ),
    ),
    (("findings", Action.READ_FOOTPRINTS),),
    (("sites", Action.READ),),
    (("parts", Action.READ), ("links", Action.READ), ("workbooks", Action.READ)),
    (("calculations", Action.READ),),
    (("declarations", Action.READ), ("expiring", Action.READ), ("receipts", Action.READ)),
    (("waiting", Action.RELEASE),),
    (("disputes", Action.OPERATE),),
    (("break-glass", Action.OPERATE),),
    (
        ("company", Action.READ),
        ("consents", Action.READ),
        ("keys", Action.READ),
        ("access-log", Action.READ_ACCESS_LOG),
        ("people", Action.ADMINISTER),
    ),
)
"""First parts of the pages' addresses; the first that a reader may see stands for its section."""


def main_row(actions: Collection[Action]) -> list[str]:
    """The page of each section that stands for it, to this reader."""
    return [seen[0] for section in SECTIONS if (seen := _seen(section, actions))]


def second_row(actions: Collection[Action], name: str) -> list[str]:
    """The pages of the section that `name` belongs to; none where it would be that one alone."""
    for section in SECTIONS:
        if name in dict(section):
            seen = _seen(section, actions)
            return seen if len(seen) > 1 else []
    return []


def _seen(section: tuple[tuple[str, Action], ...], actions: Collection[Action]) -> list[str]:
    return [name for name, action in section if action in actions]
