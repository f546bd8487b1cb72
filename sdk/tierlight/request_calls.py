"""Asking suppliers for footprints, and answering customers."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal

from tierlight.transport import Transport

PAGE = 1000
PATH = "/v1/requests"
Box = Literal["in", "out"]
Request = Mapping[str, Any]
"""A request as one of its two companies reads it: state, terms, `possible`, events."""


@dataclass(frozen=True)
class RequestCalls:
    """`Client.requests`: each call speaks for the client's company, on the side where it stands.

    What a request's state does not allow raises `Conflict`, and its remedy names what it does.
    """

    transport: Transport

    def send(
        self,
        reference: str,
        title: str,
        lines: Sequence[Mapping[str, str]],
        *,
        purpose: str,
        due: date,
        preview: bool = False,
        anyway: bool = False,
        **terms: Any,
    ) -> Mapping[str, Any]:
        """Ask suppliers; each line has its own verdict, and a bad one blocks no other.

        A line has `part`, and if need be `supplier`, `supplier_part` and `line`. `terms` are
        `level` (0 to 5), `aggregate`, `legal_basis`, `seen_by`, `keep_until`,
        `verification_paid_by`, `period_start` and `period_end`. The same set again changes nothing.
        """
        body: dict[str, Any] = {"reference": reference, "title": title, "purpose": purpose}
        body |= {"due": due.isoformat(), "preview": preview, "anyway": anyway}
        body |= {"lines": [dict(line) for line in lines], **_plain(terms)}
        return self._post(PATH, body, repeatable=True)

    def upload(
        self,
        table: Path | bytes,
        reference: str,
        title: str,
        *,
        preview: bool = False,
        **terms: Any,
    ) -> Mapping[str, Any]:
        """The same of a table, CSV or XLSX; what no cell says is taken from `terms`."""
        content = table if isinstance(table, bytes) else table.read_bytes()
        media = _XLSX if content.startswith(b"PK\x03\x04") else "text/csv"
        said = {"reference": reference, "title": title, "preview": preview or None}
        answer = self.transport.request(
            "POST",
            f"{PATH}/import",
            repeatable=True,
            params=said | _plain(terms),
            content=content,
            content_type=media,
        )
        told: Mapping[str, Any] = answer.json()
        return told

    def listed(
        self, box: Box = "in", *, state: str | None = None, partner: str | None = None
    ) -> Iterator[Request]:
        """Requests to the company (`in`) or of it (`out`), in the order of sending."""
        after: str | None = None
        while True:
            params = {"box": box, "state": state, "partner": partner, "limit": PAGE, "after": after}
            page = self._get(PATH, params)
            yield from page["items"]
            after = page.get("next")
            if after is None:
                return

    def read(self, request_id: str) -> Request:
        """One request with its events; the asked company's first look opens it."""
        return self._get(f"{PATH}/{request_id}")

    def start(self, request_id: str) -> Request:
        """Take a request up."""
        return self._act(request_id, "start")

    def ask(self, request_id: str, words: str) -> Request:
        """Ask the customer; the own time stands still until its reply."""
        return self._act(request_id, "ask", words=words)

    def reply(self, request_id: str, words: str) -> Request:
        """Reply to a supplier's question."""
        return self._act(request_id, "reply", words=words)

    def answer(
        self,
        request_id: str,
        declaration: str,
        *,
        level: int | None = None,
        aggregate: bool | None = None,
        until: date | None = None,
        words: str | None = None,
    ) -> Request:
        """Answer with an own valid declaration: the consent and the answer in one step."""
        given = {"level": level, "aggregate": aggregate, "until": until, "words": words}
        return self._act(request_id, "answer", declaration=declaration, **given)

    def accept(self, request_id: str, words: str | None = None) -> Request:
        """Take an answer as it is."""
        return self._act(request_id, "accept", words=words)

    def send_back(self, request_id: str, words: str, due: date | None = None) -> Request:
        """Say what is to be mended in an answer."""
        return self._act(request_id, "return", words=words, due=due)

    def decline(self, request_id: str, reason: str, words: str | None = None) -> Request:
        """Say why there is no answer: `no-data-yet`, `confidential`, `not-my-part`,
        `wrong-recipient`, `needs-nda`, `capacity`, or `other` with words."""
        return self._act(request_id, "decline", reason=reason, words=words)

    def ask_extension(self, request_id: str, due: date, words: str | None = None) -> Request:
        """Ask the customer for more time."""
        return self._act(request_id, "ask-extension", due=due, words=words)

    def extend(self, request_id: str, due: date, words: str | None = None) -> Request:
        """Give a supplier more time."""
        return self._act(request_id, "extend", due=due, words=words)

    def cancel(self, request_id: str, words: str | None = None) -> Request:
        """Take a request back."""
        return self._act(request_id, "cancel", words=words)

    def assign(self, request_id: str, person: str | None) -> Request:
        """Forward a request to a person of the company; None: to nobody."""
        return self._act(request_id, "assign", person=person or "")

    def name_part(self, request_id: str, part_id: str) -> Request:
        """Say which own part is meant."""
        return self._act(request_id, "part", part=part_id)

    def ask_upstream(
        self, request_id: str, reference: str, title: str, *, purpose: str, due: date, **terms: Any
    ) -> Mapping[str, Any]:
        """Ask the suppliers of everything that goes into the part; the customer is not named."""
        body = {"reference": reference, "title": title, "purpose": purpose, "due": due, **terms}
        return self._post(f"{PATH}/{request_id}/upstream", _plain(body), repeatable=True)

    def _act(self, request_id: str, act: str, **said: Any) -> Request:
        return self._post(f"{PATH}/{request_id}/{act}", _plain(said), repeatable=False)

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Mapping[str, Any]:
        found: Mapping[str, Any] = self.transport.json("GET", path, repeatable=True, params=params)
        return found

    def _post(self, path: str, body: Any, *, repeatable: bool) -> Mapping[str, Any]:
        told: Mapping[str, Any] = self.transport.json("POST", path, body, repeatable=repeatable)
        return told


_XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def _plain(said: Mapping[str, Any]) -> dict[str, Any]:
    """What was said, days as texts."""
    return {
        name: value.isoformat() if isinstance(value, date) else value
        for name, value in said.items()
        if value is not None
    }
