"""The queue of withdrawals with four eyes."""

from collections.abc import Iterable
from typing import Any, Final

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Figure,
    ProofForm,
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    Section,
    bulk_action,
    called,
    dashboard,
    detail_action,
    ops_site,
    queue,
    waiting,
)
from xintui.infra.console.cells import NOTHING, ago, money, story
from xintui.infra.console.search import Finds, by_number
from xintui.kernel.money import yuan
from xintui.promotion.payouts import facade, models
from xintui.promotion.payouts.admin.forms import BankForm, ProfileForm
from xintui.promotion.payouts.admin.words import ACTORS, DESK, TITLES, VERBS
from xintui.promotion.payouts.contracts import Rail, Registration, State, Withdrawal
from xintui.promotion.payouts.papers import recorded, shown


def _asked(row: models.Withdrawal) -> int:
    return row.amount_fen


def _unseen(row: models.Withdrawal) -> bool:
    return row.state == State.REVIEW.value and not row.maker


def _seen_once(row: models.Withdrawal) -> bool:
    return row.state == State.REVIEW.value and bool(row.maker)


def _rejectable(row: models.Withdrawal) -> bool:
    return row.state in (State.REVIEW.value, State.APPROVED.value)


def _at_the_bank(row: models.Withdrawal) -> bool:
    return row.rail == Rail.BANK.value and row.state in (State.SENDING.value, State.UNKNOWN.value)


class WithdrawalAdmin(ReadOnlyAdmin):
    key = "w"
    finds = Finds(
        by_number,
        lambda row: f"提现 {row.id[-8:]}",
        lambda row: f"{TITLES.get(row.state, row.state)} · ¥{yuan(row.amount_fen)}",
    )
    spoken = {"kind": {"individual": "个人", "sole_trader": "个体工商户", "company": "企业"}}
    icon = "payments"
    codes = frozenset({"payee_digest"})
    ops_roles = DESK
    list_display = (
        "id", "state", "promoter_id", "amount", "vat", "tax", "net", "waited", "needs_review", "maker", "checker",
        "requested_at",
    )  # fmt: skip
    list_filter = ("state", "rail", "kind", "needs_review")
    search_fields = ("id__exact", "promoter_id__exact", "transfer_id__exact", "invoice_ref__exact")
    ordering = ("-id",)
    fields = (
        "id", "state", "promoter_id", "kind", "amount", "vat", "tax", "net", "reason", "rail", "transfer_id",
        "payee_masked", "payee_version", "invoice_ref", "bank_ref", "needs_review", "maker", "checker", "requested_at",
        "not_before", "sent_at", "settled_at", "paid_month", "payee_digest", "explained", "told",
    )  # fmt: skip
    readonly_fields = ("amount", "vat", "tax", "net", "explained", "told")
    actions = ("propose_many", "approve_many", "reject_many")
    actions_detail = ("propose", "approve", "reject", "record_bank", "set_profile")

    @admin.display(description="申请", ordering="amount_fen")
    def amount(self, row: models.Withdrawal) -> Any:
        return money(row.amount_fen)

    @admin.display(description="增值税")
    def vat(self, row: models.Withdrawal) -> Any:
        return money(row.vat_fen)

    @admin.display(description="个税")
    def tax(self, row: models.Withdrawal) -> Any:
        return money(row.tax_fen)

    @admin.display(description="实付")
    def net(self, row: models.Withdrawal) -> Any:
        return money(row.amount_fen - row.tax_fen - row.vat_fen)

    @admin.display(description="已等待")
    def waited(self, row: models.Withdrawal) -> str:
        if row.settled_at:
            return NOTHING
        return ago(row.requested_at).removesuffix("前")

    @admin.display(description="税款计算")
    def explained(self, row: models.Withdrawal) -> Any:
        found = [("增值税", facade.vat_line(row.id)), ("个税", facade.tax_line(row.id))]
        lines = [(name, one) for name, line in found if line for one in line.step.lines]
        if not lines:
            return "打款时计算"
        return format_html('<div class="xt-lines">{}</div>', format_html_join("", "<div>{}：{}</div>", lines))

    @admin.display(description="经过")
    def told(self, row: models.Withdrawal) -> Any:
        lines = facade.history(row.id)
        people = called(line.actor for line in lines)
        return story(
            (line.at, f"{VERBS.get(line.verb, line.verb)} → {TITLES[line.state.value]}",
             f"{people.get(line.actor, ACTORS.get(line.actor, line.actor))} {line.note}")
            for line in lines
        )  # fmt: skip

    def _record(self, request: HttpRequest, verb: str, before: Withdrawal, made: Withdrawal, reason: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        recorded(who, verb, before, made, reason)

    def _actor(self, request: HttpRequest) -> str:
        return identity.require(request.principal).user_id  # type: ignore[attr-defined]

    @detail_action(
        "初审通过",
        roles={Role.FINANCE, Role.OPERATOR},
        form=ProofForm,
        icon="looks_one",
        warning="还需另一位财务复核。",
        when=_unseen,
    )
    def propose(self, request: HttpRequest, form: ProofForm, object_id: str) -> None:
        note = form.cleaned_data["reason"]
        before = facade.get(object_id)
        made = facade.propose(object_id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "propose", before, made, note)

    @detail_action(
        "复核通过",
        roles={Role.FINANCE},
        form=ProofForm,
        icon="looks_two",
        warning="复核人不能是初审人或收款人。",
        when=_seen_once,
    )
    def approve(self, request: HttpRequest, form: ProofForm, object_id: str) -> None:
        note = form.cleaned_data["reason"]
        before = facade.get(object_id)
        made = facade.approve(object_id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "approve", before, made, note)

    @detail_action(
        "驳回", roles={Role.FINANCE, Role.OPERATOR}, icon="close", warning="金额退回可提现余额。", when=_rejectable
    )
    def reject(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        reason = form.cleaned_data["reason"]
        before = facade.get(object_id)
        made = facade.reject(object_id, actor=self._actor(request), reason=reason, now=clock.now())
        self._record(request, "reject", before, made, reason)

    @bulk_action(
        "批量初审通过", roles={Role.FINANCE, Role.OPERATOR}, form=ProofForm, amount=_asked,
        warning="还需另一位财务复核。",
    )  # fmt: skip
    def propose_many(self, request: HttpRequest, form: ProofForm, row: models.Withdrawal) -> None:
        before, note = facade.get(row.id), form.cleaned_data["reason"]
        made = facade.propose(row.id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "propose", before, made, note)

    @bulk_action(
        "批量复核通过", roles={Role.FINANCE}, form=ProofForm, amount=_asked, warning="复核人不能是初审人或收款人。"
    )
    def approve_many(self, request: HttpRequest, form: ProofForm, row: models.Withdrawal) -> None:
        before, note = facade.get(row.id), form.cleaned_data["reason"]
        made = facade.approve(row.id, actor=self._actor(request), note=note, now=clock.now())
        self._record(request, "approve", before, made, note)

    @bulk_action("批量驳回", roles={Role.FINANCE, Role.OPERATOR}, amount=_asked, warning="金额退回可提现余额。")
    def reject_many(self, request: HttpRequest, form: ReasonForm, row: models.Withdrawal) -> None:
        before, reason = facade.get(row.id), form.cleaned_data["reason"]
        made = facade.reject(row.id, actor=self._actor(request), reason=reason, now=clock.now())
        self._record(request, "reject", before, made, reason)

    @detail_action("登记对公打款结果", roles={Role.FINANCE}, form=BankForm, icon="account_balance", when=_at_the_bank)
    def record_bank(self, request: HttpRequest, form: BankForm, object_id: str) -> None:
        given = form.cleaned_data
        before = facade.get(object_id)
        made = facade.record_bank(
            object_id, paid=given["outcome"] == "paid", reference=given["reference"], actor=self._actor(request),
            note=given["reason"], now=clock.now(),
        )  # fmt: skip
        self._record(request, "record_bank", before, made, given["reason"])

    @detail_action(
        "收款人税务身份", roles={Role.FINANCE}, form=ProfileForm, icon="badge",
        warning="决定之后打款适用的税表；当月已扣税的自次月起生效。",
    )  # fmt: skip
    def set_profile(self, request: HttpRequest, form: ProfileForm, object_id: str) -> None:
        who, given = identity.require(request.principal), form.cleaned_data  # type: ignore[attr-defined]
        promoter_id = facade.get(object_id).promoter_id
        before = facade.profile(promoter_id, "9999-12")
        made = facade.set_profile(
            promoter_id, resident=given["resident"] == "yes", registration=Registration(given["registration"]),
            country=given["country"], proof=given["reason"][:200], from_month=given["from_month"], actor=who.user_id,
            now=clock.now(),
        )  # fmt: skip
        identity.audit(
            who, "payouts.set_tax_profile", ("promoter", promoter_id), shown(before), shown(made),
            reason=given["reason"],
        )  # fmt: skip


ops_site.register(models.Withdrawal, WithdrawalAdmin)


LIST: Final = "/ops/payouts/withdrawal/?state__exact="


def _aged(seconds: int) -> str:
    return f" {seconds // 3600} 小时" if seconds >= 3600 else f" {seconds // 60} 分钟"


@dashboard(ops_site, order=20, first_for={Role.FINANCE})
def _under_way(request: HttpRequest) -> Section | None:
    """What goes out by itself."""
    principal = getattr(request, "principal", None)
    if principal is None or not principal.has(*DESK):
        return None
    return Section(
        "提现在途",
        [
            Figure(
                TITLES[one.state.value],
                str(one.count),
                f"共 ¥{yuan(one.amount_fen)}，最早一笔已等{_aged(one.oldest_age_s)}" if one.count else "没有",
                href=f"{LIST}{one.state.value}",
                tone="warn" if one.oldest_age_s > 86_400 else "",
            )
            for one in facade.queue(clock.now())
            if one.state in (State.APPROVED, State.SENDING)
        ],
    )


@queue(ops_site, roles={Role.FINANCE, Role.OPERATOR}, order=15)
def _to_decide(request: HttpRequest) -> Iterable[Queue]:
    """What a person has to decide, or to find out."""
    rows = models.Withdrawal.objects.all()
    review = waiting(rows.filter(state=State.REVIEW.value), since="requested_at", hours=24)
    yield Queue("待审提现", f"{LIST}review", *review, "申请后超过 24 小时")
    unknown = waiting(rows.filter(state=State.UNKNOWN.value), since="sent_at", hours=2)
    yield Queue("结果未知的提现", f"{LIST}unknown", *unknown, "发出后超过 2 小时")
