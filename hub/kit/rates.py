"""How often somebody may ask: by company and machine or person, and by address before that.

In memory, for each process by itself (ADR 0021): these limits keep one caller from using up the
hub. What must hold across processes and restarts, guessing of passwords, is counted in SQL.
"""

import math
from ipaddress import ip_address, ip_network
from typing import Any, Literal

from fastapi import Depends, Request

from hub.kit.buckets import Buckets
from hub.kit.errors import TooMany
from hub.settings import Settings

Kind = Literal["tokens", "public", "sign_ins"]
_READS = ("GET", "HEAD")
_V6_SITE = 64
"""Bits of an IPv6 address that are one customer's: whoever has one address has all behind them."""


class Rates:
    """The limits of a hub, and what is left of them."""

    def __init__(self, settings: Settings, buckets: Buckets | None = None) -> None:
        self._settings = settings
        self._buckets = buckets or Buckets()

    def spend_of_caller(self, company_id: str, actor: str, method: str) -> None:
        """Count a request of somebody known. Raises `TooMany`."""
        kind = "reads" if method in _READS else "writes"
        self._spend(
            (f"{kind} {actor}", getattr(self._settings, f"rate_{kind}")),
            (f"{kind} {company_id}", getattr(self._settings, f"rate_company_{kind}")),
        )

    def spend_of_address(self, kind: Kind, address: str) -> None:
        """Count a request of somebody who has not said who it is. Raises `TooMany`."""
        self._spend((f"{kind} {address}", getattr(self._settings, f"rate_{kind}")))

    def _spend(self, *wanted: tuple[str, int]) -> None:
        wait = self._buckets.take(*wanted)
        if wait > 0:
            raise TooMany("hub/too-many-requests", math.ceil(wait))


def rates_of(request: Request) -> Rates:
    """The rates of the application that a request came to."""
    rates: Rates = request.app.state.rates
    return rates


def client_address(request: Request) -> str:
    """Where a request comes from, as the server says; an IPv6 site is one.

    Behind a proxy that is the proxy's unless `HUB_TRUSTED_PROXIES` names it.
    """
    host = request.client.host if request.client else ""
    try:
        address = ip_address(host)
    except ValueError:
        return host[:100]
    if address.version == 4:
        return host
    return str(ip_network((address, _V6_SITE), strict=False))


def limited(kind: Kind) -> Any:
    """A dependency of routes that anybody may call. Raises `TooMany`."""

    async def spend(request: Request) -> None:
        rates_of(request).spend_of_address(kind, client_address(request))

    return Depends(spend)
