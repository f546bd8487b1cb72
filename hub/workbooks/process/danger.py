"""What makes a workbook one that is not opened: judged by its directory and its relationships.

Beyond what `kit.workbook_process` refuses: here the file is given back to people who will open it.
"""

import re
import zipfile
from typing import BinaryIO

from defusedxml.ElementTree import fromstring

from hub.kit.workbook_process import Refused, refuse_dangerous

_LIVE = ("/activex/", "/oleobjects/", "/ctrlprops/")
_OUTSIDE = ("/externallinks/", "/querytables/")
_DDE = re.compile(r"^=[^\"(]*\|[^\"]*!", re.DOTALL)
_MACROS = b"macroEnabled"


def refuse_live(file: BinaryIO) -> None:
    """Raise `Refused` for an archive that is no workbook, or one that is more than its cells."""
    refuse_dangerous(file)
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            _refuse_name(f"/{name.casefold()}")
        if _MACROS in archive.read("[Content_Types].xml"):
            raise Refused("xlsx/macros")
        for name in archive.namelist():
            if name.casefold().endswith(".rels"):
                _refuse_relations(archive.read(name))


def refuse_dde(formula: str) -> None:
    """Raise `Refused` for a formula that starts another program."""
    if _DDE.match(formula):
        raise Refused("xlsx/dde", formula=ascii(formula[:40]))


def _refuse_name(name: str) -> None:
    if any(part in name for part in _OUTSIDE) or name.endswith("/connections.xml"):
        raise Refused("xlsx/external-links")
    if any(part in name for part in _LIVE):
        raise Refused("xlsx/nested", name=ascii(name[:80]))


def _refuse_relations(data: bytes) -> None:
    """A link that people click on may lead out; what is fetched or opened by itself may not."""
    for relation in fromstring(data):
        kind = relation.get("Type", "").rpartition("/")[2]
        if relation.get("TargetMode") == "External" and kind != "hyperlink":
            raise Refused("xlsx/external-links")
