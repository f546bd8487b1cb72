"""How the parts of the client ask: one thing, or page after page."""

from collections.abc import Iterator, Mapping
from typing import Any

from tierlight.transport import Transport

PAGE = 1000


class Calls:
    """What stands on a connection to a hub."""

    _transport: Transport

    def _get(self, path: str, /, **params: Any) -> Any:
        return self._transport.json("GET", path, repeatable=True, params=params)

    def _pages(self, path: str, /, **params: Any) -> Iterator[Mapping[str, Any]]:
        after: str | None = None
        while True:
            page = self._get(path, limit=PAGE, after=after, **params)
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return
