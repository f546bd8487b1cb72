"""The rules of axe-core, installed once into the environment of the tests and run in a page.

Nothing of it is committed or shipped: `tests/axe` names the version and its digest, and npm fetches
it from wherever it is told to look on this machine.
"""

import fcntl
import json
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.portal.chromium import Chromium

NAMED = Path(__file__).resolve().parent.parent / "axe"
FOLDER = Path(sys.prefix) / "share" / "tierlight-axe"
NPM = shutil.which("npm")
STANDARDS = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
ALL = {
    "runOnly": {"type": "tag", "values": STANDARDS},
    "rules": {"target-size": {"enabled": True}},
    "resultTypes": ["violations"],
}
COLOURS = {"runOnly": ["color-contrast"], "resultTypes": ["violations"]}
"""What another colour scheme can break."""
FOUND = """
axe.run(document, %s).then((result) => result.violations.flatMap((rule) =>
  rule.nodes.map((node) =>
    `${rule.id}: ${node.target.join(" ")}: ${node.failureSummary}`)))"""


@cache
def source() -> str:
    """The script. Skips the test, with the reason, where it cannot be had."""
    if NPM is None:
        pytest.skip("needs the command npm, for axe-core")
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        return _installed(NPM)


def _installed(npm: str) -> str:
    script = FOLDER / "node_modules" / "axe-core" / "axe.min.js"
    named = ("package.json", "package-lock.json")
    is_same = all(
        (FOLDER / name).is_file() and (FOLDER / name).read_bytes() == (NAMED / name).read_bytes()
        for name in named
    )
    if not (is_same and script.is_file()):
        for name in named:
            shutil.copy(NAMED / name, FOLDER)
        command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"]
        done = subprocess.run(command, cwd=FOLDER, capture_output=True, text=True, timeout=300)
        if done.returncode:
            pytest.skip(f"npm could not install axe-core: {done.stderr.strip()[-300:]}")
    return script.read_text("utf-8")


def complaints(browser: Chromium, options: dict[str, Any] = ALL) -> list[str]:
    """What the rules find wrong in the page that is open: rule, place and what would mend it."""
    if not browser.run("typeof axe === 'object'"):
        browser.run(f"{source()};0")
    found: list[str] = browser.run(FOUND % json.dumps(options))
    return found
