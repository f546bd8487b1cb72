"""The form "declare this part": which entries stand together, and how its answers become cells.

Pure. An entry is named by its column (`tierlight_schemas.columns`), so that a form and a table say
the same. Two things are asked as people say them: the last day of a period, where a column holds
the first day after it, and a site of the company's, where columns hold its code and place.
"""

import unicodedata
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, Protocol, get_args

from tierlight_schemas.columns import column_name
from tierlight_schemas.errors import RowError
from tierlight_schemas.footprint import DECLARED_UNITS, VerificationCoverage

Form = Literal["text", "long", "amount", "day", "unit", "choice"]

MAX_TEXT = 500
LAST_DAYS = {"period_last": "period_end", "valid_last": "valid_to"}
"""Entries that hold a last day, and the column that holds the day after it."""
SITE = "site"
_TURNING = ("LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI")
UNITS = (*DECLARED_UNITS, "gram", "tonne")


@dataclass(frozen=True)
class Entry:
    """One thing that is asked. `word` is where the portal's words name it."""

    name: str
    word: str
    form: Form = "amount"
    unit: str = ""
    """`kgco2e`, `kgc`, `kilogram` or `percent`: stands behind the name."""
    options: tuple[str, ...] = ()
    """Of a choice; each has a word. The empty answer is "I don't know"."""
    required: bool = False

    @property
    def id(self) -> str:
        """The name as part of an id on a page."""
        return self.name.replace(":", "-").replace(" ", "-")

    @property
    def hint(self) -> str:
        """Where the words keep a hint on it, if it needs one."""
        return f"declare_hint.{self.name}"


@dataclass(frozen=True)
class Section:
    """Entries under one heading; the closed ones open when they are filled in or wrong."""

    name: str
    entries: tuple[Entry, ...]
    is_open: bool = True

    def is_told(self, said: Container[str | None]) -> bool:
        """Whether anything is said of one of its entries."""
        return any(entry.name in said for entry in self.entries)


def _kgco2e(name: str, path: str) -> Entry:
    return Entry(name, f"field.pcf.{path}", unit="kgco2e")


_RATINGS = ("1", "2", "3", "4", "5")
STAGES = ("raw-materials", "production", "transport", "packaging")
CARRIERS = ("electricity", "steam", "heat", "natural gas", "other fuel", "process")

SECTIONS = (
    Section(
        "basis",
        (
            Entry("declared_amount", "field.pcf.declaredUnitAmount", required=True),
            Entry("declared_unit", "field.pcf.declaredUnitOfMeasurement", "unit", required=True),
            Entry("mass_kg", "field.pcf.productMassPerDeclaredUnit", unit="kilogram"),
            Entry(
                "boundary",
                "field.part.boundary",
                "choice",
                options=("cradle-to-gate", "cradle-to-grave"),
                required=True,
            ),
            Entry("period_start", "field.pcf.referencePeriodStart", "day", required=True),
            Entry("period_last", "field.pcf.referencePeriodEnd", "day", required=True),
            Entry(SITE, "field.part.site.id", "choice"),
            Entry("country", "field.pcf.geographyCountry", "text"),
        ),
    ),
    Section(
        "emissions",
        (
            Entry("kgco2e", "field.pcf.pcfExcludingBiogenicUptake", unit="kgco2e", required=True),
            _kgco2e("fossil_ghg_emissions", "fossilGhgEmissions"),
            _kgco2e("biogenic_non_co2_emissions", "biogenicNonCO2Emissions"),
            _kgco2e("land_use_change_ghg_emissions", "landUseChangeGhgEmissions"),
            _kgco2e("biogenic_co2_uptake", "biogenicCO2Uptake"),
        ),
    ),
    Section(
        "packaging",
        (
            Entry(
                "packaging_emissions_included",
                "field.pcf.packagingEmissionsIncluded",
                "choice",
                options=("true", "false"),
            ),
            _kgco2e("packaging_ghg_emissions", "packagingGhgEmissions"),
        ),
    ),
    Section(
        "quality",
        (
            Entry("primary_data_share", "field.pcf.primaryDataShare", unit="percent"),
            *(
                Entry(f"{kind}_dqr", f"field.pcf.dqi.{kind}DQR", "choice", options=_RATINGS)
                for kind in ("technological", "geographical", "temporal")
            ),
            Entry(
                "exempted_emissions_percent", "field.pcf.exemptedEmissionsPercent", unit="percent"
            ),
            Entry(
                "verification",
                "field.pcf.verification.coverage",
                "choice",
                options=get_args(VerificationCoverage),
            ),
            Entry("verified_by", "field.pcf.verification.providerName", "text"),
            Entry("verified_on", "field.pcf.verification.completedAt", "day"),
        ),
    ),
    Section(
        "more",
        (
            _kgco2e("land_management_fossil_ghg_emissions", "landManagementFossilGhgEmissions"),
            _kgco2e("land_management_biogenic_co2_emissions", "landManagementBiogenicCO2Emissions"),
            _kgco2e("land_management_biogenic_co2_removals", "landManagementBiogenicCO2Removals"),
            _kgco2e("technological_co2_removals", "technologicalCO2Removals"),
            _kgco2e("aircraft_ghg_emissions", "aircraftGhgEmissions"),
            _kgco2e("outbound_logistics_ghg_emissions", "outboundLogisticsGhgEmissions"),
            Entry("fossil_carbon_content", "field.pcf.fossilCarbonContent", unit="kgc"),
            Entry("biogenic_carbon_content", "field.pcf.biogenicCarbonContent", unit="kgc"),
            Entry("standard", "field.pcf.crossSectoralStandards", "text"),
            Entry("valid_from", "field.footprint.validityPeriodStart", "day"),
            Entry("valid_last", "field.footprint.validityPeriodEnd", "day"),
            Entry("comment", "field.footprint.comment", "long"),
        ),
        is_open=False,
    ),
    Section(
        "split",
        (
            *(Entry(f"stage:{name}", f"stage.{name}", unit="kgco2e") for name in STAGES),
            *(Entry(f"carrier:{name}", f"carrier.{name}", unit="kgco2e") for name in CARRIERS),
        ),
        is_open=False,
    ),
)
ENTRIES: Mapping[str, Entry] = {
    entry.name: entry for section in SECTIONS for entry in section.entries
}


class Place(Protocol):
    """A site of the company, as far as a declaration names it."""

    @property
    def code(self) -> str: ...
    @property
    def country(self) -> str: ...
    @property
    def subdivision(self) -> str | None: ...


def answers_of(fields: Iterable[tuple[str, object]]) -> dict[str, str]:
    """What was typed, by entry; other fields of a request are no part of the form."""
    return {
        name: value.strip().replace("\r\n", "\n")
        for name, value in fields
        if name in ENTRIES and isinstance(value, str) and value.strip()
    }


def unusable(answers: Mapping[str, str]) -> list[RowError]:
    """Answers that the form's own fields would not have let through: endless, or not to be read."""
    return [
        RowError("hub/text", name, member=name, limit=str(MAX_TEXT))
        for name, text in answers.items()
        if len(text) > MAX_TEXT or not is_readable(text)
    ]


def is_readable(text: str) -> bool:
    """Whether a text holds no signs that nobody sees, and none that turn a line around."""
    return not any(
        unicodedata.category(sign) in ("Cc", "Cs") or unicodedata.bidirectional(sign) in _TURNING
        for sign in text.replace("\n", " ")
    )


def cells_of(answers: Mapping[str, str], sites: Sequence[Place]) -> dict[str, str]:
    """The answers as the cells of a table's row; what was left empty is unknown."""
    cells = dict(answers)
    for entry, column in LAST_DAYS.items():
        if entry in cells:
            cells[column] = _day_after(cells.pop(entry))
    place = next((site for site in sites if site.code == cells.get(SITE)), None)
    if place is not None:
        cells["country"] = place.country
        cells |= {"subdivision": place.subdivision} if place.subdivision else {}
    else:
        cells.pop(SITE, None)
    return cells


def answers_from(cells: Mapping[str, str]) -> dict[str, str]:
    """The answers that cells were made of."""
    answers = {name: text for name, text in cells.items() if name in ENTRIES}
    for entry, column in LAST_DAYS.items():
        if column in cells:
            answers[entry] = _day_before(cells[column])
    return answers


def entry_of_problem(problem: RowError) -> str | None:
    """The entry that a problem of a cell stands at; None where the form has none for it."""
    return _entry_of(problem.column)


def entry_of_path(path: str) -> str | None:
    """The entry that fills the attribute at a JSON path; None where the form has none for it."""
    return _entry_of(path.rpartition(".")[2])


def entry_id(path: str) -> str | None:
    """Where on the form's page that entry stands."""
    entry = entry_of_path(path)
    return f"f-{ENTRIES[entry].id}" if entry else None


def _entry_of(name: str) -> str | None:
    column = column_name(name) or name
    by_column = {column: entry for entry, column in LAST_DAYS.items()}
    entry = by_column.get(column, column)
    return entry if entry in ENTRIES else None


def _day_after(text: str) -> str:
    """The day after a day; what is no day stays as it is, for the reading of cells to refuse."""
    return _moved(text, timedelta(days=1))


def _day_before(text: str) -> str:
    return _moved(text, timedelta(days=-1))


def _moved(text: str, by: timedelta) -> str:
    try:
        return (date.fromisoformat(text) + by).isoformat()
    except ValueError:
        return text
    except OverflowError:
        return f">{text}"  # no day either
