"""Console pages: a shop answers complaints and proves its side, the platform rules, both read the same file."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from xintui.commerce.disputes import facade, papers, queries
from xintui.commerce.disputes.contracts import (
    FILE_NAMES,
    SIDE_NAMES,
    WRITE_OFF_NAMES,
    Answer,
    Award,
    Side,
    Stand,
    State,
    WriteOffState,
)
from xintui.commerce.disputes.links import address
from xintui.commerce.disputes.models import Case, WriteOff
from xintui.commerce.disputes.rules import SAYS
from xintui.commerce.disputes.tables import version
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock
from xintui.infra.console import (
    ProofForm,
    Queue,
    ReadOnlyAdmin,
    called,
    detail_action,
    merchant_site,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.cells import NOTHING, money

ANSWERERS: Final = papers.ANSWERERS
ARBITERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER})
OURS: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.FINANCE, Role.AUDITOR})
RULED: Final = (State.RULED, State.PAID, State.DENIED, State.REVERSED, State.FINAL)

place("dsp", "disputes_case", "投诉")
words("object", {"dispute": "投诉"})
words("action", {f"disputes.{verb}": says for verb, says in SAYS.items()} | {"disputes.pack": "出具证据包"})
words("reason", {
    "disputes.owed": "推客应承担的赔付", "disputes.reversed": "改判，转为买家应退回",
    "disputes.recovered": "收回先行赔付", "disputes.repaid": "买家退回先行赔付",
    "disputes.written_off": "核销，平台承担",
})  # fmt: skip
words("key", {"digest": "清单指纹", "files": "文件数"})


class WordsForm(BaseDialogForm):  # type: ignore[misc]
    said = forms.CharField(
        label="说明（对方可见）", min_length=2, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )


class OfferForm(WordsForm):
    yuan = forms.DecimalField(
        label="愿意赔付（元）", min_value=0, max_digits=12, decimal_places=2, widget=UnfoldAdminTextInputWidget(),
        help_text="小于买家请求的金额；买家接受后即按此赔付",
    )  # fmt: skip


class AwardForm(WordsForm):
    yuan = forms.DecimalField(
        label="支持买家（元）", min_value=0, max_digits=12, decimal_places=2, widget=UnfoldAdminTextInputWidget(),
        help_text="不超过买家请求的金额；随即先行赔付，责任方可申诉一次；少于请求的，买家也可以",
    )  # fmt: skip
    liable = forms.ChoiceField(
        label="由谁承担", widget=UnfoldAdminSelectWidget(),
        choices=[("", "按事由的通常责任方"), ("merchant", "商家"), ("promoter", "推客")], required=False,
    )  # fmt: skip


class RecoverForm(ProofForm):
    yuan = forms.DecimalField(
        label="收回金额（元）", min_value=0, max_digits=12, decimal_places=2, widget=UnfoldAdminTextInputWidget()
    )
    reference = forms.RegexField(r"^[0-9A-Za-z-]{4,64}$", label="银行流水号", widget=UnfoldAdminTextInputWidget())


class WriteOffForm(ProofForm):
    yuan = forms.DecimalField(
        label="核销金额（元）", min_value=0, max_digits=12, decimal_places=2, widget=UnfoldAdminTextInputWidget(),
        help_text="由平台承担，从技术服务费收入中核销；由另一位财务复核",
    )  # fmt: skip


def _owes(row: Case) -> bool:
    return queries.left_fen(row) > 0


def _asked(row: Case) -> bool:
    return WriteOff.objects.filter(
        merchant_id=row.merchant_id, dispute_id=row.id, state=WriteOffState.ASKED
    ).exists()  # fmt: skip


def _who(request: HttpRequest) -> Principal:
    return identity.require(request.principal)  # type: ignore[attr-defined]


def _fen(form: Any) -> int:
    return int(form.cleaned_data["yuan"] * 100)


def _answerable(row: Case) -> bool:
    return row.state == State.ANSWERING and row.liable == Side.MERCHANT


class CaseAdmin(ReadOnlyAdmin):
    icon = "balance"
    ops_roles = OURS
    merchant_roles = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE, Role.MERCHANT_FINANCE})
    good = frozenset({State.PAID, State.FINAL})
    audited_as = "dispute"
    list_display = ("title", "shop", "about", "liable", "state", "turn", "wanted", "paid", "filed_at", "id")
    list_filter = ("state", "liable", "kind", "late", "filed_at")
    search_fields = ("id__exact", "order_id__exact", "buyer_id__exact")
    ordering = ("due_at", "-id")
    empty_says = "没有投诉。买家对收到的商品有异议时，会出现在这里，每一步都有时限。"
    fields = ("id", "state", "order_id", "about", "filed_at", "turn", "told")
    readonly_fields = ("about", "turn", "told")
    actions_detail = (
        "accept",
        "offer",
        "contest",
        "appeal",
        "award",
        "deny",
        "recover",
        "ask_write_off",
        "write_off",
        "refuse_write_off",
    )

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """The shops' names of everything on the page, in one question."""
        page = super().get_changelist_instance(request)
        known = merchants.get_many({row.merchant_id for row in page.result_list})
        for row in page.result_list:
            row.shop_name = known[row.merchant_id].name if row.merchant_id in known else row.merchant_id
        return page

    @admin.display(description="商家")
    def shop(self, row: Any) -> str:
        """In a file of rows (CSV) nobody has asked for the names: there they come from what the row calls."""
        return str(getattr(row, "shop_name", "") or row.called.get(row.merchant_id, row.merchant_id))

    @admin.display(description="事由", ordering="kind")
    def about(self, row: Case) -> str:
        return version(row.version).kind(row.kind).title

    @admin.display(description="等待", ordering="due_at")
    def turn(self, row: Case) -> Any:
        return waits(row, clock.now())

    @admin.display(description="请求", ordering="wanted_fen")
    def wanted(self, row: Case) -> Any:
        return money(row.wanted_fen)

    @admin.display(description="已赔付", ordering="paid_fen")
    def paid(self, row: Case) -> Any:
        return money(row.paid_fen) if row.paid_fen else NOTHING

    @admin.display(description="案卷")
    def told(self, row: Case) -> SafeString:
        return render_to_string("disputes/file.html", shown(row, self.admin_site.name))

    @detail_action(
        "同意并赔付", roles=ANSWERERS, form=WordsForm, icon="check", when=_answerable,
        warning="按买家请求的金额立即原路退款，先从保证金支付；同意后不能再申诉。",
    )  # fmt: skip
    def accept(self, request: HttpRequest, form: WordsForm, object_id: str) -> None:
        self._answered(request, object_id, Answer(Stand.ACCEPT, form.cleaned_data["said"]), "已同意，正在原路退款")

    @detail_action("提出协商金额", roles=ANSWERERS, form=OfferForm, icon="handshake", when=_answerable)
    def offer(self, request: HttpRequest, form: OfferForm, object_id: str) -> None:
        said = Answer(Stand.OFFER, form.cleaned_data["said"], _fen(form))
        self._answered(request, object_id, said, "已提出，等买家决定")

    @detail_action(
        "不同意", roles=ANSWERERS, form=WordsForm, icon="close", when=_answerable,
        warning="写明理由并在“证据”页提交凭证。小额且事由清楚的投诉仍会按规则先行赔付，您可以申诉；其余转平台裁决。",
    )  # fmt: skip
    def contest(self, request: HttpRequest, form: WordsForm, object_id: str) -> None:
        self._answered(request, object_id, Answer(Stand.CONTEST, form.cleaned_data["said"]), "已答复")

    def _answered(self, request: HttpRequest, dispute_id: str, said: Answer, done: str) -> None:
        facade.answer(dispute_id, said, by=_who(request), now=clock.now())
        self.message_user(request, done, messages.SUCCESS)

    @detail_action(
        "申诉", roles=ANSWERERS, form=WordsForm, icon="gavel",
        when=lambda row: row.state == State.PAID and row.liable == Side.MERCHANT and not row.appeal_id,
        warning="由人工复核，每项裁决一次。成立则已赔付的款项转为买家应退回，并补回保证金。",
    )  # fmt: skip
    def appeal(self, request: HttpRequest, form: WordsForm, object_id: str) -> None:
        facade.appeal(object_id, form.cleaned_data["said"], by=_who(request), now=clock.now())
        self.message_user(request, "已提出申诉，结果会通知您", messages.SUCCESS)

    @detail_action(
        "裁决：支持买家", roles=ARBITERS, form=AwardForm, icon="balance",
        when=lambda row: row.state == State.ARBITRATION, warning="说明会写入案卷和证据包，双方可见。",
    )  # fmt: skip
    def award(self, request: HttpRequest, form: AwardForm, object_id: str) -> None:
        given = form.cleaned_data
        liable = Side(given["liable"]) if given["liable"] else None
        made = Award(_fen(form), given["said"], liable)
        facade.arbitrate(object_id, made, by=_who(request), now=clock.now())
        self.message_user(request, "已裁决并记入审计", messages.SUCCESS)

    @detail_action(
        "裁决：不支持", roles=ARBITERS, form=WordsForm, icon="block",
        when=lambda row: row.state == State.ARBITRATION, warning="说明会写入案卷和证据包，双方可见；买家可申诉一次。",
    )  # fmt: skip
    def deny(self, request: HttpRequest, form: WordsForm, object_id: str) -> None:
        facade.arbitrate(object_id, Award(0, form.cleaned_data["said"]), by=_who(request), now=clock.now())
        self.message_user(request, "已裁决并记入审计", messages.SUCCESS)

    @detail_action(
        "登记收回", roles={Role.FINANCE}, form=RecoverForm, icon="account_balance",
        when=_owes,
        warning="改判后由买家退回的款项，到账后登记；可分次。",
    )  # fmt: skip
    def recover(self, request: HttpRequest, form: RecoverForm, object_id: str) -> None:
        given = form.cleaned_data
        fen, reference = _fen(form), given["reference"]
        facade.recover(object_id, fen, reference, by=_who(request), now=clock.now())
        self.message_user(request, "已登记并记入审计", messages.SUCCESS)

    @detail_action(
        "提出核销", roles={Role.FINANCE}, form=WriteOffForm, icon="money_off",
        when=lambda row: _owes(row) and not _asked(row), warning="确实收不回的款项由平台承担；须另一位财务复核后生效。",
    )  # fmt: skip
    def ask_write_off(self, request: HttpRequest, form: WriteOffForm, object_id: str) -> None:
        facade.ask_write_off(object_id, _fen(form), form.cleaned_data["reason"], by=_who(request), now=clock.now())
        self.message_user(request, "已提出，等另一位财务复核", messages.SUCCESS)

    @detail_action("同意核销", roles={Role.FINANCE}, form=ProofForm, icon="check", when=_asked)
    def write_off(self, request: HttpRequest, form: ProofForm, object_id: str) -> None:
        facade.decide_write_off(object_id, True, form.cleaned_data["reason"], by=_who(request), now=clock.now())
        self.message_user(request, "已核销并记入审计", messages.SUCCESS)

    @detail_action("驳回核销", roles={Role.FINANCE}, form=ProofForm, icon="block", when=_asked)
    def refuse_write_off(self, request: HttpRequest, form: ProofForm, object_id: str) -> None:
        facade.decide_write_off(object_id, False, form.cleaned_data["reason"], by=_who(request), now=clock.now())
        self.message_user(request, "已驳回并记入审计", messages.SUCCESS)


def waits(row: Case, now: datetime) -> str:
    """`商家 剩 1 天 3 小时`."""
    if not row.due_at:
        return str(NOTHING)
    side = SIDE_NAMES[Side(row.waits_for)] if row.waits_for else "申诉期"
    minutes = int((row.due_at - now).total_seconds() // 60)
    if minutes <= 0:
        return f"{side} 已逾期"
    days, hours = divmod(minutes // 60, 24)
    return f"{side} 剩 " + (f"{days} 天 {hours} 小时" if days else f"{hours} 小时 {minutes % 60} 分")


def shown(row: Case, site: str) -> dict[str, Any]:
    """The file in four columns: what is said, what was bought, what was handed in, what moved."""
    found = facade.whole(row.id)
    one = found.dispute
    order = orders.order_file(one.order_id)
    line = next(line for line in order.order.lines if line.id == one.line_id)
    names = called([one.buyer_id, *([one.promoter_id] if one.promoter_id else [])])
    return {
        "one": one,
        "found": found,
        "terms": version(one.version),
        "liable": SIDE_NAMES[one.liable],
        "buyer": names.get(one.buyer_id, "买家"),
        "promoter": names.get(one.promoter_id, "") if one.promoter_id else "",
        "order": order.order,
        "shop": order.merchant_name,
        "line": line,
        "appeals": [(appeal, SIDE_NAMES[Side(appeal.appellant.kind.value)]) for appeal in found.appeals],
        "timeline": [(entry, SIDE_NAMES[entry.side]) for entry in found.timeline],
        "files": [(f, SIDE_NAMES[f.side], FILE_NAMES[f.kind], address(f)) for f in found.files],
        "moves": _moves(facade.reasons(row.id)),
        "papers": f"/{site}/disputes/{row.id}/papers/",
        "ruled": one.state in RULED and one.ruled_at,
        "left_fen": queries.left_fen(row),
        "write_offs": [(given, WRITE_OFF_NAMES[given.state]) for given in facade.write_offs(row.id)],
    }


def _moves(reasons: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "on": posting.on,
            "from": ledger.KIND_NAMES[move.debit.kind],
            "to": ledger.KIND_NAMES[move.credit.kind],
            "fen": move.fen,
        }
        for posting in ledger.postings(reasons)
        for move in posting.moves
    ]


ops_site.register(Case, CaseAdmin)
merchant_site.register(Case, CaseAdmin)
for _site in (ops_site, merchant_site):
    _site.page("disputes/<str:dispute_id>/papers/", "dispute_papers")(papers.page(_site))


@queue(merchant_site, roles=ANSWERERS, order=1)
def to_answer(request: HttpRequest) -> Iterable[Queue]:
    """What a shop has to answer."""
    merchant_id = request.principal.merchant_id  # type: ignore[attr-defined]
    rows = Case.objects.filter(merchant_id=merchant_id, state=State.ANSWERING, liable=Side.MERCHANT)
    yield Queue(
        "待答复的投诉", "/merchant/disputes/case/?state__exact=answering",
        *waiting(rows, since="filed_at", due="due_at"),
        "逾期按规则先行赔付",
    )  # fmt: skip


@queue(ops_site, roles=ARBITERS, order=13)
def to_rule(request: HttpRequest) -> Iterable[Queue]:
    """What waits for a person, the nearest deadline first, and refunds that should have arrived."""
    rows = Case.objects.filter(state=State.ARBITRATION)
    yield Queue(
        "待裁决的投诉", "/ops/disputes/case/?state__exact=arbitration", *waiting(rows, since="filed_at", due="due_at"),
        "超过裁决时限",
    )  # fmt: skip
    stuck = Case.objects.filter(state=State.RULED)
    yield Queue(
        "赔付在途的投诉", "/ops/disputes/case/?state__exact=ruled", *waiting(stuck, since="ruled_at", due="pay_by"),
        "超过赔付时限",
    )  # fmt: skip


@queue(ops_site, roles={Role.FINANCE}, order=15)
def to_let_go(request: HttpRequest) -> Iterable[Queue]:
    """Debts of buyers that somebody has asked to write off: another one looks."""
    rows = WriteOff.objects.filter(state=WriteOffState.ASKED)
    yield Queue("待复核的核销", "/ops/disputes/case/?state__exact=reversed", *waiting(rows, since="asked_at"), "")
