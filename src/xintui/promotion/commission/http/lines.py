"""Commission lines with the names of what was sold: people look for the product, not for its number."""

from typing import Any

from xintui.commerce.catalog import facade as catalog
from xintui.infra.http import page_out
from xintui.infra.paging import Page
from xintui.promotion.commission.contracts import Earning, Explanation
from xintui.promotion.commission.http.shapes import ExplanationOut, LineOut


def lines_out(found: Page[Earning]) -> dict[str, Any]:
    """A page of lines; all titles in one question."""
    names = catalog.titles({one.product_id for one in found.items})
    return page_out(found, lambda one: _named(LineOut.from_orm(one), names))


def explained_out(found: Explanation) -> ExplanationOut:
    """One line with everything that led to it."""
    shown = ExplanationOut.from_orm(found)
    shown.line = _named(shown.line, catalog.titles([found.line.product_id]))
    return shown


def _named(line: LineOut, names: dict[str, str]) -> LineOut:
    line.product = names.get(line.product_id, "")
    return line
