"""What a paper says, as plain data: money in words, masks, the canonical content and its proof code. Pure."""

import hashlib
import json
from datetime import datetime
from typing import Any, Final

from xintui.commerce.orders.contracts import (
    KIND_NAMES,
    STATE_NAMES,
    AfterSale,
    OrderFile,
)
from xintui.kernel.money import yuan
from xintui.kernel.times import SHANGHAI

_DIGITS: Final = "零壹贰叁肆伍陆柒捌玖"
_PLACES: Final = ("", "拾", "佰", "仟")
_GROUPS: Final = ("", "万", "亿", "万亿")


def in_words(fen: int) -> str:
    """`21299` → `贰佰壹拾贰元玖角玖分`: the amount as 票据法 practice writes it (正确填写票据和结算凭证的基本规定)."""
    assert 0 <= fen < 10**17
    whole, jiao, rest = fen // 100, fen // 10 % 10, fen % 10
    head = _whole(whole) + "元" if whole else ""
    if not jiao and not rest:
        return (head or "零元") + "整"
    middle = _DIGITS[jiao] + "角" if jiao else ("零" if head else "")
    return head + middle + (_DIGITS[rest] + "分" if rest else "整")


def _whole(number: int) -> str:
    groups: list[int] = []
    while number:
        groups.append(number % 10_000)
        number //= 10_000
    text, gap = "", False
    for position in range(len(groups) - 1, -1, -1):
        group = groups[position]
        if not group:
            gap = bool(text)
            continue
        if text and (gap or group < 1000):
            text += "零"
        text += _group(group) + _GROUPS[position]
        gap = False
    return text


def _group(number: int) -> str:
    text, gap = "", False
    for place in (3, 2, 1, 0):
        digit = number // 10**place % 10
        if digit:
            text += ("零" if gap and text else "") + _DIGITS[digit] + _PLACES[place]
            gap = False
        else:
            gap = True
    return text


def masked_name(name: str) -> str:
    """`李雷` → `李*`; a buyer who has left is called that."""
    return "已注销" if name.startswith("已注销") else name[:1] + "*" * max(1, len(name) - 1)


def masked_phone(phone: str) -> str:
    """`13800000001` → `138****0001`; nothing where nothing is left."""
    return "" if not phone else phone[:3] + "****" + phone[-4:] if len(phone) >= 11 else "****"


def at(moment: datetime | None) -> str:
    """What a person in China reads."""
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S") if moment else "—"


def proof(content: dict[str, Any]) -> str:
    """sha256 over the canonical content: keys sorted, no spaces, UTF-8."""
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def receipt_content(file: OrderFile) -> dict[str, Any]:
    """交易凭证 of a paid order, with what has been refunded since."""
    order = file.order
    back = [sale for sale in file.after_sales if sale.settled_at]
    return {
        "kind": "receipt",
        "title": "交易凭证",
        "number_label": "订单号",
        "number": order.id,
        "date_label": "付款时间",
        "date": at(order.paid_at),
        "facts": [
            ["商家", file.merchant_name],
            ["订单状态", STATE_NAMES[order.state]],
            ["支付方式", "微信支付"],
            ["支付单号", order.payment_id],
            ["收货人", f"{masked_name(order.address.name)} {masked_phone(order.address.phone)}"],
            ["收货地区", order.address.region],
            ["下单时间", at(order.placed_at)],
            ["收货时间", at(order.received_at)],
        ],
        "head": ["序号", "商品", "规格", "单价（元）", "数量", "实付（元）"],
        "rows": [[str(x.no), x.title, x.spec, yuan(x.price_fen), str(x.qty), yuan(x.paid_fen)] for x in order.lines],
        "sums": [
            ["商品金额", yuan(order.goods_fen)],
            ["优惠", yuan(-order.discount_fen)],
            ["运费", yuan(order.freight_fen)],
            ["付款合计", yuan(order.total_fen)],
            ["已退款", yuan(-order.refunded_fen)],
        ],
        "total": ["实际支付", f"¥ {yuan(order.total_fen - order.refunded_fen)}"],
        "in_words": in_words(order.total_fen - order.refunded_fen),
        "notes_title": "退款记录",
        "notes": [[at(sale.settled_at), sale.refund_id, f"-{yuan(sale.total_fen)}"] for sale in back],
        "footer": "由信推平台根据账本记录生成",
    }


def refund_content(file: OrderFile, sale: AfterSale) -> dict[str, Any]:
    """退款凭证 of a refund whose money is back."""
    lines = {line.id: line for line in file.order.lines}
    rows = []
    for part in sale.parts:
        line = lines[part.line_id]
        rows.append(
            [
                str(line.no),
                line.title,
                line.spec,
                yuan(line.paid_fen),
                str(part.qty) if part.qty else "—",
                yuan(part.fen),
            ]
        )
    return {
        "kind": "refund",
        "title": "退款凭证",
        "number_label": "退款单号",
        "number": sale.refund_id,
        "date_label": "到账时间",
        "date": at(sale.settled_at),
        "facts": [
            ["商家", file.merchant_name],
            ["售后类型", KIND_NAMES[sale.kind]],
            ["订单号", sale.order_id],
            ["售后单号", sale.id],
            ["支付单号", file.order.payment_id],
            ["退款方式", "原路退回（微信支付）"],
            ["申请时间", at(sale.applied_at)],
            ["申请原因", sale.reason],
        ],
        "head": ["序号", "商品", "规格", "原实付（元）", "退货数量", "退款（元）"],
        "rows": rows,
        "sums": [
            ["商品退款", yuan(sale.total_fen - sale.freight_fen)],
            ["运费退款", yuan(sale.freight_fen)],
        ],
        "total": ["退款合计", f"¥ {yuan(sale.total_fen)}"],
        "in_words": in_words(sale.total_fen),
        "notes_title": "",
        "notes": [],
        "footer": "由信推平台根据账本记录生成",
    }
