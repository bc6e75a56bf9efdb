"""证据: the page of a console on which a shop hands in pictures and both consoles fetch the evidence pack."""

from collections.abc import Callable
from typing import Any, Final

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse

from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import FILE_NAMES, SIDE_NAMES, DisputeNotFound
from xintui.commerce.disputes.links import address, as_zip
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import PLATFORM_ROLES, Role
from xintui.infra import clock
from xintui.infra.console import ConsoleSite
from xintui.kernel.errors import DomainError

ANSWERERS: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE})
MOST: Final = 9


def page(site: ConsoleSite) -> Callable[..., HttpResponse]:
    """The page of this console; a POST hands something in or asks for the pack."""

    def view(request: HttpRequest, dispute_id: str) -> HttpResponse:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        if not who.has(*(ANSWERERS | {Role.MERCHANT_FINANCE} if site.scoped else PLATFORM_ROLES)):
            raise PermissionDenied
        try:
            found = facade.read(dispute_id, who)
            if request.method == "POST" and request.POST.get("verb") == "pack":
                return as_zip(facade.pack(dispute_id, by=who, now=clock.now()))
            if request.method == "POST":
                _hand_in(request, dispute_id)
                return HttpResponseRedirect(request.path)
        except DisputeNotFound:
            raise Http404 from None
        return TemplateResponse(request, "disputes/papers.html", {
            **site.each_context(request),
            "title": "投诉证据",
            "found": found,
            "files": [(one, SIDE_NAMES[one.side], FILE_NAMES[one.kind], address(one)) for one in found.files],
            "may": "evidence" in found.allowed and who.has(*ANSWERERS),
            "back": f"/{site.name}/disputes/case/{dispute_id}/change/",
        })  # fmt: skip

    return view


def _hand_in(request: HttpRequest, dispute_id: str) -> None:
    who = identity.require(request.principal, *ANSWERERS)  # type: ignore[attr-defined]
    given: list[Any] = request.FILES.getlist("pictures")[:MOST]
    said = request.POST.get("words", "").strip()[:200]
    done = 0
    for one in given:
        try:
            facade.add_picture(dispute_id, one.read(), words=said, name=one.name[:80], by=who, now=clock.now())
            done += 1
        except DomainError as refusal:
            messages.error(request, f"{one.name}：{refusal}")
    if done:
        messages.success(request, f"已提交 {done} 份，对方可见")
    elif not given:
        messages.error(request, "请选择图片")
