"""The security headers of every answer."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; "
        "object-src 'none'"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-store",
}
TLS_FOR_EVER = {"Strict-Transport-Security": "max-age=63072000; includeSubDomains"}


def security_headers(public_url: str) -> dict[str, str]:
    """What every answer carries; where the hub is public over https, also never to come without."""
    is_secure = public_url.lower().startswith("https:")
    return SECURITY_HEADERS | (TLS_FOR_EVER if is_secure else {})


SIGNING_POLICY = (
    SECURITY_HEADERS["Content-Security-Policy"]
    + "; require-trusted-types-for 'script'; trusted-types 'none'"
)
"""Of pages on which keys are made and used: there no script can turn text into markup either."""


class SecurityHeaders:
    """Puts the security headers on every answer; a route's own header of the same name stays."""

    def __init__(self, app: ASGIApp, public_url: str) -> None:
        self.app = app
        self.headers = security_headers(public_url)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in self.headers.items():
                    headers.setdefault(name, value)
            await send(message)

        await self.app(scope, receive, send_with_headers)
