"""The template check: what it lets pass is what the templates say, and nothing else."""

import copy
import io
import json
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from hub.exports.battery.idta import judge
from hub.exports.battery.idta.elements import ONE, SOME, Kind, Slot
from hub.exports.battery.idta.package import package
from hub.exports.battery.idta.templates import PARTS, PHASES
from hub.exports.battery.idta.writers import AASX, IDTA
from tests.hub.exports.battery.idta.test_formats import body, specification
from tests.shared_data import shared

Change = Callable[[Any], None]


@pytest.fixture(scope="module")
def document():
    return json.loads(body(IDTA))


@pytest.fixture(scope="module")
def xml():
    return specification(body(AASX))


def entries(document: Any) -> list[Any]:
    return document["submodels"][0]["submodelElements"][0]["value"]


def member(holder: Any, name: str) -> Any:
    return next(each for each in holder["value"] if each.get("idShort") == name)


def put(index: int, name: str, value: str) -> Change:
    """Another value of a member of an entry."""
    return lambda document: member(entries(document)[index], name).update(value=value)


def drop(index: int, name: str) -> Change:
    def change(document: Any) -> None:
        entries(document)[index]["value"].remove(member(entries(document)[index], name))

    return change


def mean(meaning: str) -> Change:
    def change(document: Any) -> None:
        reference = member(entries(document)[0], "PcfCO2eq")["semanticId"]
        reference["keys"][0]["value"] = meaning

    return change


def phases(index: int, *values: str) -> Change:
    def change(document: Any) -> None:
        held = member(entries(document)[index], "LifeCyclePhases")
        one = held["value"][0]
        held["value"] = [{**one, "value": value} for value in values]

    return change


def extra(document: Any) -> None:
    entries(document)[0]["value"].append(
        {**member(entries(document)[0], "PcfCO2eq"), "idShort": "Offsets"}
    )


def scalar(document: Any) -> None:
    entries(document)[0]["value"][0] = {
        **member(entries(document)[0], "PcfCO2eq"),
        "idShort": "PcfCalculationMethods",
    }


def study(document: Any) -> None:
    for entry in entries(document):
        held = member(entry, "WebLinkToPublicCarbonFootprintStudy")
        held["value"][0]["value"] = "https://battery.example/study"


BAD: dict[str, tuple[Change, str]] = {
    "no submodel": (lambda d: d["submodels"].clear(), "CarbonFootprint: missing"),
    "no documents": (lambda d: d["submodels"].pop(), "HandoverDocumentation: missing"),
    "a submodel that no shell has": (
        lambda d: d["assetAdministrationShells"][0]["submodels"].pop(), "do not point to all",
    ),
    "no shell": (lambda d: d["assetAdministrationShells"].clear(), "do not point to all"),
    "a shell that points nowhere": (
        lambda d: d["submodels"][0].update(id="urn:other"), "do not point to all",
    ),
    "another submodel": (
        lambda d: d["submodels"][0]["semanticId"]["keys"][0].update(value="urn:x"),
        "CarbonFootprint: semantic id urn:x",
    ),
    "no list of entries": (
        lambda d: d["submodels"][0]["submodelElements"].clear(), "ProductCarbonFootprints: 0",
    ),
    "no entry": (lambda d: entries(d).clear(), "0 of them, and 1..*"),
    "a stage less": (lambda d: entries(d).pop(0), "not one entry for each of the four stages"),
    "no total": (lambda d: entries(d).pop(), "not one entry for each of the four stages"),
    "a stage twice": (
        lambda d: entries(d).append(copy.deepcopy(entries(d)[0])), "not one entry for each",
    ),
    "two of one stage": (phases(1, PHASES[next(iter(PHASES))]), "not one entry for each"),
    "a stage that names itself twice": (
        phases(0, *[PHASES[next(iter(PHASES))]] * 2), "not one entry for each",
    ),
    "no phase": (phases(0), "0 of them, and 1..4"),
    "a phase of no battery": (phases(0, "B1 - usage phase"), "B1 - usage phase is not one of"),
    "a code alone": (phases(0, "A1"), "A1 is not one of"),
    "stages that do not add up": (put(0, "PcfCO2eq", "0.1"), "do not add up"),
    "a credit that turned": (put(3, "PcfCO2eq", "0.0137"), "do not add up"),
    "a total by a digit": (put(4, "PcfCO2eq", "0.0035278067129630"), "do not add up"),
    "a value in words": (put(0, "PcfCO2eq", "unknown"), "unknown is no number"),
    "no value": (put(0, "PcfCO2eq", ""), "is no number"),
    "not a number": (put(0, "PcfCO2eq", "NaN"), "NaN is no number"),
    "the unit of the aspect model": (
        put(0, "ReferenceImpactUnitForCalculation", "kwH"), "kwH is not one of kWh, piece",
    ),
    "one entry a piece": (
        put(4, "ReferenceImpactUnitForCalculation", "piece"), "not all are per kWh",
    ),
    "five kWh": (put(2, "QuantityOfMeasureForCalculation", "5"), "not all are of 1 kWh"),
    "no class": (drop(0, "PerformanceClass"), "PerformanceClass: 0 of them"),
    "no method": (drop(0, "PcfCalculationMethods"), "PcfCalculationMethods: 0 of them"),
    "no study": (drop(0, "WebLinkToPublicCarbonFootprintStudy"), "0 of them"),
    "a study by its address": (study, "a study that is no document"),
    "a scalar where a list belongs": (scalar, "a Property in place of a SubmodelElementList"),
    "a member too many": (extra, "Offsets: not in the template"),
    "another version of an id": (mean("0173-1#02-ABG855#002"), "in place of 0173-1#02-ABG855#003"),
    "a double": (
        lambda d: member(entries(d)[0], "PcfCO2eq").update(valueType="xs:double"),
        "xs:double in place of xs:decimal",
    ),
    "no documents in it": (
        lambda d: d["submodels"][1]["submodelElements"][0]["value"].clear(), "0 of them, and 1..*",
    ),
    "no parts at all": (lambda d: d.pop("submodels"), "not a readable environment: KeyError"),
    "an element without a kind": (
        lambda d: entries(d)[0].pop("modelType"), "not a readable environment",
    ),
}  # fmt: skip


class TestJson:
    def test_what_is_written_passes(self, document):
        assert judge.of_json(json.dumps(document).encode()) == []

    @pytest.mark.parametrize("case", BAD)
    def test_what_is_wrong_is_told_with_its_place(self, document, case):
        change, expected = BAD[case]
        changed = copy.deepcopy(document)
        change(changed)
        complaints = judge.of_json(json.dumps(changed).encode())
        assert any(expected in complaint for complaint in complaints), complaints

    @pytest.mark.parametrize("body", [b"", b"{}", b"[]", b"null", b"\xff", b'{"submodels": 1}'])
    def test_what_is_no_environment(self, body):
        assert [each[:26] for each in judge.of_json(body)] == ["not a readable environment"]


class TestPackage:
    def test_what_is_written_passes(self, xml):
        assert judge.of_package(package(xml.encode())) == []

    @pytest.mark.parametrize(
        ("old", "new", "expected"),
        [
            (">kWh<", ">kwH<", "kwH is not one of"),
            ("0173-1#02-ABG855#003", "0173-1#02-ABG855#002", "in place of 0173-1#02-ABG855#003"),
            (">A3 - production<", ">A1-A3<", "A1-A3 is not one of"),
            ("<value>-", "<value>", "do not add up"),
            ("<idShort>PcfCO2eq<", "<idShort>PCFCO2eq<", "PCFCO2eq: not in the template"),
            ("3/0", "3/1", "CarbonFootprint: missing"),
            ("</environment>", "", "not a readable environment: ParseError"),
        ],
    )
    def test_what_is_wrong_is_told(self, xml, old, new, expected):
        assert old in xml
        complaints = judge.of_package(package(xml.replace(old, new).encode()))
        assert any(expected in complaint for complaint in complaints), complaints

    def test_what_is_no_package(self):
        assert judge.of_package(b"PK") == ["not a readable environment: BadZipFile"]
        target = io.BytesIO()
        zipfile.ZipFile(target, "w").close()
        assert judge.of_package(target.getvalue()) == ["not a readable environment: KeyError"]


#: Members of part 3 as published, retyped from the specification: path, semantic id, cardinality.
PUBLISHED = [
    ("PcfCO2eq", "0173-1#02-ABG855#003", "xs:decimal"),
    ("ReferenceImpactUnitForCalculation", "0173-1#02-ABG856#003", "xs:string"),
    ("QuantityOfMeasureForCalculation", "0173-1#02-ABG857#003", "xs:double"),
    (
        "PerformanceClass",
        "urn:samm:io.admin-shell.idta.batterypass.carbon_footprint:1.0.0#performanceClass",
        "xs:string",
    ),
]
CARDINALITIES = {
    "One": (1, 1),
    "OneToMany": (1, None),
    "ZeroToOne": (0, 1),
    "ZeroToMany": (0, None),
}


class TestTemplates:
    @pytest.mark.parametrize(("name", "meaning", "value_type"), PUBLISHED)
    def test_part_3_is_as_published(self, name, meaning, value_type):
        entry = PARTS["CarbonFootprint"].slots[0].item
        slot = next(slot for slot in entry.inside if slot.name == name)
        assert (slot.kind, slot.meaning, slot.often) == (Kind.PROPERTY, meaning, ONE)
        assert slot.value_type == value_type

    def test_a_study_is_one_or_more_document_ids(self):
        entry = PARTS["CarbonFootprint"].slots[0].item
        assert entry.inside[-1].item.often == SOME
        assert entry.inside[-1].item.also == ("0173-1#02-AAO099#004",)

    @pytest.mark.parametrize("name", PARTS)
    def test_they_are_those_of_the_originals(self, name):
        part = PARTS[name]
        file = f"idta/{part.name.removeprefix('IDTA ')}.json"
        original = json.loads(shared(file).read_text(encoding="utf-8"))["submodels"][0]
        assert original["idShort"] == part.id_short
        assert original["semanticId"]["keys"][-1]["value"] == part.meaning
        assert original["administration"]["templateId"] == part.template
        assert [*differences(original["submodelElements"], part.slots, part.id_short)] == []


def differences(elements: list[Any], slots: tuple[Slot, ...], place: str):
    """Where slots differ from the elements of a published template."""
    originals = {each.get("idShort", ""): each for each in elements}
    for name, original in originals.items():
        if cardinality(original)[0] and name not in {slot.name for slot in slots}:
            yield f"{place}/{name} is mandatory"
    for slot in slots:
        path = f"{place}/{slot.name or '*'}"
        original = originals.get(slot.name)
        if original is None:
            yield f"{path} is not there"
            continue
        found = original["modelType"], original["semanticId"]["keys"][-1]["value"]
        if found != (slot.kind, slot.meaning):
            yield f"{path} is {found}"
        if slot.kind is Kind.PROPERTY and original["valueType"] != slot.value_type:
            yield f"{path} is a {original['valueType']}"
        # Of a stage the template says one phase; the total has them all.
        if cardinality(original) != slot.often and not slot.allowed >= {*PHASES.values()}:
            yield f"{path} is there {cardinality(original)} times"
        if slot.inside:
            yield from differences(original["value"], slot.inside, path)


def cardinality(element: Any) -> tuple[int, int | None]:
    stated = [
        qualifier["value"]
        for qualifier in element.get("qualifiers", [])
        if qualifier["type"].endswith("Cardinality")
    ]
    return CARDINALITIES[stated[0]] if stated else (1, None)
