"""A battery model as UNTP Digital Product Passport 0.6.1: what its members are, and what is wrong.

UNTP has one number for a footprint, and no place for life-cycle stages or the standing of a method.
They stand in `batteryDeclaration`, which a context of our own declares (`CONTEXT`).

A JSON-LD processor in safe mode refuses every member and every class that no context declares;
`complaints` does the same with the terms alone, without a processor and without the network.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from tierlight_schemas.amounts import significant
from tierlight_schemas.battery.passport_terms import CLASSES, EVERYWHERE, Members
from tierlight_schemas.extension import SCHEMA_BASE

CREDENTIALS_V2: Final = "https://www.w3.org/ns/credentials/v2"
UNTP: Final = "https://test.uncefact.org/vocabulary/untp/dpp/0.6.1/"
"""Of the release: what the repository's head holds says `working` in its place."""
CONTEXT_PATH: Final = "/contexts/v1/battery-passport"
"""Below the address of a hub."""
TYPES: Final = ("DigitalProductPassport", "VerifiableCredential")
SCOPES: Final = ("None", "CradleToGate", "CradleToGrave")
_SCORECARD: Final = ("carbonFootprint", "declaredUnit", "operationalScope", "primarySourcedRatio")
_STAGES: Final = ("raw-material", "main-production", "distribution", "end-of-life")
_VOCABULARY: Final = f"{SCHEMA_BASE}/battery-passport/1#"
_XSD: Final = "http://www.w3.org/2001/XMLSchema#"
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:[^\s<>\"]+")
_NOT_EMPTY: Final = ("notices", "rulesetId", "rulesetStatus", "inputsDigest")


def _term(name: str, kind: str | None = None) -> dict[str, Any]:
    return {"@id": f"{_VOCABULARY}{name}"} | ({"@type": f"{_XSD}{kind}"} if kind else {})


def _holding(terms: Mapping[str, Any]) -> dict[str, Any]:
    """What a member declares inside itself."""
    return {"@context": {"@protected": True, **terms}}


_IN_ORDER: Final = {"@container": "@list"}
_STAGE_TERMS: Final = {
    "stage": _term("stage", "string"),
    "value": _term("value", "decimal"),
    "unit": _term("unit", "string"),
}
_OWN_TERMS: Final = {
    "notices": _term("notices", "string") | _IN_ORDER,
    "rulesetId": _term("rulesetId", "string"),
    "rulesetTitle": _term("rulesetTitle", "string"),
    "rulesetStatus": _term("rulesetStatus", "string"),
    "asOf": _term("asOf", "date"),
    "functionalUnit": _term("functionalUnit", "string"),
    "footprintPerKwh": _term("footprintPerKwh", "decimal"),
    "stages": _term("stages") | _IN_ORDER | _holding(_STAGE_TERMS),
    "excluded": _term("excluded", "string"),
    "plantCode": _term("plantCode", "string"),
    "plantName": _term("plantName", "string"),
    "plantCountry": _term("plantCountry", "string"),
    "plantAddress": _term("plantAddress", "string"),
    "declarationOfConformity": _term("declarationOfConformity", "string"),
    "inputsDigest": _term("inputsDigest", "string"),
    "hubKeys": _term("hubKeys", "anyURI"),
}
CONTEXT: Final[Mapping[str, Any]] = {
    "@context": {
        "@version": 1.1,
        "@protected": True,
        "batteryDeclaration": _term("batteryDeclaration") | _holding(_OWN_TERMS),
    }
}
"""JSON-LD: the members of `batteryDeclaration`, as a hub serves it at `CONTEXT_PATH`."""
_OWN: Final[Members] = {
    "batteryDeclaration": {name: dict.fromkeys(_STAGE_TERMS) if name == "stages" else None
                           for name in _OWN_TERMS}
}  # fmt: skip


def is_passport(document: Any) -> bool:
    """Whether a document is meant as a product passport."""
    return isinstance(document, Mapping) and TYPES[0] in _list(document.get("type"))


def complaints(document: Any) -> Sequence[str]:
    """What is wrong with a passport, each with its place; nothing where all is right."""
    if not is_passport(document):
        return ["type: no DigitalProductPassport"]
    found = [*_envelope(document), *_undeclared(document, {}, "$")]
    subject = document.get("credentialSubject")
    if not isinstance(subject, Mapping):
        return [*found, "credentialSubject: missing"]
    return [*found, *_subject(subject)]


def _envelope(document: Mapping[str, Any]) -> Iterator[str]:
    contexts = _list(document.get("@context"))
    if contexts[:2] != [CREDENTIALS_V2, UNTP]:
        yield "@context: not those of the credentials and of UNTP 0.6.1, in this order"
    if len(contexts) != 3 or not str(contexts[-1]).endswith(CONTEXT_PATH):
        yield "@context: the third is not ours"
    if any("/working/" in str(context) for context in contexts):
        yield "@context: not of a release"
    if not set(TYPES) <= set(_list(document.get("type"))):
        yield "type: no VerifiableCredential"
    yield from _uris(document, ("id",), "$")
    yield from _party(document.get("issuer"), "issuer")


def _subject(subject: Mapping[str, Any]) -> Iterator[str]:
    if subject.get("granularityLevel") != "model":
        yield "credentialSubject.granularityLevel: not model"
    product = subject.get("product")
    yield from _party(product, "credentialSubject.product")
    if isinstance(product, Mapping) and "producedByParty" in product:
        yield from _party(product["producedByParty"], "credentialSubject.product.producedByParty")
    scorecard, own = subject.get("emissionsScorecard"), subject.get("batteryDeclaration")
    if not isinstance(scorecard, Mapping) or not isinstance(own, Mapping):
        yield "credentialSubject: emissionsScorecard or batteryDeclaration is missing"
        return
    yield from _scorecard(scorecard)
    yield from _declaration(own, scorecard)


def _scorecard(scorecard: Mapping[str, Any]) -> Iterator[str]:
    place = "emissionsScorecard"
    for name in _SCORECARD:
        if name not in scorecard:
            yield f"{place}.{name}: missing"
    for name in ("carbonFootprint", "primarySourcedRatio"):
        if not _is_number(scorecard.get(name)):
            yield f"{place}.{name}: no number"
    if scorecard.get("declaredUnit") != "KWH":
        yield f"{place}.declaredUnit: not KWH"
    if scorecard.get("operationalScope") not in SCOPES:
        yield f"{place}.operationalScope: none of {', '.join(SCOPES)}"
    share = _decimal(repr(scorecard.get("primarySourcedRatio")))
    if share is not None and not 0 <= share <= 1:
        yield f"{place}.primarySourcedRatio: not between 0 and 1"


def _declaration(own: Mapping[str, Any], scorecard: Mapping[str, Any]) -> Iterator[str]:
    place = "batteryDeclaration"
    yield from (f"{place}.{name}: missing" for name in _NOT_EMPTY if not own.get(name))
    stages = [stage for stage in _list(own.get("stages")) if isinstance(stage, Mapping)]
    if tuple(stage.get("stage") for stage in stages) != _STAGES:
        yield f"{place}.stages: not the four of Annex II(4)"
    values = [_decimal(stage.get("value")) for stage in stages]
    whole = _decimal(own.get("footprintPerKwh"))
    if whole is None or None in values or sum(v for v in values if v is not None) != whole:
        yield f"{place}.stages: they do not add up to footprintPerKwh"
    number = _decimal(repr(scorecard.get("carbonFootprint")))
    if whole is None or number is None or significant(number) != significant(whole):
        yield f"{place}.footprintPerKwh: not the number of emissionsScorecard.carbonFootprint"


def _undeclared(node: Mapping[str, Any], scope: Members, path: str) -> Iterator[str]:
    """Members and classes that none of the three contexts declares."""
    classes = [str(each) for each in _list(node.get("type"))]
    yield from (f"{path}.type: no class {each[:60]}" for each in classes if each not in CLASSES)
    if "type" in node and path.endswith("emissionsScorecard"):
        yield f"{path}.type: the scorecard has none"
    declared = {**EVERYWHERE, **scope, **_OWN}
    for each in classes:
        declared |= CLASSES.get(each, {})
    for name, value in node.items():
        if name not in declared:
            yield f"{path}.{name[:60]}: no context declares it"
            continue
        for child in _list(value):
            if isinstance(child, Mapping):
                yield from _undeclared(child, declared[name] or {}, f"{path}.{name}")


def _party(value: Any, place: str) -> Iterator[str]:
    """What has to have an address and a name."""
    if not isinstance(value, Mapping):
        yield f"{place}: missing"
        return
    yield from _uris(value, ("id",), place)
    if not isinstance(value.get("name"), str) or not value["name"].strip():
        yield f"{place}.name: missing"


def _uris(value: Mapping[str, Any], names: Sequence[str], place: str) -> Iterator[str]:
    for name in names:
        if not isinstance(value.get(name), str) or not _URI.fullmatch(value[name]):
            yield f"{place}.{name}: no URI"


def _list(value: Any) -> list[Any]:
    return list(value) if isinstance(value, list | tuple) else [] if value is None else [value]


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _decimal(text: Any) -> Decimal | None:
    """Exact; None for what is no decimal text of a usable length."""
    is_plain = isinstance(text, str) and re.fullmatch(r"-?[0-9.]{1,80}(e[+-]?[0-9]{1,3})?", text)
    try:
        return Decimal(text) if is_plain else None
    except ArithmeticError:
        return None
