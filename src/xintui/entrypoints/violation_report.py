"""运营后台 › 登记违规: who, which class, what the evidence is. It is written down here; a colleague verifies it."""

from collections.abc import Iterator
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextareaWidget, UnfoldAdminTextInputWidget

from xintui.commerce.merchants import facade as merchants
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ops_site
from xintui.infra.console.actions import may, sentence
from xintui.infra.console.search import search
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.promotion.promoters import facade as promoters
from xintui.trust.violations import facade
from xintui.trust.violations.contracts import SUBJECT_NAMES, Subject, SubjectKind, SubjectNotFound

REPORTERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER})
PAGES: Final = {"promoters_promoter": SubjectKind.PROMOTER, "merchants_merchant": SubjectKind.MERCHANT}
"""Whose pages of the console show somebody who can break a rule."""
MOST: Final = 6


class ReportForm(forms.Form):
    use_required_attribute = False
    who = forms.CharField(
        label="当事人", max_length=64, widget=UnfoldAdminTextInputWidget(),
        help_text="推客或商家的名称、编号或末八位；有几位相符时在下面选一位",
    )  # fmt: skip
    subject = forms.ChoiceField(label="是哪一位", required=False, widget=UnfoldAdminSelectWidget())
    code = forms.ChoiceField(label="类别", widget=UnfoldAdminSelectWidget())
    evidence = forms.CharField(
        label="证据", min_length=4, max_length=1000, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4}),
        help_text="原文、截图编号或鉴定结论；核实成立之后当事人可以看到",
    )  # fmt: skip
    ref = forms.CharField(
        label="订单、链接或线索编号", max_length=64, required=False, widget=UnfoldAdminTextInputWidget()
    )

    def __init__(self, *args: Any, found: list[tuple[Subject, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        classes = facade.catalogue(accounting_date(clock.now())).classes.values()
        names = [(one.code, f"{one.title}（{'、'.join(SUBJECT_NAMES[kind] for kind in one.of)}）") for one in classes]
        self.fields["code"].choices = [("", "请选择"), *names]  # type: ignore[attr-defined]
        self.found = {f"{subject.kind}/{subject.id}": subject for subject, _ in found}
        if len(found) > 1:
            asked = [(f"{one.kind}/{one.id}", f"{SUBJECT_NAMES[one.kind]} {says}") for one, says in found]
            self.fields["subject"].choices = [("", "请选择"), *asked]  # type: ignore[attr-defined]
        else:
            del self.fields["subject"]

    def clean(self) -> dict[str, Any]:
        given: dict[str, Any] = super().clean() or self.cleaned_data
        only = next(iter(self.found.values())) if len(self.found) == 1 else None
        chosen = self.found.get(given.get("subject", ""), only)
        if given.get("who") and not self.found:
            self.add_error("who", str(SubjectNotFound(given["who"])))
        elif given.get("who") and chosen is None:
            self.add_error("subject", "有几位相符，请选一位")
        return given | {"chosen": chosen}


def candidates(request: HttpRequest, text: str) -> Iterator[tuple[Subject, str]]:
    """Promoters and shops that the text means: the console's own search, so nobody who may not be seen."""
    known = {SubjectKind.PROMOTER: promoters.get, SubjectKind.MERCHANT: merchants.get_many}
    for group in search(ops_site, request, text):
        for hit in group.hits[:MOST]:
            app, page, key = hit.href.strip("/").split("/")[1:4]
            kind = PAGES.get(f"{app}_{page}")
            if kind and known[kind]([key]):
                yield Subject(kind, key), f"{hit.title} {hit.says}".strip()


def page(request: HttpRequest) -> HttpResponse:
    """The form, empty or about the somebody whom a link names (`?who=`)."""
    if not may(request, REPORTERS):
        raise PermissionDenied
    text = request.POST.get("who", request.GET.get("who", "")).strip()
    found = list(candidates(request, text)) if text else []
    form = ReportForm(request.POST or None, initial={"who": text}, found=found)
    if request.method == "POST" and form.is_valid() and (made := _reported(request, form)):
        messages.success(request, "已登记，由另一位同事核实；核实之前不告知当事人")
        return HttpResponseRedirect(reverse("ops:violations_case_change", args=[made]))
    context = {**ops_site.each_context(request), "title": "登记违规", "form": form}
    context["back"] = reverse("ops:violations_case_changelist")
    return TemplateResponse(request, "console/report.html", context)


def _reported(request: HttpRequest, form: ReportForm) -> str:
    """The case's number; "" when it was refused, with the refusal on the form."""
    given, who = form.cleaned_data, identity.require(request.principal, *REPORTERS)  # type: ignore[attr-defined]
    try:
        with transaction.atomic():
            case = facade.report(
                given["chosen"], given["code"], given["evidence"], ref=given["ref"], by=who, now=clock.now()
            )
    except DomainError as refusal:
        form.add_error(None, sentence(refusal))
        return ""
    return case.id


def furnish() -> None:
    """The page and its place beside the cases."""
    ops_site.page("violations/report/", "violations_report")(page)
    ops_site.link("违规", "登记违规", "flag", "violations_report", REPORTERS)
