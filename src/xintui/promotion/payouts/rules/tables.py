"""Legal tables as dated data: each edition names its source and the days on which it is the law."""

import json
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any, Final, Literal, overload

from xintui.promotion.payouts.contracts import (
    Band,
    CumulativeTable,
    GapPolicy,
    LabourTable,
    NoTable,
    Period,
    TableHead,
    VatTable,
)

TABLES: Final = ("iit_labour", "iit_nonresident", "iit_platform", "vat_small_scale")

Table = LabourTable | CumulativeTable | VatTable


@overload
def load_table(name: Literal["iit_labour", "iit_nonresident"], on: date) -> LabourTable: ...
@overload
def load_table(name: Literal["iit_platform"], on: date) -> CumulativeTable: ...
@overload
def load_table(name: Literal["vat_small_scale"], on: date) -> VatTable: ...
@overload
def load_table(name: str, on: date) -> Table: ...
def load_table(name: str, on: date) -> Table:
    """The edition of the table that is the law on that day. Raises `NoTable`."""
    for table in editions(name):
        if table.head.valid_from <= on and (table.head.valid_to is None or on <= table.head.valid_to):
            return table
    raise NoTable(name, on.isoformat())


@cache
def editions(name: str) -> tuple[Table, ...]:
    """All editions of a table, oldest first; their days must not overlap."""
    if name not in TABLES:
        return ()
    text = files("xintui.promotion.payouts").joinpath("data", f"{name}.json").read_text("utf-8")
    given = json.loads(text)
    tables = tuple(_TABLE_OF[given["kind"]](_head(given, edition), edition) for edition in given["versions"])
    for older, newer in pairwise(tables):
        assert older.head.valid_to is not None, "the older edition must have ended"
        assert older.head.valid_to < newer.head.valid_from, "editions overlap"
    return tables


def _head(given: dict[str, Any], edition: dict[str, Any]) -> TableHead:
    return TableHead(
        id=given["id"],
        version=edition["version"],
        title=given["title"],
        valid_from=date.fromisoformat(edition["valid_from"]),
        valid_to=date.fromisoformat(edition["valid_to"]) if edition["valid_to"] else None,
        source=edition["source"],
        verified_on=date.fromisoformat(edition["verified_on"]),
    )


def _bands(edition: dict[str, Any]) -> tuple[Band, ...]:
    bands = tuple(Band(**band) for band in edition["bands"])
    assert bands[-1].up_to_fen is None, "the last band has no end"
    return bands


def _labour(head: TableHead, edition: dict[str, Any]) -> Table:
    return LabourTable(
        head=head,
        flat_up_to_fen=edition["flat_up_to_fen"],
        flat_deduction_fen=edition["flat_deduction_fen"],
        share_deduction_bp=edition["share_deduction_bp"],
        bands=_bands(edition),
    )


def _cumulative(head: TableHead, edition: dict[str, Any]) -> Table:
    return CumulativeTable(
        head=head,
        share_deduction_bp=edition["share_deduction_bp"],
        monthly_deduction_fen=edition["monthly_deduction_fen"],
        gap_policy=GapPolicy(edition["gap_policy"]),
        bands=_bands(edition),
    )


def _vat(head: TableHead, edition: dict[str, Any]) -> Table:
    return VatTable(
        head=head,
        levy_bp=edition["levy_bp"],
        threshold_fen={Period(period): fen for period, fen in edition["threshold_fen"].items()},
        ceiling_12_months_fen=edition["ceiling_12_months_fen"],
    )


_TABLE_OF: Final = {"labour": _labour, "cumulative": _cumulative, "vat": _vat}
