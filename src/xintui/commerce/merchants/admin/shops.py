"""Console pages: merchants for the platform, the own shop for its people."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Any

from django.contrib import admin, messages
from django.db.models import Count, Q
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xintui.commerce.merchants import facade, queries
from xintui.commerce.merchants.admin.forms import ProfileForm, SettingsForm
from xintui.commerce.merchants.contracts import Profile
from xintui.commerce.merchants.models import Merchant, MerchantEvent
from xintui.commerce.merchants.rules import VERB_NAMES, mask_phone
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role, UserNotFound
from xintui.infra import clock
from xintui.infra.console import (
    Figure,
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    Section,
    bulk_action,
    called,
    dashboard,
    detail_action,
    merchant_site,
    names,
    ops_site,
    place,
    queue,
    waiting,
    words,
)
from xintui.infra.console.search import Finds, Rows, by_number
from xintui.kernel.money import yuan


@names("mch")
def shop_names(ids: set[str]) -> dict[str, str]:
    """Shops by name."""
    return {key: shop.name for key, shop in facade.get_many(ids).items()}


place("mch", "merchants_merchant", "商家")
words("object", {"merchant": "商家"})
words("action", {f"merchants.{verb}": f"商家{says}" for verb, says in VERB_NAMES.items()})


OWNER = frozenset({Role.MERCHANT_OWNER})


def _shops(rows: Rows, text: str) -> Rows | None:
    found = by_number(rows, text)
    return rows.filter(name__contains=text) if found is None else found


class MerchantAdmin(ReadOnlyAdmin):
    icon = "storefront"
    key = "m"
    finds = Finds(_shops, lambda row: str(row.name), lambda row: str(row.get_state_display()))
    merchant_field = "id"
    spoken = {"freeze_config": {"default": "平台默认"}}
    list_display = ("name", "state", "contact_name", "phone", "auto_receipt_days", "applied_at", "activated_at")
    list_filter = ("state", "applied_at")
    search_fields = ("name__contains", "id__exact")
    ordering = ("-id",)
    fieldsets = (
        (
            "商家",
            {
                "fields": (
                    "name",
                    "id",
                    "state",
                    "intro",
                    "legal_name",
                    "credit_code",
                    "contact_name",
                    "phone",
                    "wants",
                    "why",
                )
            },
        ),
        ("设置", {"fields": ("auto_receipt_days", "freeze_config", "freight", "return_address", "shares_profit")}),
        ("开店清单", {"fields": ("onboarding",)}),
        ("经过", {"fields": ("history",)}),
    )
    readonly_fields = ("phone", "freight", "onboarding", "history", "wants", "why")
    codes = frozenset({"credit_code"})
    actions = ("open_many", "turn_down_many", "suspend_many")
    actions_detail = (
        "edit_profile",
        "edit_settings",
        "open_shop",
        "turn_down",
        "suspend_shop",
        "resume_shop",
        "show_phone",
    )

    @admin.display(description="联系电话")
    def phone(self, row: Merchant) -> str:
        return mask_phone(row.contact_phone)

    @admin.display(description="拟经营类目")
    def wants(self, row: Merchant) -> str:
        return "、".join(row.wanted) or "未填"

    @admin.display(description="待人工审核的原因")
    def why(self, row: Merchant) -> str:
        return "；".join(row.findings) if row.state == "applied" else "—"

    @admin.display(description="运费")
    def freight(self, row: Merchant) -> str:
        free = f"，满 ¥{yuan(row.free_freight_from_fen)} 包邮" if row.free_freight_from_fen else ""
        return f"¥{yuan(row.freight_fen)}{free}"

    @admin.display(description="进度")
    def onboarding(self, row: Merchant) -> SafeString:
        """The same facts for the shop, who gets links, and for the operators, who look."""
        steps = facade.checklist(row.id)
        return render_to_string("merchants/checklist.html", {"steps": steps, "links": self.admin_site.scoped})

    @detail_action("店铺资料", roles=OWNER, form=ProfileForm, icon="badge", warning="买家与平台可见；修改会记入审计。")
    def edit_profile(self, request: HttpRequest, form: ProfileForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *OWNER)  # type: ignore[attr-defined]
        given = {name: form.cleaned_data[name] for name in ("intro", "legal_name", "credit_code", "contact_name")}
        facade.change_profile(merchant_id, Profile(**given), by=who, now=clock.now())
        self.message_user(request, "店铺资料已保存", messages.SUCCESS)

    @detail_action("店铺设置", roles=OWNER, form=SettingsForm, icon="tune", warning="仅对之后的订单与发货生效。")
    def edit_settings(self, request: HttpRequest, form: SettingsForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *OWNER)  # type: ignore[attr-defined]
        given, now_set = form.cleaned_data, facade.get(merchant_id).settings
        wanted = replace(
            now_set,
            auto_receipt_days=given["auto_receipt_days"],
            freight_fen=int(given["freight"] * 100),
            free_freight_from_fen=int((given["free_from"] or 0) * 100),
            return_address=given["return_address"],
            shares_profit=given["shares_profit"],
        )
        facade.change_settings(merchant_id, wanted, actor=who, now=clock.now())
        self.message_user(request, "店铺设置已保存", messages.SUCCESS)

    @admin.display(description="审核与变更记录")
    def history(self, row: Merchant) -> SafeString:
        lines = [
            {"at": e.at, "says": VERB_NAMES.get(e.verb, e.verb), "actor": _person(e.actor), "note": e.note}
            for e in facade.history(row.id)
        ]
        return render_to_string("merchants/history.html", {"lines": lines})

    def _decide(self, request: HttpRequest, form: ReasonForm, object_id: str, verb: str) -> None:
        reason = form.cleaned_data["reason"]
        facade.decide(object_id, verb, by=request.principal, now=clock.now(), note=reason)  # type: ignore[attr-defined]
        self.message_user(request, f"{VERB_NAMES[verb]}：已办理", messages.SUCCESS)

    @detail_action(
        "审核通过",
        roles={Role.OPERATOR},
        icon="check_circle",
        warning="店铺立即可以上架商品。",
        when=lambda row: row.state == "applied",
    )
    def open_shop(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, "activate")

    @detail_action("审核不通过", roles={Role.OPERATOR}, icon="cancel", when=lambda row: row.state == "applied")
    def turn_down(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, "reject")

    @detail_action(
        "暂停营业", roles={Role.OPERATOR}, icon="pause_circle", warning="商品立即不可购买；已付款订单继续履行。",
        when=lambda row: row.state == "active",
    )  # fmt: skip
    def suspend_shop(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, "suspend")

    @detail_action("恢复营业", roles={Role.OPERATOR}, icon="play_circle", when=lambda row: row.state == "suspended")
    def resume_shop(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._decide(request, form, object_id, "resume")

    @detail_action("查看完整电话", roles={Role.OPERATOR}, icon="visibility", warning="查看行为与原因将被永久记录。")
    def show_phone(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = request.principal  # type: ignore[attr-defined]
        reason = form.cleaned_data["reason"]
        number = facade.reveal_contact(object_id, actor=who.user_id, reason=reason, now=clock.now())
        identity.audit(who, "merchants.reveal", ("merchant", object_id), reason=reason)
        self.message_user(request, f"联系电话：{number}", messages.INFO)

    def _one(self, request: HttpRequest, form: ReasonForm, row: Merchant, verb: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.decide(row.id, verb, by=who, now=clock.now(), note=reason)

    @bulk_action("批量审核通过", roles={Role.OPERATOR}, warning="店铺立即可以上架商品。")
    def open_many(self, request: HttpRequest, form: ReasonForm, row: Merchant) -> None:
        self._one(request, form, row, "activate")

    @bulk_action("批量审核不通过", roles={Role.OPERATOR})
    def turn_down_many(self, request: HttpRequest, form: ReasonForm, row: Merchant) -> None:
        self._one(request, form, row, "reject")

    @bulk_action("批量暂停营业", roles={Role.OPERATOR}, warning="商品立即不可购买；已付款订单继续履行。")
    def suspend_many(self, request: HttpRequest, form: ReasonForm, row: Merchant) -> None:
        self._one(request, form, row, "suspend")


def _person(user_id: str) -> str:
    """A name where the person is known."""
    try:
        return identity.user(user_id).display_name
    except UserNotFound:
        return called([user_id]).get(user_id, user_id)


class MerchantEventAdmin(ReadOnlyAdmin):
    icon = "history"
    list_display = ("at", "shop", "what", "state", "actor", "note")
    list_filter = ("verb", "at")
    search_fields = ("merchant_id__exact",)
    ordering = ("-id",)

    @admin.display(description="商家")
    def shop(self, row: MerchantEvent) -> str:
        found = queries.get_many([row.merchant_id])
        return found[row.merchant_id].name if found else row.merchant_id

    @admin.display(description="操作")
    def what(self, row: MerchantEvent) -> str:
        return VERB_NAMES.get(row.verb, row.verb)


@facade.onboarding_step(
    "profile", "填写店铺资料", hint="主体名称、信用代码与介绍", page="merchant:merchants_merchant_change", order=10
)
def _profile_told(merchant_id: str) -> bool:
    shop = facade.get(merchant_id)
    return bool(shop.intro and shop.legal_name and shop.credit_code)


@facade.onboarding_step(
    "freight", "设置运费与退货地址", hint="买家退货寄往此处", page="merchant:merchants_merchant_change", order=20
)
def _freight_set(merchant_id: str) -> bool:
    return bool(facade.get(merchant_id).settings.return_address)


@facade.onboarding_step("staff", "邀请员工", hint="一个人开店可跳过", page="merchant:staff", order=60, optional=True)
def _has_staff(merchant_id: str) -> bool:
    return len(identity.members_of(merchant_id)) > 1


@dashboard(merchant_site, order=-20, first_for=OWNER)
def opening(request: HttpRequest) -> Section | None:
    """开店清单, until everything that must be done is done."""
    merchant_id = request.principal.merchant_id  # type: ignore[attr-defined]
    if not facade.get_many([merchant_id]):
        return None
    steps = facade.checklist(merchant_id)
    must = [one for one in steps if not one.optional]
    if all(one.done for one in must):
        return None
    left = sum(not one.done for one in must)
    return Section(
        f"开店清单：还差 {left} 项",
        [
            Figure(
                one.title,
                "✓ 已完成" if one.done else "去完成",
                one.hint + ("（可选）" if one.optional else ""),
                href=one.page,
                tone="good" if one.done else "" if one.optional else "warn",
            )
            for one in steps
        ],
        wide=True,
    )


@dashboard(ops_site, order=10)
def shops(request: HttpRequest) -> Section:
    """How many shops."""
    counts: dict[str, Any] = Merchant.objects.aggregate(
        active=Count("id", filter=Q(state="active")), paused=Count("id", filter=Q(state="suspended"))
    )
    return Section(
        "商家",
        [
            Figure("营业中", str(counts["active"]), href="/ops/merchants/merchant/?state__exact=active"),
            Figure("已暂停", str(counts["paused"]), href="/ops/merchants/merchant/?state__exact=suspended"),
        ],
    )


@queue(ops_site, roles={Role.OPERATOR}, order=30)
def applications(request: HttpRequest) -> Iterable[Queue]:
    """Shops that want to open."""
    asked = waiting(Merchant.objects.filter(state="applied"), since="applied_at", hours=72)
    yield Queue("商家入驻审核", "/ops/merchants/merchant/?state__exact=applied", *asked, "申请后超过 72 小时")


ops_site.register(Merchant, MerchantAdmin)
merchant_site.register(Merchant, MerchantAdmin)
