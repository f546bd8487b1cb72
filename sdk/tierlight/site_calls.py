"""What a client sends and asks of its company's sites: what a factory uses and makes."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tierlight.activity import Rows, table_of
from tierlight.calls import Calls
from tierlight.results import ImportReport


class SiteCalls(Calls):
    """The part of `Client` that is about sites."""

    def sites(self) -> Iterator[Mapping[str, Any]]:
        """All sites of one's own, in the order of their codes."""
        return self._pages("/v1/sites")

    def send_readings(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record energy by site, carrier and month; all rows or none.

        The same again changes nothing; another amount needs a `reason`. So it is with all `send_`.
        """
        return self._send("energy", rows)

    def send_production(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record what was made of each part, by site and month."""
        return self._send("production", rows)

    def send_instruments(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record contracts and certificates, and what of them is claimed for a site's year."""
        return self._send("instruments", rows)

    def send_allocations(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record by what products take their share of a site's energy."""
        return self._send("allocations", rows)

    def send_shares(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record one's own share of the meters of a site that several companies use."""
        return self._send("shares", rows)

    def send_uses(self, rows: Rows | Path | bytes) -> ImportReport:
        """Record what energy is used for besides products, as uses.csv has it."""
        return self._send("uses", rows)

    def energy(
        self, site_id: str, year: int, *, known_at: datetime | None = None
    ) -> Mapping[str, Any]:
        """A site in a year: readings, both values of each carrier, instruments, products."""
        at = known_at.isoformat() if known_at else None
        path = f"/v1/sites/{site_id}/energy"
        found: Mapping[str, Any] = self._get(path, year=year, known_at=at)
        return found

    def reconciliation(
        self, site_id: str, year: int, *, known_at: datetime | None = None
    ) -> Mapping[str, Any]:
        """A site's meters against what its products claim of its energy, carrier by carrier."""
        at = known_at.isoformat() if known_at else None
        path = f"/v1/sites/{site_id}/reconciliation"
        found: Mapping[str, Any] = self._get(path, year=year, known_at=at)
        return found

    def site_findings(self, site_id: str, year: int) -> list[Mapping[str, Any]]:
        """What is inconsistent in a site's claims and shares, and between meters and products."""
        found: list[Mapping[str, Any]] = self._get(f"/v1/sites/{site_id}/findings", year=year)
        return found

    def _send(self, sheet: str, rows: Rows | Path | bytes) -> ImportReport:
        return self._upload(f"/v1/activity/{sheet}/import", table_of(rows))
