"""UNTP Digital Product Passport 0.6.1 of a battery model: a credential that the hub signs.

The file is the compact JWS (`application/vc+jwt`). Same battery, same day, same key: same bytes.
"""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, Final
from uuid import NAMESPACE_URL, uuid5

from hub.exports.battery.art7 import FUNCTIONAL_UNIT
from hub.exports.battery.gtin import SCHEME, gap_of, link_of
from hub.exports.battery.writing import (
    NOTICES,
    Filing,
    Format,
    Judge,
    Signer,
    Written,
    unfilled,
)
from tierlight_schemas.amounts import EXACT, significant
from tierlight_schemas.battery.gaps import MANUFACTURER, Gap, Who, incomplete
from tierlight_schemas.battery.model import BatteryModel
from tierlight_schemas.battery.passport import (
    CONTEXT_PATH,
    CREDENTIALS_V2,
    TYPES,
    UNTP,
    complaints,
)
from tierlight_schemas.battery.printing import in_full
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.documents import without_null
from tierlight_schemas.envelope import EnvelopeError, canonical, digest, issuer_urn, open_jws

CLAUSE: Final = "UNTP DPP 0.6.1"
_SUBJECT: Final = "credentialSubject"
_EXCLUDED: Final = "use"
KEYS_PATH: Final = "/.well-known/tierlight-hub-keys.json"


def write(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Written:
    """The signed passport; nothing without a GTIN, a share of primary data, or who signs."""
    lacking = tuple(_lacking(footprint, model, filing))
    if lacking or filing.signer is None:
        return Written(None, lacking)
    signed = filing.signer.sign(_payload(footprint, model, filing, filing.signer), fractions=True)
    return Written(signed, tuple(_empty(model)))


def _lacking(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> Iterator[Gap]:
    if gap := gap_of(model, CLAUSE, f"{_SUBJECT}.product.id"):
        yield gap
    if footprint.ratings.primary_data_share is None:
        path = f"{_SUBJECT}.emissionsScorecard.primarySourcedRatio"
        yield incomplete("primary-share", CLAUSE, format_path=path)
    if filing.signer is None:
        gap = Gap("battery/incomplete", "signer", CLAUSE, Who.OPERATOR)
        yield gap.telling(format_path="issuer")


def _empty(model: BatteryModel) -> Iterator[Gap]:
    """What the passport has room for, and does not demand."""
    if model.manufacturer.web is None:
        path = f"{_SUBJECT}.product.producedByParty"
        yield unfilled(CLAUSE, "enter", MANUFACTURER, path)


def _payload(
    footprint: BatteryFootprint, model: BatteryModel, filing: Filing, signer: Signer
) -> bytes:
    """Canonical bytes; the id is that of all the rest."""
    document = {
        "@context": [CREDENTIALS_V2, UNTP, f"{filing.hub}{CONTEXT_PATH}"],
        "type": list(TYPES),
        "issuer": {
            "type": ["CredentialIssuer"],
            "id": issuer_urn("key", signer.kid),
            "name": filing.hub or "Tierlight",
        },
        "validFrom": f"{footprint.as_of.isoformat()}T00:00:00Z",
        _SUBJECT: _subject(footprint, model, filing),
    }
    told = without_null(document)
    name = uuid5(NAMESPACE_URL, digest(canonical(told, fractions=True)))
    return canonical({**told, "id": name.urn}, fractions=True)


def _subject(footprint: BatteryFootprint, model: BatteryModel, filing: Filing) -> dict[str, Any]:
    share = footprint.ratings.primary_data_share
    per_kwh = footprint.per_kwh
    assert share is not None  # else there is a gap
    assert per_kwh is not None  # of a complete declaration
    return {
        "type": ["ProductPassport"],
        "product": _product(footprint, model),
        "granularityLevel": "model",
        "emissionsScorecard": {
            "carbonFootprint": _number(per_kwh.value),
            "declaredUnit": "KWH",
            "operationalScope": "CradleToGrave",
            "primarySourcedRatio": _number(EXACT.divide(share, Decimal(100))),
        },
        "batteryDeclaration": _declaration(footprint, model, filing),
    }


def _product(footprint: BatteryFootprint, model: BatteryModel) -> dict[str, Any]:
    gtin, plant, mass = model.gtin or "", footprint.plant, footprint.functional_unit.mass_kg
    maker, study = model.manufacturer, model.study_link
    weight = None if mass is None else {"value": _number(mass.value), "unit": "KGM"}
    name = "Global Trade Identification Number (GTIN)"
    return {
        "type": ["Product"],
        "id": link_of(gtin),
        "name": model.model,
        "registeredId": gtin,
        "idScheme": {"type": ["IdentifierScheme"], "id": SCHEME, "name": name},
        "producedByParty": None if maker.web is None else {"id": maker.web, "name": maker.name},
        "countryOfProduction": None if plant is None else plant.country,
        "furtherInformation": [{"linkURL": study, "linkName": "Carbon footprint study"}],
        "dimensions": None if weight is None else {"weight": weight},
    }


def _declaration(
    footprint: BatteryFootprint, model: BatteryModel, filing: Filing
) -> dict[str, Any]:
    """What UNTP has no place for: the standing of the method, and the stages."""
    rules, plant = footprint.ruleset, footprint.plant
    stages = footprint.stages.values()
    return {
        "notices": list(NOTICES),
        "rulesetId": rules.id,
        "rulesetTitle": rules.title,
        "rulesetStatus": rules.status,
        "asOf": footprint.as_of.isoformat(),
        "functionalUnit": FUNCTIONAL_UNIT,
        "footprintPerKwh": in_full(footprint.per_kwh.value if footprint.per_kwh else None),
        "stages": [
            {"stage": each.stage.value, "value": in_full(each.per_kwh), "unit": "kgCO2e/kWh"}
            for each in stages
        ],
        "excluded": _EXCLUDED,
        "plantCode": plant and plant.code,
        "plantName": plant and plant.name,
        "plantCountry": plant and plant.country,
        "plantAddress": model.plant_address,
        "declarationOfConformity": model.declaration_of_conformity,
        "inputsDigest": footprint.inputs_digest,
        "hubKeys": f"{filing.hub}{KEYS_PATH}" if filing.hub else None,
    }


def _number(value: Decimal) -> int | float:
    """A JSON number: 15 digits come back from a double as they were."""
    rounded = significant(value).decimal
    return int(rounded) if rounded == rounded.to_integral_value() else float(rounded)


def judged(body: bytes) -> Sequence[str]:
    """Form of the JWS, members, classes and sums of the passport in a file."""
    try:
        opened = open_jws(body, fractions=True)
    except EnvelopeError as error:
        return [f"JWS: {error.code}"]
    issuer = opened.document.get("issuer")
    named = issuer.get("id") if isinstance(issuer, dict) else None
    foreign = [] if named == issuer_urn("key", opened.kid) else ["issuer.id: not who signed"]
    return [*complaints(opened.document), *foreign]


FORMAT: Final = Format(
    "untp",
    "untp-passport.jwt",
    "application/vc+jwt",
    write,
    (Judge("UNTP DPP 0.6.1 terms", judged),),
)
