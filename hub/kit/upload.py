"""Tables that come as the body of a request, and what an import answers."""

from collections.abc import AsyncIterator
from tempfile import SpooledTemporaryFile
from typing import Annotated, Any, BinaryIO, Self, cast

from fastapi import Depends, Request
from pydantic import BaseModel, Field

from hub.kit.errors import TooLarge, Unsupported
from hub.kit.import_report import ImportReport
from hub.kit.language import Language
from hub.kit.web import SettingsDep, also
from hub.kit.workbook import XLSX
from tierlight_schemas.messages import render

CSV = "text/csv"
_IN_MEMORY = 1 << 20

_TEXT = {"schema": {"type": "string"}}
_BYTES = {"schema": {"type": "string", "format": "binary"}}
TABLE: dict[str, Any] = {
    "openapi_extra": {"requestBody": {"required": True, "content": {CSV: _TEXT, XLSX: _BYTES}}},
    "responses": also(too_many_requests="Other workbooks are being read; CSV needs no turn."),
}
"""How OpenAPI describes a route that takes a table."""


async def table_body(request: Request, settings: SettingsDep) -> AsyncIterator[BinaryIO]:
    """The table sent as CSV or as a workbook, streamed to disk when it is large.

    Raises `Unsupported` for another media type, `TooLarge` beyond `max_body_bytes`. Ask for the
    caller before: a stranger's upload is not read.
    """
    media = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if media not in (CSV, XLSX):
        raise Unsupported("hub/media-type", expected=f"{CSV}, {XLSX}")
    with SpooledTemporaryFile(max_size=_IN_MEMORY) as file:
        size = 0
        async for chunk in request.stream():
            size += len(chunk)
            if size > settings.max_body_bytes:
                raise TooLarge("hub/too-large", limit=str(settings.max_body_bytes))
            file.write(chunk)
        file.seek(0)
        yield cast(BinaryIO, file)


TableBody = Annotated[BinaryIO, Depends(table_body)]


class Note(BaseModel):
    """What did not hinder the import but should be looked at."""

    code: str
    message: str
    remedy: str


class ImportAnswer(BaseModel):
    """What an import did, counted in parts (or factors)."""

    rows: int = Field(description="Rows read, the header not counted.")
    added: int = Field(description="Of which nothing of the kind was recorded before.")
    changed: int = Field(description="Recorded anew; what was recorded before stays.")
    unchanged: int = Field(description="Of which the table says what is recorded already.")
    notes: list[Note] = Field(description="What to look at; it did not hinder the import.")

    @classmethod
    def of(cls, report: ImportReport, language: Language) -> Self:
        """The report in the reader's language."""
        return cls(
            rows=report.rows,
            added=report.added,
            changed=report.changed,
            unchanged=report.unchanged,
            notes=[_note(note, language) for note in report.notes],
        )


def _note(note: dict[str, str], language: Language) -> Note:
    words = render(note["code"], note, language)
    return Note(code=note["code"], message=words.text, remedy=words.remedy)
