"""Emission factors: dated, sourced, never edited.

`Factor` is a company's own table, `FactorSetRow` and `RegistryFactor` the sets that the operator
added to those that ship, the same for everybody.
"""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, Integer, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from hub.kit.tables import Base, Id, UtcDateTime
from hub.kit.wall_policies import Open, owned

_REGISTRY = Open("sets of factors are the operator's, and the same for every company")


class Factor(Base):
    """kgCO2e per unit of a category, in use by one company; the newest row of a key counts."""

    __tablename__ = "factor"
    __wall__ = owned()
    __table_args__ = (Index("ix_factor_company_id_category", "company_id", "category"),)

    id: Mapped[Id]
    company_id: Mapped[str] = mapped_column(ForeignKey("company.id"))
    category: Mapped[str] = mapped_column(String(200))
    unit: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    source: Mapped[str] = mapped_column(String(500))
    year: Mapped[int] = mapped_column(Integer)
    recorded_at: Mapped[datetime] = mapped_column(UtcDateTime)


class FactorSetRow(Base):
    """One version of a set of factors that the operator imported."""

    __tablename__ = "factor_set"
    __wall__ = _REGISTRY
    __table_args__ = (UniqueConstraint("name", "version"),)

    id: Mapped[Id]
    name: Mapped[str] = mapped_column(String(60))
    version: Mapped[str] = mapped_column(String(60))
    publisher: Mapped[str] = mapped_column(String(500))
    licence: Mapped[str] = mapped_column(String(500))
    digest: Mapped[str] = mapped_column(String(64))
    imported_at: Mapped[datetime] = mapped_column(UtcDateTime)


class RegistryFactor(Base):
    """A row of such a set, as `tierlight_schemas.factors.reading` read it."""

    __tablename__ = "registry_factor"
    __wall__ = _REGISTRY

    set_id: Mapped[str] = mapped_column(ForeignKey("factor_set.id"), primary_key=True)
    position: Mapped[int] = mapped_column(Integer, primary_key=True)
    factor_id: Mapped[str] = mapped_column(String(500))
    category: Mapped[str] = mapped_column(String(500))
    unit: Mapped[str] = mapped_column(String(40))
    value: Mapped[str] = mapped_column(String(80))
    gases: Mapped[str] = mapped_column(String(20))
    scope: Mapped[str] = mapped_column(String(20))
    series: Mapped[str] = mapped_column(String(20))
    basis: Mapped[str] = mapped_column(String(20))
    geography: Mapped[str] = mapped_column(String(20))
    year: Mapped[int] = mapped_column(Integer)
    name_en: Mapped[str] = mapped_column(String(500))
    name_de: Mapped[str] = mapped_column(String(500))
    name_zh: Mapped[str] = mapped_column(String(500))
    source: Mapped[str] = mapped_column(String(500))
    clause: Mapped[str] = mapped_column(String(500))
    supersedes: Mapped[str] = mapped_column(String(500))
