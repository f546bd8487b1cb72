"""docs/roles.md from the table of roles and the routes: `python tools/roles_page.py [--check]`.

What stands above the mark is written by hand; everything below it is written here.
"""

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from fastapi.routing import APIRoute

from hub.access.roles import MAY, Role
from hub.kit.actions import Action, action_of
from hub.main import ROUTERS
from supplier_portal.mount import VIEWS

PAGE = Path(__file__).resolve().parent.parent / "docs" / "roles.md"
MARK = "<!-- Below: written by tools/roles_page.py from the table in hub/access/roles.py. -->\n"


def main(argv: list[str] | None = None) -> int:
    """Write the page, or with `--check` say whether it is up to date (0) or not (1)."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--check", action="store_true", help="write nothing")
    arguments = parser.parse_args(argv)
    there = PAGE.read_text("utf-8")
    made = page(there)
    if arguments.check:
        if made != there:
            print("docs/roles.md is out of date: run python tools/roles_page.py", file=sys.stderr)
        return int(made != there)
    PAGE.write_text(made, "utf-8")
    return 0


def page(there: str) -> str:
    """The page with both tables. Raises `ValueError` without the mark."""
    head, mark, _ = there.partition(MARK)
    if not mark:
        raise ValueError(f"{PAGE.name} has lost its mark: {MARK.strip()}")
    return "\n".join([f"{head}{mark}", *_who_may(), "", *_what_does()]) + "\n"


def _who_may() -> Iterator[str]:
    yield "## Who may do what"
    yield ""
    yield "| action | " + " | ".join(Role) + " |"
    yield "|---|" + "---|" * len(Role)
    for action in Action:
        marks = ("●" if action in MAY[role] else "" for role in Role)
        yield f"| `{action}` | " + " | ".join(marks) + " |"


def _what_does() -> Iterator[str]:
    yield "## What does what"
    yield ""
    yield "| action | API | pages |"
    yield "|---|---|---|"
    routers = (*ROUTERS, *(view.router for view in VIEWS))
    listed = (route for router in routers for route in router.routes)
    routes = [route for route in listed if isinstance(route, APIRoute)]
    for action in Action:
        does = [route for route in routes if action_of(route.endpoint) is action]
        api = _names(route for route in does if route.include_in_schema)
        pages = _names(route for route in does if not route.include_in_schema)
        yield f"| `{action}` | {api} | {pages} |"


def _names(routes: Iterator[APIRoute]) -> str:
    named = (f"`{' '.join(sorted(route.methods or ()))} {route.path}`" for route in routes)
    return ", ".join(named) or "–"


if __name__ == "__main__":
    sys.exit(main())
