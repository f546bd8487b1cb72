"""Which finding is the same finding tomorrow, and whether its numbers still are.

A finding is computed each time somebody looks; what people say of it is kept by its key. The key is
a digest over what the finding is about, so that the same gap has the same key from whichever
product it is seen. Its numbers are compared by two digests: as seen from one product, where an
amount is that of the whole product, and for one unit of the part concerned, which is the same from
everywhere.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cached_property
from hashlib import sha256
from typing import Final

from hub.findings.flags import Flag
from hub.findings.rules import View
from tierlight_schemas.canonical import canonical
from tierlight_schemas.rollup.model import ONE

LABELS: Final = frozenset({"name", "line"})
"""Members of a subject that may change while it stays what it is: how a part is called, and where
its line stands in the table."""
OF_THE_LOOK: Final[Mapping[str, frozenset[str]]] = {
    "tier/missing": frozenset({"share"}),
    "tier/shares-not-one": frozenset({"date"}),
    "tier/double-counted-transport": frozenset({"by_line"}),
    "tier/double-counted-packaging": frozenset({"by_line"}),
    "tier/duplicate-line": frozenset({"lines"}),
    "version/expired": frozenset({"date"}),
    "version/expiring": frozenset({"date", "days"}),
}
"""Evidence by code that tells from where, or on which day, somebody looked, or where a line stands
in its table."""
PLACES: Final = ("path", "input", "tier_number")
"""Evidence that says where a finding is: at a path of a document, at an input of its maker's, at a
tier of a product."""


@dataclass(frozen=True)
class OneOfEach(View):
    """The same chain with one unit of every part: numbers that depend on no root."""

    names: Sequence[str] = ()

    @cached_property
    def quantities(self) -> Mapping[str, Decimal]:
        """One base unit of each."""
        return dict.fromkeys(self.names, ONE)


@dataclass(frozen=True)
class Identified:
    """A finding, and by what it is known."""

    flag: Flag
    key: str
    """SHA-256 (hex): the same as long as it is about the same."""
    evidence_digest: str
    """SHA-256 (hex): the same as long as its numbers are, from the same product."""
    unit_digest: str
    """The same for one unit of the part that it is about, from any product."""


def identified(flags: Iterable[Flag], of_one: Iterable[Flag]) -> list[Identified]:
    """The findings with their keys, each once; `of_one` are the same for one unit of every part."""
    units = dict(_counted(of_one))
    found: dict[tuple[str, str], Identified] = {}
    for (about, place), flag in _counted(flags):
        unit = evidence_digest(units.get((about, place), flag))
        # The same part met again, through somebody else's product, gives no second finding.
        met = about + flag.subject.get("line", ""), unit
        found.setdefault(met, Identified(flag, about, evidence_digest(flag), unit))
    return [*_keyed(found.values())]


def _keyed(found: Iterable[Identified]) -> Iterator[Identified]:
    """Several findings about one thing, as of two lines for one part, differ by their order."""
    before: Counter[str] = Counter()
    for one in found:
        number = before[one.key]
        before[one.key] += 1
        key = _digest([one.key, number]) if number else one.key
        yield replace(one, key=key)


def _counted(flags: Iterable[Flag]) -> Iterator[tuple[tuple[str, int], Flag]]:
    before: Counter[str] = Counter()
    for flag in flags:
        about = key_of(flag)
        yield (about, before[about]), flag
        before[about] += 1


def key_of(flag: Flag) -> str:
    """Digest of owner, code and subject, with the place inside it."""
    subject = {name: value for name, value in flag.subject.items() if name not in LABELS}
    place = {name: flag.evidence[name] for name in PLACES if name in flag.evidence}
    return _digest([flag.owner, flag.code, subject | place])


def evidence_digest(flag: Flag) -> str:
    """Digest of the numbers, without those that only tell from where somebody looked."""
    left_out = OF_THE_LOOK.get(flag.code, frozenset())
    told = {name: value for name, value in flag.evidence.items() if name not in left_out}
    return _digest(told)


def _digest(plain: object) -> str:
    return sha256(canonical(plain)).hexdigest()
