"""What the dialogs of the payouts pages ask."""

from django import forms
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from xintui.infra.console import ProofForm, ReasonForm
from xintui.promotion.payouts import models


class BankForm(ProofForm):
    outcome = forms.ChoiceField(
        label="银行结果", choices=[("paid", "已到账"), ("failed", "未成功，退回余额")], widget=UnfoldAdminSelectWidget()
    )
    reference = forms.CharField(
        label="银行流水号", required=False, max_length=64, widget=UnfoldAdminTextInputWidget(), help_text="已到账时必填"
    )

    def clean(self) -> dict[str, str]:
        given: dict[str, str] = super().clean() or self.cleaned_data
        if given.get("outcome") == "paid" and not given.get("reference"):
            raise forms.ValidationError("请填写银行流水号")
        return given


class ProfileForm(ReasonForm):
    resident = forms.ChoiceField(
        label="居民身份", choices=[("yes", "居民个人"), ("no", "非居民个人")], widget=UnfoldAdminSelectWidget()
    )
    registration = forms.ChoiceField(label="税务登记", choices=models.REGISTRATIONS, widget=UnfoldAdminSelectWidget())
    country = forms.RegexField("^[A-Z]{3}$", label="国家或地区（三位字母）", widget=UnfoldAdminTextInputWidget())
    from_month = forms.RegexField(
        r"^20\d\d-(0[1-9]|1[0-2])$", label="自月份起", required=False, widget=UnfoldAdminTextInputWidget(),
        help_text="留空为本月；原因栏请写依据材料",
    )  # fmt: skip
