"""How sure a footprint is, and why it changed, over HTTP."""

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from fastapi import Depends, Path, Query

from hub.access.api import CallerDep
from hub.disclosure import uncertainty as intervals
from hub.disclosure.difference import DifferenceQuestion, Side, explained_difference
from hub.disclosure.footprint import read_instant
from hub.disclosure.uncertainty import (
    MAX_GSD,
    MAX_SAMPLES,
    MAX_SEED,
    MIN_SAMPLES,
    Method,
    UncertaintyQuestion,
)
from hub.footprints.usecases import Basis
from hub.kit.actions import Action, needs
from hub.kit.clock import now
from hub.kit.web import LanguageDep, RecordingSessionDep, new_router
from tierlight_schemas.rollup.uncertainty import Spread, ValueIs

router = new_router("/v1", "analysis")

PartId = Annotated[str, Path(description="Id of an own part, as the list of parts gives it.")]
Deviation = Annotated[
    Decimal | None,
    Query(ge=1, le=MAX_GSD, max_digits=20, description="Geometric standard deviation; none."),
]


def spread(
    default_gsd: Deviation = None,
    quantity_gsd: Deviation = None,
    value_is: Annotated[
        ValueIs, Query(description="What values are of an assumed distribution.")
    ] = "mean",
) -> Spread:
    """What is assumed: `default_gsd` of values that state none, `quantity_gsd` of every line."""
    return Spread(default_gsd, quantity_gsd, value_is)


def uncertainty_question(
    language: LanguageDep,
    assumed: Annotated[Spread, Depends(spread)],
    as_of: Annotated[date | None, Query(description="Day the result is for; today.")] = None,
    known_at: Annotated[
        datetime | None, Query(description="Use what was recorded up to this instant; now.")
    ] = None,
    method: Annotated[
        Method, Query(description="`monte-carlo`, or the preview `first-order`.")
    ] = "monte-carlo",
    samples: Annotated[
        int, Query(ge=MIN_SAMPLES, le=MAX_SAMPLES, description="How often to draw.")
    ] = 1_000,
    seed: Annotated[
        int, Query(ge=0, le=MAX_SEED, description="The same seed gives the same samples.")
    ] = 1,
) -> UncertaintyQuestion:
    """Which interval is asked for. Raises `BadInput` for an instant that cannot be used."""
    instant = read_instant(known_at) if known_at else now()
    day = as_of or now().date()
    return UncertaintyQuestion(day, instant, method, samples, seed, assumed, language)


def difference_question(
    language: LanguageDep,
    from_as_of: Annotated[date | None, Query(description="Day of the first result; today.")] = None,
    from_known_at: Annotated[
        datetime | None, Query(description="What the first result knows; now.")
    ] = None,
    from_basis: Annotated[Basis, Query(description="Basis of the first result.")] = "declared",
    to_as_of: Annotated[date | None, Query(description="Day of the second result; today.")] = None,
    to_known_at: Annotated[
        datetime | None, Query(description="What the second result knows; now.")
    ] = None,
    to_basis: Annotated[Basis, Query(description="Basis of the second result.")] = "declared",
    to_part: Annotated[
        str | None,
        Query(max_length=200, description="Another own part, for the second result: a variant."),
    ] = None,
    top: Annotated[int, Query(ge=0, le=1000, description="Most parts to list for a class.")] = 20,
) -> DifferenceQuestion:
    """Which results are compared. Raises `BadInput` for an instant that cannot be used."""
    return DifferenceQuestion(
        side(from_as_of, from_known_at, from_basis),
        side(to_as_of, to_known_at, to_basis),
        top,
        language,
        to_part,
    )


def side(as_of: date | None, known_at: datetime | None, basis: Basis) -> Side:
    """One result; today and now where nothing else is said."""
    instant = now()
    return Side(as_of or instant.date(), read_instant(known_at) if known_at else instant, basis)


@router.get("/parts/{part_id}/uncertainty", summary="How sure the footprint of an own part is")
@needs(Action.READ_FOOTPRINTS)
def uncertainty(
    part_id: PartId,
    session: RecordingSessionDep,
    caller: CallerDep,
    asked: Annotated[UncertaintyQuestion, Depends(uncertainty_question)],
) -> dict[str, Any]:
    """Mean, standard deviation and percentiles by column, kgCO2e per base unit of the part.

    The intervals cover what is known, without gaps; `notes` say what is held fixed or assumed.
    Seed and generator stand on the result: the same question gives the same numbers.
    """
    return intervals.uncertainty(session, caller, part_id, asked)


@router.get("/parts/{part_id}/difference", summary="Why the footprint of an own part changed")
@needs(Action.READ_FOOTPRINTS)
def difference(
    part_id: PartId,
    session: RecordingSessionDep,
    caller: CallerDep,
    asked: Annotated[DifferenceQuestion, Depends(difference_question)],
) -> dict[str, Any]:
    """The change between two results, split by what changed, in a stated order.

    The values of `steps` add up to `change` exactly, as printed. What two classes moved together
    falls to the later one in `order`. `movers` are the parts behind each step. With `to_part` the
    second result is that of another own part in the same unit: what lies between two variants.
    """
    return explained_difference(session, caller, part_id, asked)
