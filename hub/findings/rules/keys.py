"""What is wrong with the keys that signed what a total rests on."""

from collections.abc import Iterator

from hub.findings.flags import Flag
from hub.findings.rules.view import View, part_subject
from tierlight_schemas.findings import Severity
from tierlight_schemas.rollup.model import PLANTS


def key_in_doubt(view: View, name: str) -> Iterator[Flag]:
    """trust/key-revoked: a declaration that came in when its key may have been in other hands.

    A warning: the value still counts, but nobody's verification counts for it; what came in before
    is as it was. At the door a revoked key is an error.
    """
    resolution = view.resolutions[name]
    value, node = resolution.value, resolution.node
    for digest in value.reference.split(PLANTS) if value is not None else ():
        if (doubt := view.in_doubt.get(digest)) is not None:
            subject = {**part_subject(node), "type": "declaration", "digest": digest}
            evidence = {"case": "in-doubt", "received": doubt.received, "since": doubt.since}
            severity, tier = Severity.WARNING, view.tiers[name]
            yield Flag("trust/key-revoked", severity, node.owner, subject, tier, evidence)
