"""Rosters with their picture of seats, and the people: the shop announces and calls off, the platform reads."""

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, detail_action, merchant_site, ops_site, place, words
from xintui.infra.console.actions import ReasonForm
from xintui.kernel.times import accounting_date
from xintui.promotion.rosters import facade, rules
from xintui.promotion.rosters.contracts import SeatState, State, Verb
from xintui.promotion.rosters.models import Roster, Seat

DESK: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
SHOP: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_GOODS})
DRAWN: Final = 200
"""Seats drawn one by one; of more each mark stands for several."""

place("ros", "rosters_roster", "推广名额")
words("object", {"roster": "推广名额"})
words("action", {
    "rosters.draft": "新建名额", "rosters.change": "修改名额", "rosters.announce": "公布名额",
    "rosters.cancel": "取消名额", "rosters.open": "名额开放", "rosters.close": "名额结束",
    "rosters.claim": "领取名额", "rosters.wait": "排候补", "rosters.give_back": "退回名额",
    "rosters.seat": "候补到名额", "rosters.lapse": "收回未用名额", "rosters.export": "导出名单",
})  # fmt: skip
words("key", {"seats": "名额", "opens_at": "开放时间", "ends_at": "结束时间", "early": "提前领取"})
words("value", {
    "announced": "预告中", "waiting": "候补中", "held": "持有名额", "returned": "已退回", "lapsed": "未使用，已收回",
    "over": "已结束", "left": "已退出候补",
})  # fmt: skip


class RosterAdmin(ReadOnlyAdmin):
    icon = "event_seat"
    ops_roles = DESK
    merchant_roles = SHOP
    good = frozenset({State.OPEN})
    audited_as = "roster"
    list_display = ("product_id", "merchant_id", "state", "filling", "waiting", "opens_at", "ends_at")
    list_filter = ("state", "opens_at")
    search_fields = ("id__exact", "product_id__exact")
    ordering = ("-id",)
    empty_says = "还没有推广名额：在「开放名额」里为一件商品限定由几位推客推广。"
    fields = (
        "product_id", "merchant_id", "state", "picture", "note", "opens_at", "ends_at", "public_at", "announced_at",
        "early_seats", "use_hours", "reason", "ended_at", "created_by", "created_at", "version", "id",
    )  # fmt: skip
    readonly_fields = ("picture",)
    actions_detail = ("announce", "cancel")

    @admin.display(description="已领 / 名额", ordering="taken")
    def filling(self, row: Roster) -> str:
        return f"{row.taken} / {row.seats}"

    @admin.display(description="名额")
    def picture(self, row: Roster) -> SafeString:
        """Every seat as a mark: early ones, taken ones, those kept for everybody's hour, free ones."""
        scoped = self.admin_site.scoped
        site = self.admin_site.name
        return render_to_string("rosters/picture.html", {
            "row": row, "marks": marks(row), "each": -(-row.seats // DRAWN), "free": row.seats - row.taken,
            "people": reverse(f"{site}:rosters_seat_changelist") + f"?roster_id={row.id}",
            "change": reverse("merchant:rosters_change", args=[row.id]) if scoped and row.state == State.DRAFT else "",
            "source": facade.terms(accounting_date(clock.now())).source,
        })  # fmt: skip

    @detail_action(
        "公布", roles=SHOP, icon="campaign", when=lambda row: row.state == State.DRAFT,
        warning="公布之后不能再修改。从此刻起到结束，这件商品的新链接只给有名额的推客；已有的链接照常计佣。",
    )  # fmt: skip
    def announce(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *SHOP)  # type: ignore[attr-defined]
        facade.announce(object_id, merchant_id, by=who, now=clock.now())
        self.message_user(request, "已公布", messages.SUCCESS)

    @detail_action(
        "取消", roles=SHOP, icon="block", when=lambda row: rules.FLOW.allows(State(row.state), Verb.CANCEL),
        warning="持有名额与候补的推客会收到您写的原因；他们已有的链接照常计佣。",
    )  # fmt: skip
    def cancel(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *SHOP)  # type: ignore[attr-defined]
        facade.cancel(object_id, merchant_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已取消，并通知了相关推客", messages.SUCCESS)


def marks(row: Roster) -> list[str]:
    """What each seat is, in the order people come: one mark stands for several where there are many."""
    each = -(-row.seats // DRAWN)
    before = row.state in {State.DRAFT, State.ANNOUNCED}
    later = row.seats - row.early_seats if before else 0
    found = ["early"] * row.early + ["taken"] * (row.taken - row.early)
    found += ["free"] * max(0, row.seats - later - len(found))
    found += ["later"] * (row.seats - len(found))
    return found[::each]


class SeatAdmin(ReadOnlyAdmin):
    icon = "group"
    ops_roles = DESK
    merchant_roles = SHOP
    good = frozenset({SeatState.HELD})
    list_display = ("promoter_id", "roster_id", "state", "early", "since", "used_at", "use_by", "ended_at")
    list_filter = ("state", "early")
    search_fields = ("roster_id__exact", "promoter_id__exact")
    ordering = ("-id",)
    empty_says = "还没有推客领取名额。"
    fields = (
        "promoter_id", "roster_id", "state", "early", "since", "seated_at", "use_by", "used_at", "ended_at", "score",
        "level", "hours", "id",
    )  # fmt: skip

    def lookup_allowed(self, lookup: str, value: str, request: Any = None) -> bool:
        return lookup == "roster_id" or super().lookup_allowed(lookup, value, request)


for site in (ops_site, merchant_site):
    site.register(Roster, RosterAdmin)
    site.register(Seat, SeatAdmin)
