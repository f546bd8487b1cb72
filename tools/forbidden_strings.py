"""Object to tracked files that name a package registry or a path of somebody's machine, that are
third-party code, or that are larger than a megabyte.

Hosts and paths would tie the repository to one builder's network and disk; vendored and minified
files would bring licences and defects that no lock file shows. Exit status 1 on any objection.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from urllib.parse import urlsplit

ROOT = Path(__file__).resolve().parent.parent
LARGEST_FILE = 1_000_000
"""Bytes; data beyond that belongs in a release, not in history."""

LONGEST_ASSET_LINE = 1_000
"""Characters; nobody writes such a line of JavaScript or CSS by hand."""

# Taken apart, so that this list does not find itself.
PUBLIC_REGISTRIES = tuple(
    ".".join(labels)
    for labels in [
        ("pypi", "org"),
        ("pythonhosted", "org"),
        ("npmjs", "org"),
        ("npmjs", "com"),
        ("yarnpkg", "com"),
        ("crates", "io"),
        ("golang", "org"),
        ("anaconda", "org"),
        ("jsdelivr", "net"),
        ("unpkg", "com"),
    ]
)
COMMON_NAMES = {"localhost", "127.0.0.1", "::1"}
MACHINE_PATH = re.compile(
    r"(?<![\w.}\-])(?:/(?:home|Users|root|work|workspace|farm|builds)/\w|[A-Z]:\\Users\\)"
)
INDEX_OPTION = re.compile(r"index[-_]?url|find[-_]?links|trusted[-_]?host|index$", re.IGNORECASE)
VENDORED = re.compile(
    r"\.min\.(?:js|css|mjs)$|(?:^|/)(?:node_modules|vendor|third_party|bower_components)/"
)


def configured_registries() -> set[str]:
    """Hosts and folders where pip and uv are told to look on this machine."""
    pip = subprocess.run(
        [sys.executable, "-m", "pip", "config", "list"], capture_output=True, text=True, check=True
    )
    options = [line.partition("=")[::2] for line in pip.stdout.splitlines()]
    options += [(name, value) for name, value in os.environ.items() if name.startswith("UV_")]
    return {
        place
        for name, value in options
        if INDEX_OPTION.search(name)
        for location in re.split(r"[\s'\"]+|\\n", value)
        for place in registry_places(location)
    }


def registry_places(location: str) -> Iterator[str]:
    """The host of a location, or its folder where it is on disk."""
    parts = urlsplit(location if "//" in location or location.startswith("/") else f"//{location}")
    if parts.hostname:
        if parts.hostname not in COMMON_NAMES:
            yield parts.hostname
    elif parts.path.count("/") > 1:
        yield parts.path


def machine_paths() -> set[str]:
    """Where this clone and its user's files lie; too short a path would be found everywhere."""
    return {str(path) for path in (ROOT, Path.home()) if len(path.parts) > 2}


def objections(name: str, content: bytes, forbidden: Iterable[str]) -> Iterator[str]:
    """What speaks against a file of that name and content, one line each."""
    if len(content) > LARGEST_FILE:
        yield f"{name}: {len(content):,} bytes, more than {LARGEST_FILE:,}"
    if VENDORED.search(name):
        yield f"{name}: minified or vendored; depend on a distribution instead"
    asset = name.endswith((".js", ".mjs", ".css"))
    for number, line in enumerate(content.decode("utf-8", "replace").splitlines(), start=1):
        if asset and len(line) > LONGEST_ASSET_LINE:
            yield f"{name}:{number}: a line of {len(line):,} characters looks minified"
        yield from (f"{name}:{number}: names {place!r}" for place in forbidden if place in line)
        if match := MACHINE_PATH.search(line):
            yield f"{name}:{number}: a path of one machine: {match.group()!r}"


def tracked_files() -> list[str]:
    listing = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True
    )
    return [name for name in listing.stdout.split("\0") if name and (ROOT / name).is_file()]


def objections_to_repository() -> list[str]:
    """Every objection to every tracked file, in the order of `git ls-files`."""
    forbidden = sorted({*PUBLIC_REGISTRIES, *configured_registries(), *machine_paths()})
    return [
        objection
        for name in tracked_files()
        for objection in objections(name, (ROOT / name).read_bytes(), forbidden)
    ]


if __name__ == "__main__":
    found = objections_to_repository()
    sys.stdout.writelines(f"{line}\n" for line in found)
    sys.exit(1 if found else 0)
