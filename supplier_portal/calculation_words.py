"""A calculation as its page shows it: every product in words, what is lacking, what would help."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from hub.calculator.outcomes import Outcome
from hub.kit.language import Language
from hub.kit.numbers import localised, written
from supplier_portal.declare_form import ENTRIES
from supplier_portal.formats import Formats
from supplier_portal.wording import Words
from tierlight_schemas.amounts import significant
from tierlight_schemas.calculator import Calculation, PartSheet, Step, Term
from tierlight_schemas.calculator.improving import worth_knowing
from tierlight_schemas.calculator.plausible import Range
from tierlight_schemas.calculator.sheet import numbers_of
from tierlight_schemas.calculator.terms import UNSURE
from tierlight_schemas.calculator.writing import cells_of, row_of
from tierlight_schemas.columns import (
    MARKET_PREFIX,
    PREFIXES,
    QUANTITY_PREFIX,
    STAGE_PREFIX,
)
from tierlight_schemas.messages import Message, render

MARK = Decimal("1.2")
"""Width of the part's mark on the picture of the range, in hundredths of it."""
_DIGITS = 4


@dataclass(frozen=True)
class Line:
    """One product of the sum."""

    group: str
    label: str
    value: str
    formula: str
    sources: Sequence[str]
    """Where the numbers that are not the clerk's own come from."""


@dataclass(frozen=True)
class Bar:
    """What one group takes of the total."""

    group: str
    value: str
    share: Decimal
    """Percent of the absolute sum, for the picture."""


@dataclass(frozen=True)
class Shown:
    """Everything that the page of the result says."""

    statement: Message
    bars: Sequence[Bar]
    lines: Sequence[Line]
    location: str
    """The total at the average of the place, where it differs; else empty."""
    quality: str
    gaps: Sequence[Message]
    warnings: Sequence[Message]
    improvements: Sequence[str]
    levers: Sequence[str]
    preview: Sequence[tuple[str, str]]
    """Name and text of what every customer sees; empty while something is missing."""
    split: Sequence[tuple[str, str]]
    """The same of the split, which a customer sees only by a consent for it (level 2)."""
    uptake: str = ""
    """The total with what plants took up; empty where no plants are in it."""
    scale: "Scale | None" = None
    """The published range; None where nothing published is like the part."""
    typed: int = 0
    """How many numbers it took."""
    all: str = ""
    """The total, as the lines add up to it."""


@dataclass(frozen=True)
class Scale:
    """Where the part lies in the published range, in hundredths of the picture's width."""

    text: str
    start: Decimal
    width: Decimal
    mark: Decimal
    """Where the mark of the part begins; it is `MARK` wide."""
    warning: Message | None
    """Where it lies outside of what is usual."""


def costs(lang: Language) -> Mapping[str, Message]:
    """What it costs not to know an answer, by what stands in for it."""
    own = percent_text(UNSURE["own"])
    return {
        "default": render(
            "calculation/cost-default",
            {"default": percent_text(UNSURE["default"]), "known": percent_text(UNSURE["paper"])},
            lang,
        ),
        "assumed": render(
            "calculation/cost-assumed",
            {"assumed": percent_text(UNSURE["assumed"]), "known": own},
            lang,
        ),
        "gap": render("calculation/cost-gap", {}, lang),
        "none": render("calculation/cost-none", {}, lang),
    }


def percent_text(share: Decimal) -> str:
    """A share as whole percents."""
    return f"{100 * share:.0f}"


def shown(outcome: Outcome, sheet: PartSheet, calculation: Calculation, lang: Language) -> Shown:
    """The result in a language."""
    effects = outcome.levers
    teller, cells = _Teller(lang), _cells(sheet, calculation)
    return Shown(
        teller.statement(sheet, calculation),
        teller.bars(calculation),
        [teller.line(term) for term in calculation.terms],
        teller.location(calculation),
        teller.quality(calculation),
        [teller.gap(gap.group, gap.label, gap.what) for gap in calculation.gaps],
        [
            render(f.code, {"path": f.path, **localised(f.evidence, lang)}, lang)
            for f in calculation.findings
        ],
        teller.improvements(calculation),
        [teller.say(f"calculation/lever-{e.lever}", saved=e.saved) for e in effects],
        _preview(cells, teller.words, in_split=False),
        _preview(cells, teller.words, in_split=True),
        teller.uptake(calculation),
        teller.scale(outcome.usual),
        len(numbers_of(sheet)),
        teller.number(calculation.total),
    )


_PREVIEWED = {
    "number": "calculations.number",
    "name": "calculations.part",
    "process_family": "calc_field.family",
    "period_end": ENTRIES["period_last"].word,
    "subdivision": "sites.subdivision",
}
"""Columns that the form of a declaration does not ask for, and where the words name them."""


class _Teller:
    """The words of one language."""

    def __init__(self, lang: Language) -> None:
        self.lang = lang
        self.words = Words(lang)
        self.locale = self.words.locale

    def number(self, value: Decimal | None) -> str:
        return "–" if value is None else written(significant(value, _DIGITS).decimal, self.locale)

    def exact(self, value: Decimal) -> str:
        return written(value, self.locale)

    def message(self, code: str, **params: object) -> Message:
        told = {
            name: self.number(value) if isinstance(value, Decimal) else str(value)
            for name, value in params.items()
        }
        return render(code, told, self.lang)

    def say(self, code: str, **params: object) -> str:
        return self.message(code, **params).text

    def statement(self, sheet: PartSheet, calculation: Calculation) -> Message:
        total, unsure = calculation.total, calculation.unsure
        code = "calculation/result" if calculation.is_complete else "calculation/at-least"
        return self.message(
            code,
            part=sheet.part_number,
            total=total,
            per_kg=calculation.per_kg,
            low=max(total - unsure, Decimal(0)),
            high=total + unsure,
        )

    def bars(self, calculation: Calculation) -> list[Bar]:
        groups = calculation.by_group
        whole = sum((abs(value) for value in groups.values()), Decimal(0)) or Decimal(1)
        return [
            Bar(self.group(name), self.number(value), round(100 * abs(value) / whole, 2))
            for name, value in groups.items()
        ]

    def line(self, term: Term) -> Line:
        sources = [self.source(step) for step in term.steps if step.origin != "own"]
        formula = self.formula(term)
        label, value = self.label(term), self.number(term.value)
        return Line(self.group(term.group), label, value, formula, sources)

    def label(self, term: Term) -> str:
        """The clerk's own word; of a carrier the language's."""
        return self.words.known("carrier", term.carrier) if term.carrier else term.label

    def group(self, name: str) -> str:
        return self.say(f"calculation/group-{name}")

    def formula(self, term: Term) -> str:
        numbers = [f"{self.exact(step.value)} {self.unit(step)}".strip() for step in term.steps]
        signs = ["÷" if step.divides else "×" for step in term.steps[1:]]
        pairs = zip(signs, numbers[1:], strict=True)
        return " ".join([numbers[0], *(f"{sign} {number}" for sign, number in pairs)])

    def unit(self, step: Step) -> str:
        """The unit in the language's word, that of a factor as a quotient."""
        kgco2e, slash, unit = step.unit.rpartition("/")
        return f"{kgco2e}{slash}{self.words.known('unit', unit)}"

    def source(self, step: Step) -> str:
        origin = self.say(f"calculation/origin-{step.origin}")
        return self.say("calculation/source", origin=origin, source=step.source or "–")

    def location(self, calculation: Calculation) -> str:
        if calculation.location_based == calculation.total:
            return ""
        return self.say("calculation/location", total=calculation.location_based)

    def uptake(self, calculation: Calculation) -> str:
        if calculation.including_uptake == calculation.total:
            return ""
        return self.say("calculation/including-uptake", total=calculation.including_uptake)

    def scale(self, usual: Range | None) -> Scale | None:
        """On a scale from 0 to the highest that was seen, or to the part where it lies beyond."""
        if usual is None:
            return None
        band, most = usual.band, max(usual.band.hard_high, usual.per_kg)
        start, end, own = (
            round(100 * value / most, 2) for value in (band.soft_low, band.soft_high, usual.per_kg)
        )
        warning = None if usual.is_usual else self.message("calculation/range-unusual")
        text = self.say(
            "calculation/range",
            band=self.words.known("band", band.id),
            low=band.soft_low,
            high=band.soft_high,
            own=usual.per_kg,
        )
        return Scale(text, start, end - start, max(own - MARK / 2, Decimal(0)), warning)

    def quality(self, calculation: Calculation) -> str:
        steps = [step for term in calculation.terms for step in term.steps]
        technological, geographical, temporal = calculation.ratings
        return self.say(
            "calculation/quality",
            own=sum(step.origin == "own" for step in steps),
            all=len(steps),
            share=self.number(calculation.primary_data_share),
            technological=self.number(technological),
            geographical=self.number(geographical),
            temporal=self.number(temporal),
        )

    def gap(self, group: str, label: str, what: str) -> Message:
        told = self.words.known("carrier", label) if group == "energy" else label
        return self.message(f"calculation/gap-{what}", group=self.group(group), label=told)

    def improvements(self, calculation: Calculation) -> list[str]:
        return [
            self.say(
                "calculation/improve",
                label=self.label(each.term),
                what=self.say(f"calculation/what-{each.step.what}"),
                origin=self.say(f"calculation/origin-{each.step.origin}"),
                before=f"{each.before:.0f}",
                after=f"{each.after:.0f}",
            )
            for each in worth_knowing(calculation)
        ]


def _cells(sheet: PartSheet, calculation: Calculation) -> dict[str, str]:
    """The row that is declared; empty while something is missing."""
    if not calculation.is_complete or any(f.severity == "error" for f in calculation.findings):
        return {}
    return cells_of(row_of(sheet, calculation))


def _preview(cells: Mapping[str, str], words: Words, *, in_split: bool) -> list[tuple[str, str]]:
    """Columns in words: of the signed document, or of the split that is kept beside it."""
    return [
        (_named(name, words), _told(name, text, words))
        for name, text in cells.items()
        if name.startswith(PREFIXES) is in_split
    ]


def _told(column: str, text: str, words: Words) -> str:
    """A value as its reader says it: units, days and flags in words, numbers as they are signed."""
    if column == "declared_unit":
        return words.known("unit", text)
    if column == "process_family":
        return words.known("calc_word", text)
    if column.startswith(QUANTITY_PREFIX):
        amount, _, unit = text.partition(" ")
        return words("unit.with_amount", amount=amount, unit=words.known("unit", unit))
    if column == "period_start":
        return Formats(words.locale).first_day(text)
    if column == "period_end":
        return Formats(words.locale).last_day(text)
    flags = {"true": words("calc.yes"), "false": words("calc.no")}
    return flags.get(text, text)


def _named(column: str, words: Words) -> str:
    """The name of a column; of a market-based value that of its carrier, marked as such."""
    if column.startswith(MARKET_PREFIX):
        carrier = words.known("carrier", column.removeprefix(MARKET_PREFIX))
        return words("calc.by_market", carrier=carrier)
    if column.startswith(QUANTITY_PREFIX):
        return words.known("carrier", column.removeprefix(QUANTITY_PREFIX))
    if column.startswith(STAGE_PREFIX):
        return render(
            f"calculation/group-{column.removeprefix(STAGE_PREFIX)}", {}, words.language
        ).text
    word = ENTRIES[column].word if column in ENTRIES else _PREVIEWED.get(column)
    return words(word) if word else column
