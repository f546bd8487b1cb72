"""The formats that a battery's declaration can leave in; a new one is a line here."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from hub.exports.battery import art7, batterypass, catena_x, qr, untp
from hub.exports.battery.idta import writers as idta
from hub.exports.battery.study import page as study
from hub.exports.battery.writing import Format

FORMATS: Final[Mapping[str, Format]] = MappingProxyType(
    {
        each.id: each
        for each in (
            art7.FORMAT,
            batterypass.FORMAT,
            catena_x.FORMAT,
            idta.IDTA,
            idta.AASX,
            qr.FORMAT,
            study.FORMAT,
            untp.FORMAT,
        )
    }
)
