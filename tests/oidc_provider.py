"""A small identity provider that works, with switches for each way in which one misbehaves.

    python -m tests.oidc_provider 9300 http://127.0.0.1:8000/sign-in/with/works/callback

serves one by hand: client `tierlight`, secret `provider secret`, the person whom `claims` name.
"""

import base64
import hashlib
import json
import secrets
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from joserfc.jwk import ECKey, RSAKey

from tierlight.signer import FileSigner
from tierlight_schemas.canonical import b64url_encode

CLIENT_ID, CLIENT_SECRET = "tierlight", "provider secret"
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)
CURVE = ec.generate_private_key(ec.SECP256R1())
OTHER_RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def public(key: Any, kid: str, kind: Any) -> dict[str, Any]:
    """The JWK of a public key."""
    jwk = kind.import_key(key.public_key()).as_dict(private=False)
    return {**jwk, "kid": kid, "use": "sig"}


def sign_rs256(data: bytes, key: Any = RSA) -> bytes:
    return bytes(key.sign(data, padding.PKCS1v15(), hashes.SHA256()))


def sign_es256(data: bytes) -> bytes:
    return FileSigner(CURVE).sign(data)


@dataclass
class Provider:
    """What it says; a test changes any of it."""

    url: str = ""
    subject: str = "account-1"
    email: str = "clerk@aurora.example"
    claims: dict[str, Any] = field(default_factory=dict)
    """Laid over those of the ID token; `...` leaves one out."""
    alg: str = "RS256"
    header: dict[str, Any] = field(default_factory=dict)
    discovery: dict[str, Any] = field(default_factory=dict)
    """Laid over the discovery document."""
    keys: list[dict[str, Any]] = field(
        default_factory=lambda: [public(RSA, "rsa-1", RSAKey), public(CURVE, "ec-1", ECKey)]
    )
    signing_key: Any = RSA
    names_issuer: bool = True
    answer: dict[str, str] = field(default_factory=dict)
    """Laid over the parameters of the answer to the browser."""
    token_answer: tuple[int, bytes] | None = None
    """Instead of the token endpoint's own."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    seen: list[tuple[str, str]] = field(default_factory=list)
    """Method and path of every request."""
    forms: list[dict[str, str]] = field(default_factory=list)
    """Of token requests."""
    tokens: list[str] = field(default_factory=list)
    """ID and access tokens that were given out."""

    def document(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "jwks_uri": f"{self.url}/keys",
            "authorization_response_iss_parameter_supported": self.names_issuer,
            "unknown_member": None,
        } | self.discovery

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the browser goes next: whoever comes is signed in at once."""
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        answer = {"code": code, "state": asked["state"]}
        answer |= {"iss": self.url} if self.names_issuer else {}
        said = {n: v for n, v in (answer | self.answer).items() if v != "-"}
        return f"{asked['redirect_uri']}?{urlencode(said)}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, bytes]:
        """RFC 6749, 4.1.3, with PKCE; a code works once."""
        self.forms.append(form)
        if self.token_answer is not None:
            return self.token_answer
        pair = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        if authorization != f"Basic {pair}" and "client_assertion" not in form:
            return 401, b'{"error": "invalid_client"}'
        challenge = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        if asked is None or b64url_encode(challenge) != asked["code_challenge"]:
            return 400, b'{"error": "invalid_grant"}'
        if form["redirect_uri"] != asked["redirect_uri"]:
            return 400, b'{"error": "invalid_grant"}'
        tokens = {"access_token": secrets.token_urlsafe(), "id_token": self.id_token(asked)}
        self.tokens += tokens.values()
        return 200, json.dumps({**tokens, "token_type": "Bearer", "expires_in": 60}).encode()

    def id_token(self, asked: dict[str, str]) -> str:
        at = int(time.time())
        claims = {
            "iss": self.url,
            "sub": self.subject,
            "aud": CLIENT_ID,
            "exp": at + 300,
            "iat": at,
            "nonce": asked.get("nonce"),
            "email": self.email,
            "email_verified": True,
        }
        claims |= {"auth_time": at} if "max_age" in asked else {}
        claims |= {n: v(at) if callable(v) else v for n, v in self.claims.items()}
        kid = "rsa-1" if self.alg.startswith("RS") else "ec-1"
        header = {"alg": self.alg, "kid": kid, "typ": "JWT"} | self.header
        parts = (
            json.dumps({n: v for n, v in part.items() if v is not ...}).encode()
            for part in (header, claims)
        )
        text = ".".join(map(b64url_encode, parts))
        return f"{text}.{b64url_encode(self._sign(text.encode()))}"

    def _sign(self, data: bytes) -> bytes:
        if self.alg == "none":
            return b""
        if self.alg == "HS256":
            return hashlib.sha256(CLIENT_SECRET.encode() + data).digest()
        return sign_es256(data) if self.alg == "ES256" else sign_rs256(data, self.signing_key)


def handler(provider: Provider) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            provider.seen.append(("GET", parts.path))
            if parts.path == "/.well-known/openid-configuration":
                self._answer(200, json.dumps(provider.document()).encode())
            elif parts.path == "/keys":
                self._answer(200, json.dumps({"keys": provider.keys}).encode())
            elif parts.path == "/authorize":
                self._answer(302, b"", Location=provider.authorize(dict(parse_qsl(parts.query))))
            else:
                self._answer(404, b"{}")

        def do_POST(self) -> None:
            provider.seen.append(("POST", self.path))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            form = dict(parse_qsl(body))
            self._answer(*provider.token(form, self.headers.get("Authorization", "")))

        def _answer(self, status: int, body: bytes, **headers: str) -> None:
            self.send_response(status)
            for name, value in {**headers, "Content-Length": str(len(body))}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    return Handler


@contextmanager
def running(provider: Provider, port: int = 0) -> Iterator[Provider]:
    """The provider behind HTTP on this machine."""
    server = ThreadingHTTPServer(("127.0.0.1", port), handler(provider))
    provider.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


if __name__ == "__main__":
    with running(Provider(email=sys.argv[2]), int(sys.argv[1])) as by_hand:
        print(by_hand.url, flush=True)
        threading.Event().wait()
