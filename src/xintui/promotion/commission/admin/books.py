"""Lines with their explanation, plans with preview and publication, batches, months."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminTextInputWidget

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.infra.console import (
    Chart,
    Figure,
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    Section,
    called,
    dashboard,
    detail_action,
    merchant_site,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import NOTHING, money, named, pill
from xintui.infra.console.names import numbered, word
from xintui.kernel.money import yuan
from xintui.kernel.times import SHANGHAI
from xintui.promotion.commission import console, facade, models, pages, rules
from xintui.promotion.commission.contracts import Explanation
from xintui.promotion.commission.months import MonthFilter
from xintui.promotion.promoters import facade as promoters

DESK = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
_CELL = '<td style="padding:2px 16px 2px 0">{}</td>'
place("cpd", "commission_commissiondraft", "方案草案")
words("object", {"plan_draft": "方案草案", "sweep": "释放批次"})
words("action", {
    "commission.draft": "起草方案", "commission.change": "修改方案草案", "commission.propose": "提交方案草案",
    "commission.publish": "发布方案", "commission.reject": "驳回方案草案", "commission.withdraw": "撤回方案草案",
    "commission.release": "立即释放到期佣金",
})  # fmt: skip
words("reason", {
    "commission.accrue": "计提佣金", "commission.release": "释放佣金", "commission.refund": "退款冲减佣金",
    "commission.clawback": "退款追回佣金", "commission.withdraw": "提现扣减", "commission.bonus": "阶梯奖励",
    "commission.restored": "投诉改判，恢复佣金",
})  # fmt: skip
words("key", {
    "version": "版本", "in_force_from": "生效时间", "lines": "行数", "fen": "金额", "category": "类目",
    "product_id": "商品", "sku_id": "规格",
    "promoter_id": "推客", "promoter_level": "推客等级", "rules": "规则与比例", "merchant": "商家", "basis": "依据",
})  # fmt: skip
SHOP_MONEY = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE})


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> SafeString:
    """A small table; every cell is escaped."""
    if not rows:
        return NOTHING
    cells = [format_html_join("", _CELL, ((cell,) for cell in row)) for row in rows]
    body = format_html_join("", "<tr>{}</tr>", ((line,) for line in cells))
    titles = format_html_join("", _CELL, ((one,) for one in head))
    rows_ = format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", titles, body)
    return format_html('<div class="xt-scroll">{}</div>', rows_)


def _at(at: datetime) -> str:
    return f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}"


def _account(code: str, names: Mapping[str, str]) -> str:
    """`promoter.due:pro01…@CNY` → `推客可提现佣金 · 林* YMPS`."""
    kind, _, rest = code.partition(":")
    owner = rest.partition("@")[0]
    return f"{ledger.KIND_NAMES[ledger.Kind(kind)]} · {names.get(owner, '平台' if owner == 'platform' else owner)}"


def _season(rule: Mapping[str, Any]) -> str:
    """When a rule of a draft counts, in the time of Shanghai."""
    ends = (("valid_from", "起"), ("valid_to", "前"))
    return " ".join(f"{_at(datetime.fromisoformat(rule[key]))} {word_}" for key, word_ in ends if key in rule) or "长期"


class Named(ReadOnlyAdmin):
    """A list that shows names: each kind is asked for once per page, when the page's rows are known."""

    ops_roles = DESK
    merchant_roles = SHOP_MONEY

    def prepare(self, rows: list[Any]) -> None:
        """The names of everybody on the page, one question per kind."""
        people = promoters.get({row.promoter_id for row in rows if hasattr(row, "promoter_id")})
        shops = merchants.get_many({row.merchant_id for row in rows if getattr(row, "merchant_id", "")})
        for row in rows:
            person = people.get(getattr(row, "promoter_id", ""))
            row.promoter_name = person.display_name if person else ""
            row.shop_name = shops[row.merchant_id].name if getattr(row, "merchant_id", "") in shops else ""

    @admin.display(description="推客")
    def promoter(self, row: Any) -> str:
        name = getattr(row, "promoter_name", "")
        return f"{name} {row.promoter_id[-4:]}" if name else row.promoter_id

    @admin.display(description="商家")
    def shop(self, row: Any) -> str:
        return getattr(row, "shop_name", "") or row.merchant_id or "平台"


class EarningAdmin(Named):
    icon = "savings"
    list_display = (
        "product_id", "stands", "promoter", "shop", "paid", "refunded", "rate", "commission", "paid_at", "release_at",
        "order_id",
    )  # fmt: skip
    list_filter = ("state", "held", MonthFilter, "self_purchase")
    search_fields = ("order_id__exact", "promoter_id__exact", "merchant_id__exact")
    ordering = ("-order_id", "-line_id")
    fields = (
        "file", "order_id", "product_id", "promoter_id", "merchant_id", "category_name", "qty", "plan_version",
        "self_purchase",
    )  # fmt: skip
    readonly_fields = ("file", "category_name")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """By order and line, which the primary key of the table begins with."""
        order_id, _, line_id = object_id.partition(".")
        row = self.get_queryset(request).filter(order_id=order_id, line_id=line_id).first()
        if row is not None:
            row.shown_as = f"佣金 · {called((row.product_id,)).get(row.product_id, numbered(order_id))}"
        return row

    @admin.display(description="类目")
    def category_name(self, row: models.CommissionEarning) -> str:
        return {one.id: one.name for one in catalog.categories()}.get(row.category, row.category)

    @admin.display(description="状态", ordering="state")
    def stands(self, row: models.CommissionEarning) -> SafeString:
        return pill(row.state, "核查中" if row.held else row.get_state_display())

    @admin.display(description="实付", ordering="paid_fen")
    def paid(self, row: models.CommissionEarning) -> SafeString | str:
        return money(row.paid_fen)

    @admin.display(description="已退")
    def refunded(self, row: models.CommissionEarning) -> SafeString | str:
        return money(row.refunded_fen)

    @admin.display(description="比例")
    def rate(self, row: models.CommissionEarning) -> str:
        return f"{row.rate_bp / 100:.2f}%"

    @admin.display(description="佣金")
    def commission(self, row: models.CommissionEarning) -> SafeString | str:
        return money(row.commission_fen)

    def _why(self, row: models.CommissionEarning) -> Explanation:
        """Asked for once per page, whichever part is shown first."""
        kept = vars(row)
        if "why" not in kept:
            shop = row.merchant_id if self.admin_site.scoped else ""
            kept["why"] = pages.explanation(row.order_id, row.line_id, merchant_id=shop, now=clock.now())
        why: Explanation = kept["why"]
        return why

    def _to(self, key: str, names: Mapping[str, str]) -> SafeString | str:
        """A neighbour by its name, leading to its page."""
        return named(key, names, whole=False, site=self.admin_site.name)

    @admin.display(description="佣金卷宗")
    def file(self, row: models.CommissionEarning) -> SafeString:
        """How the commission came to be: the sum step by step, its days, its entries in the ledger."""
        why = self._why(row)
        called_ = called((row.promoter_id, row.merchant_id, row.product_id))
        context = {
            "row": row,
            "why": why,
            "moves": [(one, _account(one.debit, called_), _account(one.credit, called_)) for one in why.moves],
            "rate": f"{row.rate_bp / 100:g}%",
            "state": self.stands(row),
            "promoter": self._to(row.promoter_id, called_),
            "merchant": self._to(row.merchant_id, called_),
            "product": self._to(row.product_id, called_),
            "order": self._to(row.order_id, called_),
        }
        return render_to_string("commission/explain.html", context)


class VersionAdmin(ReadOnlyAdmin):
    icon = "rule"
    ops_roles = DESK
    list_display = ("version", "in_force_from", "published_at", "published_by")
    ordering = ("-in_force_from",)
    fields = ("version", "in_force_from", "published_at", "published_by", "text")
    readonly_fields = ("text",)

    @admin.display(description="公示内容")
    def text(self, row: models.CommissionVersion) -> SafeString:
        return format_html_join("", "<p>{}</p>", ((line,) for line in facade.told(rules.parse_plan(row.body))))


class PublishForm(ReasonForm):
    in_force_from = forms.DateTimeField(
        label="生效时间（北京时间）",
        required=False,
        widget=UnfoldAdminTextInputWidget(attrs={"placeholder": "2026-12-01 00:00"}),
        help_text="留空：公示期满后生效。早于公示期只适用于首个方案或纯改善",
    )


class DraftAdmin(Named):
    audited_as = "plan_draft"
    icon = "edit_document"
    list_display = ("id", "version", "shop", "state", "created_by", "created_at", "in_force_from")
    list_filter = ("state",)
    search_fields = ("id__exact", "version__exact", "merchant_id__exact")
    ordering = ("-id",)
    fields = (
        "id", "version", "merchant_id", "state", "note", "created_by", "created_at", "decided_by", "decided_at",
        "in_force_from", "basis", "content", "again", "preview",
    )  # fmt: skip
    readonly_fields = ("content", "again", "preview")
    empty_says = "还没有草案；用左侧“起草方案”或“提出本店规则”写第一份。"
    actions_detail = ("publish", "reject")

    @admin.display(description="内容")
    def content(self, row: models.CommissionDraft) -> SafeString:
        rules_ = row.body["rules"]
        names = called(value for rule in rules_ for values in rule["match"].values() for value in values)
        names |= {one.id: one.name for one in catalog.categories()} | {
            one.code: one.title for one in promoters.levels()
        }
        rows = [
            (rule["id"], str(rule["priority"]),
             "；".join(f"{word('key', key)}为{'、'.join(names.get(v, v) for v in values)}"
                      for key, values in rule["match"].items()) or "全部",
             f"{rule['rate_bp'] / 100:.2f}%", yuan(rule["cap_fen"]) if "cap_fen" in rule else "—",
             _season(rule))
            for rule in rules_
        ]  # fmt: skip
        return table(["规则", "优先级", "条件", "比例", "封顶（元）", "限时"], rows)

    @admin.display(description="修改")
    def again(self, row: models.CommissionDraft) -> SafeString:
        """The platform changes its own draft, a shop its own."""
        if row.state != "draft" or bool(row.merchant_id) != self.admin_site.scoped:
            return NOTHING
        to = reverse(f"{self.admin_site.name}:commission_propose_again", args=[row.id])
        return format_html('<a class="xt-to" href="{}">修改这份草案</a>', to)

    @admin.display(description="近 30 天预览")
    def preview(self, row: models.CommissionDraft) -> SafeString:
        if row.state != "draft":
            return NOTHING
        owner = row.merchant_id if self.admin_site.scoped else None
        seen = facade.preview(row.id, merchant_id=owner, now=clock.now())
        found = [
            ("成交行", str(seen.lines), f"增加 {seen.better_lines} 行，减少 {seen.worse_lines} 行"),
            ("佣金（元）", yuan(seen.now_fen), yuan(seen.then_fen)),
            ("阶梯奖励（元）", yuan(seen.now_bonus_fen), yuan(seen.then_bonus_fen)),
            ("最早生效", _at(seen.earliest), seen.why),
            *(("合规", one.title, f"{one.article}：{one.says}") for one in seen.findings),
        ]
        return table(["项目", "现行", "草案"], found)

    @detail_action(
        "发布",
        roles={Role.OPERATOR, Role.FINANCE},
        form=PublishForm,
        icon="publish",
        warning="发布后的版本不能修改；平台自己的草案须由起草人以外的同事发布。",
        when=lambda row: row.state == "draft",
    )
    def publish(self, request: HttpRequest, form: PublishForm, object_id: str) -> None:
        who = request.principal  # type: ignore[attr-defined]
        since = form.cleaned_data["in_force_from"]
        was = facade.draft(object_id)
        before = {"state": was.state.value, "version": was.version}
        made = facade.publish_draft(object_id, in_force_from=since, actor=who.user_id, now=clock.now())
        after = {"version": made.plan.version, "in_force_from": made.in_force_from.isoformat()}
        reason = form.cleaned_data["reason"]
        identity.audit(who, "commission.publish", ("plan_draft", object_id), before, after, reason=reason)
        begins = _at(made.in_force_from)
        self.message_user(request, f"方案 {made.plan.version} 已发布，{begins} 起生效", messages.SUCCESS)

    @detail_action(
        "驳回或撤回", roles={Role.OPERATOR, Role.MERCHANT_OWNER}, icon="undo", when=lambda row: row.state == "draft"
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        owner = who.merchant_id if self.admin_site.scoped else None
        before = {"state": facade.draft(object_id, merchant_id=owner).state.value}
        made = facade.drop_draft(object_id, merchant_id=owner, actor=who.user_id, reason=reason, now=clock.now())
        after = {"state": made.state.value}
        identity.audit(who, "commission.reject", ("plan_draft", object_id), before, after, reason=reason)
        self.message_user(request, "草案已退回", messages.SUCCESS)


class BatchAdmin(ReadOnlyAdmin):
    icon = "lock_open"
    ops_roles = DESK
    list_display = ("epoch", "since", "until", "lines", "promoters", "released", "at")
    ordering = ("-epoch",)
    date_hierarchy = None

    @admin.display(description="释放", ordering="fen")
    def released(self, row: models.CommissionBatch) -> SafeString | str:
        return money(row.fen)


class StatementAdmin(Named):
    icon = "receipt_long"
    list_display = ("month", "promoter", "lines", "net", "commission", "bonus", "clawed_back", "closed")
    list_filter = (MonthFilter, "closed")
    search_fields = ("promoter_id__exact",)
    ordering = ("-month", "promoter_id")

    @admin.display(description="净销售", ordering="net_fen")
    def net(self, row: models.CommissionStatement) -> SafeString | str:
        return money(row.net_fen)

    @admin.display(description="佣金", ordering="commission_fen")
    def commission(self, row: models.CommissionStatement) -> SafeString | str:
        return money(row.commission_fen)

    @admin.display(description="阶梯奖励")
    def bonus(self, row: models.CommissionStatement) -> SafeString | str:
        return money(row.bonus_fen)

    @admin.display(description="已追回")
    def clawed_back(self, row: models.CommissionStatement) -> SafeString | str:
        return money(row.clawed_back_fen)


for site in (ops_site, merchant_site):
    site.register(models.CommissionEarning, EarningAdmin)
    site.register(models.CommissionDraft, DraftAdmin)
    console.furnish(site)
ops_site.register(models.CommissionVersion, VersionAdmin)
ops_site.register(models.CommissionBatch, BatchAdmin)
ops_site.register(models.CommissionStatement, StatementAdmin)


@merchants.onboarding_step(
    "plan", "提交本店佣金方案", hint="未提交时适用平台方案", page="merchant:commission_commissiondraft_changelist",
    order=50, optional=True,
)  # fmt: skip
def _has_plan(merchant_id: str) -> bool:
    return bool(pages.drafts(merchant_id=merchant_id, limit=1).items)


@dashboard(ops_site, order=8)
def _books(request: HttpRequest) -> Section | None:
    principal = getattr(request, "principal", None)
    if principal is None or not principal.has(*DESK):
        return None
    now = clock.now()
    sums, days, top = pages.shop_totals(), pages.released_days(now=now), pages.top_promoters(now=now)
    names = promoters.get(row["promoter_id"] for row in top)
    return Section(
        "佣金 · 每日释放",
        [
            Figure("待结算", f"¥{yuan(sums['pending_fen'])}", "退款期内，尚未释放"),
            Figure("可提现", f"¥{yuan(sums['due_fen'])}", "已释放给推客"),
            Figure(
                "推客欠款", f"¥{yuan(sums['debt_fen'])}", f"{sums['debtors']} 位推客，从后续佣金中抵扣",
                tone="warn" if sums["debt_fen"] else "",
            ),
        ],
        head=("本月推客", "净销售", "佣金"),
        rows=[
            (names[row["promoter_id"]].display_name if row["promoter_id"] in names else row["promoter_id"],
             f"¥{yuan(row['net_fen'])}", f"¥{yuan(row['commission_fen'])}")
            for row in top
        ],
        chart=Chart([(f"{one.day:%m-%d}", one.fen, f"{one.day:%m-%d} 释放 ¥{yuan(one.fen)}") for one in days[-14:]]),
    )  # fmt: skip


@queue(ops_site, roles={Role.OPERATOR}, order=50)
def _drafts(request: HttpRequest) -> Iterable[Queue]:
    """Plans that shops have proposed."""
    drafts = waiting(models.CommissionDraft.objects.filter(state="draft"), since="created_at", hours=72)
    yield Queue("佣金方案草案", "/ops/commission/commissiondraft/?state__exact=draft", *drafts, "提出后超过 72 小时")
