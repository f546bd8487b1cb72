"""How the parts of the client ask: one thing, or page after page."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from tierlight.results import Company, ImportReport
from tierlight.transport import Transport

PAGE = 1000
_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_ARCHIVE = b"PK\x03\x04"
"""How every workbook begins."""


class Calls:
    """What stands on a connection to a hub."""

    _transport: Transport
    _language: str

    def company(self) -> Company:
        """The company that this client acts for."""
        return Company.of(self._get("/v1/company"))

    def _get(self, path: str, /, **params: Any) -> Any:
        return self._transport.json("GET", path, repeatable=True, params=params)

    def _pages(self, path: str, /, **params: Any) -> Iterator[Mapping[str, Any]]:
        after: str | None = None
        while True:
            page = self._get(path, limit=PAGE, after=after, **params)
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return

    def _bytes(self, path: str) -> bytes:
        return self._transport.request("GET", path, repeatable=True).content

    def _upload(self, path: str, table: Path | bytes) -> ImportReport:
        """Tables are replaced or left as they are, so that sending one again changes nothing."""
        return ImportReport.of(self._sent(path, table))

    def _sent(self, path: str, table: Path | bytes) -> Mapping[str, Any]:
        content = table if isinstance(table, bytes) else table.read_bytes()
        answer = self._transport.request(
            "POST", path, repeatable=True, content=content, content_type=media_of(content)
        )
        told: Mapping[str, Any] = answer.json()
        return told


def media_of(table: bytes) -> str:
    """What a table is: a workbook by how it begins, else CSV."""
    return _XLSX if table.startswith(_ARCHIVE) else "text/csv"
