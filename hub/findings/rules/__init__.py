"""The rules over a supply chain, each a pure function of a solved network seen from one root."""

from collections.abc import Callable, Iterator

from hub.findings.flags import Flag
from hub.findings.rules import gaps, keys, masses, structure, verifications
from hub.findings.rules.view import InDoubt, Verification, View

RULES: tuple[Callable[[View], Iterator[Flag]], ...] = (
    structure.cycle,
    gaps.vehicle_plant_missing,
    gaps.missing,
    gaps.withheld,
    structure.unit_mismatch,
    structure.shares_not_one,
    structure.preceding_unknown,
    gaps.undeclared_supplier,
    gaps.inbound_leg_missing,
    gaps.own_process_unknown,
    gaps.default_used,
    masses.mass_imbalance,
    masses.pass_through_loss,
    structure.declared_below_inputs,
    gaps.beyond,
    keys.key_in_doubt,
    verifications.verification_broken_chain,
    verifications.statement_revoked,
    verifications.statement_for_another,
    verifications.verifier_conflict,
    verifications.accreditation_missing,
    verifications.verification_too_narrow,
)


def evaluate(view: View) -> list[Flag]:
    """All findings of one root, in the order of the rules."""
    return [flag for rule in RULES for flag in rule(view)]


__all__ = ["RULES", "InDoubt", "Verification", "View", "evaluate"]
