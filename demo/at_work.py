"""The suppliers' own process: it knows the hub only through the SDK over HTTP."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from demo.cast import Member, as_rows

ROOT = Path(__file__).resolve().parent.parent


@dataclass(frozen=True)
class Place:
    """Where a cast stands, and what it uploads."""

    cast: Path
    """The table of its companies."""
    data: Path
    """Folder with `companies/<code>/` and `links.csv`."""
    purpose: str = "vehicle footprint"
    """What its consents are for."""


def at_work(
    place: Place, folder: Path, url: str, lang: str, members: Sequence[Member], later: str = ""
) -> dict[str, Any]:
    """Let all companies work, or come back and declare their table `later`; what they did.

    Keys and declarations are left under `folder`. Raises `CalledProcessError` when it fails.
    """
    handed = {
        "url": url,
        "lang": lang,
        "members": as_rows(list(members)),
        "cast": str(place.cast),
        "tables": str(place.data / "companies"),
        "links": str(place.data / "links.csv"),
        "purpose": place.purpose,
    } | ({"later": later} if later else {})
    done = subprocess.run(
        [sys.executable, "-m", "demo.suppliers", str(folder)],
        input=json.dumps(handed).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={k: v for k, v in os.environ.items() if not k.startswith("HUB_")},
        check=True,
    )
    told: dict[str, Any] = json.loads(done.stdout)
    return told
