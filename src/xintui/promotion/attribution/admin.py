"""Console pages: why an order has its promoter, links, shop rules, locks."""

from django.contrib import admin

from xintui.infra.console import ReadOnlyAdmin, merchant_site, ops_site
from xintui.promotion.attribution import facade, models

_EXCLUDED = {"outside_window": "超出有效期", "promoter_not_active": "推客未生效", "": "有效"}


class AttributionAdmin(ReadOnlyAdmin):
    icon = "alt_route"
    list_display = ("id", "merchant_id", "buyer_id", "promoter_id", "chosen_by", "self_purchase", "frozen_at")
    list_filter = ("chosen_by", "self_purchase")
    search_fields = ("id__exact", "promoter_id__exact", "buyer_id__exact")
    ordering = ("-id",)
    fields = (
        "id", "merchant_id", "buyer_id", "promoter_id", "chosen_by", "self_purchase", "frozen_at", "why", "clicks",
    )  # fmt: skip
    readonly_fields = ("why", "clicks")

    @admin.display(description="为什么归他")
    def why(self, row: models.Attribution) -> str:
        told = facade.why(row.id, merchant_id=row.merchant_id)
        return told.sentence + ("（重算一致）" if told.agrees else "（重算不一致，请立即核查）")

    @admin.display(description="候选点击")
    def clicks(self, row: models.Attribution) -> str:
        return "；".join(
            f"{one.at:%Y-%m-%d %H:%M:%S} {one.promoter_id} {'锁客' if one.is_lock else one.channel} "
            f"{_EXCLUDED[one.excluded]}"
            for one in facade.why(row.id, merchant_id=row.merchant_id).candidates
        )


class LinkAdmin(ReadOnlyAdmin):
    icon = "link"
    list_display = ("id", "promoter_id", "target_kind", "title", "channel", "created_at")
    list_filter = ("channel", "target_kind")
    search_fields = ("id__exact", "promoter_id__exact", "code__exact")
    ordering = ("-id",)
    fields = ("id", "promoter_id", "target_kind", "target_id", "merchant_id", "title", "channel", "code", "created_at")


class WindowAdmin(ReadOnlyAdmin):
    icon = "schedule"
    list_display = ("merchant_id", "version", "effective_from", "click_days", "click_rule", "lock_days", "source")
    list_filter = ("click_rule",)
    search_fields = ("merchant_id__exact",)
    ordering = ("-id",)


class LockAdmin(ReadOnlyAdmin):
    icon = "lock_person"
    list_display = ("merchant_id", "buyer_id", "promoter_id", "since", "until", "attribution_id")
    search_fields = ("buyer_id__exact", "promoter_id__exact")
    ordering = ("-id",)


for site in (ops_site, merchant_site):
    site.register(models.Attribution, AttributionAdmin)
    site.register(models.Window, WindowAdmin)
    site.register(models.Lock, LockAdmin)
ops_site.register(models.Link, LinkAdmin)
