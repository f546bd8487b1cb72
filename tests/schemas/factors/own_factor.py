"""A factor of a plant's own, as a row of its table."""

from tierlight_schemas.factors.model import FactorSet

SET = FactorSet("own", "1", "A plant", "Own measurement")
ROW = {
    "id": "own/steam",
    "category": "heat",
    "unit": "GJ",
    "value": "1.1e2",
    "gases": "CO2e AR6",
    "scope": "life-cycle",
    "series": "",
    "basis": "",
    "geography": "CN-AH",
    "year": "2024",
    "name_en": "Steam of the park",
    "name_de": "Dampf des Parks",
    "name_zh": "园区蒸汽",
    "source": "Invoice of the park",
    "clause": "annex 2",
}
