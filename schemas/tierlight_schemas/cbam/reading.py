"""A report from JSON, with every member that cannot be used named by its place."""

from collections.abc import Iterator
from typing import Any

from pydantic import ValidationError

from tierlight_schemas.cbam.gaps import Gap, wrong
from tierlight_schemas.cbam.model import CbamReport
from tierlight_schemas.strict_json import strict_json

MAX_BYTES = 1_000_000


class Unusable(Exception):  # noqa: N818 - says what it is
    """JSON that is no report; `gaps` has every member that cannot be used."""

    def __init__(self, gaps: list[Gap]) -> None:
        super().__init__(", ".join(gap.field for gap in gaps))
        self.gaps = gaps


def read_report(data: bytes) -> CbamReport:
    """The report in a file, members that were left "" being not stated.

    Raises `EnvelopeError` (`door/…`) for what is no JSON of one meaning, `Unusable` for what is no
    report.
    """
    return report_of(strict_json(data, max_bytes=MAX_BYTES))


def report_of(members: Any) -> CbamReport:
    """The report of parsed JSON. Raises `Unusable`."""
    try:
        return CbamReport.model_validate(members)
    except ValidationError as error:
        raise Unusable(list(_unfit(error))) from None


def _unfit(error: ValidationError) -> Iterator[Gap]:
    for each in error.errors(include_url=False, include_input=False):
        yield wrong("unusable", _path(each["loc"]), reason=each["msg"])


def _path(places: tuple[int | str, ...]) -> str:
    text = ""
    for place in places:
        text += f"[{place}]" if isinstance(place, int) else f".{place}"
    return text.lstrip(".") or "$"
