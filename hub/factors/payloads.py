"""What the API says about factors."""

from datetime import datetime
from typing import Self

from pydantic import BaseModel, Field

from hub.factors.tables import Factor


class FactorOut(BaseModel):
    """A factor that the caller's company uses."""

    category: str
    unit: str
    value: str = Field(description="kgCO2e per unit.")
    source: str
    year: int
    recorded_at: datetime

    @classmethod
    def of(cls, factor: Factor) -> Self:
        """The stored factor."""
        return cls(**{name: getattr(factor, name) for name in cls.model_fields})
