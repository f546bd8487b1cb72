"""From a clerk's answers to the sheet that is calculated: pure.

Numbers are read as people write them: full-width digits, spaces between thousands, a unit typed
behind the number. What could mean two things (1,234) is asked again, never guessed.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Protocol

from pydantic import ValidationError

from hub.calculator.questions import (
    ALSO,
    BOUGHT,
    MATERIALS,
    PACKAGING,
    QUESTIONS,
    SCRAP,
    TRANSPORT,
    UNIT,
    Question,
    Step,
    row_name,
)
from tierlight_schemas.amounts import Amount
from tierlight_schemas.calculator import PartSheet
from tierlight_schemas.calculator.sheet import StatedValue
from tierlight_schemas.units import UnitError, canonical, conversion

_TYPED = re.compile(r"([+-]?[0-9][0-9 ]*(?:[.,][0-9 ]+)*)\s*(\D.*)?", re.DOTALL)
_AMBIGUOUS = re.compile(r"[1-9][0-9]{0,2},[0-9]{3}")
_THOUSANDS = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_SERIALS = re.compile(r"[\s,;，；、]+")
Answers = Mapping[str, str]
Declared = Mapping[str, StatedValue]
"""What suppliers' declarations say, by digest."""


class Place(Protocol):
    """A site of the company, as far as a sheet names it."""

    @property
    def code(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def subdivision(self) -> str | None: ...


@dataclass(frozen=True)
class Problem:
    """What is wrong with an answer, or that one is needed; the words come by code."""

    name: str
    code: str
    params: Mapping[str, str] = field(default_factory=dict)


class Unanswered(ValueError):  # noqa: N818 - says what it is
    """No sheet can be made of the answers yet."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__(", ".join(f"{problem.name}: {problem.code}" for problem in problems))
        self.problems = problems


def sheet_of(
    number: str,
    name: str,
    answers: Answers,
    sites: Iterable[Place],
    declared: Declared | None = None,
    bills: Sequence[Mapping[str, Any]] = (),
) -> PartSheet:
    """The sheet, with the suppliers' declarations that may be used by their digests.

    `bills` are members of the sheet's evidence. Raises `Unanswered` with everything that is lacking
    or wrong.
    """
    reading = _Reading(answers, {site.code: site for site in sites}, declared or {})
    document = {"partNumber": number, "name": name, **reading.document()}
    document["evidence"] = list(bills)
    if reading.problems:
        raise Unanswered(reading.problems)
    try:
        return PartSheet.model_validate(document)
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        path = ".".join(map(str, first["loc"]))
        told = {"path": path, "reason": first["msg"]}
        raise Unanswered([Problem("", "calculation/sheet", told)]) from None


def problems_of(step: Step, answers: Answers) -> list[Problem]:
    """What is wrong with the answers of one step; what is merely lacking is no problem yet."""
    found: list[Problem] = []
    for name, question in step.named():
        text = answers.get(name, "")
        if text:
            _, problem = _read(name, question, text, answers)
            found += [problem] if problem else []
    return found


def typed_number(text: str) -> str | None:
    """A number as people type it, in plain notation; None for what is none or could be two."""
    plain = unicodedata.normalize("NFKC", text).strip()
    if _AMBIGUOUS.fullmatch(plain):
        return None
    if _THOUSANDS.fullmatch(plain) and plain.count(",") + ("." in plain) > 1:
        plain = plain.replace(",", "")
    plain = plain.replace(" ", "")
    if plain.count(",") == 1 and "." not in plain:
        plain = plain.replace(",", ".")
    try:
        return Amount(plain)
    except ValueError:
        return None


def _read(name: str, question: Question, text: str, answers: Answers) -> tuple[Any, Problem | None]:
    """The value of an answer, or what is wrong with it."""
    if question.form == "quantity":
        return _quantity(name, question, text, answers)
    if question.form in ("number", "percent"):
        number = typed_number(text.rstrip("%％ ") if question.form == "percent" else text)
        return (number, None) if number is not None else (None, _wrong(name, "number", text))
    if question.form == "day":
        try:
            return date.fromisoformat(text), None
        except ValueError:
            return None, _wrong(name, "day", text)
    if question.form == "choice" and text not in question.options:
        return None, _wrong(name, "choice", text)
    return text, None


def _quantity(
    name: str, question: Question, text: str, answers: Answers
) -> tuple[dict[str, str] | None, Problem | None]:
    """An amount with its unit, which may be typed behind it: `48万kWh`."""
    match = _TYPED.fullmatch(unicodedata.normalize("NFKC", text).strip())
    number = typed_number(match[1]) if match else None
    if match is None or number is None:
        return None, _wrong(name, "number", text)
    unit = (match[2] or "").strip() or answers.get(f"{name}{UNIT}", "") or question.units[0]
    try:
        conversion(unit, question.units[0])
    except UnitError:
        allowed = ", ".join(question.units)
        return None, Problem(name, "calculator/unit", {"found": unit[:40], "allowed": allowed})
    return {"amount": number, "unit": canonical(unit)}, None


def _wrong(name: str, what: str, text: str) -> Problem:
    return Problem(name, f"calculator/{what}", {"found": text[:40]})


class _Reading:
    """One pass over the answers, collecting problems instead of stopping at the first."""

    def __init__(self, answers: Answers, sites: Mapping[str, Place], declared: Declared) -> None:
        self.answers = answers
        self.sites = sites
        self.declared = declared
        self.problems: list[Problem] = []

    def document(self) -> dict[str, Any]:
        """The sheet but for number and name; what is not known is left out."""
        start, last = self.value("period_start"), self.value("period_last")
        end = last + timedelta(days=1) if isinstance(last, date) and last < date.max else last
        told = {
            "processFamily": self.value("family"),
            "netMass": self.value("net_mass"),
            "site": self._site(),
            "periodStart": str(start),
            "periodEnd": str(end),
            "pieces": self.value("pieces"),
            "materials": list(self._materials()),
            "scrap": list(self._scrap()),
            "energy": list(self._energy()),
            "share": _told(
                method=self.value("method"),
                quantity=self.value("share_quantity"),
                total=self.value("share_total"),
            ),
            "coProducts": list(self._also()),
            "price": self.value("own_price"),
            "boughtParts": list(self._bought()),
            "packaging": list(self._packaging()),
            "leftOutPercent": self.value("left_out"),
        }
        if not told["materials"]:
            self.problems.append(Problem(row_name("materials", 0, "name"), "calculator/needed"))
        return _told(**told)

    def value(self, name: str) -> Any:
        """The answer to a question; None where it is not known."""
        question, text = QUESTIONS[name], self.answers.get(name, "")
        if not text:
            if question.required:
                self.problems.append(Problem(name, "calculator/needed"))
            return None
        value, problem = _read(name, question, text, self.answers)
        if problem:
            self.problems.append(problem)
        return value

    def _site(self) -> dict[str, Any]:
        code = self.value("site")
        site = self.sites.get(code or "")
        if site is None:
            if code:
                self.problems.append(_wrong("site", "site", code))
            return {}
        return _told(id=site.code, country=site.country, subdivision=site.subdivision)

    def _rows(self, step: Step) -> Iterator[tuple[int, dict[str, Any]]]:
        """Rows in which anything is answered."""
        for row in range(step.rows):
            names = {q.name: row_name(step.name, row, q.name) for q in step.questions}
            if any(self.answers.get(name) for name in names.values()):
                yield row, {short: self.value(name) for short, name in names.items()}

    def _materials(self) -> Iterator[dict[str, Any]]:
        for row, told in self._rows(MATERIALS):
            yield _told(
                name=told["name"],
                category=told["category"] or "unknown",
                mass=told["mass"],
                recycledPercent=told["recycled"],
                biogenicCarbonPercent=told["plants"],
                value=self._supplied(row_name(MATERIALS.name, row, "declared"), told, "kilogram"),
                transport=self._leg(row),
            )

    def _leg(self, row: int) -> dict[str, Any] | None:
        mode, km = (self.value(row_name(TRANSPORT.name, row, name)) for name in ("mode", "km"))
        return _told(mode=mode or "road", km=km) if mode or km else None

    def _scrap(self) -> Iterator[dict[str, Any]]:
        for _, told in self._rows(SCRAP):
            value = _stated({**told, "reference": ""}, "kilogram")
            yield _told(
                material=told["material"], mass=told["mass"], fate=told["fate"], value=value
            )

    def _also(self) -> Iterator[dict[str, Any]]:
        for _, told in self._rows(ALSO):
            yield _told(name=told["name"], mass=told["mass"], price=told["price"])

    def _energy(self) -> Iterator[dict[str, Any]]:
        mix = "residual" if self.value("grid_mix") == "residual" else "grid"
        for supply, name in (
            (mix, "grid"),
            ("own-generation", "own"),
            ("contract", "contract"),
            ("certificate", "certificate"),
        ):
            amount = self.value(name)
            if amount is not None:
                value = self._promised(name) if name in ("contract", "certificate") else None
                serials = self._serials() if name == "certificate" else None
                yield _told(
                    carrier="electricity",
                    supply=supply,
                    amount=amount,
                    value=value,
                    serials=serials,
                )
        for carrier in ("natural-gas", "heat", "diesel", "lpg", "raw-coal"):
            amount = self.value(carrier)
            if amount is not None:
                yield {"carrier": carrier, "amount": amount}

    def _promised(self, name: str) -> dict[str, Any] | None:
        """What a contract or a certificate says of its power."""
        value = self.value(f"{name}_value")
        stated = {"kgCO2e": value, "unit": "kilowatt hour", "source": "contract"}
        return stated if value is not None else None

    def _serials(self) -> list[str]:
        return [serial for serial in _SERIALS.split(self.value("serials") or "") if serial]

    def _supplied(self, name: str, told: Mapping[str, Any], unit: str) -> dict[str, Any] | None:
        """A supplier's value: of the declaration that was chosen, else of what was typed."""
        digest = told["declared"]
        if not digest:
            return _stated(told, unit)
        value = self.declared.get(digest)
        if value is None:
            self.problems.append(Problem(name, "calculator/declaration"))
            return None
        return value.document()

    def _bought(self) -> Iterator[dict[str, Any]]:
        for row, told in self._rows(BOUGHT):
            yield _told(
                name=told["name"],
                quantity=told["quantity"],
                mass=_all_of(told["mass"], told["quantity"]),
                value=self._supplied(row_name(BOUGHT.name, row, "declared"), told, "piece"),
            )

    def _packaging(self) -> Iterator[dict[str, Any]]:
        for _, told in self._rows(PACKAGING):
            yield _told(
                name=told["name"],
                category=told["category"] or "unknown",
                mass=told["mass"],
                uses=told["uses"],
            )


def _told(**members: Any) -> dict[str, Any]:
    return {name: value for name, value in members.items() if value is not None}


def _stated(told: Mapping[str, Any], unit: str) -> dict[str, Any] | None:
    """A supplier's value: of a declaration where the reference is a digest, else of a paper."""
    if told["value"] is None:
        return None
    reference = told["reference"] or ""
    is_digest = re.fullmatch(r"[0-9a-f]{64}", reference)
    source = "declaration" if is_digest else "paper"
    return {"kgCO2e": told["value"], "unit": unit, "source": source, "reference": reference}


def _all_of(mass: dict[str, str] | None, quantity: dict[str, str] | None) -> dict[str, str] | None:
    """The mass of all pieces that are built in: a bought part is weighed one at a time."""
    if mass is None or quantity is None or quantity["unit"] != "piece":
        return None
    amount = Decimal(mass["amount"]) * Decimal(quantity["amount"])
    return {"amount": Amount.of(amount), "unit": mass["unit"]}
