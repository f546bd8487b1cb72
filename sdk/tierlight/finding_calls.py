"""What a client can ask and say of findings about its own company."""

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Literal

from tierlight.calls import Calls

State = Literal["open", "disputed", "acknowledged", "resolved"]
Said = Mapping[str, Any]
"""Key and state of a finding after something was said of it."""


class FindingCalls(Calls):
    """The part of `Client` that is about findings."""

    def company_findings(
        self,
        *,
        state: State | None = None,
        severity: str | None = None,
        code: str | None = None,
        part: str | None = None,
        assignee: str | None = None,
        as_of: date | None = None,
    ) -> Iterator[Mapping[str, Any]]:
        """Everything found about this company, with its state; what needs somebody comes first.

        `part` is a part's number, `assignee` the id of a person, or `nobody`.
        """
        asked = {"state": state, "severity": severity, "code": code, "part": part}
        asked |= {"assignee": assignee, "as_of": as_of.isoformat() if as_of else None}
        return self._pages("/v1/findings", **asked)

    def finding(self, key: str) -> Mapping[str, Any]:
        """One finding with its history. Raises `NotFound`."""
        found: Mapping[str, Any] = self._get(f"/v1/findings/{key}")
        return found

    def acknowledge_finding(
        self, key: str, reason: str, *, evidence_digest: str | None = None
    ) -> Said:
        """Say why it is as it is; that holds as long as its numbers do.

        Raises `Conflict` where they are not those that `evidence_digest` was read with.
        """
        return self._say(key, "acknowledge", reason=reason, evidence_digest=evidence_digest)

    def dispute_finding(self, key: str, reason: str, *, evidence_digest: str | None = None) -> Said:
        """Say that it does not hold: the partner of its sourcing link, or the operator, answers."""
        return self._say(key, "dispute", reason=reason, evidence_digest=evidence_digest)

    def reopen_finding(self, key: str, reason: str) -> Said:
        """Take an acknowledgement or a dispute back."""
        return self._say(key, "reopen", reason=reason)

    def assign_finding(self, key: str, person: str | None) -> Said:
        """Say which person of the company shall act; None: nobody."""
        return self._say(key, "assign", person=person or "")

    def disputes(self) -> Iterator[Mapping[str, Any]]:
        """Disputes that this company was asked to answer, oldest first."""
        return self._pages("/v1/disputes")

    def answer_dispute(
        self, key: str, verdict: Literal["upheld", "withdrawn"], reason: str
    ) -> Mapping[str, Any]:
        """Answer one: `upheld` when the finding holds, `withdrawn` when it does not."""
        return self._say(key, "answer", verdict=verdict, reason=reason)

    def _say(self, key: str, act: str, **said: str | None) -> Mapping[str, Any]:
        body = {name: value for name, value in said.items() if value is not None}
        path = f"/v1/findings/{key}/{act}"
        done: Mapping[str, Any] = self._transport.json("POST", path, body, repeatable=False)
        return done
