"""Profit sharing: receivers, split orders, the return of a split, unfreezing the rest."""

from datetime import datetime
from typing import Final

from xintui.kernel.money import share as part_of
from xintui.kernel.times import SHANGHAI
from xintui.simulator import crypto
from xintui.simulator.books import Share, Split, SplitReturn, Trade
from xintui.simulator.clock import rfc3339
from xintui.simulator.protocol import JSON, Answer, Call, Refused, Route, bad_field, ok, text, whole
from xintui.simulator.trades import DAY, by_transaction, unfreeze
from xintui.simulator.wire import signer_of
from xintui.simulator.world import World, terms_of

MOST: Final = 50
NUMBER: Final = r"[0-9A-Za-z_\-|*@]+"
RELATIONS: Final = frozenset({
    "SERVICE_PROVIDER", "STORE", "STAFF", "STORE_OWNER", "PARTNER", "HEADQUARTER",
    "BRAND", "DISTRIBUTOR", "USER", "SUPPLIER", "CUSTOM",
})  # fmt: skip


def add_receiver(world: World, call: Call) -> Answer:
    body = call.json()
    key, kind, account = _receiver(world, body)
    relation = text(body, "relation_type", 32)
    if relation not in RELATIONS:
        raise bad_field("relation_type", relation, "不是允许的关系")
    if relation == "CUSTOM":
        text(body, "custom_relation", 10)
    name = text(body, "name", 1024, needed=kind == "MERCHANT_ID")
    if name and crypto.open_private(world.keys.signer(signer_of(world, call)), name) is None:
        raise Refused(400, "PARAM_ERROR", "敏感信息解密失败，请检查加密所用的公钥")
    if len(world.books.receivers) >= 20_000:
        raise Refused(403, "RULE_LIMIT", "分账接收方数量已达上限")
    world.books.receivers[key] = {"type": kind, "account": account, "relation_type": relation}
    return ok(world.books.receivers[key] | ({"name": name} if name else {}))


def delete_receiver(world: World, call: Call) -> Answer:
    key, kind, account = _receiver(world, call.json())
    world.books.receivers.pop(key, None)
    return ok({"type": kind, "account": account})


def _receiver(world: World, body: JSON) -> tuple[str, str, str]:
    if text(body, "appid", 32) != world.keys.appid:
        raise Refused(400, "INVALID_REQUEST", "appid 与商户号不匹配")
    kind, account = text(body, "type", 32), text(body, "account", 64)
    if kind not in ("MERCHANT_ID", "PERSONAL_OPENID"):
        raise bad_field("type", kind, "只能是 MERCHANT_ID 或 PERSONAL_OPENID")
    return f"{kind} {account}", kind, account


def create(world: World, call: Call) -> Answer:
    """Split a paid order flagged for it. Accepted is PROCESSING; FINISHED does not mean every receiver got it."""
    body = call.json()
    number = text(body, "out_order_no", 64, pattern=NUMBER)
    trade = by_transaction(world, text(body, "transaction_id", 32))
    asked = _asked(body)
    # Encrypted names differ at each encryption, so they are no part of the terms.
    plain = [{key: value for key, value in one.items() if key != "name"} for one in asked]
    terms = terms_of([trade.out_trade_no, plain, body.get("unfreeze_unsplit")])
    known = world.books.splits.get(number)
    if known is not None and known.terms != terms:
        raise Refused(400, "INVALID_REQUEST", "商户分账单号已存在，且参数与首次请求不一致")
    if known is None:
        shares = _shares(world, asked)
        _within_limits(world, trade, sum(one.fen for one in shares))
        known = _open(world, trade, number, terms, shares, unfreeze=body.get("unfreeze_unsplit") is True)
    return ok(view(known))


def _open(world: World, trade: Trade, number: str, terms: str, shares: list[Share], *, unfreeze: bool) -> Split:
    order_id = world.number("3008")
    split = Split(
        number, order_id, trade.out_trade_no, trade.transaction_id, terms, unfreeze, world.now(), shares=shares
    )
    world.books.splits[number] = split
    trade.split += sum(one.fen for one in shares)
    trade.split_requests += 1
    if failed := world.faults.draw("split.fail", number):
        split.fail_reason = failed.text("reason", "ACCOUNT_ABNORMAL")
    slow = world.faults.draw("split.slow", number)
    wait = slow.number("seconds", DAY) if slow else world.config.split_seconds
    world.schedule(world.now() + wait, "split.settle", number)
    return split


def _asked(body: JSON) -> list[JSON]:
    asked = body.get("receivers")
    if not isinstance(asked, list) or not 1 <= len(asked) <= MOST or not all(isinstance(one, dict) for one in asked):
        raise bad_field("receivers", asked, f"须有 1 到 {MOST} 个接收方")
    return asked


def _shares(world: World, asked: list[JSON]) -> list[Share]:
    found = []
    for one in asked:
        kind, account = text(one, "type", 32), text(one, "account", 64)
        if f"{kind} {account}" not in world.books.receivers:
            raise Refused(400, "INVALID_REQUEST", f"分账接收方 {account} 不存在，请先添加")
        found.append(
            Share(kind, account, whole(one, "amount"), text(one, "description", 80), world.number("3601"), world.now())
        )
    return found


def _within_limits(world: World, trade: Trade, fen: int) -> None:
    if not trade.shared:
        raise Refused(400, "INVALID_REQUEST", "非分账订单，或剩余资金已经解冻")
    if world.now() - trade.paid_at < world.config.split_wait_seconds:
        raise Refused(400, "INVALID_REQUEST", "订单支付成功后 1 分钟内不能分账，请稍后再试")
    if trade.split_requests >= MOST:
        raise Refused(403, "RULE_LIMIT", f"一笔订单最多分账 {MOST} 次")
    if trade.split + fen > part_of(trade.total, world.config.split_max_bp):
        raise Refused(403, "RULE_LIMIT", "分账金额超过最大分账比例")
    if fen > trade.frozen:
        raise Refused(403, "NOT_ENOUGH", "分账金额大于剩余待分金额")


def settle(world: World, key: str) -> None:
    """Each receiver gets it or is closed with a reason; the reserved part of a closed one is free again."""
    split = world.books.splits.get(key)
    if split is None or split.state == "FINISHED":
        return
    trade = world.books.trades[split.out_trade_no]
    for one in split.shares:
        one.fail_reason = split.fail_reason or _obstacle(world, one)
        one.result, one.finished_at = "CLOSED" if one.fail_reason else "SUCCESS", world.now()
        if one.fail_reason:
            trade.split -= one.fen
            continue
        trade.frozen -= one.fen
        world.books.frozen -= one.fen
        world.book("分账", "分账", -one.fen, of=split.order_id, voucher=split.out_order_no, remark=one.description)
    split.state = "FINISHED"
    if split.unfreeze:
        unfreeze(world, trade.out_trade_no)


def _obstacle(world: World, share: Share) -> str:
    if f"{share.type} {share.account}" not in world.books.receivers:
        return "NO_RELATION"
    if share.type != "PERSONAL_OPENID":
        return ""
    month = datetime.fromtimestamp(world.now(), SHANGHAI).strftime("%Y-%m")
    got = sum(
        one.fen
        for split in world.books.splits.values()
        for one in split.shares
        if (one.type, one.account, one.result) == (share.type, share.account, "SUCCESS")
        and datetime.fromtimestamp(one.finished_at, SHANGHAI).strftime("%Y-%m") == month
    )
    return "RECEIVER_RECEIPT_LIMIT" if got + share.fen > world.config.split_person_month_fen else ""


def finish(world: World, call: Call) -> Answer:
    """Unfreeze what is left, under a new out_order_no."""
    body = call.json()
    number = text(body, "out_order_no", 64, pattern=NUMBER)
    text(body, "description", 80)
    trade = by_transaction(world, text(body, "transaction_id", 32))
    terms = terms_of(["unfreeze", trade.out_trade_no])
    known = world.books.splits.get(number)
    if known is not None and known.terms != terms:
        raise Refused(400, "INVALID_REQUEST", "商户分账单号已存在，且参数与首次请求不一致")
    if known is None:
        if not trade.shared:
            raise Refused(400, "INVALID_REQUEST", "非分账订单，或剩余资金已经解冻")
        known = _open(world, trade, number, terms, [], unfreeze=True)
    return ok(view(known))


def view(split: Split) -> JSON:
    rows: list[JSON] = []
    for one in split.shares:
        row: JSON = {"type": one.type, "account": one.account, "amount": one.fen, "description": one.description}
        row |= {"result": one.result, "create_time": rfc3339(one.created_at), "detail_id": one.detail_id}
        row |= {"finish_time": rfc3339(one.finished_at)} if one.finished_at else {}
        rows.append(row | ({"fail_reason": one.fail_reason} if one.fail_reason else {}))
    return {
        "transaction_id": split.transaction_id,
        "out_order_no": split.out_order_no,
        "order_id": split.order_id,
        "state": split.state,
        "receivers": rows,
    }


def query(world: World, call: Call) -> Answer:
    split = world.books.splits.get(call.args["out_order_no"])
    if split is None or split.transaction_id != call.query.get("transaction_id"):
        raise Refused(404, "RESOURCE_NOT_EXISTS", "记录不存在")
    return ok(view(split))


def amounts(world: World, call: Call) -> Answer:
    trade = by_transaction(world, call.args["transaction_id"])
    return ok({"transaction_id": trade.transaction_id, "unsplit_amount": trade.frozen})


def ratio(world: World, call: Call) -> Answer:
    return ok({"sub_mchid": call.args["sub_mchid"], "max_ratio": world.config.split_max_bp})


def give_back(world: World, call: Call) -> Answer:
    """Only a merchant receiver can give a split back; a person cannot."""
    body = call.json()
    number = text(body, "out_return_no", 64, pattern=NUMBER)
    split = _split_of(world, body)
    account, fen = text(body, "return_mchid", 32), whole(body, "amount")
    text(body, "description", 80)
    terms = terms_of([split.out_order_no, account, fen])
    known = world.books.returns.get(number)
    if known is not None and known.terms != terms:
        raise Refused(400, "INVALID_REQUEST", "商户回退单号已存在，且参数与首次请求不一致")
    if known is None:
        _returnable(world, split, account, fen)
        known = SplitReturn(
            number, world.number("3009"), split.out_order_no, split.order_id, account, fen,
            body["description"], terms, world.now(),
        )  # fmt: skip
        world.books.returns[number] = known
        world.schedule(world.now() + world.config.split_seconds, "return.settle", number)
    return ok(view_return(world, known))


def _split_of(world: World, body: JSON) -> Split:
    for split in world.books.splits.values():
        if split.order_id == body.get("order_id") or split.out_order_no == body.get("out_order_no"):
            return split
    raise Refused(404, "RESOURCE_NOT_EXISTS", "分账单不存在")


def _returnable(world: World, split: Split, account: str, fen: int) -> None:
    got = sum(
        one.fen for one in split.shares if (one.type, one.account, one.result) == ("MERCHANT_ID", account, "SUCCESS")
    )
    earlier = [one for one in world.books.returns.values() if one.out_order_no == split.out_order_no]
    returned = sum(one.fen for one in earlier if one.return_mchid == account and one.result != "FAILED")
    if len(earlier) >= MOST or world.now() - split.created_at > 180 * DAY:
        raise Refused(403, "RULE_LIMIT", "回退次数或期限已超过上限")
    if returned + fen > got:
        raise Refused(400, "INVALID_REQUEST", "回退金额超过该商户接收方的分账金额（个人接收方不能回退）")


def settle_return(world: World, key: str) -> None:
    """Returned money is the merchant's to use; it cannot be split again."""
    found = world.books.returns.get(key)
    if found is not None and found.result == "PROCESSING":
        found.result, found.finished_at = "SUCCESS", world.now()
        world.book(
            "分账回退", "分账回退", found.fen, of=found.return_id, voucher=found.out_return_no, remark=found.description
        )


def view_return(world: World, found: SplitReturn) -> JSON:
    body: JSON = {
        "order_id": found.order_id,
        "out_order_no": found.out_order_no,
        "out_return_no": found.out_return_no,
        "return_id": found.return_id,
        "return_mchid": found.return_mchid,
        "amount": found.fen,
        "description": found.description,
        "result": found.result,
        "create_time": rfc3339(found.created_at),
    }
    return body | ({"finish_time": rfc3339(found.finished_at)} if found.finished_at else {})


def query_return(world: World, call: Call) -> Answer:
    found = world.books.returns.get(call.args["out_return_no"])
    if found is None or found.out_order_no != call.query.get("out_order_no"):
        raise Refused(404, "RESOURCE_NOT_EXISTS", "记录不存在")
    return ok(view_return(world, found))


_AT: Final = "/v3/profitsharing"
ROUTES: Final = [
    Route("POST", f"{_AT}/receivers/add", "split.receiver.add", add_receiver),
    Route("POST", f"{_AT}/receivers/delete", "split.receiver.delete", delete_receiver),
    Route("POST", f"{_AT}/orders", "split.create", create),
    Route("POST", f"{_AT}/orders/unfreeze", "split.unfreeze", finish),
    Route("GET", f"{_AT}/orders/<out_order_no>", "split.query", query),
    Route("POST", f"{_AT}/return-orders", "split.return", give_back),
    Route("GET", f"{_AT}/return-orders/<out_return_no>", "split.return.query", query_return),
    Route("GET", f"{_AT}/transactions/<transaction_id>/amounts", "split.amounts", amounts),
    Route("GET", f"{_AT}/merchant-configs/<sub_mchid>", "split.ratio", ratio),
]
ACTIONS: Final = {"split.settle": settle, "return.settle": settle_return}
