"""Writing a material at a console: one form for the first version and for the next."""

import base64
import json
from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from unfold.widgets import (
    UnfoldAdminSelectWidget,
    UnfoldAdminSplitDateTimeWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductFilter
from xintui.foundation.identity.contracts import Principal
from xintui.infra import clock
from xintui.infra.console import ConsoleSite
from xintui.kernel.errors import DomainError
from xintui.promotion.materials import facade, rules
from xintui.promotion.materials.contracts import KIND_NAMES, BadMaterial, MaterialDraft, MaterialKind


def whose(request: HttpRequest) -> tuple[Principal, str]:
    """Who sits there, and for which shop ("": the platform)."""
    who: Principal = request.principal  # type: ignore[attr-defined]
    return who, who.merchant_id or ""


def category_name(category: str) -> str:
    """In words."""
    return catalog.category_names().get(category, category) or "全部类目"


def preview_of(version_id: str) -> dict[str, Any]:
    """What a person who decides has to see."""
    found = facade.get(version_id)
    poster = ""
    if found.kind is MaterialKind.POSTER:
        poster = "data:image/webp;base64," + base64.b64encode(facade.preview(found, now=clock.now())).decode()
    return {"material": found, "poster": poster}


class Files(forms.ClearableFileInput):
    allow_multiple_selected = True


class ManyFiles(forms.FileField):
    """Each file by itself as a field of one would judge it."""

    def clean(self, data: Any, initial: Any = None) -> list[Any]:
        given = data if isinstance(data, list | tuple) else [data] if data else []
        return [super(ManyFiles, self).clean(one, initial) for one in given]


class MaterialForm(forms.Form):
    kind = forms.ChoiceField(label="类型", widget=UnfoldAdminSelectWidget())
    title = forms.CharField(label="名称", max_length=30, widget=UnfoldAdminTextInputWidget())
    text = forms.CharField(
        label="文字", required=False, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 5}),
        help_text="推广标识和推客的链接会自动加上，这里只写商品的好处。",
    )  # fmt: skip
    images = ManyFiles(
        label="图片", required=False, widget=Files(attrs={"accept": "image/jpeg,image/png,image/webp"}),
        help_text="1 到 9 张，每张不超过 8 MB。",
    )  # fmt: skip
    address = forms.CharField(label="视频链接", required=False, max_length=300, widget=UnfoldAdminTextInputWidget())
    template = forms.CharField(
        label="海报模板描述", required=False,
        widget=UnfoldAdminTextareaWidget(attrs={"rows": 14, "spellcheck": "false"}),
        help_text="从一个已有模板改起；推广标识和二维码不能去掉。",
    )  # fmt: skip
    product = forms.ChoiceField(label="只用于商品", required=False, widget=UnfoldAdminSelectWidget())
    category = forms.ChoiceField(label="只用于类目", required=False, widget=UnfoldAdminSelectWidget())
    valid_from = forms.SplitDateTimeField(label="生效时间", required=False, widget=UnfoldAdminSplitDateTimeWidget())
    valid_until = forms.SplitDateTimeField(label="失效时间", required=False, widget=UnfoldAdminSplitDateTimeWidget())

    def __init__(self, *args: Any, merchant_id: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        goods = catalog.goods_of(ProductFilter(merchant_id=merchant_id), limit=100)[0] if merchant_id else []
        self.fields["kind"].choices = [(k.value, says) for k, says in KIND_NAMES.items()]  # type: ignore[attr-defined]
        self.fields["product"].choices = [("", "不限"), *((one.id, one.title) for one in goods)]  # type: ignore[attr-defined]
        self.fields["category"].choices = [("", "不限"), *catalog.category_names().items()]  # type: ignore[attr-defined]
        if not merchant_id:
            del self.fields["product"]


def _draft(given: Mapping[str, Any], pictures: tuple[str, ...]) -> MaterialDraft:
    kind = MaterialKind(given["kind"])
    template = None
    if kind is MaterialKind.POSTER:
        try:
            template = json.loads(given["template"] or "{}")
        except ValueError:
            raise BadMaterial("海报模板描述不是有效的 JSON") from None
        if not isinstance(template, dict):
            raise BadMaterial("海报模板描述应为一个对象")
    return MaterialDraft(
        kind=kind,
        title=given["title"],
        text=given["text"] if kind is not MaterialKind.POSTER else "",
        pictures=pictures if kind is MaterialKind.PICTURES else (),
        template=template,
        address=given["address"] if kind is MaterialKind.VIDEO else "",
        product_id=given.get("product", ""),
        category=given["category"],
        valid_from=given["valid_from"],
        valid_until=given["valid_until"],
    )


def _save(request: HttpRequest, form: MaterialForm, before: str) -> str:
    """All or nothing: pictures, version and audit lines. Raises what the facade raises."""
    who, merchant_id = whose(request)
    now = clock.now()
    with transaction.atomic():
        files = form.cleaned_data["images"]
        if len(files) > rules.PICTURE_LIMIT:
            raise BadMaterial(f"图片最多 {rules.PICTURE_LIMIT} 张")
        kept = tuple(facade.upload(merchant_id, one.read(), by=who, now=now) for one in files)
        if not kept and before:
            kept = facade.get(before, merchant_id=merchant_id).pictures
        draft = _draft(form.cleaned_data, kept)
        if before:
            return facade.change(before, draft, merchant_id=merchant_id, by=who, now=now).id
        return facade.create(draft, merchant_id=merchant_id, by=who, now=now).id


def _initial(before: str, merchant_id: str) -> dict[str, Any]:
    if not before:
        ready = facade.library(merchant_id="", kind=MaterialKind.POSTER, limit=1).items if not merchant_id else ()
        return {"template": _shown(ready[0].template) if ready else ""}
    found = facade.get(before, merchant_id=merchant_id)
    return {
        "kind": found.kind.value,
        "title": found.title,
        "text": found.text,
        "address": found.address,
        "template": _shown(found.template),
        "product": found.product_id,
        "category": found.category,
        "valid_until": found.valid_until,
    }


def _shown(template: Mapping[str, Any] | None) -> str:
    return json.dumps(template, ensure_ascii=False, indent=1) if template else ""


def furnish(site: ConsoleSite, roles: frozenset[str]) -> None:
    """The form into a console, in its sidebar beside the list."""

    def view(request: HttpRequest, version_id: str = "") -> HttpResponse:
        who, merchant_id = whose(request)
        if who.roles.isdisjoint(roles):
            raise PermissionDenied
        try:
            initial = _initial(version_id, merchant_id)
        except DomainError:
            raise PermissionDenied from None
        form = MaterialForm(request.POST or None, request.FILES or None, initial=initial, merchant_id=merchant_id)
        if request.method == "POST" and form.is_valid():
            try:
                made = _save(request, form, version_id)
            except DomainError as refusal:
                messages.error(request, str(refusal))
            else:
                messages.success(request, "已保存为草稿，看过后点“提交审核”")
                return HttpResponseRedirect(reverse(f"{site.name}:materials_version_change", args=[made]))
        title = "改出新版" if version_id else "新建素材"
        context = {**site.each_context(request), "title": title, "form": form, "again": bool(version_id)}
        request.current_app = site.name
        return TemplateResponse(request, "materials/form.html", context)

    site.page("materials/new/", "materials_new")(view)
    site.page("materials/next/<str:version_id>/", "materials_next")(view)
    site.link("素材", "新建素材", "add_photo_alternate", "materials_new", roles)
