"""An environment as a JSON document: members in the order in which XML wants them, too."""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from hub.exports.battery.idta.elements import Address, Element, Kind, Named, Shell, Slot, Submodel

_FORBIDDEN: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What the metamodel, as XML, cannot hold."""
Document = dict[str, Any]


def as_json(document: Document) -> bytes:
    """The bytes."""
    return f"{json.dumps(document, ensure_ascii=False, indent=2)}\n".encode()


def environment(shell: Shell) -> Document:
    """The document of a shell with its submodels."""
    return {
        "assetAdministrationShells": [_shell(shell)],
        "submodels": [_submodel(each) for each in shell.submodels],
    }


def _shell(shell: Shell) -> Document:
    return {
        "modelType": "AssetAdministrationShell",
        "idShort": "BatteryPassport",
        "description": _texts({"en": shell.description}),
        "id": shell.id,
        "assetInformation": {
            "assetKind": "Type",
            "globalAssetId": shell.asset,
            "specificAssetIds": [_named(each) for each in shell.named],
        },
        "submodels": [_model_reference(each) for each in shell.submodels],
    }


def _named(named: Named) -> Document:
    meaning = {"semanticId": _reference(named.meaning)} if named.meaning else {}
    return {**meaning, "name": named.name, "value": _legible(named.value)}


def _submodel(submodel: Submodel) -> Document:
    part = submodel.part
    remarks = [_remark(*each) for each in (submodel.remarks or {}).items()]
    return {
        "modelType": "Submodel",
        **({"extensions": remarks} if remarks else {}),
        "idShort": part.id_short,
        **({"description": _texts({"en": submodel.description})} if submodel.description else {}),
        "administration": {"version": "1", "revision": "0", "templateId": part.template},
        "id": submodel.id,
        "kind": "Instance",
        "semanticId": _reference(part.meaning),
        "supplementalSemanticIds": [_reference(each) for each in part.also],
        "submodelElements": [_element(each) for each in submodel.elements],
    }


def _remark(name: str, value: str) -> Document:
    return {"name": name, "valueType": "xs:string", "value": _legible(value)}


def _element(element: Element) -> Document:
    slot = element.slot
    return {
        "modelType": slot.kind.value,
        **({"idShort": slot.name} if slot.name else {}),
        "semanticId": _reference(slot.meaning),
        **({"supplementalSemanticIds": [_reference(id) for id in slot.also]} if slot.also else {}),
        **_content(element),
    }


def _content(element: Element) -> Document:
    slot, value = element.slot, element.value
    match value:
        case Address(url, media_type):
            return {**_value(url), "contentType": media_type}
        case Mapping():
            return {"value": _texts(value)}
        case str() | None:
            return {"valueType": slot.value_type, **_value(value)}
    return {**_list_head(slot), "value": [_element(each) for each in value]}


def _list_head(slot: Slot) -> Document:
    if slot.kind is not Kind.LIST:
        return {}
    item = slot.item
    head = {"semanticIdListElement": _reference(item.meaning), "typeValueListElement": item.kind}
    return head | ({"valueTypeListElement": item.value_type} if item.kind is Kind.PROPERTY else {})


def _value(value: str | None) -> Document:
    return {} if value is None else {"value": _legible(value)}


def _texts(texts: Mapping[str, str]) -> Sequence[Document]:
    return [{"language": lang, "text": _legible(text)} for lang, text in texts.items()]


def _reference(meaning: str) -> Document:
    key = {"type": "GlobalReference", "value": meaning}
    return {"type": "ExternalReference", "keys": [key]}


def _model_reference(submodel: Submodel) -> Document:
    return {"type": "ModelReference", "keys": [{"type": "Submodel", "value": submodel.id}]}


def _legible(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)
