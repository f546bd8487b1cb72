"""docs/api.md from the hub's own description: `python tools/api_page.py [--check]`.

What stands above the mark is written by hand; everything below it is written here.
"""

import argparse
import sys
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from hub.main import create_app
from hub.settings import Settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "api.md"
MARK = "<!-- Below: written by tools/api_page.py from the OpenAPI document. -->\n"
TITLES = {
    "hub": "The hub",
    "access": "Tokens",
    "keys": "Keys",
    "log": "The log, for everybody",
    "administration": "People, machines, roles, four eyes",
    "company": "The company and its sites",
    "invitations": "Invitations",
    "factors": "Factors",
    "registry": "The registry of factors",
    "parts": "Parts, bills of materials, sourcing",
    "links": "Links: what customers say, and what suppliers say of it",
    "activity": "What a factory uses and makes",
    "sharing": "Consents and the access log",
    "declarations": "Declarations",
    "verifications": "Verification statements",
    "exit": "Leaving: export and erasure",
    "footprints": "Footprints and findings",
    "findings": "Findings about the own company",
    "explain": "Why a number is what it is",
    "portfolio": "All vehicles at once",
    "analysis": "How sure, and why it changed",
    "statements": "Roll-up statements",
    "scenarios": "What if",
    "batteries": "Batteries: the EU declaration",
    "cbam": "CBAM",
    "requests": "Asking suppliers",
    "workbooks": "Workbooks",
}


def main(argv: list[str] | None = None) -> int:
    """Write the page, or with `--check` say whether it is up to date (0) or not (1)."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args(argv)
    there = PAGE.read_text("utf-8")
    made = page(there, described())
    if arguments.check:
        if made != there:
            print("docs/api.md is out of date: run python tools/api_page.py", file=sys.stderr)
        return int(made != there)
    PAGE.write_text(made, "utf-8")
    return 0


def described() -> dict[str, Any]:
    """The OpenAPI document of a hub; no database is opened for it."""
    return create_app(Settings(database_url="sqlite://")).openapi()


def page(there: str, document: Mapping[str, Any]) -> str:
    """The page with a section for each room's routes. Raises `ValueError` without the mark."""
    head, mark, _ = there.partition(MARK)
    if not mark:
        raise ValueError(f"{PAGE.name} has lost its mark: {MARK.strip()}")
    rooms = groupby(_routes(document), lambda route: route[2]["tags"][0])
    sections = (_section(TITLES[tag], list(routes)) for tag, routes in rooms)
    return f"{head}{mark}\n" + "\n".join(sections)


def _routes(document: Mapping[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, operations in document["paths"].items():
        for method, said in operations.items():
            yield method.upper(), path, said


def _section(title: str, routes: list[tuple[str, str, dict[str, Any]]]) -> str:
    lines = [f"## {title}", "", "| | | asked with | answers |", "|---|---|---|---|"]
    lines += [_row(method, path, said) for method, path, said in routes]
    return "\n".join(lines) + "\n"


def _row(method: str, path: str, said: Mapping[str, Any]) -> str:
    words = f"{said['summary']}. {_one_line(said['description'])}".replace("|", "\\|")
    return f"| `{method} {path}` | {words} | {_asked(said)} | {_answers(said)} |"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _asked(said: Mapping[str, Any]) -> str:
    names = [f"`{p['name']}`" for p in said.get("parameters", ()) if p["in"] == "query"]
    names += said.get("requestBody", {}).get("content", {})
    return ", ".join(names)


def _answers(said: Mapping[str, Any]) -> str:
    return " ".join(said["responses"])


if __name__ == "__main__":
    sys.exit(main())
