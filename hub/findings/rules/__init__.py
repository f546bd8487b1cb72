"""The rules over a supply chain, each a pure function of a solved network seen from one root.

A rule of `RULES` judges one part. After a change only the parts are judged again whose inputs can
have moved, so what a rule may look at is one contract, and a test watches every rule keep it:

- the part itself: `view.resolutions[name]` with its node, `view.solution.accounts[name]`,
  `view.quantities[name]`, `view.tiers[name]`;
- whatever it takes, in lines, from sources or as declared inputs (`looked_at`): their nodes,
  resolutions and accounts (`view.child`, `view.network.nodes`, `view.solution`), not their own
  children, quantities or tiers;
- what is told by digest (`View.by_digest`) of the declarations behind these parts (`rests_on`);
- what one evaluation has in common: the root's name and category (`view.category`), the day, and
  the operator's numbers (`view.limit`);
- the root's mass (`view.mass_kg`), if it stands in `OF_MASS`: those are judged again everywhere
  when it has moved.

`WHOLE` are rules that cannot be told part by part: they look at what they like, every time.
"""

from collections.abc import Callable, Iterator
from itertools import chain

from hub.findings.flags import Flag
from hub.findings.rules import (
    both_sides,
    compositions,
    coverage,
    gaps,
    keys,
    lines,
    links,
    masses,
    mixing,
    options,
    product_classes,
    structure,
    verifications,
    versions,
)
from hub.findings.rules.view import Composition, InDoubt, Material, Verification, View

PartRule = Callable[[View, str], Iterator[Flag]]

WHOLE: tuple[Callable[[View], Iterator[Flag]], ...] = (
    structure.cycle,
    coverage.coverage_low,
    product_classes.category_conflict,
    mixing.boundary_mixed,
    mixing.characterization_mixed,
    mixing.prospective_mixed,
    mixing.period_apart,
    both_sides.double_counted_transport,
    both_sides.double_counted_packaging,
    both_sides.site_mismatch,
    versions.expired,
)
RULES: tuple[PartRule, ...] = (
    gaps.vehicle_plant_missing,
    gaps.missing,
    gaps.withheld,
    structure.unit_mismatch,
    structure.shares_not_one,
    versions.preceding_unknown,
    gaps.undeclared_supplier,
    links.link_disputed,
    gaps.inbound_leg_missing,
    gaps.own_process_unknown,
    gaps.default_used,
    masses.mass_imbalance,
    masses.pass_through_loss,
    structure.declared_below_inputs,
    compositions.declared_far_above_inputs,
    compositions.below_material_floor,
    lines.duplicate_line,
    lines.zero_quantity,
    lines.negative_quantity,
    options.option_unresolved,
    options.default_and_built_up,
    links.site_unknown,
    links.mass_differs_across_link,
    gaps.beyond,
    keys.key_in_doubt,
    verifications.verification_broken_chain,
    verifications.statement_revoked,
    verifications.statement_for_another,
    verifications.verifier_conflict,
    verifications.accreditation_missing,
    verifications.verification_too_narrow,
    versions.expiring,
    versions.changed_10_percent,
    versions.method_changed,
    versions.unchanged_copy,
    versions.stale_inputs,
)

OF_MASS: frozenset[PartRule] = frozenset({gaps.missing})
"""Rules whose evidence is a share of the root's mass."""


def evaluate(view: View) -> list[Flag]:
    """All findings of one root, in the order of the rules."""
    of_parts = (rule(view, name) for rule in RULES for name in view.resolutions)
    whole = (rule(view) for rule in WHOLE)
    return [flag for flags in chain(whole, of_parts) for flag in flags]


__all__ = [
    "OF_MASS",
    "RULES",
    "WHOLE",
    "Composition",
    "InDoubt",
    "Material",
    "Verification",
    "View",
    "evaluate",
]
