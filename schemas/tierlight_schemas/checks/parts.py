"""document/part-mismatch: the part a declaration is filed under, and the part it is about."""

from collections.abc import Iterator

from tierlight_schemas.checks.sheet import Context, Sheet, as_object, found_at, show
from tierlight_schemas.errors import EnvelopeError
from tierlight_schemas.findings import Finding, Severity
from tierlight_schemas.identifiers import parse_part_urn

CODE = "document/part-mismatch"


def check(sheet: Sheet, context: Context) -> Iterator[Finding]:
    """The number in the subject's URN against the number in the document."""
    urn = as_object(sheet.root.get("credentialSubject")).get("id")
    holder = sheet.document if sheet.is_process else sheet.extension
    number = (holder or {}).get("partNumber")
    if not isinstance(urn, str) or not isinstance(number, str):
        return
    try:
        filed_under = parse_part_urn(urn)[2]
    except EnvelopeError:
        return  # Whoever opens the envelope refuses a malformed URN by its own code.
    if filed_under != number:
        place = sheet.place if sheet.is_process else sheet.extension_place
        evidence = {"subject": show(filed_under), "found": show(number)}
        yield found_at(CODE, Severity.ERROR, f"{place}.partNumber", **evidence)
