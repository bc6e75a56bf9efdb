"""Console pages: goods with prices, stock and their history."""

from typing import Any

from django import forms
from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminIntegerFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from xintui.commerce.catalog import facade, filing, newgoods
from xintui.commerce.catalog.contracts import SLOT_NAMES, STATE_NAMES, BadProduct, Slot
from xintui.commerce.catalog.models import Category, Pick, Product
from xintui.commerce.catalog.queries import papers_of
from xintui.commerce.merchants import facade as merchants
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    ReadOnlyAdmin,
    ReasonForm,
    bulk_action,
    detail_action,
    merchant_site,
    names,
    ops_site,
    place,
    words,
)
from xintui.infra.console.cells import money
from xintui.infra.console.search import Finds, Rows, by_number
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import Paper

SHELF: dict[str, str] = {str(key): name for key, name in STATE_NAMES.items()}
KEEPERS = newgoods.KEEPERS
assert filing.COLUMNS  # its page is there as soon as this module is
WHAT = {
    "price": "改价",
    "stock": "库存",
    "shelf": "上下架",
    "created": "新建",
    "sku": "新增规格",
    "retired": "停售规格",
    "title": "标题",
    "subtitle": "卖点",
    "description": "详情",
    "pictures": "图片",
    "category": "类目",
    "tags": "标签",
    "return_class": "退货类别",
    "papers": "资质编号",
    "barred": "资质",
}


@names("prd")
def goods_names(ids: set[str]) -> dict[str, str]:
    """Goods by their titles."""
    return facade.titles(ids)


place("prd", "catalog_product", "商品")
words("object", {"product": "商品"})
words("action", {f"catalog.{what}": f"商品：{says}" for what, says in WHAT.items()} | {
    "catalog.pick": "商品：放入首页", "catalog.unpick": "商品：从首页撤下",
    "catalog.unlist": "商品：平台下架", "catalog.picture": "商品：上传图片",
})  # fmt: skip
words("object", {"picture": "图片"})
words("reason", {"catalog.adjusted": "库存调整"})
words("key", WHAT | {"sku": "规格", "document": "文件", "price_fen": "价格", "delta": "增减"})
words("value", SHELF | SLOT_NAMES)


class PriceForm(ReasonForm):
    sku_id = forms.CharField(label="规格编号", max_length=32, widget=UnfoldAdminTextInputWidget())
    yuan = forms.DecimalField(
        label="新价格（元）", min_value=0, decimal_places=2, max_digits=9, widget=UnfoldAdminTextInputWidget()
    )


class StockForm(ReasonForm):
    sku_id = forms.CharField(label="规格编号", max_length=32, widget=UnfoldAdminTextInputWidget())
    delta = forms.IntegerField(label="增减数量（减少填负数）", widget=UnfoldAdminIntegerFieldWidget())


class ReturnsForm(ReasonForm):
    return_class = forms.ChoiceField(
        label="退货类别",
        choices=[(one.code, one.name) for one in facade.return_classes()],
        widget=UnfoldAdminSelectWidget(),
    )


class PapersForm(BaseDialogForm):  # type: ignore[misc]
    """A field for each kind that a product can bear, filled with what it bears."""

    def __init__(self, request: HttpRequest, object_id: str | None = None, *args: Any, **kwargs: Any) -> None:
        super().__init__(request, object_id, *args, **kwargs)
        who = request.principal  # type: ignore[attr-defined]
        own = Product.objects.filter(id=object_id, merchant_id=who.merchant_id or "").first()
        borne = {one.kind: one.number for one in papers_of(own)} if own else {}
        for kind in facade.PAPER_KINDS:
            self.fields[kind.value] = forms.CharField(
                label=qualification.TITLES[kind], required=False, max_length=40, initial=borne.get(kind, ""),
                widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
            )  # fmt: skip


class ShelfForm(ReasonForm):
    verb = forms.ChoiceField(
        label="操作", choices=[("list", "上架"), ("unlist", "下架")], widget=UnfoldAdminSelectWidget()
    )


class PickForm(ReasonForm):
    slot = forms.ChoiceField(label="位置", choices=list(SLOT_NAMES.items()), widget=UnfoldAdminSelectWidget())
    position = forms.IntegerField(
        label="排序（小的在前）", min_value=1, max_value=999, initial=100, widget=UnfoldAdminIntegerFieldWidget()
    )


def _goods(rows: Rows, text: str) -> Rows | None:
    found = by_number(rows, text)
    return rows.filter(title__contains=text) if found is None else found


class ProductAdmin(ReadOnlyAdmin):
    icon = "inventory_2"
    key = "p"
    finds = Finds(_goods, lambda row: str(row.title), lambda row: f"{row.get_state_display()} · 已售 {row.sales_qty:,}")
    list_display = ("title", "shop", "category_name", "price", "sales_qty", "state", "shop_open", "listed_at")
    list_filter = ("state", "category", "shop_open", "listed_at")
    search_fields = ("title__contains", "id__exact", "merchant_id__exact")
    ordering = ("-id",)
    fieldsets = (
        (
            "商品",
            {
                "fields": (
                    "title",
                    "subtitle",
                    "shown",
                    "id",
                    "shop",
                    "category_name",
                    "tags",
                    "return_class",
                    "numbers",
                    "lacks",
                    "state",
                    "listed_at",
                )
            },
        ),
        ("规格、价格与库存", {"fields": ("skus",)}),
        ("详情", {"fields": ("description",)}),
        ("变更记录", {"fields": ("changes",)}),
    )
    readonly_fields = ("shop", "category_name", "shown", "skus", "changes", "numbers", "lacks")
    actions = ("list_many", "unlist_many", "ban_many")
    actions_detail = ("shelf", "reprice", "restock", "returns", "bear", "pick", "unlist")
    spoken = {"return_class": {one.code: one.name for one in facade.return_classes()}}

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Names for the whole page in one query."""
        page = super().get_changelist_instance(request)
        known = merchants.get_many({row.merchant_id for row in page.result_list})
        says = {one.id: one.name for one in facade.categories()}
        for row in page.result_list:
            row.category_says = says.get(row.category, row.category)
            row.shop_name = known[row.merchant_id].name if row.merchant_id in known else row.merchant_id
        return page

    @admin.display(description="商家")
    def shop(self, row: Any) -> str:
        if not hasattr(row, "shop_name"):
            row.shop_name = merchants.get(row.merchant_id).name
        return str(row.shop_name)

    @admin.display(description="起售价", ordering="price_from_fen")
    def price(self, row: Product) -> SafeString | str:
        return money(row.price_from_fen)

    @admin.display(description="类目", ordering="category")
    def category_name(self, row: Any) -> str:
        if not hasattr(row, "category_says"):
            row.category_says = {one.id: one.name for one in facade.categories()}.get(row.category, row.category)
        return str(row.category_says)

    @admin.display(description="图片")
    def shown(self, row: Product) -> SafeString:
        """The pictures; on the shop's own console with the ways to change them and the words."""
        ways = {"more": "goods_pictures", "words": "goods_words"} if self.admin_site.scoped else {}
        links = {name: reverse(f"merchant:{page}", args=[row.id]) for name, page in ways.items()}
        return render_to_string("catalog/pictures.html", {"pictures": row.pictures} | links)

    @admin.display(description="资质编号")
    def numbers(self, row: Product) -> SafeString | str:
        said = ((qualification.TITLES[one.kind], one.number) for one in papers_of(row))
        return format_html_join("；", "{} {}", said) or "—"

    @admin.display(description="上架还缺")
    def lacks(self, row: Product) -> str:
        today = accounting_date(clock.now())
        missing = qualification.lacking(row.merchant_id, row.category, papers_of(row), today=today)
        return "；".join(one.says for one in missing) or "不缺"

    @admin.display(description="规格")
    def skus(self, row: Product) -> SafeString:
        return render_to_string("catalog/skus.html", {"skus": facade.get(row.id).skus})

    @admin.display(description="变更记录")
    def changes(self, row: Product) -> SafeString:
        lines = [
            {
                "at": c.at,
                "what": WHAT.get(c.what, c.what),
                "before": SHELF.get(c.before, c.before),
                "after": SHELF.get(c.after, c.after),
                "note": c.note,
            }
            for c in facade.history(row.merchant_id, row.id)
        ]
        return render_to_string("catalog/changes.html", {"lines": lines})

    @detail_action("上架 / 下架", roles=KEEPERS, form=ShelfForm, icon="storefront")
    def shelf(self, request: HttpRequest, form: ShelfForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
        note = form.cleaned_data["reason"]
        if form.cleaned_data["verb"] == "list":
            facade.list_product(merchant_id, object_id, actor=who, now=clock.now(), note=note)
        else:
            facade.unlist_product(merchant_id, object_id, actor=who, now=clock.now(), note=note)
        self.message_user(request, "已办理", messages.SUCCESS)

    @detail_action("改价", roles=KEEPERS, form=PriceForm, icon="sell", warning="仅对之后提交的订单生效。")
    def reprice(self, request: HttpRequest, form: PriceForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
        given = form.cleaned_data
        self._own(object_id, given["sku_id"])
        fen = int(given["yuan"] * 100)
        facade.change_price(merchant_id, given["sku_id"], fen, actor=who, now=clock.now(), note=given["reason"])
        self.message_user(request, "已改价并记入审计", messages.SUCCESS)

    @detail_action("调整库存", roles=KEEPERS, form=StockForm, icon="inventory")
    def restock(self, request: HttpRequest, form: StockForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
        given = form.cleaned_data
        self._own(object_id, given["sku_id"])
        facade.adjust_stock(
            merchant_id, given["sku_id"], given["delta"], actor=who, now=clock.now(), note=given["reason"]
        )
        self.message_user(request, "已调整并记入审计", messages.SUCCESS)

    @detail_action(
        "退货类别", roles=KEEPERS, form=ReturnsForm, icon="assignment_return", warning="仅对之后提交的订单生效。"
    )
    def returns(self, request: HttpRequest, form: ReturnsForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
        given = form.cleaned_data
        code, note = given["return_class"], given["reason"]
        facade.set_return_class(merchant_id, object_id, code, actor=who, now=clock.now(), note=note)
        self.message_user(request, "已更改并记入审计", messages.SUCCESS)

    @detail_action(
        "资质编号", roles=KEEPERS, form=PapersForm, icon="verified", warning="买家在商品页的“资质”里可以看到。"
    )
    def bear(self, request: HttpRequest, form: PapersForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
        given = tuple(
            Paper(kind, text) for kind in facade.PAPER_KINDS if (text := form.cleaned_data[kind.value].strip())
        )
        facade.set_papers(merchant_id, object_id, given, actor=who, now=clock.now())
        self.message_user(request, "已保存并记入审计", messages.SUCCESS)

    @detail_action(
        "放入首页", roles={Role.OPERATOR}, form=PickForm, icon="home", when=lambda row: row.state == "on_shelf"
    )
    def pick(self, request: HttpRequest, form: PickForm, object_id: str) -> None:
        given, who = form.cleaned_data, request.principal  # type: ignore[attr-defined]
        slot, note = Slot(given["slot"]), given["reason"]
        facade.pick(slot, object_id, position=given["position"], by=who, now=clock.now(), note=note)
        self.message_user(request, "已放入首页并记入审计", messages.SUCCESS)

    @detail_action(
        "平台下架",
        roles={Role.OPERATOR},
        icon="gavel",
        warning="商品立即不可购买。",
        when=lambda row: row.state == "on_shelf",
    )
    def unlist(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = request.principal  # type: ignore[attr-defined]
        reason, owner = form.cleaned_data["reason"], facade.get(object_id).merchant_id
        facade.unlist_product(owner, object_id, actor=who, now=clock.now(), note=reason)
        self.message_user(request, "已下架并记入审计", messages.SUCCESS)

    @bulk_action("批量上架", roles=KEEPERS)
    def list_many(self, request: HttpRequest, form: ReasonForm, row: Product) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
        facade.list_product(merchant_id, row.id, actor=who, now=clock.now(), note=form.cleaned_data["reason"])

    @bulk_action("批量下架", roles=KEEPERS, warning="下架后立即不可购买。")
    def unlist_many(self, request: HttpRequest, form: ReasonForm, row: Product) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *KEEPERS)  # type: ignore[attr-defined]
        facade.unlist_product(merchant_id, row.id, actor=who, now=clock.now(), note=form.cleaned_data["reason"])

    @bulk_action("批量平台下架", roles={Role.OPERATOR}, warning="商品立即不可购买。")
    def ban_many(self, request: HttpRequest, form: ReasonForm, row: Product) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.unlist_product(row.merchant_id, row.id, actor=who, now=clock.now(), note=reason)

    def _own(self, product_id: str, sku_id: str) -> None:
        """The dialog belongs to one product: a SKU of another one is a slip of the hand."""
        if sku_id not in {sku.id for sku in facade.get(product_id).skus}:
            raise BadProduct("该规格不属于此商品")


class CategoryAdmin(ReadOnlyAdmin):
    icon = "category"
    codes = frozenset({"id"})
    list_display = ("name", "id", "parent_id", "position")
    search_fields = ("name__contains", "id__exact")
    ordering = ("position", "id")


class PickAdmin(ReadOnlyAdmin):
    icon = "home"
    list_display = ("slot", "product_id", "position", "note", "picked_by", "picked_at")
    list_filter = ("slot",)
    search_fields = ("product_id__exact",)
    ordering = ("slot", "position")
    actions_detail = ("unpick",)
    empty_says = "首页还没有人工推荐的商品；在商品页用“放入首页”加入。"

    @detail_action("从首页撤下", roles={Role.OPERATOR}, icon="remove_circle")
    def unpick(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        row = Pick.objects.get(id=object_id)
        who, note = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.unpick(Slot(row.slot), row.product_id, by=who, note=note)
        self.message_user(request, "已从首页撤下并记入审计", messages.SUCCESS)


@merchants.onboarding_step("goods", "添加首件商品（含图片）", page="merchant:new_goods", order=30, hint="至少一张图片")
def _has_goods(merchant_id: str) -> bool:
    return Product.objects.filter(merchant_id=merchant_id).exclude(pictures=[]).exists()


@merchants.onboarding_step(
    "shelf", "上架商品", page="merchant:catalog_product_changelist", order=40, hint="上架后买家才能看到"
)
def _on_shelf(merchant_id: str) -> bool:
    return Product.objects.filter(merchant_id=merchant_id, state="on_shelf").exists()


for site in (ops_site, merchant_site):
    site.register(Product, ProductAdmin)
ops_site.register(Category, CategoryAdmin)
ops_site.register(Pick, PickAdmin)
