"""A table as an XLSX file: one sheet of text cells (ECMA-376, inline strings), for portals that take no CSV.

Every cell is text, so that an id number of eighteen digits keeps them all and nothing is taken for a formula.
"""

import io
import zipfile
from collections.abc import Iterable, Sequence
from typing import Final
from xml.sax.saxutils import escape

_HEAD: Final = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN: Final = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE: Final = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE: Final = "http://schemas.openxmlformats.org/package/2006"
_SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml"
_PARTS: Final = {
    "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types">'
    '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
    f'<Override PartName="/xl/workbook.xml" ContentType="{_SHEET}.sheet.main+xml"/>'
    f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{_SHEET}.worksheet+xml"/></Types>',
    "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
    "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">'
    f'<Relationship Id="rId1" Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
}
_WHEN: Final = (2020, 1, 1, 0, 0, 0)
"""The same rows make the same file, byte for byte, so that a digest names it."""


def workbook(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """One sheet called `title`."""
    book = (
        f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        f'<sheet name="{escape(title)}" sheetId="1" r:id="rId1"/></sheets></workbook>'
    )
    body = "".join(_row(row) for row in (head, *rows))
    sheet = f'<worksheet xmlns="{_MAIN}"><sheetData>{body}</sheetData></worksheet>'
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in (*_PARTS.items(), ("xl/workbook.xml", book), ("xl/worksheets/sheet1.xml", sheet)):
            out.writestr(zipfile.ZipInfo(name, _WHEN), _HEAD + text, zipfile.ZIP_DEFLATED)
    return buffer.getvalue()


def _row(cells: Sequence[str]) -> str:
    return "<row>" + "".join(map(_cell, cells)) + "</row>"


def _cell(text: str) -> str:
    clean = "".join(c for c in text if c >= " " or c in "\t\n")
    return f'<c t="inlineStr"><is><t xml:space="preserve">{escape(clean)}</t></is></c>'
