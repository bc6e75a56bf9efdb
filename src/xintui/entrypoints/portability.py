"""我的数据: everything the modules hold about one person, each asked by its facade, as JSON and as a page to read."""

import html
import io
import json
import zipfile
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, Final

from pydantic import TypeAdapter

from xintui.commerce.addresses import facade as addresses
from xintui.commerce.disputes import facade as disputes
from xintui.commerce.orders import facade as orders
from xintui.commerce.reviews import facade as reviews
from xintui.engagement.academy import facade as academy
from xintui.engagement.followups import facade as followups
from xintui.engagement.notifications import facade as notifications
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.paging import Page
from xintui.kernel.times import SHANGHAI, accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.rosters import facade as rosters
from xintui.promotion.screening import facade as screening
from xintui.trust.agreements import facade as agreements
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Holder, HolderKind
from xintui.trust.graph import facade as graph
from xintui.trust.points import facade as points
from xintui.trust.privacy import facade as privacy
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import Holder as PaperHolder
from xintui.trust.qualification.contracts import HolderKind as PaperHolderKind
from xintui.trust.violations import facade as violations

Rows = list[dict[str, Any]]
LIMIT: Final = 100
NAMES: Final = {
    "id": "编号", "order_id": "订单", "line_id": "订单行", "title": "标题", "words": "内容", "made_at": "时间",
    "at": "时间", "name": "姓名", "phone": "手机号", "region": "地区", "street": "详细地址",
    "display_name": "名称", "created_at": "创建时间", "ip": "网络地址", "last_seen_at": "最近活动",
    "state": "状态", "total_fen": "金额（分）", "paid_fen": "实付（分）", "placed_at": "下单时间",
    "paid_at": "付款时间", "received_at": "收货时间", "reason": "原因", "kind": "种类", "stars": "星级",
    "text": "评价", "written_at": "评价时间", "purpose": "用途", "version": "版本", "given": "同意",
    "code": "代码", "number": "证件号", "account": "收款账户", "commission_fen": "佣金（分）",
    "refunded_fen": "已退（分）", "amount_fen": "金额（分）", "tax_fen": "税款（分）", "net_fen": "到账（分）",
    "requested_at": "申请时间", "settled_at": "完成时间", "channel": "渠道", "visitor_id": "访客号",
    "level": "等级", "listed": "可被搜索", "invitable": "接受邀请", "merchant_name": "商家", "message": "邀请语",
    "product_title": "商品", "sent_at": "发出时间", "answered_at": "回应时间", "changed_at": "修改时间",
    "hidden": "不公开", "joined_at": "生效时间", "applied_at": "申请时间", "read_at": "已读时间", "note": "备注",
    "what": "保存的是", "first_at": "第一次出现", "last_at": "最近一次", "ends_at": "保存到", "why": "说明什么",
    "role": "角色", "granted_at": "授予时间", "login": "登录名", "promoter_id": "推客", "release_at": "释放时间",
}  # fmt: skip
"""What the page calls a field; the JSON file has every field under the name it has in the API."""


def plain(thing: Any) -> dict[str, Any]:
    """A contract as JSON has it."""
    found: dict[str, Any] = TypeAdapter(type(thing)).dump_python(thing, mode="json")
    return found


def _all(ask: Callable[[str], Page[Any]]) -> Rows:
    rows: Rows = []
    after = ""
    while True:
        page = ask(after)
        rows += map(plain, page.items)
        if not page.next:
            return rows
        after = page.next


def _pairs(ask: Callable[[str], tuple[list[Any], str]]) -> Rows:
    rows: Rows = []
    after = ""
    while True:
        found, after = ask(after)
        rows += map(plain, found)
        if not after:
            return rows


def _account(user_id: str) -> Rows:
    phone = identity.phones([user_id]).get(user_id, "")
    return [plain(identity.user(user_id)) | {"phone": phone, "openid": identity.openid_of(user_id)}]


def _devices(user_id: str) -> Rows:
    return [plain(one) for one in identity.devices(Principal(user_id, frozenset(), None, "", 0), "")]


def _promoter(user_id: str) -> Rows:
    found = promoters.by_user(user_id)
    if found is None:
        return []
    whole = promoters.tax_identities([found.id]).get(found.id)
    return [plain(found) | (plain(whole) if whole else {})]


def _of_promoter(user_id: str, ask: Callable[[str], Rows]) -> Rows:
    found = promoters.by_user(user_id)
    return ask(found.id) if found else []


def _withdrawals(promoter_id: str) -> Rows:
    rows: Rows = []
    after: str | None = None
    while True:
        page = payouts.search(promoter_id=promoter_id, after=after, limit=LIMIT)
        rows += map(plain, page.items)
        if page.next is None:
            return rows
        after = page.next


def _links(promoter_id: str) -> Rows:
    rows: Rows = []
    after: str | None = None
    while True:
        page = attribution.links_of(promoter_id, after=after, limit=50)
        rows += map(plain, page.items)
        if page.next is None:
            return rows
        after = page.next


def _disputes(user_id: str) -> Rows:
    """Without the account of whoever the promoter is."""
    found = _all(lambda a: disputes.of_buyer(user_id, after=a, limit=LIMIT))
    return [{name: value for name, value in one.items() if name != "promoter_user_id"} for one in found]


def _deposits(promoter_id: str, now: datetime) -> Rows:
    holder = Holder(HolderKind.PROMOTER, promoter_id)
    return [plain(one) for one in deposits.history(holder, today=accounting_date(now))]


def _papers(promoter_id: str) -> Rows:
    """With the whole number: it is theirs."""
    holder = PaperHolder(PaperHolderKind.PROMOTER, promoter_id)
    held = _all(lambda a: qualification.of(holder, after=a, limit=LIMIT))
    return [one | {"number": qualification.whole_number(one["id"])} for one in held]


def parts(user_id: str, now: datetime) -> Iterable[tuple[str, str, Rows]]:
    """Name, Chinese title and rows of each part."""
    mine = [
        ("account", "账号", _account),
        ("devices", "登录设备", _devices),
        ("roles", "角色", lambda who: [plain(one) for one in identity.grants_of(who)]),
        ("shared_marks", "账号共用核查所保存的摘要", lambda who: [plain(one) for one in graph.kept(who, now=now)]),
        ("addresses", "收货地址", lambda who: [plain(one) for one in addresses.book(who)]),
        ("orders", "订单", lambda who: _pairs(lambda a: orders.buyer_orders(who, after=a, limit=LIMIT))),
        ("after_sales", "售后", lambda who: _pairs(lambda a: orders.after_sales(buyer_id=who, after=a, limit=LIMIT))),
        ("reviews", "评价", lambda who: _all(lambda a: reviews.of_buyer(who, after=a, limit=LIMIT))),
        ("disputes", "投诉", _disputes),
        ("visits", "推广点击", lambda who: [plain(one) for one in attribution.visits_of(who)]),
        ("share_reports", "我举报过的分享", lambda who: [
            plain(one) for one in violations.said_by(violations.mark(who))]),
        ("promoter", "推客档案", _promoter),
        ("links", "分享链接", lambda who: _of_promoter(who, _links)),
        ("commission", "佣金明细", lambda who: _of_promoter(who, lambda p: _all(
            lambda a: commission.lines_of_promoter(p, now=now, after=a, limit=LIMIT)))),
        ("withdrawals", "提现", lambda who: _of_promoter(who, _withdrawals)),
        ("deposits", "保证金", lambda who: _of_promoter(who, lambda p: _deposits(p, now))),
        ("points", "信任积分", lambda who: _of_promoter(who, lambda p: _all(
            lambda a: points.earnings(p, after=a, limit=LIMIT)))),
        ("papers", "执业资格", lambda who: _of_promoter(who, _papers)),
        ("visibility", "商家可见设置", lambda who: _of_promoter(
            who, lambda p: [plain(screening.visibility(p, today=accounting_date(now)))])),
        ("seats", "推广名额", lambda who: _of_promoter(who, lambda p: _all(
            lambda a: rosters.seats_of(p, after=a, limit=LIMIT)))),
        ("invitations", "商家邀请", lambda who: _of_promoter(who, lambda p: _all(
            lambda a: screening.invitations_to(p, after=a, limit=LIMIT)))),
        ("exams", "学院考试", lambda who: _of_promoter(who, lambda p: _all(
            lambda a: academy.sittings_of(p, after=a, limit=LIMIT)))),
        ("certificates", "学院证书", lambda who: _of_promoter(who, lambda p: _all(
            lambda a: academy.certificates_of(p, after=a, limit=LIMIT)))),
        ("trainings", "培训预约", lambda who: _of_promoter(who, lambda p: _all(
            lambda a: academy.bookings_of(p, after=a, limit=LIMIT)))),
        ("messages", "消息", lambda who: _all(lambda a: notifications.mine(who, after=a, limit=LIMIT))),
        ("followups", "推客回访提醒", lambda who: _all(lambda a: followups.about(who, after=a, limit=LIMIT))),
        ("agreements", "同意过的协议", lambda who: [plain(one) for one in agreements.accepted(who)]),
        ("consents", "授权记录", lambda who: [plain(one) for one in privacy.history(who)]),
    ]  # fmt: skip
    for name, title, ask in mine:
        yield name, title, ask(user_id)


def archive(user_id: str, now: datetime) -> bytes:
    """The ZIP: `data.json` for programs, `我的数据.html` for people."""
    found = list(parts(user_id, now))
    made = f"{now.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"
    whole = {"user_id": user_id, "made_at": now.isoformat(), **{name: rows for name, _, rows in found}}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as box:
        box.writestr("data.json", json.dumps(whole, ensure_ascii=False, indent=1))
        box.writestr("我的数据.html", page([(title, rows) for _, title, rows in found], made))
    return out.getvalue()


def page(sections: list[tuple[str, Rows]], made: str) -> str:
    """One file without anything from outside: a table for each part."""
    body = "".join(_section(title, rows) for title, rows in sections)
    return (
        '<!doctype html><html lang="zh-CN"><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width"><title>我的数据</title><style>'
        "body{font:15px/1.6 sans-serif;margin:24px auto;max-width:1100px;padding:0 16px;color:#14201a}"
        "h2{margin-top:32px}div{overflow:auto}table{border-collapse:collapse;font-size:13px}"
        "td,th{border:1px solid #dde3df;padding:5px 9px;text-align:left;vertical-align:top}th{background:#eef1ef}"
        f"</style><h1>我的数据</h1><p>生成于 {made}。"
        f"同一压缩包里的 data.json 含全部字段，可供程序读取。</p>{body}</html>"
    )


def _section(title: str, rows: Rows) -> str:
    if not rows:
        return f"<h2>{title}</h2><p>没有记录</p>"
    shown = [name for name in rows[0] if name in NAMES]
    head = "".join(f"<th>{NAMES[name]}</th>" for name in shown)
    lines = "".join(
        "<tr>" + "".join(f"<td>{html.escape(_cell(row.get(name)))}</td>" for name in shown) + "</tr>" for row in rows
    )
    return f"<h2>{title}（{len(rows)}）</h2><div><table><tr>{head}</tr>{lines}</table></div>"


def _cell(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return "是" if value else "否"
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
