"""Console pages: the library, what each version shows and brought, and the decisions about it."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm

from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, detail_action, merchant_site, names, ops_site, place, words
from xintui.infra.console.cells import story
from xintui.promotion.materials import console, facade
from xintui.promotion.materials.contracts import STATE_NAMES, State
from xintui.promotion.materials.models import Version

WRITERS = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.OPERATOR})
DECIDERS = frozenset({Role.OPERATOR, Role.REVIEWER})
DONE = {
    "create": "新建", "change": "改出新版", "submit": "提交审核", "recall": "撤回", "approve": "审核通过",
    "refuse": "审核不通过", "withdraw": "下架", "upload": "上传图片",
}  # fmt: skip


@names("mtv")
def version_names(ids: set[str]) -> dict[str, str]:
    """Versions by title and number."""
    return facade.titles(ids)


place("mtv", "materials_version", "素材")
words("object", {"material": "素材"})
words("action", {f"materials.{verb}": f"素材：{says}" for verb, says in DONE.items()})
words("key", {"kind": "类型", "number": "版本"})
words("value", {state.value: name for state, name in STATE_NAMES.items()})


class Plainly(BaseDialogForm):  # type: ignore[misc]
    """Nothing to fill in."""


class VersionAdmin(ReadOnlyAdmin):
    icon = "perm_media"
    good = frozenset({State.APPROVED})
    list_display = ("title", "kind", "number", "merchant_id", "product_id", "state", "author_id", "created_at")
    list_filter = ("state", "kind", "created_at")
    search_fields = ("title__contains", "product_id__exact", "merchant_id__exact", "id__exact")
    ordering = ("-id",)
    empty_says = "还没有素材；用左侧“新建素材”写第一条。"
    fieldsets = (
        ("素材", {"fields": ("title", "kind", "number", "state", "shown", "product_id", "category_name", "id")}),
        ("审核", {"fields": ("author_id", "created_at", "submitted_at", "decided_by", "decided_at", "reason")}),
        ("有效期", {"fields": ("valid_from", "valid_until")}),
        ("使用", {"fields": ("used",)}),
        ("全部版本", {"fields": ("sisters",)}),
    )
    readonly_fields = ("shown", "used", "sisters", "category_name")
    actions_detail = ("hand_in", "again", "take_back", "approve", "refuse", "withdraw")

    @admin.display(description="内容")
    def shown(self, row: Version) -> SafeString:
        return render_to_string("materials/shown.html", console.preview_of(row.id))

    @admin.display(description="类目")
    def category_name(self, row: Version) -> str:
        return console.category_name(row.category)

    @admin.display(description="使用情况")
    def used(self, row: Version) -> SafeString:
        return render_to_string("materials/used.html", {"usage": facade.usage([row.id])[row.id]})

    @admin.display(description="版本")
    def sisters(self, row: Version) -> Any:
        found = facade.versions(row.material_id, merchant_id=row.merchant_id)
        return story((one.created_at, f"第 {one.number} 版", STATE_NAMES[one.state]) for one in reversed(found))

    @detail_action("提交审核", roles=WRITERS, icon="send", when=lambda row: row.state in (State.DRAFT, State.WITHDRAWN))
    def hand_in(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, merchant_id = console.whose(request)
        facade.submit(object_id, merchant_id=merchant_id, by=who, now=clock.now())
        self.message_user(request, "已提交，等待平台审核", messages.SUCCESS)

    @detail_action(
        "改出新版", roles=WRITERS, icon="edit", form=Plainly, warning="这一版保持不变，在新版审核通过之前继续有效。",
        when=lambda row: row.author_id != "system",
    )  # fmt: skip
    def again(self, request: HttpRequest, form: Plainly, object_id: str) -> HttpResponse:
        answer = HttpResponse()
        answer["HX-Redirect"] = reverse(f"{self.admin_site.name}:materials_next", args=[object_id])
        return answer

    @detail_action("撤回", roles=WRITERS, icon="undo", when=lambda row: row.state == State.REVIEW)
    def take_back(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, merchant_id = console.whose(request)
        facade.recall(object_id, merchant_id=merchant_id, by=who)
        self.message_user(request, "已撤回为草稿", messages.SUCCESS)

    @detail_action("通过", roles=DECIDERS, icon="check_circle", when=lambda row: row.state == State.REVIEW)
    def approve(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        facade.approve(object_id, by=request.principal, now=clock.now())  # type: ignore[attr-defined]
        self.message_user(request, "已通过，推客现在可以使用", messages.SUCCESS)

    @detail_action("不通过", roles=DECIDERS, icon="cancel", when=lambda row: row.state == State.REVIEW)
    def refuse(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.refuse(object_id, by=who, reason=reason, now=clock.now())
        self.message_user(request, "已退回，作者可以看到原因", messages.SUCCESS)

    @detail_action(
        "下架", roles=WRITERS | DECIDERS, icon="visibility_off", when=lambda row: row.state == State.APPROVED,
        warning="推客不能再用它分享；已经分享出去的链接继续有效。",
    )  # fmt: skip
    def withdraw(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.withdraw(object_id, by=who, reason=reason, merchant_id=who.merchant_id)
        self.message_user(request, "已下架并记入审计", messages.SUCCESS)


for site in (ops_site, merchant_site):
    site.register(Version, VersionAdmin)
    console.furnish(site, frozenset(WRITERS))
