"""The limit on request bodies: announced ones are not read, streamed ones not beyond it."""

from starlette.datastructures import Headers
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp, Message, Receive, Scope, Send


class BodyLimit:
    """Answers 413 to a request whose body is larger than `limit` bytes."""

    def __init__(self, app: ASGIApp, limit: int) -> None:
        self.app = app
        self.limit = limit

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on; whoever reads more of its body than the limit is stopped."""
        if scope["type"] != "http":
            return await self.app(scope, receive, send)
        announced = Headers(scope=scope).get("content-length", "")
        is_too_large = announced.isdecimal() and int(announced[:20]) > self.limit
        # Refused inside the application, for its own errors to be pages where a person reads them.
        await self.app(scope, _refused if is_too_large else self._counted(receive), send)

    def _counted(self, receive: Receive) -> Receive:
        received = 0

        async def counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > self.limit:
                await _refused()
            return message

        return counted


async def _refused() -> Message:
    # FastAPI lets this kind through wherever it reads a body.
    raise HTTPException(413)
