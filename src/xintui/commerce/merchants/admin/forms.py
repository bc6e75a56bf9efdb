"""What the dialogs of the shop's page ask, filled with what is there."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.forms import BaseDialogForm
from unfold.widgets import (
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
    UnfoldBooleanSwitchWidget,
)

from xintui.commerce.merchants import facade
from xintui.kernel.money import yuan


class ProfileForm(BaseDialogForm):  # type: ignore[misc]
    """Filled with what is there."""

    legal_name = forms.CharField(
        label="主体名称（营业执照）", min_length=2, max_length=100, widget=UnfoldAdminTextInputWidget()
    )
    credit_code = forms.CharField(label="统一社会信用代码", max_length=24, widget=UnfoldAdminTextInputWidget())
    contact_name = forms.CharField(label="联系人", max_length=40, widget=UnfoldAdminTextInputWidget())
    intro = forms.CharField(label="店铺介绍", max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 3}))

    def __init__(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = _of_shop(request, object_id)
        super().__init__(request, object_id, *args, **kwargs)


class SettingsForm(BaseDialogForm):  # type: ignore[misc]
    """Filled with what is in force."""

    freight = forms.DecimalField(
        label="运费（元，0 为包邮）", min_value=0, max_value=1000, decimal_places=2, widget=UnfoldAdminTextInputWidget()
    )
    free_from = forms.DecimalField(
        label="满额包邮（元，0 为不设）", min_value=0, max_value=1_000_000, decimal_places=2, required=False,
        widget=UnfoldAdminTextInputWidget(),
    )  # fmt: skip
    return_address = forms.CharField(
        label="退货地址（含收件人与电话）", min_length=6, max_length=200, widget=UnfoldAdminTextInputWidget()
    )
    auto_receipt_days = forms.IntegerField(
        label="自动确认收货天数", min_value=7, max_value=30, widget=UnfoldAdminIntegerFieldWidget()
    )
    shares_profit = forms.BooleanField(label="参与分账", required=False, widget=UnfoldBooleanSwitchWidget())

    def __init__(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> None:
        kwargs["initial"] = _of_shop(request, object_id)
        super().__init__(request, object_id, *args, **kwargs)


def _of_shop(request: HttpRequest, object_id: str | None) -> dict[str, Any]:
    """What stands there now, for the shop's own people only: a dialog is opened before its page refuses."""
    who = request.principal  # type: ignore[attr-defined]
    if not object_id or who.merchant_id != object_id:
        return {}
    shop = facade.get(object_id)
    return {
        "legal_name": shop.legal_name, "credit_code": shop.credit_code, "contact_name": shop.contact_name,
        "intro": shop.intro, "freight": yuan(shop.settings.freight_fen).replace(",", ""),
        "free_from": yuan(shop.settings.free_freight_from_fen).replace(",", ""),
        "return_address": shop.settings.return_address, "auto_receipt_days": shop.settings.auto_receipt_days,
        "shares_profit": shop.settings.shares_profit,
    }  # fmt: skip
