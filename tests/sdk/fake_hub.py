"""A small working hub behind HTTP, with a switch for each way in which a network misbehaves."""

import base64
import json
from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx

from tierlight_schemas.envelope import (
    EnvelopeError,
    canonical,
    open_jws,
    unpack_submission,
)

URL = "https://hub.example"
Misbehaviour = Callable[[httpx.Request], httpx.Response | None]


@dataclass
class FakeHub:
    """Answers tokens and submissions; `next` holds misbehaviours, one for each coming request."""

    secret: str = "s3cret"
    stored: dict[str, bytes] = field(default_factory=dict)
    next: deque[Misbehaviour] = field(default_factory=deque)
    requests: list[httpx.Request] = field(default_factory=list)
    tokens: Counter[str] = field(default_factory=Counter)
    token_endpoint: str = f"{URL}/auth/token"
    expires_in: int = 600
    prefix: str = ""
    discovery: bool = True

    def client(self) -> httpx.Client:
        return httpx.Client(transport=httpx.MockTransport(self._answer))

    def paths(self) -> list[str]:
        return [request.url.path for request in self.requests]

    def fails(self, status: int, **headers: str) -> None:
        """The next request to an endpoint gets this status."""
        self.next.append(
            lambda request: httpx.Response(
                status, headers=headers, json={"code": "hub/x", "message": "said", "remedy": "do"}
            )
        )

    def breaks(self, error: type[httpx.TransportError] = httpx.ReadError) -> None:
        """The next request gets no answer."""

        def broken(request: httpx.Request) -> httpx.Response:
            raise error("broken", request=request)

        self.next.append(broken)

    def loses_the_answer(self) -> None:
        """The next submission is stored, and then the connection breaks."""

        def lost(request: httpx.Request) -> httpx.Response:
            self._endpoint(request)
            raise httpx.ReadError("broken", request=request)

        self.next.append(lost)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        self.requests.append(request)
        if request.url.host != "hub.example":
            raise AssertionError(f"a request went to {request.url.host}")
        path = request.url.path.removeprefix(self.prefix)
        if path == "/.well-known/openid-configuration" and self.discovery:
            return httpx.Response(200, json={"token_endpoint": self.token_endpoint})
        if path == "/.well-known/openid-configuration":
            return httpx.Response(404)
        if path == "/auth/token":
            return self._token(request)
        if self.next:
            answer = self.next.popleft()(request)
            if answer is not None:
                return answer
        return self._endpoint(request)

    def _token(self, request: httpx.Request) -> httpx.Response:
        given = base64.b64decode(request.headers["authorization"].removeprefix("Basic "))
        if given != f"erp:{self.secret}".encode():
            return httpx.Response(401, json={"error": "invalid_client"})
        token = f"token-{sum(self.tokens.values()) + 1}"
        self.tokens[token] += 1
        answer = {"access_token": token, "token_type": "Bearer", "expires_in": self.expires_in}
        return httpx.Response(200, json=answer)

    def _endpoint(self, request: httpx.Request) -> httpx.Response:
        if request.headers["authorization"].removeprefix("Bearer ") not in self.tokens:
            return httpx.Response(401, json={"code": "hub/token-unknown", "message": "no"})
        if request.url.path != f"{self.prefix}/v1/declarations":
            return httpx.Response(404, json={"code": "hub/not-found", "message": "no"})
        if request.headers["content-type"] == "application/x-ndjson":
            lines = request.content.splitlines()
            verdicts = [self._verdict(line, n) for n, line in enumerate(lines, 1)]
            body = "".join(json.dumps(verdict) + "\n" for verdict in verdicts)
            return httpx.Response(200, text=body)
        verdict = self._verdict(request.content, None)
        if verdict["status"] == "refused":
            return httpx.Response(400, json=verdict["error"])
        return httpx.Response(201, json=verdict)

    def _verdict(self, line: bytes, number: int | None) -> dict:
        numbered = {} if number is None else {"line": number}
        try:
            opened = open_jws(unpack_submission(line)[0])
        except EnvelopeError as error:
            words = {"code": error.code, "message": "not good", "remedy": "mend it"}
            return {"status": "refused", "error": words, **numbered}
        if "REFUSE" in str(opened.document):
            words = {"code": "door/document-errors", "message": "no", "remedy": "mend it"}
            return {"status": "refused", "digest": opened.digest, "error": words, **numbered}
        status = "known" if opened.digest in self.stored else "stored"
        receipt = {"digest": opened.digest, "index": len(self.stored)}
        self.stored.setdefault(opened.digest, canonical(receipt))
        receipt = json.loads(self.stored[opened.digest])
        return {"status": status, "digest": opened.digest, "receipt": receipt, **numbered}
