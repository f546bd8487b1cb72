"""The document of an environment as XML of metamodel 3.0, which all readers of packages take.

The two notations of the metamodel differ by rule, so that one follows from the other.
"""

from collections.abc import Mapping
from typing import Any, Final
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

NAMESPACE: Final = "https://admin-shell.io/aas/3/0"


def as_xml(document: Mapping[str, Any]) -> bytes:
    """The bytes: UTF-8, every member in the order of the document."""
    root = Element(_name("environment"))
    _fill(root, document)
    text: bytes = ElementTree.tostring(
        root, encoding="utf-8", xml_declaration=True, default_namespace=NAMESPACE
    )
    return text


def _fill(parent: Element, members: Mapping[str, Any]) -> None:
    for key, value in members.items():
        if key == "modelType":
            continue
        child = SubElement(parent, _name(key))
        if isinstance(value, str):
            child.text = value
        elif isinstance(value, Mapping):
            _fill(child, value)
        else:
            for item in value:
                _fill(SubElement(child, _name(_tag(key, item))), item)


def _tag(key: str, item: Mapping[str, Any]) -> str:
    """What an item of a list is called: by its kind, and else in the singular."""
    if "modelType" in item:
        kind: str = item["modelType"]
        return kind[0].lower() + kind[1:]
    if "text" in item:
        return "langStringTextType"
    return "reference" if "keys" in item else key.removesuffix("s")


def _name(tag: str) -> str:
    return f"{{{NAMESPACE}}}{tag}"
