"""What every file says of itself before it says anything else."""

from tierlight_schemas.cbam.communication import RULESET, TEMPLATE, Communication
from tierlight_schemas.messages import render


def head(found: Communication, lang: str) -> list[str]:
    """That it is a draft of our own, whether a verifier is named, and what rules it follows."""
    of = found.report.verification
    verified = {"case": "named", "verifier": of.verifier or "", "number": of.accreditation or ""}
    notices = (
        ("cbam/notice", {"case": "draft"}),
        ("cbam/notice", verified if found.is_verified else {"case": "unverified"}),
        ("cbam/notice", {"case": "rules", "ruleset": RULESET, "template": TEMPLATE}),
        ("cbam/notice", {"case": "footprint"}),
    )
    return [render(code, params, lang).text for code, params in notices]
