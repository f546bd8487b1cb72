"""The part of `tierlight verify` that speaks of product passports of batteries."""

import argparse
from collections.abc import Mapping
from typing import Any

from tierlight.commands import DONE, KEY_UNKNOWN, REFUSED
from tierlight.passports import PassportVerdict, verify_passport
from tierlight.terminal import Terminal
from tierlight.verification import Standing

_WORDS = {
    Standing.VALID: "sdk/passport-valid",
    Standing.UNVERIFIED: "sdk/passport-unverified",
    Standing.INVALID: "sdk/passport-invalid",
}
_STATUS = {Standing.VALID: DONE, Standing.UNVERIFIED: KEY_UNKNOWN, Standing.INVALID: REFUSED}


def run_passport(
    jws: bytes,
    keys: Mapping[str, Mapping[str, Any]],
    arguments: argparse.Namespace,
    terminal: Terminal,
) -> int:
    """Check the one passport in the file."""
    verdict, place = verify_passport(jws, keys), str(arguments.file)
    if arguments.format == "json":
        terminal.data(verdict.as_json())
        return _STATUS[verdict.standing]
    for problem in verdict.problems:
        terminal.problem(place, problem)
    terminal.say(_WORDS[verdict.standing], place=place, **_told(verdict))
    return _STATUS[verdict.standing]


def _told(verdict: PassportVerdict) -> dict[str, str]:
    """What the passport says; a dash where one that does not hold lacks it."""
    product, own = (verdict.passport.get(name) for name in ("product", "batteryDeclaration"))
    said = own if isinstance(own, Mapping) else {}
    names = {"value": "footprintPerKwh", "ruleset": "rulesetId", "status": "rulesetStatus"}
    told = {name: str(said.get(member, "–")) for name, member in names.items()}
    model = product.get("name", "–") if isinstance(product, Mapping) else "–"
    return told | {"model": str(model), "kid": verdict.kid}
