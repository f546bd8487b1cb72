"""Who is asking: what every use case is told about its caller."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Caller:
    """A signed-in person or machine; it acts for one company and for no other."""

    company_id: str
    actor: str
    """`machine:<id>` or `person:<id>`; stands in records of what was done."""
    operator: bool = False
    """Whether it is the hub's operator; its reads are recorded like everybody's."""
