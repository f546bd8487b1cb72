"""HTTP to one hub: token, retries, and errors as our own."""

import email.utils
import json
import random
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

import httpx

from tierlight.credentials import Credentials
from tierlight.errors import ConfigurationError, ConnectionFailed, HubRefused, refusal

RETRIED_ALWAYS = frozenset({408, 429, 503})
"""The hub has not done what was asked, and says so."""

RETRIED_WHEN_REPEATABLE = frozenset({500, 502, 504})
"""It may have been done; only what changes nothing the second time is sent again."""

FIRST_PAUSE = 0.5
"""Seconds; doubled with each further retry, times 0.5 to 1."""

LONGEST_PAUSE = 60.0
"""Seconds; a hub that asks for more is not waited for."""

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
_EARLY = 30.0
"""Seconds before its end at which a token is renewed."""


class Transport:
    """Sends requests as one machine of one company."""

    def __init__(
        self,
        base_url: str,
        credentials: Credentials,
        *,
        timeout: float,
        max_retries: int,
        language: str,
        allow_http: bool = False,
        http_client: httpx.Client | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._base = _checked(base_url, allow_http)
        self._credentials = credentials
        self._retries = max_retries
        self._headers = {"Accept-Language": language, "User-Agent": "tierlight-sdk"}
        # No redirects: a redirected request would carry the token elsewhere.
        self._http = http_client or httpx.Client(timeout=timeout, follow_redirects=False)
        self._owns_http = http_client is None
        self._sleep = sleep
        self._token: tuple[str, float] | None = None

    def close(self) -> None:
        """Close the connections, unless the caller brought them."""
        if self._owns_http:
            self._http.close()

    def request(
        self,
        method: str,
        path: str,
        *,
        repeatable: bool,
        params: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        content_type: str = "application/json",
    ) -> httpx.Response:
        """A signed-in request; raises `HubRefused` or `ConnectionFailed`.

        `repeatable` says that doing it twice changes nothing, so that it may be sent again when
        it is unclear whether it arrived.
        """
        headers = {"Authorization": f"Bearer {self._bearer()}"}
        if content is not None:
            headers["Content-Type"] = content_type
        given = {name: value for name, value in (params or {}).items() if value is not None}
        build: dict[str, Any] = {"params": given, "content": content}
        answer = self._send(method, self._base + path, headers, repeatable, **build)
        if answer.status_code == 401:
            # The token may have ended earlier than it said; a second refusal is meant.
            self._token = None
            headers["Authorization"] = f"Bearer {self._bearer()}"
            answer = self._send(method, self._base + path, headers, repeatable, **build)
        return _accepted(answer)

    def stream(self, path: str) -> Iterator[bytes]:
        """The body of an answer, piece by piece; it is not asked for again once it has begun."""
        headers = {**self._headers, "Authorization": f"Bearer {self._bearer()}"}
        try:
            with self._http.stream("GET", self._base + path, headers=headers) as answer:
                if answer.status_code >= 300:
                    answer.read()
                    _accepted(answer)
                yield from answer.iter_bytes()
        except httpx.HTTPError as error:
            reason = str(error) or type(error).__name__
            raise ConnectionFailed("sdk/unreachable", url=self._base, reason=reason) from error

    def json(self, method: str, path: str, body: Any = None, **how: Any) -> Any:
        """A request with a JSON body and a JSON answer."""
        content = None if body is None else json.dumps(body).encode()
        answer = self.request(method, path, content=content, **how)
        return _json(answer)

    def _bearer(self) -> str:
        if self._token is None or time.monotonic() >= self._token[1]:
            self._token = self._fetch_token()
        return self._token[0]

    def _fetch_token(self) -> tuple[str, float]:
        """A token by client credentials (RFC 6749, section 4.4)."""
        url, issuer = self._token_endpoint()
        sent = self._send(
            "POST", url, {}, True, fresh=lambda: self._credentials.token_request(issuer)
        )
        answer = _json(_accepted(sent))
        try:
            seconds = float(answer.get("expires_in", 300))
            return str(answer["access_token"]), time.monotonic() + max(0.0, seconds - _EARLY)
        except (AttributeError, KeyError, TypeError, ValueError):
            raise ConnectionFailed("sdk/not-a-hub", url=self._base) from None

    def _token_endpoint(self) -> tuple[str, str]:
        """Where the discovery document says, at this hub all the same; and the hub's issuer name.

        Only the path is taken from it: wherever it points, the secret stays with this hub. Nor is
        anything signed for a hub of another name: it could be shown there.
        """
        answer = self._send("GET", self._base + _DISCOVERY, {}, True)
        if answer.status_code == 404:
            return f"{self._base}/auth/token", self._base
        found = _json(_accepted(answer))
        found = found if isinstance(found, dict) else {}
        issuer = str(found.get("issuer"))
        path = urlsplit(str(found.get("token_endpoint"))).path
        if not path.startswith("/"):
            raise ConnectionFailed("sdk/not-a-hub", url=self._base)
        parts = urlsplit(self._base)
        is_this = issuer.rstrip("/") == self._base
        return f"{parts.scheme}://{parts.netloc}{path}", issuer if is_this else self._base

    def _send(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str],
        repeatable: bool,
        fresh: Callable[[], dict[str, Any]] = dict,
        **how: Any,
    ) -> httpx.Response:
        """Send, and again where that is safe; the last answer, whatever it is.

        `fresh` gives options that are made anew for each attempt.
        """
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                answer = self._http.request(
                    method, url, headers={**self._headers, **headers}, **how, **fresh()
                )
            except httpx.HTTPError as error:
                never_sent = isinstance(error, httpx.ConnectError | httpx.ConnectTimeout)
                if last or not (repeatable or never_sent):
                    raise ConnectionFailed(
                        "sdk/unreachable", url=self._base, reason=str(error) or type(error).__name__
                    ) from error
                self._sleep(pause(attempt, None))
                continue
            wait = pause(attempt, answer.headers.get("Retry-After"))
            if last or wait > LONGEST_PAUSE or not _worth_a_retry(answer.status_code, repeatable):
                return answer
            self._sleep(wait)
        raise AssertionError("a loop over at least one attempt returns or raises")


_DISCOVERY = "/.well-known/openid-configuration"


def pause(attempt: int, retry_after: str | None) -> float:
    """Seconds to wait: what the hub asks for, else doubling; spread, so that not all come back
    at once."""
    asked = _asked(retry_after)
    if asked is not None:
        return asked + random.uniform(0, 0.5)
    return FIRST_PAUSE * 2.0**attempt * random.uniform(0.5, 1)


def _asked(retry_after: str | None) -> float | None:
    """`Retry-After` in seconds (RFC 9110, section 10.2.3: seconds, or an HTTP date)."""
    if retry_after is None:
        return None
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        moment = email.utils.parsedate_to_datetime(retry_after)
    except (ValueError, TypeError):
        return None
    zoned = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return max(0.0, (zoned - datetime.now(UTC)).total_seconds())


def _worth_a_retry(status: int, repeatable: bool) -> bool:
    return status in RETRIED_ALWAYS or (repeatable and status in RETRIED_WHEN_REPEATABLE)


def _checked(base_url: str, allow_http: bool) -> str:
    """The address without a trailing slash; a secret is not sent in the clear."""
    parts = urlsplit(base_url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query:
        raise ConfigurationError("sdk/url", url=base_url)
    if parts.scheme == "http" and parts.hostname not in _LOOPBACK and not allow_http:
        raise ConfigurationError("sdk/not-https", url=base_url)
    return base_url.rstrip("/")


def _accepted(answer: httpx.Response) -> httpx.Response:
    if answer.status_code < 300:
        return answer
    body = _lenient(answer)
    # RFC 6749 errors have no code and message of ours.
    code = str(body.get("code") or body.get("error") or "sdk/refused")
    message = str(body.get("message") or body.get("error_description") or answer.reason_phrase)
    raise _refused(answer, code, message, body)


def _refused(
    answer: httpx.Response, code: str, message: str, body: Mapping[str, Any]
) -> HubRefused:
    details = body.get("details")
    return refusal(answer.status_code)(
        answer.status_code,
        code,
        message,
        remedy=str(body.get("remedy", "")),
        request_id=answer.headers.get("X-Request-Id"),
        details=details if isinstance(details, list) else [],
    )


def _lenient(answer: httpx.Response) -> Mapping[str, Any]:
    try:
        body = answer.json()
    except ValueError:
        return {}
    return body if isinstance(body, dict) else {}


def _json(answer: httpx.Response) -> Any:
    try:
        return answer.json()
    except ValueError:
        raise ConnectionFailed("sdk/not-a-hub", url=str(answer.url)) from None
