"""A finished file read anew into bare nodes, out of either notation, as its recipient reads it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final
from xml.etree import ElementTree

from hub.exports.battery.idta.as_xml import NAMESPACE
from hub.exports.battery.idta.elements import Kind
from hub.exports.battery.idta.package import unpacked

_NS: Final = {"": NAMESPACE}
_HOLDERS: Final = (Kind.COLLECTION, Kind.LIST)


@dataclass(frozen=True)
class Node:
    """A submodel or an element as it stands in a file."""

    kind: str
    name: str
    meaning: str
    value: str | None
    """Of a property or a file; None where it has none."""
    value_type: str
    nodes: Sequence["Node"]

    def of(self, name: str) -> "Node | None":
        """The member of a name."""
        return next((node for node in self.nodes if node.name == name), None)

    def texts(self) -> list[str]:
        """The values of its items."""
        return [node.value or "" for node in self.nodes]


@dataclass(frozen=True)
class Read:
    """What a file holds."""

    submodels: Sequence[Node]
    ids: Sequence[str]
    """Of the submodels."""
    referred: Sequence[str]
    """Ids of the submodels that its shells point to."""


def read_json(body: bytes) -> Read:
    """An environment in JSON. Raises `ValueError`, `LookupError`, `TypeError` for what is none."""
    document = json.loads(body)
    submodels = document["submodels"]
    shells = document["assetAdministrationShells"]
    return Read(
        [_node(each, each["submodelElements"]) for each in submodels],
        [each["id"] for each in submodels],
        [_last_key(reference) for shell in shells for reference in shell["submodels"]],
    )


def read_package(body: bytes) -> Read:
    """An AASX package. Raises `BadZipFile`, `KeyError` or `ParseError` for what is none."""
    root = ElementTree.fromstring(unpacked(body))
    submodels = root.findall("submodels/submodel", _NS)
    shells = "assetAdministrationShells/assetAdministrationShell"
    references = f"{shells}/submodels/reference/keys/key/value"
    return Read(
        [_xml_node(each, each.findall("submodelElements/*", _NS)) for each in submodels],
        [each.findtext("id", "", _NS) for each in submodels],
        [key.text or "" for key in root.findall(references, _NS)],
    )


def _node(row: Mapping[str, Any], inside: Sequence[Mapping[str, Any]]) -> Node:
    value = row.get("value")
    return Node(
        row["modelType"],
        row.get("idShort", ""),
        _last_key(row["semanticId"]),
        value if isinstance(value, str) else None,
        row.get("valueType", ""),
        [_node(each, _inside(each)) for each in inside],
    )


def _inside(row: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return row["value"] if row["modelType"] in _HOLDERS else []


def _last_key(reference: Mapping[str, Any]) -> str:
    key: str = reference["keys"][-1]["value"]
    return key


def _xml_node(element: ElementTree.Element, inside: Sequence[ElementTree.Element]) -> Node:
    tag = element.tag.rpartition("}")[2]
    return Node(
        tag[0].upper() + tag[1:],
        element.findtext("idShort", "", _NS),
        element.findtext("semanticId/keys/key/value", "", _NS),
        element.findtext("value", None, _NS),
        element.findtext("valueType", "", _NS),
        [_xml_node(each, _xml_inside(each)) for each in inside],
    )


def _xml_inside(element: ElementTree.Element) -> Sequence[ElementTree.Element]:
    tag = element.tag.rpartition("}")[2]
    is_holder = tag[0].upper() + tag[1:] in _HOLDERS
    return element.findall("value/*", _NS) if is_holder else []
