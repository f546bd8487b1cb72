"""What a client asks of its company's sites under CBAM (Regulation (EU) 2023/956)."""

import json
from collections.abc import Mapping
from typing import Any

from tierlight.calls import Calls
from tierlight_schemas.cbam.model import CbamReport

Report = CbamReport | Mapping[str, Any]
"""A report, or its JSON; a member that is "" is not stated."""


class CbamCalls(Calls):
    """The part of `Client` that is about CBAM. The hub computes and keeps nothing of it;
    `tierlight_schemas.cbam` computes the same without one."""

    def cbam_report(self, site_id: str, *, year: int | None = None) -> dict[str, Any]:
        """A report of an own site's year to fill in, begun with what is on record; "" is open.

        The year is that of last month where none is given. Raises `NotFound`.
        """
        found: dict[str, Any] = self._get(f"/v1/sites/{site_id}/cbam-report", year=year)
        return found

    def cbam_communication(self, site_id: str, report: Report) -> Mapping[str, Any]:
        """What the goods have embedded, and `differences` from the site's own record.

        Raises `BadRequest` whose `details` name every field that is missing or cannot be.
        """
        path = f"/v1/sites/{site_id}/cbam-communication"
        found: Mapping[str, Any] = self._transport.json(
            "POST", path, _members(report), repeatable=True
        )
        return found

    def cbam_file(self, site_id: str, report: Report, *, format: str = "xlsx") -> bytes:
        """The communication as a workbook (`xlsx`), a table (`csv`) or `json`. Raises as above."""
        path = f"/v1/sites/{site_id}/cbam-communication/file"
        content = json.dumps(_members(report)).encode()
        how = {"format": format}
        return self._transport.request(
            "POST", path, content=content, params=how, repeatable=True
        ).content


def _members(report: Report) -> dict[str, Any]:
    return report.document() if isinstance(report, CbamReport) else dict(report)
