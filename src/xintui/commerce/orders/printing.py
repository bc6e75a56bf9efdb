"""Papers as PDF: typst with the OFL font that the wheel brings; nothing is fetched, nothing depends on the machine."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import pylopdf_fonts_zh_cn
import typst

from xintui.commerce.orders import papers, queries
from xintui.commerce.orders.contracts import BadAfterSale, Document, NotPaid


def receipt(order_id: str, *, buyer_id: str = "", merchant_id: str = "") -> Document:
    """交易凭证. Raises `OrderNotFound`, `NotPaid`."""
    file = queries.order_file(order_id, buyer_id=buyer_id, merchant_id=merchant_id)
    if file.order.paid_at is None:
        raise NotPaid(order_id)
    return _printed(f"receipt-{order_id}.pdf", papers.receipt_content(file))


def refund_note(after_sale_id: str, *, buyer_id: str = "", merchant_id: str = "") -> Document:
    """退款凭证. Raises `AfterSaleNotFound`, `BadAfterSale` while the money is not back."""
    sale = queries.after_sale(after_sale_id, buyer_id=buyer_id, merchant_id=merchant_id)
    if sale.settled_at is None:
        raise BadAfterSale("退款尚未到账")
    file = queries.order_file(sale.order_id, merchant_id=sale.merchant_id)
    return _printed(f"refund-{sale.refund_id}.pdf", papers.refund_content(file, sale))


def _printed(filename: str, content: dict[str, Any]) -> Document:
    proof = papers.proof(content)
    return Document(filename=filename, pdf=render(content, "pdf"), proof=proof)


def render(content: dict[str, Any], kind: Literal["pdf", "png"]) -> bytes:
    """The paper in one of typst's formats. No time of printing in it: the same content is the same file."""
    import segno  # dear to load, and few processes print

    proof = papers.proof(content)
    matrix = segno.make(f"xintui:proof:{proof}", error="m").matrix
    more = {
        "proof_groups": [proof[i : i + 8] for i in range(0, 64, 8)],
        "qr": ["".join(str(bit) for bit in row) for row in matrix],
    }
    compiler = typst.Compiler(font_paths=_fonts(), ignore_system_fonts=True)
    made = compiler.compile(
        _template(),
        format=kind,
        ppi=110,
        sys_inputs={"content": json.dumps(content | more, ensure_ascii=False)},
        timestamp=0,
    )
    assert made is not None, "no output file was named, so the bytes come back"
    return b"".join(made) if isinstance(made, list) else made


@cache
def _fonts() -> Any:
    folder = pylopdf_fonts_zh_cn.sans_path().parent
    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=[str(folder)])


@cache
def _template() -> bytes:
    return (files(__package__) / "documents" / "receipt.typ").read_bytes()
