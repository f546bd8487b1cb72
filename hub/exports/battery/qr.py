"""The QR code of a battery model (Art. 13(6)): its GS1 Digital Link, drawn as SVG.

Error correction Q: a quarter of the symbol may be scratched off. Below it stands the GTIN for
people, as GS1 prints it: `(01) 09520123456788`.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from typing import Final
from xml.etree.ElementTree import Element, ParseError, SubElement, tostring

import segno
from defusedxml.ElementTree import fromstring

from hub.exports.battery.gtin import gap_of, gtin_in, link_of
from hub.exports.battery.writing import NOTICES, Filing, Format, Judge, Written
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.result import BatteryFootprint

CLAUSE: Final = "Art. 13(6)"
CORRECTION: Final = "Q"
QUIET: Final = 4
"""Modules of white around the symbol (ISO/IEC 18004)."""
_TEXT_ROOM: Final = 5
_SVG: Final = "http://www.w3.org/2000/svg"
_RUN = re.compile(r"M([0-9]+) ([0-9]+)h([0-9]+)v1h-[0-9]+z")
Modules = Sequence[Sequence[bool]]
"""Dark or light, row by row."""


def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
    """The symbol; nothing without a GTIN whose check digit is right."""
    gap = gap_of(model, CLAUSE, "gtin")
    if gap is not None or model.gtin is None:
        return Written(None, (gap,) if gap else ())
    return Written(tostring(_picture(model.gtin, footprint), "utf-8", xml_declaration=True))


def symbol(link: str) -> Modules:
    """The modules of the QR code of an address."""
    made = segno.make(link, error=CORRECTION, boost_error=False, micro=False)
    return [[bool(module) for module in row] for row in made.matrix]


def _picture(gtin: str, footprint: BatteryFootprint) -> Element:
    """Half a millimetre a module, so that a phone reads it from a hand's breadth."""
    link = link_of(gtin)
    modules = symbol(link)
    side = len(modules) + 2 * QUIET
    height = side + _TEXT_ROOM
    size = {"width": f"{side / 2}mm", "height": f"{height / 2}mm"}
    view = {"xmlns": _SVG, "viewBox": f"0 0 {side} {height}", "role": "img"}
    picture = Element("svg", view | size)
    _add(picture, "title", {}, link)
    _add(picture, "desc", {}, _description(footprint))
    _add(picture, "rect", {"width": str(side), "height": str(height), "fill": "#fff"})
    _add(picture, "path", {"d": "".join(_runs(modules)), "fill": "#000"})
    place = {"x": str(side / 2), "y": str(side + 1), "text-anchor": "middle"}
    font = {"font-family": "sans-serif", "font-size": "3", "fill": "#000"}
    _add(picture, "text", place | font, f"(01) {gtin}")
    return picture


def _add(picture: Element, name: str, attributes: Mapping[str, str], text: str = "") -> None:
    SubElement(picture, name, dict(attributes)).text = text or None


def _description(footprint: BatteryFootprint) -> str:
    rules = footprint.ruleset
    told = (f"QR code, error correction {CORRECTION}", f"{rules.id}: {rules.status}", *NOTICES)
    return "; ".join(told)


def _runs(modules: Modules) -> Iterator[str]:
    """A bar for each run of dark modules."""
    for y, row in enumerate(modules, QUIET):
        x = QUIET
        for is_dark, run in groupby(row):
            length = len(list(run))
            if is_dark:
                yield f"M{x} {y}h{length}v1h-{length}z"
            x += length


def modules_in(path: str, count: int) -> Modules:
    """The modules that a path of such bars makes dark, so many a side."""
    bars = [map(int, bar) for bar in _RUN.findall(path)]
    dark = {(place, y) for x, y, length in bars for place in range(x, x + length)}
    places = range(QUIET, QUIET + count)
    return [[(x, y) in dark for x in places] for y in places]


def complaints(body: bytes) -> Sequence[str]:
    """What is wrong with the picture: its address, its symbol, or what it says of itself."""
    try:
        picture: Element = fromstring(body)
    except ParseError as error:
        return [f"no XML: {error}"]
    link = picture.findtext(f"{{{_SVG}}}title", "")
    if gtin_in(link) is None:
        return [f"title: no GS1 Digital Link of a GTIN with a right check digit: {link[:80]}"]
    return [*_wrong(picture, symbol(link))]


def _wrong(picture: Element, expected: Modules) -> Iterator[str]:
    path = picture.find(f"{{{_SVG}}}path")
    if path is None or modules_in(path.get("d", ""), len(expected)) != expected:
        yield "path: not the symbol of the address in title"
    description = picture.findtext(f"{{{_SVG}}}desc", "")
    for told in (*NOTICES, f"error correction {CORRECTION}"):
        if told not in description:
            yield f"desc: does not say: {told}"


FORMAT: Final = Format(
    "qr", "qr.svg", "image/svg+xml", write, (Judge("GS1 Digital Link QR", complaints),)
)
