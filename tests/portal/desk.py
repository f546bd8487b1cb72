"""Somebody in front of a real browser, at the application of the test."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest
from fastapi import FastAPI

from supplier_portal.cookies import LANGUAGE
from tests.conftest import SERVER, served
from tests.portal.browser import Browser
from tests.portal.chromium import PROGRAM, Chromium

WIDE, NARROW, NARROWEST = 1280, 360, 320
"""Widths of the window in pixels: a desk's, a telephone's, and that of WCAG 1.4.10."""

NEEDED = [
    pytest.mark.skipif(PROGRAM is None, reason="needs the command chromium"),
    pytest.mark.skipif(SERVER is not None, reason="the pages are the same on both databases"),
]


@dataclass
class Desk:
    """A browser, and the address of the hub that its person works at."""

    url: str
    chromium: Chromium

    def open(self, path: str) -> None:
        """A page of the hub."""
        self.chromium.open(f"{self.url}{path}")

    def speak(self, language: str) -> None:
        """Read the pages in a language from now on."""
        self.chromium.set_cookies(self.url, {LANGUAGE: language})

    def sit(self, browser: Browser) -> None:
        """Be whoever is signed in there."""
        self.chromium.set_cookies(self.url, dict(browser.client.cookies))


@contextmanager
def desk_at(app: FastAPI, profile: Path) -> Iterator[Desk]:
    """A browser at an application that answers on a port of this machine meanwhile."""
    place = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{place.getsockname()[1]}"
    with served(app, place), Chromium(profile) as chromium:
        # The policy of the pages would keep the judge's own scripts and styles out.
        chromium.tell("Page.setBypassCSP", enabled=True)
        yield Desk(url, chromium)
