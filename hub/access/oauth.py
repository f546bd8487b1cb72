"""OAuth 2 client credentials (RFC 6749 4.4) on Authlib's core, which is synchronous as we are.

Clients authenticate with `client_secret_basic` or `private_key_jwt`, one of them a request. Tokens
are opaque and kept as hashes. Error answers are those of RFC 6749 5.2: machines of other makers
read them, so they are not our problems.
"""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar

from authlib.oauth2 import (  # type: ignore[import-untyped]
    AuthorizationServer,
    OAuth2Error,
    OAuth2Request,
)
from authlib.oauth2.rfc6749 import (  # type: ignore[import-untyped]
    ClientMixin,
    InvalidClientError,
    InvalidRequestError,
    OAuth2Payload,
)
from authlib.oauth2.rfc6749.grants import (  # type: ignore[import-untyped]
    ClientCredentialsGrant,
)
from sqlalchemy.orm import Session

from hub.access.client_assertion import ALGORITHMS, METHOD, TYPE, AssertionRefused
from hub.access.machine_keys import machine_of_assertion
from hub.access.secrets import fingerprint, same
from hub.access.tables import Machine
from hub.access.usecases import issue_token

BASIC = "client_secret_basic"
_CLIENT_ID = re.compile(r"[A-Za-z0-9-]{1,36}")


@dataclass(frozen=True)
class TokenRequest:
    """A request for a token as it came in."""

    uri: str
    """As clients see it (the public URL): Authlib insists on https outside this machine."""
    headers: Mapping[str, str]
    """Case-insensitive, as Starlette gives them: Authlib asks for `Authorization`."""
    form: list[tuple[str, str]]


@dataclass(frozen=True)
class TokenAnswer:
    """What to send back."""

    status: int
    body: dict[str, Any]
    headers: dict[str, str]


class _Grant(ClientCredentialsGrant):  # type: ignore[misc]
    """Authlib's grant, with both methods, and without the token in a line of the log."""

    TOKEN_ENDPOINT_AUTH_METHODS: ClassVar = [BASIC, METHOD]

    def create_token_response(self) -> tuple[int, dict[str, Any], list[tuple[str, str]]]:
        token = self.generate_token(include_refresh_token=False)
        return 200, token, self.TOKEN_RESPONSE_HEADER


class _AssertionFailed(InvalidClientError):  # type: ignore[misc]  # noqa: N818
    """Says what is wrong with an assertion: clocks and audiences are hard to find otherwise."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"client_assertion: {reason}", status_code=401)


class TokenServer(AuthorizationServer):  # type: ignore[misc]
    """Authlib's authorization server on one session of ours."""

    def __init__(self, session: Session, issuer: str, token_seconds: int) -> None:
        """`issuer` is the audience that assertions must name."""
        super().__init__()
        self._session = session
        self._issuer = issuer
        self._token_seconds = token_seconds
        self.register_grant(_Grant)
        self.register_client_auth_method(METHOD, self._by_assertion)
        self.register_token_generator("default", self._generate)

    def answer(self, request: TokenRequest) -> TokenAnswer:
        """A token, or an error of RFC 6749 5.2."""
        try:
            answer: TokenAnswer = self.create_token_response(request)
        except OAuth2Error as error:
            answer = self.handle_error_response(request, error)
        except ValueError:
            # Authlib lets decoding errors of a malformed Authorization header through.
            answer = self.handle_error_response(request, InvalidClientError(status_code=401))
        return answer

    def query_client(self, client_id: str) -> "_Client | None":
        """The client of that id, unless it was revoked."""
        machine = self._session.get(Machine, client_id) if _CLIENT_ID.fullmatch(client_id) else None
        return _Client(machine) if machine and machine.revoked_at is None else None

    def save_token(self, token: Mapping[str, Any], request: OAuth2Request) -> None:
        """Tokens are stored where they are made, as hashes."""

    def send_signal(self, name: str, *args: Any, **kwargs: Any) -> None:
        """Nobody listens."""

    def create_oauth2_request(self, request: TokenRequest) -> OAuth2Request:
        """Authlib's view of the request; raises its error for a parameter that is sent twice, and
        without the mandatory one."""
        names = [name for name, _ in request.form]
        if len(set(names)) != len(names):
            raise InvalidRequestError("A parameter is repeated.")
        if "grant_type" not in names:
            raise InvalidRequestError("grant_type is missing.")
        if "client_assertion" in names and "authorization" in request.headers:
            raise InvalidRequestError("The client authenticates in two ways.")
        view = OAuth2Request("POST", request.uri, headers=request.headers)
        view.payload = _Payload(dict(request.form))
        return view

    def handle_response(
        self, status: int, body: Any, headers: list[tuple[str, str]]
    ) -> TokenAnswer:
        """Authlib's triple as a value."""
        return TokenAnswer(status, dict(body), dict(headers))

    def handle_error_response(self, request: OAuth2Request, error: OAuth2Error) -> TokenAnswer:
        """Authlib's error; it does not tell whether a client's id or its secret is wrong."""
        if isinstance(error, InvalidClientError) and not isinstance(error, _AssertionFailed):
            error = InvalidClientError(status_code=401)
        answer: TokenAnswer = super().handle_error_response(request, error)
        return answer

    def _by_assertion(self, query_client: object, request: OAuth2Request) -> "_Client | None":
        form = request.payload.data
        if "client_assertion" not in form:
            return None
        if form.get("client_assertion_type") != TYPE:
            raise _AssertionFailed("client_assertion_type")
        try:
            machine = machine_of_assertion(self._session, form["client_assertion"], self._issuer)
        except AssertionRefused as refusal:
            raise _AssertionFailed(refusal.reason) from None
        if form.get("client_id", machine.id) != machine.id:
            raise _AssertionFailed("client_id")
        return _Client(machine)

    def _generate(self, grant_type: str, client: "_Client", **others: Any) -> dict[str, Any]:
        token = issue_token(self._session, client.machine.id, self._token_seconds)
        return {
            "access_token": token,
            "token_type": "Bearer",
            "expires_in": self._token_seconds,
        }


class _Client(ClientMixin):  # type: ignore[misc]
    """A machine in Authlib's words."""

    def __init__(self, machine: Machine) -> None:
        self.machine = machine

    def check_client_secret(self, client_secret: str) -> bool:
        kept = self.machine.secret_hash
        return same(fingerprint(client_secret), kept or "") and kept is not None

    def check_endpoint_auth_method(self, method: str, endpoint: str) -> bool:
        return method in _Grant.TOKEN_ENDPOINT_AUTH_METHODS

    def check_grant_type(self, grant_type: str) -> bool:
        return grant_type == "client_credentials"


class _Payload(OAuth2Payload):  # type: ignore[misc]
    """The form of a request."""

    def __init__(self, form: dict[str, str]) -> None:
        self._form = form

    @property
    def data(self) -> dict[str, str]:
        return self._form

    @property
    def datalist(self) -> defaultdict[str, list[str]]:
        return defaultdict(list, {name: [value] for name, value in self._form.items()})


def discovery(public_url: str, token_path: str) -> dict[str, Any]:
    """The discovery document (RFC 8414 2), where PACT clients look for `token_endpoint`."""
    return {
        "issuer": public_url,
        "token_endpoint": public_url.rstrip("/") + token_path,
        "token_endpoint_auth_methods_supported": [BASIC, METHOD],
        "token_endpoint_auth_signing_alg_values_supported": list(ALGORITHMS),
        "grant_types_supported": [ClientCredentialsGrant.GRANT_TYPE],
        "response_types_supported": [],
        "scopes_supported": [],
    }
