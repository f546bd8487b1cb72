"""What a client does with workbooks: takes one along, sends it back, hears what is wrong."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tierlight.calls import Calls, media_of

WORKING = frozenset({"judging", "taking"})
"""States in which there is more to be done."""


class WorkbookCalls(Calls):
    """The part of `Client` that is about workbooks."""

    def workbook(self, parts: Sequence[str] = (), *, asked: bool = False) -> bytes:
        """A workbook (.xlsx) to fill in: of all own parts, of those numbers, or, with `asked`, of
        what customers' requests wait for."""
        params = {"part": list(parts), "asked": "true"} if asked else {"part": list(parts)}
        return self._transport.request(
            "GET", "/v1/workbooks/form", repeatable=True, params=params
        ).content

    def send_workbook(
        self,
        workbook: Path | bytes,
        name: str = "",
        *,
        locale: str | None = None,
        accept_valid: bool | None = None,
    ) -> Mapping[str, Any]:
        """Send one back and have it looked at to its end, or until it asks or waits.

        `locale` (en, de, zh-CN) says how its numbers are written, where the workbook does not;
        `accept_valid` whether good rows are taken although others are wrong. The same file again
        changes nothing. Raises `BadRequest` for a file that may not be opened.
        """
        content = workbook if isinstance(workbook, bytes) else workbook.read_bytes()
        told = name or (workbook.name if isinstance(workbook, Path) else "workbook.xlsx")
        wish = None if accept_valid is None else str(accept_valid).lower()
        run = self._transport.request(
            "POST",
            "/v1/workbooks",
            repeatable=True,
            content=content,
            content_type=media_of(content),
            params={"name": told[:200], "locale": locale, "accept_valid": wish},
        ).json()
        while run["state"] in WORKING and run.get("held") is None:
            run = self._transport.json("POST", f"/v1/workbooks/{run['id']}/work", repeatable=True)
        return dict(run)

    def workbook_findings(self, run_id: str) -> Mapping[str, Any]:
        """What is wrong in a workbook that was sent, cell by cell, and what its rows became."""
        found: Mapping[str, Any] = self._get(f"/v1/workbooks/{run_id}/findings")
        return found

    def take_workbook(self, run_id: str, *, valid: bool) -> Mapping[str, Any]:
        """Take the good rows of a workbook that asks, or nothing of it."""
        path = f"/v1/workbooks/{run_id}/decision"
        decided: Mapping[str, Any] = self._transport.json(
            "POST", path, {"take_valid": valid}, repeatable=False
        )
        return decided

    def annotated_workbook(self, run_id: str) -> bytes:
        """The file that was sent, with every wrong cell marked in it."""
        return self._bytes(f"/v1/workbooks/{run_id}/annotated")
