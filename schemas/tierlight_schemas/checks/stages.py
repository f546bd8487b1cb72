"""document/stages-differ-from-total: the split annex must add up to the signed total."""

from collections.abc import Iterator

from tierlight_schemas.checks.printed import Printed, shown
from tierlight_schemas.checks.sheet import Context, Sheet, as_list, as_object
from tierlight_schemas.findings import Finding, Severity

CODE = "document/stages-differ-from-total"


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """Compare the sum of the stages with the total; silent without stages."""
    name = "emissions" if sheet.is_process else "pcfExcludingBiogenicUptake"
    total, stages = sheet.stated(name), as_list((context.split or {}).get("stages"))
    numbers = [Printed.read(as_object(stage).get("emissions")) for stage in stages]
    known = [number for number in numbers if number is not None]
    if total is None or not known or len(known) < len(numbers):
        return
    added = Printed.sum(known)
    if total.differs_from(added):
        yield sheet.finding(
            CODE,
            Severity.WARNING,
            name,
            total=shown(total.value),
            sum=shown(added.value),
            tolerance=shown(total.tolerance(added)),
        )
