"""Part 2, the documents: the study behind the footprint, the EU declaration of conformity, and
certificates that can be read somewhere.

They are referred to by id and address; no file is packed in.
"""

from collections.abc import Iterator
from pathlib import PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from hub.exports.battery.idta.carbon_footprint import STUDY
from hub.exports.battery.idta.elements import Address, Languages, Submodel, members
from hub.exports.battery.idta.identity import Identity
from hub.exports.battery.idta.templates import HANDOVER_DOCUMENTATION
from hub.exports.battery.writing import unfilled
from tierlight_schemas.battery.gaps import CONFORMITY, Gap
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.messages import LANGUAGES, render

_CLASS: Final = {
    "ClassName": {"en": "Certificates, declarations"},
    "ClassId": "02-04",
    "ClassificationSystem": "VDI 2770 Blatt 1:2020",
}
_MEDIA_TYPES: Final = {".pdf": "application/pdf", ".html": "text/html"}
_ANY: Final = "application/octet-stream"
_UNDETERMINED: Final = "und"
"""ISO 639 for a language that nobody stated."""
FILE_PATH = "HandoverDocumentation/Documents/DocumentVersions/DigitalFiles"


def handover_documentation(model: BatteryModel, identity: Identity) -> Submodel:
    """The submodel; of a model whose declaration of conformity and study are known."""
    return Submodel(
        HANDOVER_DOCUMENTATION,
        identity.by_ruleset(HANDOVER_DOCUMENTATION.id_short),
        members(HANDOVER_DOCUMENTATION.slots, {"Documents": [*_documents(model, identity)]}),
    )


def file_gap(model: BatteryModel) -> Iterator[Gap]:
    """The declaration of conformity is a number until a certificate of that number has a link."""
    if _conformity_link(model) is None:
        yield unfilled(HANDOVER_DOCUMENTATION.name, "conformity-file", CONFORMITY, FILE_PATH)


def _conformity_link(model: BatteryModel) -> str | None:
    number = model.declaration_of_conformity
    links = (each.link for each in model.certificates if each.number == number and each.link)
    return next(links, None)


def _documents(model: BatteryModel, identity: Identity) -> Iterator[dict[str, Any]]:
    domain = model.manufacturer.web or model.manufacturer.name
    number = model.declaration_of_conformity
    study = identity.by_ruleset(STUDY)
    yield _document(domain, study, _title(STUDY, model), model.study_link)
    yield _document(domain, number, _title("conformity", model), _conformity_link(model))
    for each in model.certificates:
        if each.link and each.number != number:
            yield _document(domain, each.number, {_UNDETERMINED: each.name}, each.link)


def _document(
    domain: str | None, identifier: str | None, title: Languages, link: str | None
) -> dict[str, Any]:
    version = {
        "Language": [_UNDETERMINED],
        "Title": title,
        "DigitalFiles": [Address(link, _media_type(link))],
    }
    return {
        "DocumentClassifications": [_CLASS],
        "DocumentIds": [{"DocumentDomainId": domain, "DocumentIdentifier": identifier}],
        "DocumentVersions": [version],
    }


def _title(case: str, model: BatteryModel) -> Languages:
    told = {"case": case, "model": model.model or ""}
    return {lang: render("battery/idta-title", told, lang).text for lang in LANGUAGES}


def _media_type(link: str | None) -> str:
    """By the ending of the address; the metamodel wants one, also where nothing is known."""
    ending = PurePosixPath(urlsplit(link or "").path).suffix.lower()
    return _MEDIA_TYPES.get(ending, _ANY)
