"""Saving a workbook without opening a file: the process has given up opening files."""

import zipfile
from io import BytesIO
from typing import IO, Any

from openpyxl.drawing.spreadsheet_drawing import SpreadsheetDrawing
from openpyxl.worksheet._writer import WorksheetWriter
from openpyxl.writer.excel import ExcelWriter


class _InMemory(ExcelWriter):
    _archive: zipfile.ZipFile

    def write_worksheet(self, sheet: Any) -> None:
        """As the library does, but for its temporary file, and without pictures and charts."""
        sheet._images, sheet._charts = [], []
        sheet._drawing = SpreadsheetDrawing()
        held = BytesIO()
        writer: Any = WorksheetWriter(sheet, held)
        writer.write()
        sheet._rels = writer._rels
        self._archive.writestr(sheet.path[1:], held.getvalue())
        self.manifest.append(sheet)


def save(book: Any, out: IO[bytes]) -> None:
    """Write the workbook as an archive, whole or not at all."""
    held = BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        _InMemory(book, archive).write_data()
    out.write(held.getvalue())
