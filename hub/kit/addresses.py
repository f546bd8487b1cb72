"""Where the hub may call to: the form of a URL, and which addresses are the public internet.

A URL that somebody else chose must not reach the hub's own network: metadata services, databases,
the operator's other machines. Neither `is_private` nor `is_global` of the standard library says
that alone: each lets some of the ranges below through.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from urllib.parse import SplitResult, urlsplit

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

MAX_URL = 2_000
HTTPS_PORT, FIRST_OPEN_PORT, LAST_PORT = 443, 1024, 65535

# At least two labels, the last one of letters: no spelling of a number is a name.
_NAME = re.compile(
    r"(?=.{4,253}\Z)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z]{2,63}|xn--[a-z0-9-]{1,59})"
)
_LOOPBACK_NAMES = ("127.0.0.1", "localhost")
_UNICAST = ip_network("2000::/3")

CLOSED: tuple[Network, ...] = tuple(
    ip_network(text)
    for text in (
        *("0.0.0.0/8", "10.0.0.0/8", "100.64.0.0/10", "127.0.0.0/8", "169.254.0.0/16"),
        *("172.16.0.0/12", "192.0.0.0/24", "192.0.2.0/24", "192.88.99.0/24", "192.168.0.0/16"),
        *("198.18.0.0/15", "198.51.100.0/24", "203.0.113.0/24", "224.0.0.0/4", "240.0.0.0/4"),
        "168.63.129.16/32",  # public by its number, and the inside of one cloud
        *("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"),
    )
)
"""Never called, although some are global by the registry: tunnels, relays, examples, multicast."""


class UnfitUrl(ValueError):  # noqa: N818 — says what happened, as in hub.kit.errors
    """A URL that the hub does not call."""


@dataclass(frozen=True)
class Place:
    """What a URL names, once it has been found fit."""

    scheme: str
    host: str
    port: int
    target: str
    """Path and query."""

    def __str__(self) -> str:
        """Without path and query, which may hold a secret."""
        return f"{self.scheme}://{self.host}:{self.port}"


def place_of(url: str, loopback: bool = False) -> Place:
    """The place that a URL names: https, a DNS name, port 443 or above 1023, no credentials.

    With `loopback`, plain http to this machine is fit too. Raises `UnfitUrl`.
    """
    parts = _split(url)
    host, port = parts.hostname or "", _port(parts)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if loopback and parts.scheme == "http" and host in _LOOPBACK_NAMES and port != HTTPS_PORT:
        return Place("http", host, port, target)
    if parts.scheme != "https" or not _NAME.fullmatch(host):
        raise UnfitUrl(url)
    return Place("https", host, port, target)


def _split(url: str) -> SplitResult:
    fit = url.isascii() and url.isprintable() and not set(" \\#") & set(url) and len(url) <= MAX_URL
    try:
        parts = urlsplit(url if fit else "")
    except ValueError:
        raise UnfitUrl(url) from None
    if "@" in parts.netloc or not parts.netloc or parts.netloc.endswith(":"):
        raise UnfitUrl(url)
    return parts


def _port(parts: SplitResult) -> int:
    try:
        port = HTTPS_PORT if parts.port is None else parts.port
    except ValueError:
        raise UnfitUrl(parts.netloc) from None
    if port != HTTPS_PORT and not FIRST_OPEN_PORT <= port <= LAST_PORT:
        raise UnfitUrl(parts.netloc)
    return port


def is_public(address: Address) -> bool:
    """Whether an address is an ordinary one of the public internet."""
    if isinstance(address, IPv6Address) and address not in _UNICAST:
        return False  # with it go all addresses that wrap an IPv4 one
    return address.is_global and not any(address in network for network in CLOSED)


def all_open(texts: Iterable[str], loopback: bool = False) -> list[Address]:
    """The addresses that a name has; none at all unless every one of them may be called."""
    try:
        found = [ip_address(text) for text in dict.fromkeys(texts)]
    except ValueError:  # an interface behind `%`: link-local
        return []
    is_open = all(is_public(a) or (loopback and a.is_loopback) for a in found)
    return found if is_open else []
