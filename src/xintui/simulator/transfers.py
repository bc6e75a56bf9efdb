"""Merchant transfers: the payee confirms within 24 hours, the merchant may cancel until then."""

from datetime import datetime
from typing import Final

from xintui.kernel.times import SHANGHAI, accounting_date, day_start
from xintui.simulator import crypto
from xintui.simulator.books import Transfer
from xintui.simulator.clock import rfc3339
from xintui.simulator.protocol import JSON, Answer, Call, Refused, Route, bad_field, ok, text, web_address, whole
from xintui.simulator.trades import DAY
from xintui.simulator.wire import signer_of
from xintui.simulator.world import World, terms_of

NAME_FROM: Final = 200_000
NO_NAME_BELOW: Final = 30
SCENES: Final[dict[str, frozenset[str]]] = {
    "1000": frozenset({"活动名称", "奖励说明"}),
    "1005": frozenset({"岗位类型", "报酬说明"}),
    "1011": frozenset({"赔付原因"}),
}
"""Scene → exactly the report infos it asks for."""
PERCEPTIONS: Final = {"1005": ("劳务报酬",), "1000": ("活动奖励", "现金奖励"), "1011": ("退款", "商家赔付")}
ENDED: Final = ("SUCCESS", "FAIL", "CANCELLED")


def create(world: World, call: Call) -> Answer:
    """The same out_bill_no with the same terms answers the same bill, whatever has become of it."""
    body = call.json()
    number = text(body, "out_bill_no", 32, pattern="[0-9A-Za-z]+")
    name = _name(world, call, body)
    terms = terms_of({key: value for key, value in body.items() if key != "user_name"} | {"name": name})
    known = world.books.transfers.get(number)
    if known is not None and known.terms != terms:
        raise Refused(400, "INVALID_REQUEST", "商户单号已存在，且参数与首次请求不一致")
    if known is None:
        _check(world, body, name)
        known = world.books.transfers[number] = _open(world, call, body, name, terms)
        world.schedule(known.created_at + DAY, "transfer.expire", number)
    answer: JSON = {
        "out_bill_no": number,
        "transfer_bill_no": known.transfer_bill_no,
        "create_time": rfc3339(known.created_at),
        "state": known.state,
    }
    return ok(answer | ({"package_info": known.package} if known.state == "WAIT_USER_CONFIRM" else {}))


def _name(world: World, call: Call, body: JSON) -> str:
    sealed = text(body, "user_name", 1024, needed=False)
    if not sealed:
        return ""
    if not call.headers.get("Wechatpay-Serial"):
        raise Refused(400, "PARAM_ERROR", "上送敏感信息时须带 Wechatpay-Serial")
    opened = crypto.open_private(world.keys.signer(signer_of(world, call)), sealed)
    if not opened:
        raise Refused(400, "PARAM_ERROR", "敏感信息解密失败，请检查加密所用的公钥")
    return opened


def _check(world: World, body: JSON, name: str) -> None:
    if text(body, "appid", 32) not in world.keys.appids:
        raise Refused(400, "INVALID_REQUEST", "APPID不存在")
    known = world.books.people.get(text(body, "openid", 64))
    if known is not None and known.appid not in ("", body["appid"]):
        raise Refused(400, "PARAM_ERROR", "openid与appid不匹配")
    text(body, "transfer_remark", 32)
    web_address(body, "notify_url", needed=False)
    fen = whole(body, "transfer_amount", world.config.transfer_min_fen)
    if fen >= NAME_FROM and not name:
        raise Refused(400, "PARAM_ERROR", "转账金额大于等于 2000 元时，收款用户姓名必填")
    if fen < NO_NAME_BELOW and name:
        raise Refused(400, "PARAM_ERROR", "转账金额小于 0.30 元时，不能填写收款用户姓名")
    _check_scene(body)
    _check_quota(world, body["openid"], fen)


def _check_scene(body: JSON) -> None:
    scene = text(body, "transfer_scene_id", 16)
    if scene not in SCENES:
        raise Refused(400, "INVALID_REQUEST", "你尚未获取该转账场景")
    infos = body.get("transfer_scene_report_infos")
    if not isinstance(infos, list):
        raise bad_field("transfer_scene_report_infos", infos, "必填")
    kinds = [text(one, "info_type", 15) for one in infos]
    for one in infos:
        text(one, "info_content", 32)
    if len(kinds) != len(set(kinds)) or set(kinds) != SCENES[scene]:
        raise Refused(400, "PARAM_ERROR", f"转账场景 {scene} 的报备信息须恰为：{'、'.join(sorted(SCENES[scene]))}")
    perception = text(body, "user_recv_perception", 32, needed=False)
    if perception and perception not in PERCEPTIONS[scene]:
        raise Refused(400, "INVALID_REQUEST", "暂不支持展示当前传入的用户收款感知")


def _check_quota(world: World, openid: str, fen: int) -> None:
    config = world.config
    midnight = day_start(accounting_date(datetime.fromtimestamp(world.now(), SHANGHAI))).timestamp()
    live = [
        one
        for one in world.books.transfers.values()
        if one.created_at >= midnight and one.state not in ("FAIL", "CANCELLED")
    ]
    if fen > config.transfer_single_max_fen:
        raise Refused(403, "QUOTA_EXCEED", "超过单笔转账限额")
    if fen + sum(one.fen for one in live if one.openid == openid) > config.transfer_person_day_fen:
        raise Refused(403, "QUOTA_EXCEED", "超过该用户单日收款限额")
    if fen + sum(one.fen for one in live) > config.transfer_day_fen:
        raise Refused(403, "QUOTA_EXCEED", "超过商户单日转账限额")
    if fen > world.available():
        raise Refused(403, "NOT_ENOUGH", "商户运营账户余额不足")


def _open(world: World, call: Call, body: JSON, name: str, terms: str) -> Transfer:
    now, fen = world.now(), body["transfer_amount"]
    world.books.frozen += fen
    failed = world.faults.draw("transfer.fail", body["out_bill_no"])
    return Transfer(
        out_bill_no=body["out_bill_no"],
        transfer_bill_no=world.number("1330"),
        openid=body["openid"],
        user_name=name,
        fen=fen,
        remark=body["transfer_remark"],
        scene=body["transfer_scene_id"],
        notify_url=body.get("notify_url") or "",
        signer=signer_of(world, call),
        package="ABBQO+oYAAABAAAAAAAk" + crypto.token(44),
        terms=terms,
        created_at=now,
        updated_at=now,
        appid=body["appid"],
        outcome=failed.text("reason", "ACCOUNT_FROZEN") if failed else "SUCCESS",
    )


def confirm(world: World, transfer: Transfer) -> None:
    """The payee taps 收款. Where the real name is known and differs, the transfer fails."""
    if transfer.state != "WAIT_USER_CONFIRM":
        raise Refused(409, "INVALID_REQUEST", f"转账单当前状态为 {transfer.state}，不能确认收款")
    person = world.books.people.get(transfer.openid)
    if transfer.user_name and person is not None and person.name not in ("", transfer.user_name):
        transfer.outcome = "NAME_NOT_CORRECT"
    _move(world, transfer, "TRANSFERING")
    slow = world.faults.draw("transfer.slow", transfer.out_bill_no)
    wait = slow.number("seconds", 7 * DAY) if slow else world.config.transfer_seconds
    world.schedule(world.now() + wait, "transfer.settle", transfer.out_bill_no)
    if wait <= 0:
        world.run_due()


def _move(world: World, transfer: Transfer, state: str, reason: str = "") -> None:
    transfer.state, transfer.fail_reason, transfer.updated_at = state, reason, world.now()
    if state not in ENDED:
        return
    world.books.frozen -= transfer.fen
    if state == "SUCCESS":
        world.book(
            "商家转账", "商家转账", -transfer.fen,
            of=transfer.transfer_bill_no, voucher=transfer.out_bill_no, remark=transfer.remark,
        )  # fmt: skip
    resource = _told(world, transfer)
    world.courier.post(
        "MCHTRANSFER.BILL.FINISHED", "商家转账单据终态通知", "mch_payment",
        subject=transfer.out_bill_no, url=transfer.notify_url, signer=transfer.signer, resource=resource,
    )  # fmt: skip


def settle(world: World, key: str) -> None:
    transfer = world.books.transfers.get(key)
    if transfer is not None and transfer.state == "TRANSFERING":
        good = transfer.outcome == "SUCCESS"
        _move(world, transfer, "SUCCESS" if good else "FAIL", "" if good else transfer.outcome)


def expire(world: World, key: str) -> None:
    """24 hours without the payee's word."""
    transfer = world.books.transfers.get(key)
    if transfer is not None and transfer.state == "WAIT_USER_CONFIRM":
        _move(world, transfer, "FAIL", "OVERDUE_CLOSE")


def cancelled(world: World, key: str) -> None:
    transfer = world.books.transfers.get(key)
    if transfer is not None and transfer.state == "CANCELING":
        _move(world, transfer, "CANCELLED", "MCH_CANCEL")


def cancel(world: World, call: Call) -> Answer:
    transfer = by_number(world, call.args["out_bill_no"])
    if transfer.state not in ("WAIT_USER_CONFIRM", "CANCELING", "CANCELLED"):
        raise Refused(400, "INVALID_REQUEST", "当前转账单状态不支持撤销")
    if transfer.state == "WAIT_USER_CONFIRM":
        _move(world, transfer, "CANCELING")
        world.schedule(world.now(), "transfer.cancelled", transfer.out_bill_no)
    return ok({
        "out_bill_no": transfer.out_bill_no,
        "transfer_bill_no": transfer.transfer_bill_no,
        "state": transfer.state,
        "update_time": rfc3339(transfer.updated_at),
    })  # fmt: skip


def by_number(world: World, out_bill_no: str) -> Transfer:
    found = world.books.transfers.get(out_bill_no)
    if found is None:
        raise Refused(404, "NOT_FOUND", "记录不存在")
    return found


def query(world: World, call: Call) -> Answer:
    if "out_bill_no" in call.args:
        return ok(view(world, by_number(world, call.args["out_bill_no"])))
    for transfer in world.books.transfers.values():
        if transfer.transfer_bill_no == call.args["transfer_bill_no"]:
            return ok(view(world, transfer))
    raise Refused(404, "NOT_FOUND", "记录不存在")


def _told(world: World, transfer: Transfer) -> JSON:
    """The callback's plain text."""
    body: JSON = {
        "out_bill_no": transfer.out_bill_no,
        "transfer_bill_no": transfer.transfer_bill_no,
        "state": transfer.state,
        "mch_id": world.keys.mchid,
        "transfer_amount": transfer.fen,
        "openid": transfer.openid,
        "create_time": rfc3339(transfer.created_at),
        "update_time": rfc3339(transfer.updated_at),
    }
    return body | ({"fail_reason": transfer.fail_reason} if transfer.fail_reason else {})


def view(world: World, transfer: Transfer) -> JSON:
    """The query's answer. A real one never repeats package_info, so neither does this."""
    return _told(world, transfer) | {"appid": transfer.appid or world.keys.appid, "transfer_remark": transfer.remark}


_AT: Final = "/v3/fund-app/mch-transfer/transfer-bills"
ROUTES: Final = [
    Route("POST", _AT, "transfer.create", create),
    Route("GET", f"{_AT}/out-bill-no/<out_bill_no>", "transfer.query", query),
    Route("GET", f"{_AT}/transfer-bill-no/<transfer_bill_no>", "transfer.query", query),
    Route("POST", f"{_AT}/out-bill-no/<out_bill_no>/cancel", "transfer.cancel", cancel),
]
ACTIONS: Final = {"transfer.settle": settle, "transfer.expire": expire, "transfer.cancelled": cancelled}
