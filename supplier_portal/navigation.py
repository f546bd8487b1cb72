"""Which pages the navigation names: those of the daily work, and one level below, the company's."""

from collections.abc import Collection

from hub.kit.actions import Action

WORK = (
    ("", Action.READ),
    ("requests", Action.READ),
    ("vehicles", Action.READ_FOOTPRINTS),
    ("findings", Action.READ_FOOTPRINTS),
    ("scenarios", Action.READ_FOOTPRINTS),
    ("sites", Action.READ),
    ("parts", Action.READ),
    ("links", Action.READ),
    ("calculations", Action.READ),
    ("workbooks", Action.READ),
    ("declarations", Action.READ),
    ("factors", Action.READ),
    ("waiting", Action.RELEASE),
    ("disputes", Action.OPERATE),
    ("break-glass", Action.OPERATE),
)
COMPANY = (
    ("company", Action.READ),
    ("consents", Action.READ),
    ("receipts", Action.READ),
    ("updates", Action.READ_FOOTPRINTS),
    ("keys", Action.READ),
    ("access-log", Action.READ_ACCESS_LOG),
    ("people", Action.ADMINISTER),
)
"""What is set up now and then: named on the pages of the company only."""


def main_row(actions: Collection[Action]) -> list[str]:
    """First parts of the addresses of the daily work that the reader may see, the company last."""
    return [name for name, action in (*WORK, COMPANY[0]) if action in actions]


def company_row(actions: Collection[Action], section: str) -> list[str]:
    """The company's pages that the reader may see, while one of them is open; else none."""
    if section not in dict(COMPANY):
        return []
    return [name for name, action in COMPANY if action in actions]
