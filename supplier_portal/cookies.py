"""The portal's cookies: who is signed in, in which language, and the token of unsigned forms.

All are HttpOnly and SameSite=Lax. Where the hub is public over https they are Secure and carry
the `__Host-` prefix, so that no neighbouring host name can plant one.
"""

from dataclasses import dataclass

from fastapi import Request, Response

from hub.settings import Settings

SESSION, LANGUAGE, FORM = "tierlight-session", "tierlight-language", "tierlight-form"
ROUND = "tierlight-round"
"""Binds a sign-in at a provider to the browser in which it was begun."""
LANGUAGE_SECONDS = 365 * 24 * 3600


@dataclass(frozen=True)
class Cookies:
    """Reads and writes the cookies of a hub."""

    is_secure: bool

    @classmethod
    def of(cls, settings: Settings) -> "Cookies":
        """Secure cookies when the hub's public address is https."""
        return cls(settings.public_url.lower().startswith("https:"))

    def name(self, plain: str) -> str:
        """The name in the browser."""
        return f"__Host-{plain}" if self.is_secure else plain

    def read(self, request: Request, plain: str) -> str | None:
        """The value that the browser sent."""
        return request.cookies.get(self.name(plain))

    def write(self, response: Response, plain: str, value: str, seconds: int | None) -> None:
        """Set a cookie for so many seconds; None is until the browser closes."""
        response.set_cookie(
            self.name(plain),
            value,
            max_age=seconds,
            path="/",
            secure=self.is_secure,
            httponly=True,
            samesite="lax",
        )

    def clear(self, response: Response, plain: str) -> None:
        """Let the browser forget a cookie."""
        response.delete_cookie(
            self.name(plain), path="/", secure=self.is_secure, httponly=True, samesite="lax"
        )
