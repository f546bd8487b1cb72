"""document/geography: at most one place, of codes that exist and fit together.

PACT 3.0.3 allows one of region, country and subdivision. Its own examples state all three, so
several places that agree are a warning; a code that does not exist leaves no place at all.
"""

from collections.abc import Iterator
from typing import Any

from tierlight_schemas.checks.sheet import (
    Context,
    Sheet,
    as_list,
    as_object,
    found_at,
    json_path,
    show,
)
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.geography import REGIONS, country_of, is_country, is_subdivision

CODE = "document/geography"
REGION = "geographyRegionOrSubregion"
COUNTRY = "geographyCountry"
SUBDIVISION = "geographyCountrySubdivision"


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """The place of the footprint, that of the site, and those of the split's carriers."""
    values = sheet.values
    region = values.get(REGION)
    if isinstance(region, str) and region not in REGIONS:
        yield sheet.finding(CODE, Severity.ERROR, REGION, found=show(region))
    yield from _place(sheet.values_place, values, COUNTRY, SUBDIVISION)
    stated = [name for name in (REGION, COUNTRY, SUBDIVISION) if isinstance(values.get(name), str)]
    if len(stated) > 1:
        places = ", ".join(show(values[name]) for name in stated)
        yield sheet.finding(CODE, Severity.WARNING, stated[0], case="several", found=places)
    extension, place = sheet.extension, sheet.extension_place
    if sheet.is_process:
        extension, place = sheet.document, sheet.place
    site = as_object((extension or {}).get("site"))
    yield from _place(f"{place}.site", site, "country", "subdivision")
    yield from _of_carriers(context)


def _of_carriers(context: Context) -> Iterator[Finding]:
    """Where the energy of the split annex was supplied."""
    for index, carrier in enumerate(as_list((context.split or {}).get("carriers"))):
        country = as_object(carrier).get("country")
        if isinstance(country, str) and not is_country(country):
            path = json_path("$.annexes.split.carriers", [index, "country"])
            yield found_at(CODE, Severity.WARNING, path, found=show(country))


def _place(place: str, holder: Any, country_name: str, subdivision_name: str) -> Iterator[Finding]:
    country, subdivision = holder.get(country_name), holder.get(subdivision_name)
    if isinstance(country, str) and not is_country(country):
        yield found_at(CODE, Severity.ERROR, f"{place}.{country_name}", found=show(country))
    if not isinstance(subdivision, str):
        return
    path = f"{place}.{subdivision_name}"
    if not is_subdivision(subdivision):
        yield found_at(CODE, Severity.ERROR, path, found=show(subdivision))
    elif isinstance(country, str) and country_of(subdivision) != country:
        yield found_at(
            CODE,
            Severity.ERROR,
            path,
            case="outside",
            country=show(country),
            subdivision=show(subdivision),
        )
