"""A document as the rules read it: any JSON value, looked at without trusting its shape.

Rules ask a `Sheet` for values; what is absent or malformed answers None, so that every rule says
what it can even when another part of the document is broken.
"""

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property
from typing import Any

from tierlight_schemas.checks.bands import BANDS, Bands
from tierlight_schemas.checks.printed import Printed
from tierlight_schemas.extension import PART_EXTENSION, PartExtension
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.footprint import DATE_TIME_PATTERN

JsonObject = Mapping[str, Any]
LEVEL = PartExtension.model_fields["level"].default
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LONGEST_SHOWN = 60


@dataclass(frozen=True)
class Context:
    """What a check is given beside the document."""

    at: date
    """Day of the check; only rules that begin on a date look at it."""
    bands: Bands = field(default_factory=lambda: BANDS)
    category: str | None = None
    """Band id of the product, where the caller knows it."""
    split: JsonObject | None = None
    """The split annex, parsed."""


@dataclass(frozen=True)
class Sheet:
    """The document and the places of its parts."""

    root: JsonObject
    is_credential: bool
    is_process: bool
    document: JsonObject
    """The `ProductFootprint`, or the process footprint of a process declaration."""
    place: str
    """JSON path of `document`."""

    @cached_property
    def values(self) -> JsonObject:
        """The object that holds the emission values: `pcf`, or the process itself."""
        return self.document if self.is_process else as_object(self.document.get("pcf"))

    @property
    def values_place(self) -> str:
        """JSON path of `values`."""
        return self.place if self.is_process else f"{self.place}.pcf"

    def at(self, *names: str) -> str:
        """JSON path of a member of `values`."""
        return ".".join((self.values_place, *names))

    def finding(
        self, code: str, severity: Severity, *names: str, case: str | None = None, **evidence: str
    ) -> Finding:
        """A finding at a member of `values`."""
        return found_at(code, severity, self.at(*names), case=case, **evidence)

    @property
    def extensions(self) -> Sequence[Any]:
        """The data model extensions, whatever their shape."""
        return as_list(self.document.get("extensions"))

    @cached_property
    def extension(self) -> JsonObject | None:
        """Data of the first `tierlight.part/1`; None without one."""
        index = next(iter(own_extensions(self.extensions)), None)
        return None if index is None else as_object(self.extensions[index].get("data"))

    @cached_property
    def extension_place(self) -> str:
        """JSON path of `extension`."""
        index = next(iter(own_extensions(self.extensions)), 0)
        return f"{self.place}.extensions[{index}].data"

    @property
    def level(self) -> str | None:
        """Usability level; None without our extension."""
        extension = self.extension
        return None if extension is None else str(extension.get("level", LEVEL))

    def is_default(self, name: str) -> bool:
        """Whether provenance says that a value only stands in for “not stated”."""
        return self.provenance.get(name) == "default"

    @cached_property
    def provenance(self) -> JsonObject:
        """Where each value came from, by attribute of `pcf`."""
        return as_object((self.extension or {}).get("provenance"))

    @property
    def is_prospective(self) -> bool:
        """Whether the value is a forecast."""
        return (self.extension or {}).get("timeBasis") == "prospective"

    def stated(self, name: str) -> Printed | None:
        """A value that somebody stated; None when absent, malformed or a default."""
        return None if self.is_default(name) else Printed.read(self.values.get(name))

    def texts(self) -> Iterator[tuple[str, str]]:
        """Path and words of every free text a declarant writes."""
        for name in ("productNameCompany", "productDescription", "comment"):
            yield f"{self.place}.{name}", self.document.get(name, "")
        for name in (
            "boundaryProcessesDescription",
            "allocationRulesDescription",
            "exemptedEmissionsDescription",
        ):
            yield self.at(name), self.values.get(name, "")
        verification = as_object(self.values.get("verification"))
        yield self.at("verification", "comments"), verification.get("comments", "")


def read(document: Any) -> Sheet:
    """The sheet of any JSON value."""
    root = as_object(document)
    if "credentialSubject" not in root:
        return Sheet(root, False, False, root, "$")
    subject = as_object(root["credentialSubject"])
    is_process = "PartProcessDeclaration" in as_list(root.get("type"))
    name = "process" if is_process else "footprint"
    place = f"$.credentialSubject.{name}"
    return Sheet(root, True, is_process, as_object(subject.get(name)), place)


def found_at(
    code: str, severity: Severity, path: str, *, case: str | None = None, **evidence: str
) -> Finding:
    """A finding; its variant of words, if any, is the evidence `case`."""
    variant = {} if case is None else {"case": case}
    return Finding(code, severity, path, {**variant, **evidence})


def own_extensions(extensions: Sequence[Any]) -> Iterator[int]:
    """Indices of the extensions that say they are `tierlight.part/1`."""
    for index, extension in enumerate(extensions):
        if isinstance(extension, Mapping) and extension.get("dataSchema") == PART_EXTENSION:
            yield index


def as_object(value: Any) -> JsonObject:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, Mapping) else {}


def as_list(value: Any) -> Sequence[Any]:
    """`value` if it is a list, else an empty one."""
    return value if isinstance(value, list | tuple) else ()


def instant(value: Any) -> datetime | None:
    """A date-time with its zone; None when absent, malformed or not in the calendar."""
    if not isinstance(value, str) or not re.fullmatch(DATE_TIME_PATTERN, value, re.ASCII):
        return None
    try:
        return datetime.fromisoformat(value)
    except ValueError:
        return None


def json_path(place: str, steps: Sequence[str | int]) -> str:
    """A JSON path: names after a point, everything else in brackets."""
    for step in steps:
        if isinstance(step, int):
            place += f"[{step}]"
        elif _NAME.fullmatch(step):
            place += f".{step}"
        else:
            place += f"[{json.dumps(step[:_LONGEST_SHOWN])}]"
    return place


def show(value: Any) -> str:
    """A value as evidence: its text, shortened, always printable."""
    if isinstance(value, Mapping | list | tuple):
        return "{…}" if isinstance(value, Mapping) else "[…]"
    if isinstance(value, int) and abs(value) >= 10**_LONGEST_SHOWN:
        return f"{'-' if value < 0 else ''}…"
    text = value if isinstance(value, str) else json.dumps(value)
    short = text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}…"
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in short)
