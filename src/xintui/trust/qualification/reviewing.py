"""资质审核: one paper at a time, its picture beside what was typed, a key for each answer."""

from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.console import called, merchant_site, ops_site
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.trust.qualification import facade
from xintui.trust.qualification.contracts import (
    HOLDER_NAMES,
    BadNumber,
    Certificate,
    FileNotFound,
    Holder,
    HolderKind,
    State,
)

DECIDERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER})
LOOKERS: Final = DECIDERS | {Role.AUDITOR}
REFUSALS: Final = (
    "图片不清晰，看不到编号或名称", "图片与填写的编号不一致", "图片与填写的名称不一致", "证书已过有效期",
    "公示系统查无此证", "经营范围不含所售商品",
)  # fmt: skip
"""What a holder can do something about, in the words he reads."""
PASSED, HELD = "与图片一致，公示系统可查", "复核：公示系统存续，与图片一致"


def _review(request: HttpRequest) -> HttpResponse:
    """What has waited longest; those put off in this sitting come last by not coming."""
    who: Principal = request.principal  # type: ignore[attr-defined]
    if not who.has(*DECIDERS):
        raise PermissionDenied
    skip = [one for one in request.GET.get("later", "").split(",") if one.isalnum()][:50]
    if request.method == "POST":
        return _decided(request, who, skip)
    found = facade.waiting(skip=skip)
    waits, checks = facade.how_many_wait()
    told = {
        **ops_site.each_context(request), "title": "资质审核", "one": found, "waits": waits, "checks": checks,
        "later": len(skip), "refusals": REFUSALS, "listing": reverse("ops:qualification_certificate_changelist"),
    }  # fmt: skip
    return TemplateResponse(request, "qualification/review.html", told | (_told(found, who) if found else {}))


def _told(one: Certificate, who: Principal) -> dict[str, Any]:
    """Everything there is to compare with. A person's number is shown whole, and that is written down."""
    number = facade.whole_number(one.id)
    if number != one.number:
        identity.audit(
            who, "qualification.reveal", ("qualification", one.id), {}, {"number": one.number}, reason="审核"
        )
    try:
        parts = [part for part in facade.check(one.kind, number).parts if part.says]
    except BadNumber:
        parts = []
    return {
        "number": number, "parts": parts, "holder": called([one.holder.id]).get(one.holder.id, one.holder.id),
        "holder_kind": HOLDER_NAMES[one.holder.kind], "again": one.state is State.PASSED,
        "page": reverse("ops:qualification_certificate_change", args=[one.id]),
    }  # fmt: skip


def _decided(request: HttpRequest, who: Principal, skip: list[str]) -> HttpResponse:
    given, now = request.POST, clock.now()
    number, verb, reason = given.get("id", ""), given.get("verb", ""), given.get("reason", "").strip()
    try:
        if verb == "later":
            skip = [*skip, number]
        elif verb not in {"pass", "refuse"}:
            raise Http404
        elif verb == "refuse" and len(reason) < 2:
            messages.error(request, "请写明不通过的原因，持有人会看到")
        elif facade.one(number).state is State.PASSED:
            facade.look_again(number, verb == "pass", reason or HELD, by=who, now=now)
            messages.success(request, "已复核并记入审计")
        else:
            facade.decide(number, verb == "pass", reason or PASSED, by=who, now=now)
            messages.success(request, "已办理并记入审计")
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
    return HttpResponseRedirect(f"{reverse('ops:qualification_review')}{'?later=' + ','.join(skip) if skip else ''}")


def _picture(request: HttpRequest, file_id: str) -> HttpResponse:
    """A paper's picture, for the desk and for the shop whose paper it is."""
    who: Principal = request.principal  # type: ignore[attr-defined]
    holder = Holder(HolderKind.MERCHANT, who.merchant_id) if who.merchant_id else None
    if holder is None and not who.has(*LOOKERS):
        raise PermissionDenied
    try:
        content = facade.file(file_id, holder=holder)
    except FileNotFound:
        raise Http404 from None
    return HttpResponse(content, content_type="image/webp")


ops_site.more_urls.append(path("qualification/review/", ops_site.admin_view(_review), name="qualification_review"))
for site in (ops_site, merchant_site):
    site.more_urls.append(
        path("qualification/picture/<str:file_id>/", site.admin_view(_picture), name="qualification_picture")
    )
ops_site.link("资质", "资质审核", "rule", "qualification_review", DECIDERS)
