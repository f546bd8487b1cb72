"""The closed vocabularies of parts, lines and links."""

from enum import StrEnum


class Kind(StrEnum):
    """What a part is: only assemblies and materials carry mass, infrastructure is beyond the gate."""

    ASSEMBLY = "assembly"
    MATERIAL = "material"
    TRADING = "trading"
    ENERGY = "energy"
    TRANSPORT = "transport"
    SERVICE = "service"
    AUXILIARY = "auxiliary"
    WASTE = "waste"
    DIRECT_EMISSION = "direct_emission"
    INFRASTRUCTURE = "infrastructure"


class MassRule(StrEnum):
    """Whether what goes in must weigh what comes out; `chemical` exempts from the mass balance."""

    CONSERVED = "conserved"
    CHEMICAL = "chemical"


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
