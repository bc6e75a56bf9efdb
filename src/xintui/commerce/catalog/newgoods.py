"""新建商品 at the merchant console: a product with its first specification; later its words and its pictures."""

import re
from dataclasses import dataclass, replace
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.widgets import (
    UnfoldAdminFileFieldWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from xintui.commerce.catalog import facade
from xintui.commerce.catalog.contracts import Product, ProductDraft, ProductNotFound, SkuDraft
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.console import merchant_site
from xintui.kernel.errors import DomainError

KEEPERS: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_GOODS})
MAX_PICTURES: Final = 9
ACCEPT: Final = {"accept": "image/png,image/jpeg,image/webp"}


class PictureForm(forms.Form):
    picture = forms.FileField(
        label="图片", widget=UnfoldAdminFileFieldWidget(attrs=ACCEPT), help_text="支持 JPG、PNG、WebP，不超过 10 MB"
    )


class GoodsForm(forms.Form):
    title = forms.CharField(label="标题", min_length=2, max_length=60, widget=UnfoldAdminTextInputWidget())
    category = forms.ChoiceField(label="类目", choices=[], widget=UnfoldAdminSelectWidget())
    subtitle = forms.CharField(label="卖点", max_length=60, required=False, widget=UnfoldAdminTextInputWidget())
    spec = forms.CharField(label="规格", max_length=60, initial="默认", widget=UnfoldAdminTextInputWidget())
    price = forms.DecimalField(
        label="价格（元）", min_value=0, decimal_places=2, max_digits=9, widget=UnfoldAdminTextInputWidget()
    )
    stock = forms.IntegerField(label="库存", min_value=0, widget=UnfoldAdminIntegerFieldWidget())
    return_class = forms.ChoiceField(label="退货类别", choices=[], widget=UnfoldAdminSelectWidget())
    description = forms.CharField(
        label="详情", max_length=5000, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )
    picture = forms.FileField(
        label="首图", required=False, widget=UnfoldAdminFileFieldWidget(attrs=ACCEPT),
        help_text="支持 JPG、PNG、WebP，不超过 10 MB；更多图片与规格可稍后添加",
    )  # fmt: skip

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [("", "请选择"), *((one.id, one.name) for one in facade.categories())]  # type: ignore[attr-defined]
        self.fields["return_class"].choices = [(one.code, one.name) for one in facade.return_classes()]  # type: ignore[attr-defined]


class WordsForm(forms.Form):
    title = forms.CharField(label="标题", min_length=2, max_length=60, widget=UnfoldAdminTextInputWidget())
    subtitle = forms.CharField(label="卖点", max_length=60, required=False, widget=UnfoldAdminTextInputWidget())
    category = forms.ChoiceField(label="类目", choices=[], widget=UnfoldAdminSelectWidget())
    tags = forms.CharField(
        label="标签", max_length=200, required=False, widget=UnfoldAdminTextInputWidget(),
        help_text="用顿号或空格分开，买家可以按标签筛选",
    )  # fmt: skip
    description = forms.CharField(
        label="详情", max_length=5000, required=False, widget=UnfoldAdminTextareaWidget(attrs={"rows": 10})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["category"].choices = [(one.id, one.name) for one in facade.categories()]  # type: ignore[attr-defined]


@dataclass(frozen=True)
class _Keeper:
    who: Principal
    merchant_id: str


def _asks(request: HttpRequest) -> _Keeper:
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    if not who.has(*KEEPERS):
        raise PermissionDenied
    return _Keeper(who, merchant_id)


def _kept(keeper: _Keeper, file: Any) -> tuple[str, ...]:
    return (facade.upload(keeper.merchant_id, file.read(), now=clock.now()),) if file else ()


def _new(request: HttpRequest) -> HttpResponse:
    """A product that only its shop sees until it is put on the shelf."""
    keeper = _asks(request)
    form = GoodsForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            with transaction.atomic():
                draft = ProductDraft(
                    title=given["title"], category=given["category"], subtitle=given["subtitle"],
                    description=given["description"], pictures=_kept(keeper, given["picture"]),
                    skus=(SkuDraft(given["spec"], int(given["price"] * 100), given["stock"]),),
                    return_class=given["return_class"],
                )  # fmt: skip
                made = facade.create_product(keeper.merchant_id, draft, actor=keeper.who, now=clock.now())
            messages.success(request, "商品已建好，仅本店可见；确认无误后上架")
            return HttpResponseRedirect(reverse("merchant:catalog_product_change", args=[made.id]))
        except DomainError as refusal:
            messages.error(request, str(refusal))
    back = reverse("merchant:catalog_product_changelist")
    return _page(request, {"title": "新建商品", "form": form, "back": back, "says": "保存"})


def _own(keeper: _Keeper, product_id: str) -> Product:
    """The shop's own product. Another shop's is as unknown as none. Raises `ProductNotFound`."""
    product = facade.get(product_id)
    if product.merchant_id != keeper.merchant_id:
        raise ProductNotFound(product_id)
    return product


def _as_it_is(product: Product) -> ProductDraft:
    return ProductDraft(
        title=product.title, category=product.category, subtitle=product.subtitle, description=product.description,
        tags=product.tags, pictures=product.pictures, skus=(), return_class=product.returns.code,
    )  # fmt: skip


def _rearranged(pictures: tuple[str, ...], sent: QueryDict) -> tuple[str, ...]:
    """Without the one that was dropped, or with one of them a place further to the front."""
    left = [one for one in pictures if one != sent.get("drop")]
    if (moved := sent.get("forward")) in left[1:]:
        at = left.index(str(moved))
        left[at - 1 : at + 1] = left[at], left[at - 1]
    return tuple(left)


def _gone(request: HttpRequest, refusal: DomainError) -> HttpResponse:
    messages.error(request, str(refusal))
    return HttpResponseRedirect(reverse("merchant:catalog_product_changelist"))


def _words(request: HttpRequest, product_id: str) -> HttpResponse:
    """Title, 卖点, details, tags and category of a product; each change is kept in its history."""
    keeper = _asks(request)
    try:
        product = _own(keeper, product_id)
    except DomainError as refusal:
        return _gone(request, refusal)
    now = {
        "title": product.title, "subtitle": product.subtitle, "description": product.description,
        "category": product.category, "tags": "、".join(product.tags),
    }  # fmt: skip
    form = WordsForm(request.POST or None, initial=now)
    back = reverse("merchant:catalog_product_change", args=[product_id])
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        tags = tuple(dict.fromkeys(part for part in re.split(r"[、,，\s]+", given.pop("tags")) if part))
        try:
            changed = replace(_as_it_is(product), **given, tags=tags)
            facade.edit_product(keeper.merchant_id, product_id, changed, actor=keeper.who, now=clock.now())
            messages.success(request, "已保存，变更记录里可以看到改前与改后")
            return HttpResponseRedirect(back)
        except DomainError as refusal:
            messages.error(request, str(refusal))
    return _page(request, {"title": f"修改{product.title}", "form": form, "back": back, "says": "保存"})


def _pictures(request: HttpRequest, product_id: str) -> HttpResponse:
    """Add to a product's pictures, take one away, or move one to the front: the first is the one that lists show."""
    keeper = _asks(request)
    back = reverse("merchant:catalog_product_change", args=[product_id])
    try:
        product = _own(keeper, product_id)
    except DomainError as refusal:
        return _gone(request, refusal)
    form = PictureForm(request.POST or None, request.FILES or None)
    if request.method == "POST":
        left = _rearranged(product.pictures, request.POST)
        try:
            if left != product.pictures or form.is_valid():
                with transaction.atomic():
                    more = () if left != product.pictures else _kept(keeper, form.cleaned_data["picture"])
                    changed = replace(_as_it_is(product), pictures=(*left, *more))
                    facade.edit_product(keeper.merchant_id, product_id, changed, actor=keeper.who, now=clock.now())
                messages.success(request, "图片已更新")
                return HttpResponseRedirect(request.path)
        except DomainError as refusal:
            messages.error(request, str(refusal))
    if len(product.pictures) >= MAX_PICTURES:
        form.fields.clear()
    context = {"title": f"{product.title}的图片", "form": form, "back": back, "says": "上传"}
    return _page(request, context | {"pictures": product.pictures})


def _page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return TemplateResponse(request, "catalog/new.html", {**merchant_site.each_context(request), **context})


merchant_site.page("catalog/new/", "new_goods")(_new)
merchant_site.more_urls += [
    path("catalog/pictures/<str:product_id>/", merchant_site.admin_view(_pictures), name="goods_pictures"),
    path("catalog/words/<str:product_id>/", merchant_site.admin_view(_words), name="goods_words"),
]
merchant_site.link("商品", "新建商品", "add_box", "new_goods", KEEPERS)
