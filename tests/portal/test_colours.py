"""Text and marks can be told from what lies behind them, in both schemes (WCAG 1.4.3, 1.4.11)."""

import re

import pytest

from supplier_portal.static_files import FOLDER

TOKENS = (FOLDER / "tokens.css").read_text("utf-8")
LIGHT, DARK = TOKENS.split("@media screen and (prefers-color-scheme: dark)")
COLOUR = re.compile(r"--([a-z-]+): (#[0-9a-f]{6});")
SCHEMES = {"light": dict(COLOUR.findall(LIGHT)), "dark": dict(COLOUR.findall(LIGHT + DARK))}

GROUNDS = ("ground", "surface", "sunken")
TEXTS = ("ink", "ink-quiet", "accent", "known", "stand-in", "error", "warning", "note")
ON_THEIR_OWN = (
    ("on-accent", "accent"),
    ("on-accent", "accent-strong"),
    ("accent-strong", "accent-soft"),
    ("ink", "error-soft"),
    ("ink", "warning-soft"),
    ("ink", "accent-soft"),
)
MARKS = ("line-strong", "focus", "known", "known-soft", "stand-in", "gap")


def luminance(colour: str) -> float:
    """Relative luminance (WCAG 2.2)."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    bright, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (bright + 0.05) / (dark + 0.05)


def test_the_measure_is_right():
    assert contrast("#ffffff", "#000000") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("scheme", SCHEMES)
class TestContrast:
    def test_of_text(self, scheme):
        colours = SCHEMES[scheme]
        pairs = [(text, ground) for text in TEXTS for ground in GROUNDS]
        for text, ground in (*pairs, *ON_THEIR_OWN):
            assert contrast(colours[text], colours[ground]) >= 4.5, (text, ground)

    def test_of_marks_and_borders_of_controls(self, scheme):
        colours = SCHEMES[scheme]
        for mark in MARKS:
            assert contrast(colours[mark], colours["surface"]) >= 3, mark


def test_both_schemes_name_the_same_colours():
    light, dark = (set(COLOUR.findall(part)) for part in (LIGHT, DARK))
    assert {name for name, _ in light} == {name for name, _ in dark}
