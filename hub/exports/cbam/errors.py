"""Why there is no communication."""

from collections.abc import Sequence

from hub.kit.errors import BadInput
from tierlight_schemas.cbam.gaps import Gap


class RefusedReport(BadInput):
    """The report lacks or misstates something without which there is no number; `details` has
    every gap, those that would only leave a field empty too."""

    def __init__(self, gaps: Sequence[Gap]) -> None:
        super().__init__("cbam/refused", count=str(sum(gap.blocks for gap in gaps)))
        self.details = [{"code": gap.code, **gap.params} for gap in gaps]
