"""The AASX package: an OPC zip around the XML of an environment; same input, same bytes.

Nothing is compressed: two versions of a compressor may make different bytes of the same text.
"""

import io
from typing import Final
from zipfile import ZIP_STORED, ZipFile, ZipInfo

SPECIFICATION: Final = "aasx/battery-passport.aas.xml"
_NEW_YEAR = (1980, 1, 1, 0, 0, 0)
"""The first date that a zip can hold: a package tells no time of writing."""
_HEAD: Final = '<?xml version="1.0" encoding="UTF-8"?>\n'
_OPC: Final = "http://schemas.openxmlformats.org/package/2006"
_AASX: Final = "http://admin-shell.io/aasx/relationships"
_CONTENT_TYPES: Final = f"""{_HEAD}<Types xmlns="{_OPC}/content-types">\
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>\
<Default Extension="xml" ContentType="text/xml"/>\
<Override PartName="/aasx/aasx-origin" ContentType="text/plain"/>\
</Types>"""


def package(specification: bytes) -> bytes:
    """The package with the specification as its only part."""
    target = io.BytesIO()
    with ZipFile(target, "w", ZIP_STORED) as archive:
        _add(archive, "[Content_Types].xml", _CONTENT_TYPES.encode())
        _add(archive, "_rels/.rels", _relationship("aasx-origin", "/aasx/aasx-origin"))
        _add(archive, "aasx/aasx-origin", b"Intentionally empty.")
        origin = _relationship("aas-spec", f"/{SPECIFICATION}")
        _add(archive, "aasx/_rels/aasx-origin.rels", origin)
        _add(archive, SPECIFICATION, specification)
    return target.getvalue()


def unpacked(body: bytes) -> bytes:
    """The specification in a package of ours.

    Raises `zipfile.BadZipFile`, or `KeyError` where it is not in it.
    """
    with ZipFile(io.BytesIO(body)) as archive:
        return archive.read(SPECIFICATION)


def _add(archive: ZipFile, name: str, content: bytes) -> None:
    member = ZipInfo(name, _NEW_YEAR)
    member.create_system = 3
    member.external_attr = 0o644 << 16
    archive.writestr(member, content, ZIP_STORED)


def _relationship(kind: str, target: str) -> bytes:
    return (
        f'{_HEAD}<Relationships xmlns="{_OPC}/relationships">'
        f'<Relationship Type="{_AASX}/{kind}" Target="{target}" Id="R1"/>'
        "</Relationships>"
    ).encode()
