"""Why a battery's declaration is refused."""

from collections.abc import Sequence

from hub.disclosure.reader import Labels
from hub.kit.errors import Conflict
from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.battery.words import telling


class RefusedDeclaration(Conflict):
    """Something that Art. 7(1) or the format asks for is missing; `details` has every gap."""

    def __init__(self, gaps: Sequence[Gap], names: Labels, lang: str) -> None:
        super().__init__("battery/refused", count=str(len(gaps)))
        self.details = [_detail(gap, names, lang) for gap in gaps]


def _detail(gap: Gap, names: Labels, lang: str) -> dict[str, str]:
    told = dict(telling(gap, lang, names.of(gap.owner) or gap.supplier))
    told["message"] = told.pop("text")
    return told
