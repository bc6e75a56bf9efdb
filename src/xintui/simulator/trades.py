"""Orders of payment: prepay, query, close, and the moment a person pays."""

from datetime import datetime
from typing import Final

from xintui.kernel.money import share
from xintui.simulator import crypto
from xintui.simulator.books import Trade
from xintui.simulator.clock import rfc3339
from xintui.simulator.protocol import JSON, Answer, Call, Refused, Route, bad_field, find, ok, text, web_address, whole
from xintui.simulator.wire import signer_of
from xintui.simulator.world import World, terms_of

DAY: Final = 86_400
SAYS: Final = {"NOTPAY": "订单未支付", "SUCCESS": "支付成功", "REFUND": "转入退款", "CLOSED": "订单已关闭"}


def _prepay(world: World, call: Call, kind: str) -> Trade:
    """Open the order, or find it again: the same number with the same terms is one order."""
    body = call.json()
    terms = terms_of(_checked(world, body, kind) | {"kind": kind})
    number = body["out_trade_no"]
    known = world.books.trades.get(number)
    if known is None:
        known = world.books.trades[number] = _open(world, call, body, kind, terms)
        world.schedule(known.created_at + 7 * DAY, "trade.expire", number)
    elif known.state in ("SUCCESS", "REFUND"):
        raise Refused(400, "ORDERPAID", "该订单已支付")
    elif known.state == "CLOSED":
        raise Refused(400, "ORDER_CLOSED", "该订单已关闭")
    elif known.terms != terms:
        raise Refused(400, "INVALID_REQUEST", "请求重入时，参数与首次请求时不一致")
    return known


def _checked(world: World, body: JSON, kind: str) -> JSON:
    merchant(world, body)
    text(body, "description", 127)
    text(body, "out_trade_no", 32, least=6, pattern=r"[0-9A-Za-z_\-|*]+")
    text(body, "attach", 128, needed=False)
    web_address(body, "notify_url")
    whole(body, "amount.total")
    if (find(body, "amount.currency") or "CNY") != "CNY":
        raise bad_field("amount.currency", find(body, "amount.currency"), "只支持 CNY")
    if kind == "JSAPI":
        text(body, "payer.openid", 128)
    if kind == "MWEB":
        text(body, "scene_info.payer_client_ip", 45)
        text(body, "scene_info.h5_info.type", 32)
    _expiry(body)
    return body


def merchant(world: World, body: JSON) -> None:
    """The appid and mchid of the body must be this merchant's."""
    if text(body, "mchid", 32) != world.keys.mchid:
        raise Refused(400, "MCH_NOT_EXISTS", "商户号不存在")
    if text(body, "appid", 32) not in world.keys.appids:
        raise Refused(400, "APPID_MCHID_NOT_MATCH", "appid和mch_id不匹配，请检查后再试")


def _expiry(body: JSON) -> float | None:
    given = text(body, "time_expire", 64, needed=False)
    try:
        at = datetime.fromisoformat(given) if given else None
    except ValueError:
        at = None
    if given and (at is None or at.tzinfo is None):
        raise bad_field("time_expire", given, "须为带时区的 rfc3339 时间")
    return at.timestamp() if at else None


def _open(world: World, call: Call, body: JSON, kind: str, terms: str) -> Trade:
    expires = _expiry(body)
    if expires is not None and expires <= world.now():
        raise bad_field("time_expire", body["time_expire"], "早于当前时间")
    return Trade(
        out_trade_no=body["out_trade_no"],
        kind=kind,
        appid=body["appid"],
        description=body["description"],
        total=body["amount"]["total"],
        notify_url=body["notify_url"],
        signer=signer_of(world, call),
        prepay_id=f"wx{world.number('')}{crypto.token(6).lower()}",
        terms=terms,
        created_at=world.now(),
        attach=body.get("attach", ""),
        openid=find(body, "payer.openid") or "",
        expires_at=expires,
        shared=find(body, "settle_info.profit_sharing") is True,
    )


def jsapi(world: World, call: Call) -> Answer:
    return ok({"prepay_id": _prepay(world, call, "JSAPI").prepay_id})


def in_app(world: World, call: Call) -> Answer:
    return ok({"prepay_id": _prepay(world, call, "APP").prepay_id})


def native(world: World, call: Call) -> Answer:
    return ok({"code_url": f"weixin://wxpay/bizpayurl?pr={_prepay(world, call, 'NATIVE').prepay_id}"})


def h5(world: World, call: Call) -> Answer:
    return ok({"h5_url": f"{call.base}/sim/cashier/{_prepay(world, call, 'MWEB').out_trade_no}"})


def view(world: World, trade: Trade) -> JSON:
    """What a query and the payment callback say."""
    body: JSON = {"mchid": world.keys.mchid, "appid": trade.appid, "out_trade_no": trade.out_trade_no}
    body |= {"trade_state": trade.state, "trade_state_desc": SAYS[trade.state], "attach": trade.attach}
    if not trade.paid_at:
        return body | {"amount": {"total": trade.total, "currency": "CNY"}, "payer": {}}
    return body | {
        "transaction_id": trade.transaction_id,
        "trade_type": trade.kind,
        "bank_type": "OTHERS",
        "success_time": rfc3339(trade.paid_at),
        "payer": {"openid": trade.openid},
        "amount": {"total": trade.total, "payer_total": trade.total, "currency": "CNY", "payer_currency": "CNY"},
    }


def by_number(world: World, out_trade_no: str) -> Trade:
    found = world.books.trades.get(out_trade_no)
    if found is None:
        raise Refused(404, "ORDER_NOT_EXIST", "订单不存在")
    return found


def by_transaction(world: World, transaction_id: str) -> Trade:
    for trade in world.books.trades.values():
        if trade.transaction_id == transaction_id and transaction_id:
            return trade
    raise Refused(404, "ORDER_NOT_EXIST", "订单不存在")


def query(world: World, call: Call) -> Answer:
    """By either number. The mchid in the query must be the caller's."""
    if call.query.get("mchid") != world.keys.mchid:
        raise Refused(400, "PARAM_ERROR", "参数错误：mchid 与签名商户不一致")
    if "transaction_id" in call.args:
        return ok(view(world, by_transaction(world, call.args["transaction_id"])))
    return ok(view(world, by_number(world, call.args["out_trade_no"])))


def close(world: World, call: Call) -> Answer:
    """Closing twice is closing once; a paid order cannot be closed."""
    if call.json().get("mchid") != world.keys.mchid:
        raise Refused(400, "PARAM_ERROR", "参数错误：mchid 与签名商户不一致")
    trade = by_number(world, call.args["out_trade_no"])
    if trade.paid_at:
        raise Refused(400, "ORDERPAID", "该订单已支付，不能关闭")
    trade.state = "CLOSED"
    return Answer(204)


def expire(world: World, key: str) -> None:
    """Seven days unpaid: WeChat closes it itself, without a callback."""
    trade = world.books.trades.get(key)
    if trade is not None and trade.state == "NOTPAY":
        trade.state = "CLOSED"


def pay(world: World, trade: Trade, openid: str = "") -> None:
    """A person pays at the cashier. Raises `Refused` in words that person can read."""
    if trade.paid_at:
        raise Refused(409, "ORDERPAID", "该订单已支付")
    if trade.state == "CLOSED":
        raise Refused(409, "ORDER_CLOSED", "该订单已关闭")
    if trade.expires_at is not None and world.now() > trade.expires_at:
        raise Refused(409, "ORDER_EXPIRED", "该订单已超过支付时限")
    if trade.kind == "JSAPI" and openid not in ("", trade.openid):
        raise Refused(409, "OPENID_MISMATCH", "付款人与下单的用户不一致")
    trade.state, trade.paid_at = "SUCCESS", world.now()
    trade.openid = trade.openid or openid or "o_" + crypto.token(26)
    trade.transaction_id = world.number("4200")
    _collect(world, trade)
    world.courier.post(
        "TRANSACTION.SUCCESS", "支付成功", "transaction",
        subject=trade.out_trade_no, url=trade.notify_url, signer=trade.signer, resource=view(world, trade),
    )  # fmt: skip


def _collect(world: World, trade: Trade) -> None:
    """The money arrives less the fee; a profit-sharing order's stays frozen for at most 30 days."""
    # Half a fen and more rounds up, as the published fee tables do.
    trade.fee = share(2 * trade.total, world.config.fee_bp) + 1 >> 1
    world.book(
        "交易", "交易", trade.total, of=trade.transaction_id, voucher=trade.out_trade_no, remark=trade.description
    )
    world.book("交易", "扣除交易手续费", -trade.fee, of=trade.transaction_id, voucher=trade.out_trade_no)
    if trade.shared:
        trade.frozen = trade.total - trade.fee
        world.books.frozen += trade.frozen
        world.schedule(world.now() + 30 * DAY, "trade.unfreeze", trade.out_trade_no)


def unfreeze(world: World, key: str) -> None:
    """What is still frozen goes to the merchant."""
    trade = world.books.trades.get(key)
    if trade is not None:
        world.books.frozen -= trade.frozen
        trade.frozen, trade.shared = 0, False


ROUTES: Final = [
    Route("POST", "/v3/pay/transactions/jsapi", "prepay.jsapi", jsapi),
    Route("POST", "/v3/pay/transactions/app", "prepay.app", in_app),
    Route("POST", "/v3/pay/transactions/native", "prepay.native", native),
    Route("POST", "/v3/pay/transactions/h5", "prepay.h5", h5),
    Route("GET", "/v3/pay/transactions/id/<transaction_id>", "trade.query", query),
    Route("GET", "/v3/pay/transactions/out-trade-no/<out_trade_no>", "trade.query", query),
    Route("POST", "/v3/pay/transactions/out-trade-no/<out_trade_no>/close", "trade.close", close),
]
ACTIONS: Final = {"trade.expire": expire, "trade.unfreeze": unfreeze}
