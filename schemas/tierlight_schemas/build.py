"""From a row of a table to the bytes that are signed: the credential and its split annex.

Pure: time, identifiers and random bytes come in as `Fresh`. Used by `tierlight declare` and by the
portal, so that both make the same document of the same row.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Context
from typing import Any, Self
from urllib.parse import quote
from uuid import UUID, uuid4

from pydantic import ValidationError

from tierlight_schemas.amounts import Amount
from tierlight_schemas.annexes import DETAILS, SplitAnnex
from tierlight_schemas.canonical import b64url_encode, canonical, digest
from tierlight_schemas.declarant import Declarant, Language
from tierlight_schemas.declaration import (
    CREDENTIALS_CONTEXT,
    DECLARATION_SCHEMA,
    PROCESS_DECLARATION_SCHEMA,
    Acknowledgement,
    declaration_model,
)
from tierlight_schemas.errors import EnvelopeError, RowError
from tierlight_schemas.extension import (
    PART_EXTENSION,
    AnnexName,
    OwnModel,
    PartExtension,
    Provenance,
)
from tierlight_schemas.footprint import SPEC_VERSION, CarbonFootprint, camel
from tierlight_schemas.identifiers import part_urn
from tierlight_schemas.messages import render
from tierlight_schemas.publish import schema_digest
from tierlight_schemas.rows import GATE_TO_GATE, MASSLESS, PROCESS_AMOUNTS, Row
from tierlight_schemas.strict_json import strict_json

DEFAULT_STANDARD = "ISO14067"
DEFAULT_CHARACTERIZATION = "AR6"
NONCE_BYTES = 16
_WIDE = Context(prec=200)
Details = Mapping[AnnexName, Mapping[str, Any]]
"""What annexes say beside the split that a row makes: documents without their salts, by name."""
_NO_DETAILS: Details = {}


def _salts() -> dict[AnnexName, bytes]:
    return {name: secrets.token_bytes(NONCE_BYTES) for name in DETAILS}


@dataclass(frozen=True)
class Fresh:
    """What must differ from one declaration to the next."""

    now: datetime
    credential_id: UUID
    footprint_id: UUID
    nonce: bytes
    salt: bytes
    """Of the split."""
    salts: Mapping[AnnexName, bytes] = field(default_factory=_salts)
    """Of the other annexes, one each: who sees one of them may not guess another."""

    @classmethod
    def draw(cls, now: datetime) -> Self:
        """New identifiers and random bytes; `now` is timezone-aware."""
        salt = secrets.token_bytes(NONCE_BYTES)
        return cls(now, uuid4(), uuid4(), secrets.token_bytes(NONCE_BYTES), salt)

    @property
    def instant(self) -> str:
        """`now` in UTC to the second, RFC 3339."""
        return f"{self.now.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


@dataclass(frozen=True)
class Predecessor:
    """The declaration that a new one replaces."""

    digest: str
    footprint_id: str | None
    """Its PACT id; None for a process declaration."""


@dataclass(frozen=True)
class Built:
    """A declaration ready to be checked and signed."""

    document: dict[str, Any]
    payload: bytes
    """Canonical bytes of `document`: what is signed."""
    annexes: dict[str, bytes]


def build(
    row: Row,
    declarant: Declarant,
    fresh: Fresh,
    supersedes: Predecessor | None = None,
    details: Details = _NO_DETAILS,
) -> Built:
    """The declaration of a row, with annexes of more than its split where `details` has them.

    Raises `RowError` (`row/refused`) when the standard has no place for a value of the row,
    `row/part-number` for a number that no part URN can carry.
    """
    annexes = _annexes(row, fresh) | _detailed(details, fresh)
    process = row.boundary == GATE_TO_GATE
    document = {
        "@context": [CREDENTIALS_CONTEXT],
        "id": f"urn:uuid:{fresh.credential_id}",
        "type": ["VerifiableCredential", _kind(process)],
        "issuer": declarant.issuer,
        "validFrom": fresh.instant,
        "credentialSchema": _schema(process),
        "credentialSubject": _subject(row, declarant, fresh, supersedes)
        | (
            {"process": _process(row)}
            if process
            else {"footprint": _footprint(row, declarant, fresh, supersedes, annexes)}
        ),
    }
    checked = _validated(declaration_model(document), document)
    return Built(checked, canonical(checked), annexes)


def acknowledge(built: Built, reasons: Sequence[Acknowledgement]) -> Built:
    """The same declaration, saying of warnings why they are right as they are.

    Raises `RowError` (`row/refused`) for a reason that the standard has no place for.
    """
    said = [reason.document() for reason in reasons]
    subject = _without(built.document["credentialSubject"], "acknowledged")
    subject |= {"acknowledged": said} if said else {}
    document = {**built.document, "credentialSubject": subject}
    checked = _validated(declaration_model(document), document)
    return Built(checked, canonical(checked), built.annexes)


def meaning(document: Mapping[str, Any], annexes: Mapping[str, bytes]) -> str:
    """A digest of what a declaration says, without what differs at every signing.

    Two declarations of one meaning name the same values for the same part; identifiers, times,
    nonces, salts, the wording of the statement and the schema's version do not count.
    """
    subject = _without(document["credentialSubject"], "nonce", "statement", "supersedes")
    if "footprint" in subject:
        footprint = _without(subject["footprint"], "id", "created", "precedingPfIds")
        extensions = [
            {**extension, "data": _without(extension["data"], "annexes")}
            for extension in footprint.get("extensions", [])
        ]
        subject["footprint"] = {**footprint, "extensions": extensions}
    body = _without(document, "id", "validFrom", "credentialSchema", "credentialSubject")
    return digest(canonical({**body, "subject": subject, "annexes": _unsalted(annexes)}))


def _kind(process: bool) -> str:
    return "PartProcessDeclaration" if process else "PartFootprintDeclaration"


def _schema(process: bool) -> dict[str, str]:
    name = "process-declaration" if process else "declaration"
    schema_id = PROCESS_DECLARATION_SCHEMA if process else DECLARATION_SCHEMA
    return {"id": schema_id, "type": "JsonSchema", "digestSHA256": schema_digest(name)}


def _subject(
    row: Row, declarant: Declarant, fresh: Fresh, supersedes: Predecessor | None
) -> dict[str, Any]:
    profile = declarant.profile
    subject: dict[str, Any] = {
        "id": _part(row, declarant),
        "nonce": b64url_encode(fresh.nonce),
        "statement": {"lang": profile.language, "text": sentence(row, profile.language)},
        "signedBy": {"role": profile.role},
    }
    if profile.audience:
        subject["audience"] = profile.audience
    if supersedes:
        subject["supersedes"] = supersedes.digest
    return subject


def _part(row: Row, declarant: Declarant) -> str:
    try:
        return part_urn(declarant.scheme, declarant.owner, row.number)
    except EnvelopeError:
        # As it is written, but for signs that a terminal would obey.
        raise RowError("row/part-number", "number", found=repr(row.number[:60])) from None


def sentence(row: Row, language: Language) -> str:
    """What the person who signs reads: part, amount, value, period, boundary."""
    params = {
        "number": row.number,
        "amount": str(row.amount),
        "unit": render(f"declared-unit/{row.unit}", {}, language).text,
        "value": str(row.kgco2e),
        "start": _day_or_instant(row.period_start),
        "end": _day_or_instant(row.period_end),
    }
    return render(f"statement/{row.boundary}", params, language).text


def _day_or_instant(text: str) -> str:
    """A midnight in UTC as its day; anything else as it is."""
    return text.removesuffix("T00:00:00Z")


def _footprint(
    row: Row,
    declarant: Declarant,
    fresh: Fresh,
    supersedes: Predecessor | None,
    annexes: Mapping[str, bytes],
) -> dict[str, Any]:
    pcf, provenance = _carbon_footprint(row)
    footprint: dict[str, Any] = {
        "id": str(fresh.footprint_id),
        "specVersion": SPEC_VERSION,
        "created": fresh.instant,
        "status": "Active",
        "companyName": declarant.profile.company_name or declarant.issuer,
        "companyIds": declarant.company_ids,
        "productDescription": row.texts.get("description", ""),
        "productIds": declarant.product_ids(row.number),
        "productNameCompany": row.texts.get("name", row.number),
        "pcf": pcf,
        "extensions": [_extension(row, provenance, annexes)],
    }
    if supersedes and supersedes.footprint_id:
        footprint["precedingPfIds"] = [supersedes.footprint_id]
    if row.valid_from:
        footprint["validityPeriodStart"] = row.valid_from
    if row.valid_to:
        footprint["validityPeriodEnd"] = row.valid_to
    if "category" in row.texts:
        footprint["productClassifications"] = [category_urn(row.texts["category"])]
    if "comment" in row.texts:
        footprint["comment"] = row.texts["comment"]
    return footprint


def category_urn(category: str) -> str:
    """A category as PACT wants it: a URN, ours when it is not one already."""
    if category.casefold().startswith("urn:"):
        return category
    return f"urn:tierlight:category:{quote(category, safe='')}"


def _carbon_footprint(row: Row) -> tuple[dict[str, Any], dict[str, Provenance]]:
    stated, derived = _stated(row), _derived(row)
    defaults = {name: value for name, value in _DEFAULTS.items() if name not in stated}
    if "pcf_including_biogenic_uptake" not in stated | derived:
        # Nothing is known of an uptake, so this repeats the other total instead of knowing it.
        defaults["pcf_including_biogenic_uptake"] = row.kgco2e
    provenance: dict[str, Provenance] = {camel(name): "stated" for name in stated}
    provenance |= {camel(name): "derived" for name in derived}
    provenance |= {camel(name): "default" for name in defaults}
    values = defaults | derived | stated | _declared_unit(row)
    pcf = {camel(name): value for name, value in values.items()}
    verification = {"verification": dict(row.verification)} if row.verification else {}
    return {**pcf, **_place(row), **_rating(row), **verification}, provenance


def _declared_unit(row: Row) -> dict[str, str]:
    return {
        "declared_unit_of_measurement": row.unit,
        "declared_unit_amount": row.amount,
        "reference_period_start": row.period_start,
        "reference_period_end": row.period_end,
    }


_DEFAULTS: dict[str, Any] = {
    "fossil_ghg_emissions": "0",
    "fossil_carbon_content": "0",
    "exempted_emissions_percent": "0",
    "ipcc_characterization_factors": [DEFAULT_CHARACTERIZATION],
    "cross_sectoral_standards": [DEFAULT_STANDARD],
}


def _stated(row: Row) -> dict[str, Any]:
    pcf = CarbonFootprint.model_fields
    stated: dict[str, Any] = {
        "pcf_excluding_biogenic_uptake": row.kgco2e,
        **{name: amount for name, amount in row.amounts.items() if name in pcf},
        **{name: text for name, text in row.texts.items() if name in pcf},
        **row.flags,
    }
    if row.standards:
        stated["cross_sectoral_standards"] = list(row.standards)
    if row.characterization:
        stated["ipcc_characterization_factors"] = list(row.characterization)
    if not _mass_follows(row):
        stated["product_mass_per_declared_unit"] = row.mass_kg
    return stated


def _derived(row: Row) -> dict[str, Any]:
    """What follows from what was stated: a sum, or a flag of a value that is there."""
    derived: dict[str, Any] = {}
    if _mass_follows(row):
        derived["product_mass_per_declared_unit"] = row.mass_kg
    uptake = row.amounts.get("biogenic_co2_uptake")
    if uptake is not None and "pcf_including_biogenic_uptake" not in row.amounts:
        derived["pcf_including_biogenic_uptake"] = _sum(row.kgco2e, uptake)
    for value, flag in (
        ("packaging_ghg_emissions", "packaging_emissions_included"),
        ("ccs_technological_co2_capture", "ccs_technological_co2_capture_included"),
    ):
        if value in row.amounts and flag not in row.flags:
            derived[flag] = True
    return derived


def _mass_follows(row: Row) -> bool:
    return row.unit == "kilogram" or (row.unit in MASSLESS and row.mass_kg.decimal == 0)


def _sum(one: Amount, other: Amount) -> Amount:
    """Exact: amounts have at most 80 digits."""
    return Amount.of(_WIDE.add(one.decimal, other.decimal))


def _place(row: Row) -> dict[str, str]:
    """Country or subdivision: PACT takes one of them, the finer where both are known."""
    if "subdivision" in row.texts:
        return {"geographyCountrySubdivision": row.texts["subdivision"]}
    return {"geographyCountry": row.texts["country"]} if "country" in row.texts else {}


def _rating(row: Row) -> dict[str, Any]:
    if not row.ratings:
        return {}
    names = {
        "technological_dqr": "technologicalDQR",
        "geographical_dqr": "geographicalDQR",
        "temporal_dqr": "temporalDQR",
    }
    return {"dqi": {names[name]: rating for name, rating in row.ratings.items()}}


def _extension(
    row: Row, provenance: Mapping[str, Provenance], annexes: Mapping[str, bytes]
) -> dict[str, Any]:
    data = {
        **_identity(row),
        "boundary": row.boundary,
        "level": row.level,
        "provenance": dict(provenance),
        "annexes": {name: digest(body) for name, body in annexes.items()},
    }
    # PACT's extension data is open, so our own model has to look at it before it is signed.
    checked = _validated(PartExtension, data)
    return {"specVersion": "2.0.0", "dataSchema": PART_EXTENSION, "data": checked}


def _identity(row: Row) -> dict[str, Any]:
    """Part, revision, site and process family: the same members in both kinds of document."""
    identity: dict[str, Any] = {"partNumber": row.number}
    if "revision" in row.texts:
        identity["revision"] = row.texts["revision"]
    if "process_family" in row.texts:
        identity["processFamily"] = row.texts["process_family"]
    if "site" in row.texts:
        places = {name: row.texts[name] for name in ("country", "subdivision") if name in row.texts}
        identity["site"] = {"id": row.texts["site"], **places}
    return identity


def _process(row: Row) -> dict[str, Any]:
    """Own processes only; what a `ProductFootprint` alone can hold has no place here."""
    process = {
        **_identity(row),
        "declaredUnit": row.unit,
        "declaredAmount": row.amount,
        "referencePeriodStart": row.period_start,
        "referencePeriodEnd": row.period_end,
        "emissions": row.kgco2e,
        "ipccCharacterizationFactors": list(row.characterization) or [DEFAULT_CHARACTERIZATION],
        **_rating(row),
    }
    for column, member in PROCESS_AMOUNTS.items():
        if column in row.amounts:
            process[member] = row.amounts[column]
    return process


def _annexes(row: Row, fresh: Fresh) -> dict[str, bytes]:
    if not row.stages and not row.carriers:
        return {}
    split = SplitAnnex(
        salt=b64url_encode(fresh.salt), stages=list(row.stages), carriers=list(row.carriers)
    )
    return {"split": canonical(split.document())}


def _detailed(details: Details, fresh: Fresh) -> dict[str, bytes]:
    """Each detail as its model writes it, under a salt of its own."""
    return {
        name: canonical(
            _validated(DETAILS[name], {**detail, "salt": b64url_encode(fresh.salts[name])})
        )
        for name, detail in details.items()
    }


def without_salt(annex: bytes) -> dict[str, Any]:
    """What an annex says: the form that `build` takes as a detail."""
    return _without(strict_json(annex), "salt")


def _validated(model: type[OwnModel], document: dict[str, Any]) -> dict[str, Any]:
    """The document as its model writes it, so that nothing is signed that no reader takes."""
    try:
        return model.model_validate(document).document()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise RowError(
            "row/refused", str(first["loc"][-1]), path=place, reason=first["msg"]
        ) from None


def _without(value: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: member for name, member in value.items() if name not in names}


def _unsalted(annexes: Mapping[str, bytes]) -> dict[str, Any]:
    return {name: without_salt(body) for name, body in annexes.items()}
