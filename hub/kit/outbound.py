"""The one way out: every request that the hub sends goes through here.

URLs come from others: an identity provider's discovery document, a witness's address. So a name is
resolved once, every address it has must be a public one, the connection goes to that very address,
and its peer is compared again. No redirects, no proxies from the environment, ten seconds for all
of it, 64 kB of answer. Errors name scheme, host and port, never path, query, headers or body.
"""

import socket
import ssl
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import TimeoutError as TooSlow
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import httpcore
import httpx

from hub.kit.addresses import Address, Place, UnfitUrl, all_open, place_of
from hub.kit.errors import HubError
from hub.kit.json_object import json_object

SECONDS = 10.0
MAX_ANSWER = 64 * 1024
_ADDRESSES = 3
"""How many addresses of a name are tried."""
_OWN_HEADERS = {"Accept-Encoding": "identity", "User-Agent": "tierlight-hub"}


class OutboundFailed(HubError):  # noqa: N818 — says what happened, as in hub.kit.errors
    """A request that the hub did not send, or that brought nothing usable."""

    status = 502


@dataclass(frozen=True)
class Reply:
    """What came back."""

    place: str
    status: int
    body: bytes

    def json(self) -> dict[str, Any]:
        """The body as one unambiguous JSON object. Raises `OutboundFailed`."""
        try:
            return json_object(self.body)
        except ValueError:
            place, status = self.place, str(self.status)
            raise OutboundFailed("hub/outbound-answer", place=place, status=status) from None


class Outbound:
    """Sends requests to places that others named."""

    def __init__(self, loopback: bool = False, seconds: float = SECONDS) -> None:
        """`loopback` lets requests reach this machine, and without TLS: for tests only."""
        self._loopback = loopback
        self._seconds = seconds
        self._resolving = ThreadPoolExecutor(4, "resolving")

    @cached_property
    def _tls(self) -> ssl.SSLContext:
        # Made when it is needed: reading the authorities takes a while, and most hubs call nobody.
        return httpx.create_ssl_context(trust_env=True)

    def get(self, url: str) -> Reply:
        """Ask for a document. Raises `OutboundFailed`."""
        return self.send("GET", url, {"Accept": "application/json"})

    def post(self, url: str, body: bytes, headers: Mapping[str, str] | None = None) -> Reply:
        """Send a body. Raises `OutboundFailed`."""
        return self.send("POST", url, headers or {}, body)

    def send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None = None
    ) -> Reply:
        """One request, one answer of whatever status. Raises `OutboundFailed`."""
        place = self.place(url)
        end = time.monotonic() + self._seconds
        network = _CheckedNetwork(self._open_addresses(place, end), self._loopback, end)
        try:
            return self._exchange(network, method, place, headers, body)
        except (httpcore.NetworkError, httpcore.TimeoutException, httpcore.ProtocolError) as error:
            raise _unreachable(place, type(error).__name__) from None

    def place(self, url: str) -> Place:
        """What a URL names. Raises `OutboundFailed` for one that is never called."""
        try:
            return place_of(url, self._loopback)
        except UnfitUrl:
            raise OutboundFailed("hub/outbound-url") from None

    def _open_addresses(self, place: Place, end: float) -> list[Address]:
        asked = self._resolving.submit(_resolve, place.host, place.port)
        try:
            texts = asked.result(max(0.0, end - time.monotonic()))
        except (OSError, UnicodeError, TooSlow) as error:
            raise _unreachable(place, type(error).__name__) from None
        addresses = all_open(texts, self._loopback)
        if not addresses:
            raise OutboundFailed("hub/outbound-address", place=str(place))
        return addresses

    def _exchange(
        self,
        network: "_CheckedNetwork",
        method: str,
        place: Place,
        headers: Mapping[str, str],
        body: bytes | None,
    ) -> Reply:
        sent = {**_OWN_HEADERS, "Host": _host(place), **headers}
        url = httpcore.URL(
            scheme=place.scheme, host=place.host, port=place.port, target=place.target
        )
        with (
            httpcore.ConnectionPool(self._tls, network_backend=network) as pool,
            pool.stream(method, url, headers=list(sent.items()), content=body) as answer,
        ):
            return Reply(str(place), answer.status, _short(place, answer.iter_stream()))


class _CheckedNetwork(httpcore.NetworkBackend):
    """Connects to addresses that were found open, whatever name it is asked for."""

    def __init__(self, addresses: Iterable[Address], loopback: bool, end: float) -> None:
        self._addresses = list(addresses)[:_ADDRESSES]
        self._loopback = loopback
        self._end = end

    def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *others: Any, **options: Any
    ) -> httpcore.NetworkStream:
        failure: Exception = httpcore.ConnectError("no address")
        for address in self._addresses:
            try:
                left = _left(self._end, httpcore.ConnectTimeout)
                stream = httpcore.SyncBackend().connect_tcp(str(address), port, left)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
                continue
            self._compare(stream, address)
            return _Stream(stream, self._end)
        raise failure

    def _compare(self, stream: httpcore.NetworkStream, address: Address) -> None:
        peer = stream.get_extra_info("server_addr")[0]
        if all_open([peer], self._loopback) != [address]:
            stream.close()
            raise httpcore.ConnectError("another peer")


class _Stream(httpcore.NetworkStream):
    """A connection whose every step ends by one and the same moment."""

    def __init__(self, stream: httpcore.NetworkStream, end: float) -> None:
        self._stream = stream
        self._end = end

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, _left(self._end, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._stream.write(buffer, _left(self._end, httpcore.WriteTimeout))

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = _left(self._end, httpcore.ConnectTimeout)
        secured = self._stream.start_tls(ssl_context, server_hostname, left)
        return _Stream(secured, self._end)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)


def _resolve(host: str, port: int) -> list[str]:
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(address[0]) for *_, address in found]


def _left(end: float, late: type[Exception]) -> float:
    seconds = end - time.monotonic()
    if seconds <= 0:
        raise late("no time is left")
    return seconds


def _short(place: Place, chunks: Iterable[bytes]) -> bytes:
    body = bytearray()
    for chunk in chunks:
        body += chunk
        if len(body) > MAX_ANSWER:
            raise OutboundFailed("hub/outbound-too-large", place=str(place), limit=str(MAX_ANSWER))
    return bytes(body)


def _host(place: Place) -> str:
    usual = {"https": 443, "http": 80}[place.scheme]
    return place.host if place.port == usual else f"{place.host}:{place.port}"


def _unreachable(place: Place, reason: str) -> OutboundFailed:
    return OutboundFailed("hub/outbound-unreachable", place=str(place), reason=reason)
