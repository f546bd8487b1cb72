"""The public version of the study (Art. 7(1)(g)) as one page that needs nothing else.

No script, no font and no picture from elsewhere; on paper it is A4 with numbered pages. Every
number stands in a `data` element, so that a program reads what people read.
"""

from functools import cache
from pathlib import Path
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from hub.exports.battery.study import content
from hub.exports.battery.study.bar import WIDTH, bar
from hub.exports.battery.study.judge import complaints
from hub.exports.battery.study.wording import Wording, css_string
from hub.exports.battery.writing import NOTICES, Filing, Format, Judge, Written
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.rollup.result import text


def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
    """The study in the filing's language."""
    t = Wording(filing.language)
    rows = content.stages(footprint)
    assert footprint.per_kwh is not None  # of a complete declaration
    assert footprint.plant is not None
    page = (
        _template()
        .get_template("study.html")
        .render(
            t=t,
            footprint=footprint,
            model=model,
            plant=footprint.plant,
            rules=footprint.ruleset,
            notices=NOTICES,
            total=in_full(footprint.per_kwh.value),
            per_battery=text(footprint.per_battery.value) if footprint.per_battery else None,
            stages=rows,
            bar=bar(content.amounts(rows)),
            bar_width=WIDTH,
            inputs=content.inputs(footprint),
            electricity=content.own_electricity(footprint),
            is_electricity_whole=content.is_own_electricity_whole(footprint),
            materials=content.materials(footprint, model.materials),
            recycling=content.recycling_sum(footprint),
            text=text,
            hub=filing.hub,
        )
    )
    return Written(page.encode())


@cache
def _template() -> Environment:
    """A name that is not given is an error, never an empty place."""
    made = Environment(
        loader=FileSystemLoader(Path(__file__).parent),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters["css"] = css_string
    return made


FORMAT: Final = Format(
    "study",
    "study-{language}.html",
    "text/html",
    write,
    (Judge("Art. 7(1)(g) study", complaints),),
)
