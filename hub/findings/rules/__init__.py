"""The rules over a supply chain, each a pure function of a solved network seen from one root.

A rule of `RULES` judges one part: it looks at the part itself, at what it takes, and at how much of
it the root needs. `WHOLE` are those that cannot be told part by part.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from hub.findings.flags import Flag
from hub.findings.rules import gaps, keys, masses, structure, verifications
from hub.findings.rules.view import InDoubt, Verification, View

PartRule = Callable[[View, str], Iterator[Flag]]

WHOLE: tuple[Callable[[View], Iterator[Flag]], ...] = (structure.cycle,)
RULES: tuple[PartRule, ...] = (
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
    of_parts = (rule(view, name) for rule in RULES for name in view.resolutions)
    whole = (rule(view) for rule in WHOLE)
    return [flag for flags in chain(whole, of_parts) for flag in flags]


__all__ = ["RULES", "WHOLE", "InDoubt", "Verification", "View", "evaluate"]
