"""The hub as a client of identity providers: discovery, the way there, the code, the ID token.

Authlib builds the requests; every one of them leaves through `kit.outbound`, also to endpoints that
a discovery document names. Authorization code with PKCE and nonce only.
"""

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from authlib.oauth2 import OAuth2Error  # type: ignore[import-untyped]
from authlib.oauth2.client import OAuth2Client  # type: ignore[import-untyped]
from authlib.oauth2.rfc7523 import PrivateKeyJWT  # type: ignore[import-untyped]
from joserfc.jwk import RSAKey

from hub.access.oidc.id_token import Expected, Identity, IdTokenRefused, read_id_token
from hub.access.oidc.providers import Provider
from hub.access.oidc.rounds import Round
from hub.kit.clock import now
from hub.kit.errors import HubError
from hub.kit.outbound import Outbound, OutboundFailed, Reply

KEPT_SECONDS = 600
"""How long discovery documents and keys are kept."""
FRESH_SECONDS = 30
"""Within which an unknown key does not make the hub ask for the keys again."""
SCOPE = "openid email"


class ProviderFailed(HubError):  # noqa: N818 — says what happened, as in hub.kit.errors
    """The provider cannot be reached, or says what it should not; the reason is for the log."""

    status = 502

    def __init__(self, provider: Provider, reason: str) -> None:
        super().__init__("hub/oidc-unavailable")
        self.provider = provider.name
        self.reason = reason


class AnswerRefused(HubError):  # noqa: N818
    """The provider's answer does not prove who signs in; the reason is for the log."""

    status = 403

    code = "hub/oidc-answer"

    def __init__(self, provider: Provider, reason: str) -> None:
        super().__init__(self.code)
        self.provider = provider.name
        self.reason = reason


class NotAskedAnew(AnswerRefused):
    """The provider does not say that it has just asked the person who she is."""

    code = "hub/oidc-not-anew"

    def __init__(self, provider: Provider) -> None:
        super().__init__(provider, "ID token: auth_time")


@dataclass(frozen=True)
class Metadata:
    """What a discovery document says (OpenID Connect Discovery 1.0, 3)."""

    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    names_issuer: bool
    """Whether answers say who gave them (RFC 9207)."""
    wants_secret_in_form: bool


@dataclass
class _Kept:
    """What is known of a provider, and since when (seconds of the monotonic clock)."""

    metadata: Metadata
    at: float
    keys: list[Mapping[str, Any]] = field(default_factory=list)
    keys_at: float | None = None


class OidcClient:
    """Talks to the providers of one hub."""

    def __init__(self, providers: Mapping[str, Provider], outbound: Outbound) -> None:
        self.providers = providers
        self._outbound = outbound
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def authorization_url(
        self, provider: Provider, begun: Round, back: str, *, anew: bool = False
    ) -> str:
        """Where to send the browser; `back` is the hub's own address to come back to.

        `anew` has the provider ask the person again, even if she is signed in there. Raises
        `ProviderFailed`.
        """
        metadata = self.metadata(provider)
        asked = {"prompt": "login", "max_age": "0"} if anew else {}
        url, _ = _client(provider, metadata, self._outbound, back).create_authorization_url(
            metadata.authorization_endpoint,
            state=begun.state,
            nonce=begun.nonce,
            code_verifier=begun.verifier,
            **asked,
        )
        return str(url)

    def identity(
        self,
        provider: Provider,
        begun: Round,
        code: str,
        back: str,
        *,
        asked_anew_at: datetime | None = None,
    ) -> Identity:
        """Who the code is of.

        Raises `ProviderFailed` or `AnswerRefused`; `NotAskedAnew` if the person was to be asked
        at that time and the provider does not say that she was.
        """
        metadata = self.metadata(provider)
        try:
            answer = _client(provider, metadata, self._outbound, back).fetch_token(
                metadata.token_endpoint, code=code, code_verifier=begun.verifier
            )
        except OutboundFailed as error:
            raise _failed(provider, error) from None
        except OAuth2Error as error:
            raise AnswerRefused(provider, f"token endpoint: {_plain(error.error)}") from None
        except ValueError:
            raise AnswerRefused(provider, "token endpoint: no answer of OAuth 2") from None
        since = int(asked_anew_at.timestamp()) if asked_anew_at else None
        expected = Expected(
            provider.issuer, provider.client_id, begun.nonce, provider.algorithms, since
        )
        try:
            return self._read(provider, str(answer.get("id_token")), expected)
        except IdTokenRefused as refusal:
            if refusal.reason == "auth_time":
                raise NotAskedAnew(provider) from None
            raise AnswerRefused(provider, f"ID token: {refusal.reason}") from None

    def metadata(self, provider: Provider) -> Metadata:
        """Its discovery document, kept for a while. Raises `ProviderFailed`."""
        return self._known(provider).metadata

    def _read(self, provider: Provider, text: str, expected: Expected) -> Identity:
        at = int(now().timestamp())
        try:
            return read_id_token(text, self._keys(provider, KEPT_SECONDS), expected, at)
        except IdTokenRefused as refusal:
            if refusal.reason not in ("unknown key", "signature"):
                raise
        # It may have changed its keys since.
        return read_id_token(text, self._keys(provider, FRESH_SECONDS), expected, at)

    def _known(self, provider: Provider) -> _Kept:
        with self._lock:
            kept = self._kept.get(provider.name)
        if kept is None or time.monotonic() - kept.at > KEPT_SECONDS:
            url = provider.issuer.rstrip("/") + "/.well-known/openid-configuration"
            kept = _Kept(self._checked(provider, self._document(provider, url)), time.monotonic())
            with self._lock:
                self._kept[provider.name] = kept
        return kept

    def _keys(self, provider: Provider, seconds: float) -> list[Mapping[str, Any]]:
        kept = self._known(provider)
        if kept.keys_at is None or time.monotonic() - kept.keys_at > seconds:
            found = self._document(provider, kept.metadata.jwks_uri).get("keys")
            if not isinstance(found, list):
                raise ProviderFailed(provider, "jwks_uri: no keys")
            kept.keys = [key for key in found if isinstance(key, dict)]
            kept.keys_at = time.monotonic()
        return kept.keys

    def _document(self, provider: Provider, url: str) -> dict[str, Any]:
        try:
            reply = self._outbound.get(url)
            if reply.status != 200:
                raise ProviderFailed(provider, f"{reply.place}: status {reply.status}")
            return reply.json()
        except OutboundFailed as error:
            raise _failed(provider, error) from None

    def _checked(self, provider: Provider, document: Mapping[str, Any]) -> Metadata:
        """Refuses a document of another issuer, and endpoints that the hub would never call."""
        if document.get("issuer") != provider.issuer:
            raise ProviderFailed(provider, "discovery: another issuer")
        endpoints = {}
        for name in ("authorization_endpoint", "token_endpoint", "jwks_uri"):
            endpoints[name] = str(document.get(name))
            try:
                self._outbound.place(endpoints[name])
            except OutboundFailed:
                raise ProviderFailed(provider, f"discovery: {name}") from None
        methods = document.get("token_endpoint_auth_methods_supported") or ["client_secret_basic"]
        return Metadata(
            **endpoints,
            names_issuer=document.get("authorization_response_iss_parameter_supported") is True,
            wants_secret_in_form="client_secret_basic" not in methods,
        )


class _Posting:
    """What Authlib sends token requests with."""

    def __init__(self, outbound: Outbound) -> None:
        self._outbound = outbound

    def post(self, url: str, data: Mapping[str, str], headers: Mapping[str, str], auth: Any) -> Any:
        url, headers, body = auth.prepare("POST", url, dict(headers), urlencode(data))
        return _Answer(self._outbound.post(url, body.encode(), headers))


class _Answer:
    """A reply as Authlib reads it."""

    def __init__(self, reply: Reply) -> None:
        self._reply = reply
        self.status_code = reply.status

    def json(self) -> dict[str, Any]:
        return self._reply.json()

    def raise_for_status(self) -> None:
        status = str(self.status_code)
        raise OutboundFailed("hub/outbound-answer", place=self._reply.place, status=status)


def _client(provider: Provider, metadata: Metadata, outbound: Outbound, back: str) -> OAuth2Client:
    method = "client_secret_post" if metadata.wants_secret_in_form else "client_secret_basic"
    if provider.key is not None:
        alg = "RS256" if isinstance(provider.key, RSAKey) else "ES256"
        # The issuer, as RFC 7523bis asks: an endpoint is only what a document says.
        method = PrivateKeyJWT(token_endpoint=provider.issuer, alg=alg)
    return OAuth2Client(
        _Posting(outbound),
        provider.client_id,
        provider.secret or provider.key,
        token_endpoint_auth_method=method,
        scope=SCOPE,
        redirect_uri=back,
        code_challenge_method="S256",
    )


def _failed(provider: Provider, error: OutboundFailed) -> ProviderFailed:
    told = ", ".join((error.code, *error.params.values()))
    return ProviderFailed(provider, told)


def _plain(text: object) -> str:
    """A stranger's word, fit for a line of the log."""
    return ascii(str(text)[:60])[1:-1]
