"""分账 on an order's page: start it, take it back, release the rest."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget, UnfoldBooleanSwitchWidget

from xintui.commerce.orders import facade
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Receiver, Share, ShareKind
from xintui.infra import clock
from xintui.infra.console import ReasonForm, detail_action
from xintui.kernel.ids import new_id
from xintui.kernel.money import yuan

SHARERS = frozenset({Role.OPERATOR, Role.FINANCE, Role.MERCHANT_OWNER, Role.MERCHANT_FINANCE})
KINDS = {"split": "分账", "return": "分账回退", "unfreeze": "解冻"}
STATES = {"created": "待提交", "unknown": "结果未知", "processing": "处理中", "finished": "已完成", "failed": "失败"}
RESULTS = {"SUCCESS": "已到账", "CLOSED": "未到账", "PENDING": "处理中"}
POSTS = {ShareKind.SPLIT: "split", ShareKind.RETURN: "split_returned"}
"""Under which name a finished share stands in the ledger."""
TYPES = [("MERCHANT_ID", "商户号"), ("PERSONAL_OPENID", "个人 OpenID")]
RELATIONS = [
    ("SUPPLIER", "供应商"),
    ("DISTRIBUTOR", "分销商"),
    ("SERVICE_PROVIDER", "服务商"),
    ("STORE", "门店"),
    ("STAFF", "员工"),
    ("PARTNER", "合作伙伴"),
]


def shown(one: Share) -> dict[str, Any]:
    """A share as the order's file shows it; accounts of persons are masked."""
    told = {row["account"]: row for row in one.results}
    receivers = []
    for to in one.receivers:
        result = told.get(to.account, {})
        says = RESULTS.get(result.get("result", ""), "") + (result.get("fail_reason") or "")
        name = to.account if to.type == "MERCHANT_ID" else to.account[:4] + "****"
        receivers.append({"name": to.name or name, "fen": to.amount_fen, "says": says})
    return {"share": one, "kind": KINDS[one.kind], "state": STATES[one.state], "receivers": receivers}


class NumberedForm(ReasonForm):
    """The share's number is made with the form, so that sending it twice starts one."""

    share_id = forms.RegexField(
        r"^shr[0-9A-Za-z]{10,29}$", widget=forms.HiddenInput, initial=lambda: new_id("shr"), label="分账单号"
    )


class SplitForm(NumberedForm):
    type = forms.ChoiceField(label="接收方类型", choices=TYPES, widget=UnfoldAdminSelectWidget())
    account = forms.RegexField(r"^[0-9A-Za-z_-]{1,64}$", label="接收方账号", widget=UnfoldAdminTextInputWidget())
    name = forms.CharField(
        label="商户全称（商户号必填）", max_length=64, required=False, widget=UnfoldAdminTextInputWidget()
    )
    relation = forms.ChoiceField(label="关系", choices=RELATIONS, widget=UnfoldAdminSelectWidget())
    yuan = forms.DecimalField(
        label="金额（元）", min_value=0, decimal_places=2, max_digits=12, widget=UnfoldAdminTextInputWidget()
    )
    finish = forms.BooleanField(label="同时解冻剩余资金", required=False, widget=UnfoldBooleanSwitchWidget())


class ReturnForm(NumberedForm):
    of = forms.ChoiceField(label="从哪一笔回退", widget=UnfoldAdminSelectWidget())
    yuan = forms.DecimalField(
        label="回退金额（元）", min_value=0, decimal_places=2, max_digits=12, widget=UnfoldAdminTextInputWidget()
    )

    def __init__(self, request: HttpRequest, object_id: Any = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        self.fields["of"].choices = [
            (f"{one.id}:{row['account']}", f"{row['account']} · ¥{yuan(int(row['amount']))}")
            for one in facade.shares(str(object_id))
            for row in one.results
            if one.kind is ShareKind.SPLIT and row["type"] == "MERCHANT_ID" and row["result"] == "SUCCESS"
        ]


def _shares(row: Any) -> bool:
    """Paid for, and its shop had its money held for 分账 when it was."""
    return bool(row.paid_at and row.payment_id) and payments.payment(row.payment_id).shared


def _given(row: Any) -> bool:
    return _shares(row) and any(one.kind is ShareKind.SPLIT for one in payments.shares_of(row.payment_id))


def _scope(request: HttpRequest) -> tuple[Principal, str]:
    who: Principal = request.principal  # type: ignore[attr-defined]
    return who, who.merchant_id or ""


class Sharing:
    """Three buttons for an order's page."""

    message_user: Any

    @detail_action(
        "发起分账",
        roles=SHARERS,
        form=SplitForm,
        icon="call_split",
        when=_shares,
        warning="付款一分钟后由渠道执行，不超过实付的 30%。",
    )
    def split(self, request: HttpRequest, form: SplitForm, object_id: str) -> None:
        who, merchant_id = _scope(request)
        given = form.cleaned_data
        to = Receiver(
            type=given["type"],
            account=given["account"],
            amount_fen=int(given["yuan"] * 100),
            description=given["reason"][:80],
            relation=given["relation"],
            name=given["name"],
        )
        facade.split(
            object_id,
            [to],
            share_id=given["share_id"],
            actor=who,
            now=clock.now(),
            merchant_id=merchant_id,
            finish=given["finish"],
            note=given["reason"],
        )
        self.message_user(request, "已提交分账，结果见订单卷宗", messages.SUCCESS)

    @detail_action(
        "分账回退", roles=SHARERS, form=ReturnForm, icon="undo", when=_given, warning="只有商户接收方可以回退。"
    )
    def return_split(self, request: HttpRequest, form: ReturnForm, object_id: str) -> None:
        who, merchant_id = _scope(request)
        given = form.cleaned_data
        of, _, account = given["of"].partition(":")
        facade.return_split(
            object_id,
            of,
            account,
            int(given["yuan"] * 100),
            share_id=given["share_id"],
            actor=who,
            now=clock.now(),
            merchant_id=merchant_id,
            note=given["reason"],
        )
        self.message_user(request, "已提交回退，结果见订单卷宗", messages.SUCCESS)

    @detail_action(
        "解冻剩余资金",
        roles=SHARERS,
        form=NumberedForm,
        icon="lock_open",
        when=_shares,
        warning="解冻后该订单不能再分账。",
    )
    def release(self, request: HttpRequest, form: NumberedForm, object_id: str) -> None:
        who, merchant_id = _scope(request)
        given = form.cleaned_data
        facade.unfreeze(
            object_id,
            share_id=given["share_id"],
            actor=who,
            now=clock.now(),
            merchant_id=merchant_id,
            note=given["reason"],
        )
        self.message_user(request, "已提交解冻", messages.SUCCESS)
