"""What the name of a making process says about it."""

import re

from tierlight_schemas.rollup.model import PartNode

_REMOVAL = re.compile(
    r"turning|milling|drilling|machining|stamping|punching|blanking|casting|die.?cast|sawing"
    r"|drehen|drehteil|fräsen|bohren|zerspan|stanz|druckguss|gießen|giessen|sägen"
    r"|车削|铣削|钻孔|机加工|机械加工|切削|冲压|冲裁|压铸|铸造|锯切",
    re.IGNORECASE,
)
"""Chips, skeletons, sprues: some of the input always leaves as something else."""


def removal_process(node: PartNode) -> str | None:
    """The declared making process of a part, if it is one that takes material away."""
    for value in (node.own, node.declared):
        family = None if value is None else value.process_family
        if family and _REMOVAL.search(family):
            return family
    return None
