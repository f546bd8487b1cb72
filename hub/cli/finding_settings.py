"""`hub findings settings [FILE]`: what is in force, and whether a file can be used."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path

from hub.cli.report import table
from hub.cli.terminal import language, say
from hub.findings.settings import OFF, FindingSettings
from hub.findings.settings_file import SEVERITY, read_settings
from hub.findings.tolerances import SHIPPED
from hub.settings import Settings
from tierlight_schemas.catalogue import CODES, TRUST_FINDINGS, Family
from tierlight_schemas.messages import render

NAME = "settings"
"""What stands in the company's place."""
_TOLD = (Family.DOCUMENT, Family.VERSION, Family.TIER, Family.SITE, Family.CLAIM)
Row = tuple[str, str, str, str, bool]
"""Code, name, value, what is shipped, whether the file says it."""


def run(arguments: argparse.Namespace) -> int:
    """Print what is in force with the file named, else with that of `HUB_FINDINGS_FILE`."""
    file = Path(arguments.part) if arguments.part else Settings().findings_file
    rows, lang = list(_rows(read_settings(file))), language(arguments)
    if arguments.format == "json":
        print(json.dumps([_plain(row, file) for row in rows], ensure_ascii=False, indent=1))
    else:
        print("\n".join(table([_told(row, file, lang) for row in rows])))
    own = sum(row[-1] for row in rows)
    say("settings/in-force", {"count": str(len(rows)), "own": str(own)}, lang)
    return 0


def _rows(settings: FindingSettings) -> Iterator[Row]:
    """By code: its severity, then its numbers."""
    names = sorted(settings.tolerances.numbers)
    for code, rule in sorted(CODES.items()):
        if rule.family not in _TOLD and code not in TRUST_FINDINGS:
            continue
        said = settings.severities.get(code, rule.severity)
        yield code, SEVERITY, said or OFF, rule.severity, code in settings.severities
        for of, name in names:
            if of == code:
                number, shipped = settings.tolerances.of(of, name), SHIPPED.of(of, name)
                yield code, name, str(number), str(shipped), number != shipped


def _told(row: Row, file: Path | None, lang: str) -> list[str]:
    code, name, value, _, is_own = row
    origin = "settings/own" if is_own else "settings/shipped"
    return [code, name, value, render(origin, {"file": str(file)}, lang).text]


def _plain(row: Row, file: Path | None) -> dict[str, str | None]:
    code, name, value, shipped, is_own = row
    origin = str(file) if is_own else None
    return {"code": code, "name": name, "value": value, "shipped": shipped, "file": origin}
