"""The declaration of one battery model from one plant, as the manufacturer asks for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import NamedTuple

from sqlalchemy.orm import Session

from hub.access.caller import Caller
from hub.activity.queries import own_site
from hub.bom.queries import own_part
from hub.disclosure.footprint import Question
from hub.disclosure.reader import Labels, labels
from hub.exports.battery import factors
from hub.exports.battery.errors import RefusedDeclaration
from hub.exports.battery.formats import FORMATS
from hub.exports.battery.opening import Opened, opened
from hub.exports.battery.queries import classes_of, model_of, model_row, plant_of
from hub.exports.battery.writing import Audience, Filing, Format, Written
from hub.factors.registry import registry
from hub.footprints.book import Moment
from hub.footprints.usecases import RollUp
from hub.kit.errors import BadInput
from hub.settings import Settings
from hub.trust.hub_key import hub_signer, is_signing
from tierlight_schemas.battery.declare import Study, declare
from tierlight_schemas.battery.entries import entries
from tierlight_schemas.battery.gaps import Gap
from tierlight_schemas.battery.model import BatteryModel, Plant
from tierlight_schemas.battery.reading import Reading
from tierlight_schemas.battery.result import BatteryFootprint
from tierlight_schemas.battery.rulesets import ruleset
from tierlight_schemas.battery.words import telling


@dataclass(frozen=True)
class Asked:
    """Which declaration is asked for."""

    part_id: str
    site_id: str
    ruleset_id: str
    question: Question


@dataclass(frozen=True)
class Declared:
    """The result with what it is told with."""

    footprint: BatteryFootprint
    model: BatteryModel
    rollup: RollUp
    labels: Labels


def declared(session: Session, caller: Caller, asked: Asked) -> Declared:
    """Compute the declaration of the caller's own part, made at its own site.

    What is read of others is recorded. Raises `NotFound` for what is not the caller's, and
    `UnknownRulesetError`.
    """
    rules, question = ruleset(asked.ruleset_id), asked.question
    part = own_part(session, caller.company_id, asked.part_id, question.known_at)
    site = own_site(session, caller.company_id, asked.site_id)
    model = model_of(model_row(session, part, site, question.known_at))
    moment = Moment(question.as_of, question.known_at)
    held = opened(session, caller, part, site.code, moment)
    study = _study(session, held, part.id, plant_of(site), model)
    return Declared(declare(study, rules), model, held.rollup, labels(session, held.rollup))


class File(NamedTuple):
    """A declaration in one format."""

    name: str
    media_type: str
    body: bytes
    gaps: Sequence[Mapping[str, str]]
    """What the format has room for and nobody knows, in words."""


def file_of(found: Declared, chosen: Format, filing: Filing) -> File:
    """What was computed, as a file.

    Raises `RefusedDeclaration` with every gap by its clause, and `NoEditionError` for an audience
    that the format has no edition for.
    """
    body, gaps = written(found, chosen, filing)
    if body is None:
        raise RefusedDeclaration(gaps, found.labels, filing.language)
    told = gaps_in_words(gaps, found.labels, filing.language)
    return File(chosen.named(filing), chosen.media_type, body, told)


def written(found: Declared, chosen: Format, filing: Filing) -> Written:
    """What was computed, as bytes or as what keeps them back; suppliers' names are for authorities.

    Raises `NoEditionError` as `file_of`.
    """
    if filing.audience is Audience.AUTHORITIES:
        filing = replace(filing, suppliers=found.labels.names)
    return chosen.write(found.footprint, found.model, filing)


def gaps_in_words(found: Sequence[Gap], names: Labels, lang: str) -> list[Mapping[str, str]]:
    """Gaps with the names of suppliers that the reader deals with."""
    return [telling(gap, lang, names.of(gap.owner) or gap.supplier) for gap in found]


def filing_of(session: Session, settings: Settings, audience: Audience, lang: str) -> Filing:
    """Whom a file is for; the hub signs where it has a key that everybody can look up.

    Raises `Conflict` (`statement/hub-key-file`) for a key that cannot be read.
    """
    signer = None if settings.signing_key_file is None else hub_signer(settings)
    if signer is not None and not is_signing(session, signer.kid):
        signer = None
    return Filing(audience, lang, signer, settings.public_url.rstrip("/"))


def _study(session: Session, held: Opened, root: str, plant: Plant, model: BatteryModel) -> Study:
    rollup, moment = held.rollup, held.rollup.moment
    classes = classes_of(session, rollup.company_id, moment.known_at)
    found = entries(Reading(rollup.solution, root, classes, held.told, plant.country))
    at_hand = registry(session, moment.known_at)
    node = rollup.resolution(root).node
    return Study(
        part=node.number,
        model=model,
        plant=plant,
        as_of=moment.as_of,
        entries=found,
        account=rollup.account(root),
        revisions=[*_revisions(rollup)],
        net_mass_kg=node.net_mass_kg,
        mixes=factors.mixes(at_hand, found, moment.as_of),
        averages=factors.freight(at_hand, rollup.book, moment.as_of),
        plants_of_making=held.sites_of_making,
    )


def _revisions(rollup: RollUp) -> Iterator[str]:
    """Digests of the manufacturer's own records of the parts inside."""
    for resolution in rollup.solution.resolutions.values():
        if resolution.node.owner == rollup.company_id:
            yield resolution.node.revision


def format_named(format_id: str) -> Format:
    """The format of an id. Raises `BadInput` (`battery/format`)."""
    chosen = FORMATS.get(format_id)
    if chosen is None:
        raise BadInput(
            "battery/format", found=ascii(format_id[:40])[1:-1], known=", ".join(FORMATS)
        )
    return chosen
