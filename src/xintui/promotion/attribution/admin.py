"""Console pages: why an order has its promoter, links, shop rules, locks."""

from typing import Any

from django.contrib import admin

from xintui.infra.console import ReadOnlyAdmin, called, merchant_site, ops_site, place, words
from xintui.infra.console.cells import story
from xintui.promotion.attribution import facade, models

_EXCLUDED = {"outside_window": "超出有效期", "promoter_not_active": "推客未生效", "": "有效"}


place("atr", "attribution_attribution", "归因")
place("lnk", "attribution_link", "推广链接")
words("object", {"link": "推广链接", "window": "归因规则"})
words("action", {"attribution.create_link": "创建推广链接", "attribution.set_window": "调整归因规则"})
words("key", {"channel": "渠道", "click_days": "点击有效天数", "click_rule": "点击规则", "lock_days": "锁客天数"})
words("value", dict(models.CHANNELS))


class AttributionAdmin(ReadOnlyAdmin):
    icon = "alt_route"
    list_display = ("id", "promoter_id", "buyer_id", "merchant_id", "chosen_by", "self_purchase", "frozen_at")
    list_filter = ("chosen_by", "self_purchase")
    search_fields = ("id__exact", "promoter_id__exact", "buyer_id__exact")
    ordering = ("-id",)
    fields = (
        "id", "merchant_id", "buyer_id", "promoter_id", "link_id", "chosen_by", "self_purchase", "frozen_at", "why",
        "clicks",
    )  # fmt: skip
    readonly_fields = ("why", "clicks")

    @admin.display(description="为什么归他")
    def why(self, row: models.Attribution) -> str:
        told = facade.why(row.id, merchant_id=row.merchant_id)
        people = called({row.promoter_id, *(one.promoter_id for one in told.candidates)})
        sentence = told.sentence
        for key, name in people.items():
            sentence = sentence.replace(key, name)
        return sentence + ("（重算一致）" if told.agrees else "（重算不一致，请立即核查）")

    @admin.display(description="候选点击")
    def clicks(self, row: models.Attribution) -> Any:
        found = facade.why(row.id, merchant_id=row.merchant_id).candidates
        people, channels = called(one.promoter_id for one in found), dict(models.CHANNELS)
        return story(
            (one.at, people.get(one.promoter_id, one.promoter_id),
             f"{'锁客' if one.is_lock else channels.get(one.channel, one.channel)} · {_EXCLUDED[one.excluded]}")
            for one in found
        )  # fmt: skip


class LinkAdmin(ReadOnlyAdmin):
    icon = "link"
    codes = frozenset({"code"})
    list_display = ("title", "target_kind", "promoter_id", "channel", "created_at", "id")
    list_filter = ("channel", "target_kind")
    search_fields = ("id__exact", "promoter_id__exact", "code__exact")
    ordering = ("-id",)
    fields = ("id", "promoter_id", "target_kind", "target_id", "merchant_id", "title", "channel", "code", "created_at")


class WindowAdmin(ReadOnlyAdmin):
    empty_says = "商家未另行设置时，使用平台默认规则。"
    icon = "schedule"
    list_display = ("shop", "version", "effective_from", "click_days", "click_rule", "lock_days", "source")
    list_filter = ("click_rule",)
    search_fields = ("merchant_id__exact",)
    ordering = ("-id",)
    fields = ("shop", "version", "effective_from", "click_days", "click_rule", "lock_days", "source")
    readonly_fields = ("shop",)

    @admin.display(description="适用", ordering="merchant_id")
    def shop(self, row: models.Window) -> str:
        known = vars(row).get("called") or called({row.merchant_id})
        return known.get(row.merchant_id, row.merchant_id) if row.merchant_id else "平台默认"


class LockAdmin(ReadOnlyAdmin):
    empty_says = "商家开启锁客后，买家首次成交的推客会记录在这里。"
    icon = "lock_person"
    list_display = ("merchant_id", "buyer_id", "promoter_id", "since", "until", "attribution_id")
    search_fields = ("buyer_id__exact", "promoter_id__exact")
    ordering = ("-id",)


for site in (ops_site, merchant_site):
    site.register(models.Attribution, AttributionAdmin)
    site.register(models.Window, WindowAdmin)
    site.register(models.Lock, LockAdmin)
ops_site.register(models.Link, LinkAdmin)
