"""The closed vocabularies of parts, lines and links; the kinds of parts stand with the roll-up."""

from enum import StrEnum


class MassRule(StrEnum):
    """Whether what goes in must weigh what comes out; `chemical` exempts from the mass balance."""

    CONSERVED = "conserved"
    CHEMICAL = "chemical"


class Stage(StrEnum):
    """Life-cycle stage of a line; the last four lie beyond the supplier's gate."""

    RAW_MATERIALS = "raw-materials"
    PRODUCTION = "production"
    PACKAGING = "packaging"
    DISTRIBUTION = "distribution"
    USE = "use"
    MAINTENANCE = "maintenance"
    END_OF_LIFE = "end-of-life"
    CAPITAL_GOODS = "capital-goods"


class DeliveryTerm(StrEnum):
    """Incoterms 2020: who pays the way from the supplier's gate to the buyer's."""

    EXW = "EXW"
    FCA = "FCA"
    FAS = "FAS"
    FOB = "FOB"
    CFR = "CFR"
    CIF = "CIF"
    CPT = "CPT"
    CIP = "CIP"
    DAP = "DAP"
    DPU = "DPU"
    DDP = "DDP"
