"""What the operator decides about findings: how grave each is, and the numbers rules compare with.

Pure. What is not decided is as shipped: `tolerances.toml`, and the severity that a rule gives.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import cached_property

from hub.findings.flags import Flag
from hub.findings.plants.facts import Found
from hub.findings.tolerances import SHIPPED, Tolerances
from tierlight_schemas.catalogue import CODES, TRUST_FINDINGS, Family, Rule
from tierlight_schemas.findings import Finding, Severity

OFF = "off"
"""Instead of a severity: the code is not told."""
_ORDER = tuple(Severity)


@dataclass(frozen=True)
class FindingSettings:
    """Numbers in force, and the codes whose severity differs from the shipped one."""

    tolerances: Tolerances = SHIPPED
    severities: Mapping[str, Severity | None] = field(default_factory=dict)
    """The gravest that a code takes; None is `off`."""

    def graded(self, code: str, severity: Severity) -> Severity | None:
        """How grave a finding is here; None when it is not told.

        Where a rule has grades, all move by as much as the gravest: a milder one stays milder, as
        long as there is something milder than a note.
        """
        if code not in self.severities:
            return severity
        gravest = self.severities[code]
        if gravest is None:
            return None
        moved = _ORDER.index(severity) + _ORDER.index(gravest) - _ORDER.index(CODES[code].severity)
        return _ORDER[min(max(moved, 0), len(_ORDER) - 1)]

    def flags(self, found: Iterable[Flag]) -> Iterator[Flag]:
        """The findings of a chain as they are told here."""
        for flag in found:
            severity = self.graded(flag.code, flag.severity)
            if severity is not None:
                yield flag if severity is flag.severity else replace(flag, severity=severity)

    def findings(self, found: Iterable[Finding]) -> Iterator[Finding]:
        """The findings of a site as they are told here."""
        for each in found:
            severity = self.graded(each.code, each.severity)
            if severity is not None:
                yield replace(each, severity=severity)

    def of_tables(self, found: Iterable[Found]) -> Iterator[Found]:
        """The findings of tables as they are told here."""
        for each in found:
            for finding in self.findings([each.finding]):
                yield replace(each, finding=finding)

    @cached_property
    def digest(self) -> str:
        """SHA-256 (hex) over all that is in force: what is told depends on it."""
        numbers = sorted((*key, str(number)) for key, number in self.tolerances.numbers.items())
        graded = sorted((code, said or OFF) for code, said in self.severities.items())
        return hashlib.sha256(json.dumps([numbers, graded]).encode()).hexdigest()


def is_of_the_door(rule: Rule) -> bool:
    """Whether a code is judged at the door, where the same bytes have the same verdict anywhere."""
    return rule.family in (Family.DOCUMENT, Family.DOOR) or (
        rule.family is Family.TRUST and rule.code not in TRUST_FINDINGS
    )


AS_SHIPPED = FindingSettings()
