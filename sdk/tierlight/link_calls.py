"""Who says that it buys of whom: a supplier's answers, and a buyer's corrections."""

from collections.abc import Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Any

from tierlight.calls import Calls
from tierlight.results import Link


class LinkCalls(Calls):
    """The part of `Client` that is about sourcing links."""

    def links_to_confirm(self) -> list[Link]:
        """Who says that it buys from this company, and has not been answered."""
        links = (Link.of(item) for item in self._pages("/v1/sourcing", role="supplier"))
        return [link for link in links if not (link.confirmed or link.disputed)]

    def links(self, state: str | None = None) -> Iterator[Mapping[str, Any]]:
        """What customers say that they buy here, with the own part that each means, or suggestions.

        `state` is `open`, `confirmed` or `disputed`; None: all.
        """
        return self._pages("/v1/links", state=state)

    def links_bought(self, state: str | None = None) -> Iterator[Mapping[str, Any]]:
        """What this company says that it buys, with what its suppliers say of it."""
        return self._pages("/v1/links/bought", state=state)

    def confirm_link(self, link_id: str, own_part: str | None = None) -> Link:
        """Say that it is so, and of which own part (its number); the link counts from then on.

        Without a number it is the part matched before, or the one that the customer named.
        """
        if own_part is not None:
            path, body = f"/v1/links/{link_id}/confirmation", {"own_part": own_part}
            answer = self._transport.json("POST", path, body, repeatable=True)
            link_id = str(answer["id"])
        path = f"/v1/sourcing/{link_id}/confirm"
        return Link.of(self._transport.json("POST", path, repeatable=True))

    def dispute_link(
        self, link_id: str, reason: str, words: str | None = None, ended_on: date | None = None
    ) -> Mapping[str, Any]:
        """Say that it is not so; from then on the link does not count.

        `reason` is `not-our-part`, `wrong-share`, `wrong-site`, `ended` (with `ended_on`, the first
        day without deliveries) or `other` (with `words`).
        """
        optional = {"words": words, "ended_on": ended_on.isoformat() if ended_on else None}
        body = {"reason": reason} | {name: said for name, said in optional.items() if said}
        path = f"/v1/links/{link_id}/dispute"
        found: Mapping[str, Any] = self._transport.json("POST", path, body, repeatable=True)
        return found

    def correct_link(self, link_id: str, supplier_part: str, share: str, **more: str) -> str:
        """State a link of one's own anew; the id of the one that takes its place.

        `more`: `site`, `valid_from`, `valid_to`, `delivery_term`; what is left out is not stated.
        """
        body = {"supplier_part": supplier_part, "share": share, **more}
        path = f"/v1/links/{link_id}/correction"
        return str(self._transport.json("POST", path, body, repeatable=False)["id"])

    def withdraw_link(self, link_id: str) -> None:
        """Take a link of one's own back."""
        self._transport.request("POST", f"/v1/links/{link_id}/withdrawal", repeatable=False)

    def links_table(self) -> bytes:
        """links.csv: the list to be filled in with own numbers and verdicts."""
        return self._bytes("/v1/links/table")

    def send_links_table(self, table: Path | bytes, *, partly: bool = False) -> Mapping[str, Any]:
        """Verdicts on many links; all lines or none, or with `partly` those that are good.

        What became of it, line by line. The same table again changes nothing.
        """
        path = f"/v1/links/import?partly={str(partly).lower()}"
        return self._sent(path, table)
