"""From a table and a key to signed declarations: build, compare with the last run, check, sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

from tierlight.signer import Signer, sign_payload
from tierlight.submissions import Key, Signed, key_of
from tierlight.table import Problem, Table
from tierlight_schemas.build import (
    Built,
    Details,
    Fresh,
    Predecessor,
    acknowledge,
    build,
    meaning,
)
from tierlight_schemas.checks import check
from tierlight_schemas.declarant import Declarant
from tierlight_schemas.declaration import Acknowledgement
from tierlight_schemas.envelope import EnvelopeError, pack_submission, strict_json
from tierlight_schemas.errors import RowError, StandardError
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.rows import Row, RowProblems, read_row


@dataclass(frozen=True)
class RowFinding:
    """What the document checks found in the declaration of a row."""

    row: int
    finding: Finding


@dataclass
class Outcome:
    """What became of a table."""

    signed: list[Signed] = field(default_factory=list)
    """The file to write: every earlier declaration in its order, then the new ones.

    What a new one supersedes stays before it, because a hub takes a successor only after it."""
    problems: list[Problem] = field(default_factory=list)
    findings: list[RowFinding] = field(default_factory=list)
    unknown: list[tuple[int, str]] = field(default_factory=list)
    """Line and part number of rows without a value: unknown, not declared."""
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    not_in_table: int = 0
    """Parts of the file of which the table says nothing; their declarations stay."""
    explained: set[str] = field(default_factory=set)
    """Codes of warnings that a reason was signed for."""

    @property
    def refused(self) -> bool:
        """Whether any row could not be declared."""
        errors = (found.finding.severity is Severity.ERROR for found in self.findings)
        return bool(self.problems) or any(errors)


def declare(
    table: Table,
    declarant: Declarant,
    signer: Signer,
    earlier: Sequence[Signed],
    now: datetime,
    reasons: Mapping[str, str] = MappingProxyType({}),
    details: Mapping[str, Details] = MappingProxyType({}),
) -> Outcome:
    """Sign a declaration for each row that says something new.

    Rows that mean what their latest declaration says keep it, byte for byte; a changed row gets a
    new one that supersedes it. `reasons` say, by the code of a warning, why what it warns of is
    right all the same: they are signed with each declaration that has the warning. `details` are
    annexes beside the split, by part number. Nothing is written. Raises `SigningError` when the
    signer fails.
    """
    run = _Run(declarant, signer, {entry.key: entry for entry in earlier}, now, reasons, details)
    run.outcome.problems.extend(table.problems)
    for line, cells in table.rows:
        run.row(line, cells)
    run.finish(earlier)
    return run.outcome


class _Run:
    """One table on its way into one file."""

    def __init__(
        self,
        declarant: Declarant,
        signer: Signer,
        latest: Mapping[Key, Signed],
        now: datetime,
        reasons: Mapping[str, str],
        details: Mapping[str, Details],
    ) -> None:
        self.declarant = declarant
        self.signer = signer
        self.latest = latest
        self.now = now
        self.reasons = reasons
        self.details = details
        self.outcome = Outcome()
        self.seen: dict[Key, int] = {}
        self.made: list[Signed] = []

    def row(self, line: int, cells: Mapping[str, str]) -> None:
        try:
            row = read_row(cells)
            if row is None:
                self.outcome.unknown.append((line, cells["number"].strip()))
                return
            built = self._built(row)
            before = self._before(line, built)
            if before and before.meaning == meaning(built.document, built.annexes):
                self.outcome.unchanged += 1
                return
            if before:
                built = self._built(row, before.predecessor)
            self._check_and_sign(line, built, before)
        except RowProblems as error:
            self.outcome.problems.extend(_problem(line, found) for found in error.problems)
        except StandardError as error:
            self.outcome.problems.append(_problem(line, error))

    def _built(self, row: Row, supersedes: Predecessor | None = None) -> Built:
        details = self.details.get(row.number, {})
        fresh = Fresh.draw(self.now)
        return self._explained(build(row, self.declarant, fresh, supersedes, details))

    def _before(self, line: int, built: Built) -> Signed | None:
        key = key_of(built.document)
        if key in self.seen:
            raise RowError("row/twice", "number", other=str(self.seen[key]))
        self.seen[key] = line
        return self.latest.get(key)

    def _explained(self, built: Built) -> Built:
        """The declaration with the reasons that were given for warnings of it."""
        if not self.reasons:
            return built
        said = [
            Acknowledgement(code=found.code, path=found.path, reason=self.reasons[found.code])
            for found in self._findings(built)
            if found.code in self.reasons and found.severity is Severity.WARNING
        ]
        self.outcome.explained |= {one.code for one in said}
        return acknowledge(built, said)

    def _findings(self, built: Built) -> list[Finding]:
        split = strict_json(built.annexes["split"]) if "split" in built.annexes else None
        return check(built.document, self.now, split=split)

    def _check_and_sign(self, line: int, built: Built, before: Signed | None) -> None:
        findings = self._findings(built)
        self.outcome.findings.extend(RowFinding(line, finding) for finding in findings)
        if any(finding.severity is Severity.ERROR for finding in findings):
            return
        jws = sign_payload(built.payload, self.signer)
        self.made.append(Signed.read(pack_submission(jws, built.annexes)))
        if before:
            self.outcome.changed += 1
        else:
            self.outcome.new += 1

    def finish(self, earlier: Sequence[Signed]) -> None:
        """Append what is new to what was there."""
        self.outcome.signed = [*earlier, *self.made]
        self.outcome.not_in_table = len(set(self.latest) - set(self.seen))


def _problem(line: int, error: StandardError) -> Problem:
    if isinstance(error, EnvelopeError):
        return Problem(error.code, line, "", dict(error.params))
    return Problem(error.code, line, error.params.get("column", ""), dict(error.params))
