"""docs/findings.md, one example a code: `python tools/findings_page.py`.

Made of the catalogue, the rules, their words in every language, and the examples of
`tierlight_schemas.examples`. What stands above the mark is written by hand; everything below it is
written here. With `--check` nothing is written: the exit status says whether it is up to date.
"""

import argparse
import inspect
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hub.findings import usecases
from hub.findings.energy import components, remainders, used_factors
from hub.findings.energy import rules as energy
from hub.findings.flags import Flag
from hub.findings.plants import rules as plants
from hub.findings.rules import RULES, WHOLE
from tierlight_schemas.catalogue import CODES, TRUST_FINDINGS, Family, Rule
from tierlight_schemas.examples import Example, examples
from tierlight_schemas.findings import Finding
from tierlight_schemas.messages import Message, catalogue, words_of

PAGE = Path(__file__).resolve().parent.parent / "docs" / "findings.md"
MARK = "<!-- Below: written by tools/findings_page.py from the catalogue and the rules. -->\n"
TITLES = {
    Family.TIER: "Across sourcing links and up the bill of materials",
    Family.SITE: "The factory and its products",
    Family.CLAIM: "Energy claims",
    Family.VERSION: "One part over time",
    Family.DOCUMENT: "One declaration alone",
}
TRUST = "Signatures, and what third parties have verified"
_PLACEHOLDER = re.compile(r"\{[a-z_]+(?::[^{}]*)?\}")
_CODES = re.compile(r"^((?:[a-z]+/[a-z0-9-]+(?:, )?)+): ")


def main(argv: list[str] | None = None) -> int:
    """Write the page, or with `--check` say whether it is up to date (0) or not (1)."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args(argv)
    there = PAGE.read_text("utf-8")
    made = page(there)
    if arguments.check:
        if made != there:
            print("docs/findings.md is old: run python tools/findings_page.py", file=sys.stderr)
        return int(made != there)
    PAGE.write_text(made, "utf-8")
    return 0


def page(there: str) -> str:
    """The page with a table for each family. Raises `ValueError` without the mark."""
    head, mark, _ = there.partition(MARK)
    if not mark:
        raise ValueError(f"{PAGE.name} has lost its mark: {MARK.strip()}")
    sections = [_section(title, _of(family)) for family, title in TITLES.items()]
    trust = _section(TRUST, [CODES[code] for code in TRUST_FINDINGS])
    return head + mark + "\n" + "\n".join([*sections[:2], trust, *sections[2:]])


def _of(family: Family) -> list[Rule]:
    return [rule for rule in CODES.values() if rule.family is family]


def fires_when() -> dict[str, str]:
    """By code what its rules say of themselves: of a supply chain, a table, or a site's energy."""
    told: dict[str, list[str]] = {}
    for function in rules():
        words = _said(function)
        for code in codes_of(function):
            told.setdefault(code, []).append(_CODES.sub("", words).rstrip("."))
    return {code: ". Of a site's energy: ".join(said) + "." for code, said in told.items()}


def rules() -> list[Callable[..., Any]]:
    """Every rule that is a function."""
    return [
        *WHOLE,
        *RULES,
        *plants.RULES,
        *energy.RULES,
        *components.RULES,
        *remainders.RULES,
        *used_factors.RULES,
        usecases.orphans,
    ]


def codes_of(function: Callable[..., Any]) -> list[str]:
    """The codes that a rule says it gives; none when its docstring does not begin with any."""
    found = _CODES.match(_said(function))
    return found[1].split(", ") if found else []


def _said(function: Callable[..., Any]) -> str:
    return " ".join((inspect.getdoc(function) or "").split())


def _section(title: str, rules: list[Rule]) -> str:
    told = fires_when()
    reason = "fires when" if all(rule.code in told for rule in rules) else "says"
    header = f"| code | severity | {reason} | who can act | remedy |\n|---|---|---|---|---|"
    by_code = sorted(rules, key=lambda rule: rule.code)
    rows = "\n".join(_row(rule, told) for rule in by_code)
    shown = "\n".join(example_lines(rule.code) for rule in by_code)
    return f"## {title}\n\n{header}\n{rows}\n\nOne example each:\n\n{shown}\n"


def example_lines(code: str) -> str:
    """An example of a code: its evidence, and its words in every language.

    Raises `KeyError` for a code without one.
    """
    example = examples()[code]
    told = [f"`{name}` {value}" for name, value in example.evidence.items() if name != "case"]
    place = "" if example.path == "$" else f" at `{example.path}`"
    lines = [f"- `{code}`{place}" + (f": {', '.join(told)}" if told else "")]
    for lang in ("en", "de", "zh-CN"):
        words = example_words(code, example, lang)
        lines.append(f"  - {lang}: {_cell(words.text)}")
    return "\n".join(lines)


def example_words(code: str, example: Example, lang: str) -> Message:
    """The words of an example as the hub tells them."""
    severity = CODES[code].severity
    if example.subject:
        flag = Flag(code, severity, "", example.subject, evidence=example.evidence)
        return usecases.words(flag, lang)
    return words_of(Finding(code, severity, example.path, dict(example.evidence)), lang)


def _row(rule: Rule, told: dict[str, str]) -> str:
    words = catalogue("en")[rule.code]
    reason = told.get(rule.code) or words.text
    cells = (f"`{rule.code}`", rule.severity.value, reason, rule.actor.value, words.remedy)
    return "| " + " | ".join(map(_cell, cells)) + " |"


def _cell(text: str) -> str:
    """A text in a table; what a finding fills in stands as an ellipsis."""
    return _PLACEHOLDER.sub("…", text).replace("|", "\\|").replace("\n", " ")


if __name__ == "__main__":
    sys.exit(main())
