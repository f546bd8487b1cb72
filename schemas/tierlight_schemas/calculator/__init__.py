"""From the bills of a factory to the footprint of one part: exact, explained, without a hub."""

from tierlight_schemas.calculator.calculate import calculate
from tierlight_schemas.calculator.sheet import PartSheet
from tierlight_schemas.calculator.terms import Calculation, Gap, Step, Term

__all__ = ["Calculation", "Gap", "PartSheet", "Step", "Term", "calculate"]
