"""Shapes of leaving the hub."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from hub.exit.tables import ErasureDemand
from hub.exit.usecases import Plan
from hub.kit.payload import Payload
from tierlight_schemas.log.erasure import Reason


class NewDemand(Payload):
    """A demand to erase the company."""

    company: str = Field(max_length=36, description="The company's id, written out.")
    reason: Reason = Field(description="Class of the reason; stands in the deletion receipt.")


class DemandView(Payload):
    """A demand that waits."""

    reason: Reason
    demanded_at: datetime
    due_at: datetime = Field(description="From when it may be carried out; taken back until then.")


class PlanView(Payload):
    """What erasing the company would do; nothing has been changed."""

    goes: dict[str, int] = Field(description="Rows that would be deleted, by table.")
    statements: int = Field(
        description="Signed results of others that could no longer be computed from the sources."
    )
    companies: int = Field(description="How many companies those results are of.")
    demand: DemandView | None = Field(default=None, description="The demand that waits.")


class NewErasure(Payload):
    """Which bytes of a withdrawn declaration are to be erased, and why."""

    reason: Reason = Field(description="Class of the reason; stands in the deletion receipt.")
    scope: Literal["declaration", "annexes"] = Field(
        default="declaration", description="All of it with what it replaced, or its annexes."
    )


def plan_view(plan: Plan) -> PlanView:
    """A plan with the demand that waits."""
    return PlanView(
        goes=plan.goes,
        statements=plan.statements,
        companies=plan.companies,
        demand=demand_view(plan.demand) if plan.demand else None,
    )


def demand_view(demand: ErasureDemand) -> DemandView:
    """A demand for the company."""
    return DemandView.model_validate(
        {name: getattr(demand, name) for name in DemandView.model_fields}
    )
