"""Invitations at both consoles; shops' lists and the search table's state for the platform."""

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, detail_action, merchant_site, ops_site, place, words
from xintui.infra.console.actions import ReasonForm
from xintui.kernel.times import accounting_date
from xintui.promotion.screening import facade
from xintui.promotion.screening.contracts import State
from xintui.promotion.screening.models import Candidate, Invitation, Progress

DESK: Final = frozenset({Role.OPERATOR, Role.REVIEWER, Role.AUDITOR})
SHOP: Final = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_GOODS, Role.MERCHANT_SERVICE})

place("inv", "screening_invitation", "推广邀请")
words("object", {"invitation": "推广邀请"})
words("action", {
    "screening.show": "修改可见设置", "screening.block": "屏蔽商家", "screening.unblock": "解除屏蔽",
    "screening.keep": "加入候选名单", "screening.note": "修改候选备注", "screening.let_go": "移出候选名单",
    "screening.export": "导出推客", "screening.invite": "发出邀请", "screening.accept": "接受邀请",
    "screening.decline": "谢绝邀请", "screening.withdraw": "撤回邀请",
})  # fmt: skip
words("key", {
    "listed": "可被搜索", "hidden": "不公开", "invitable": "接受邀请", "filters": "筛选条件", "rows": "行数",
    "promoter": "推客", "product": "商品", "message": "邀请语",
})  # fmt: skip
words("value", {key: one.title for key, one in facade.book(accounting_date(clock.now())).fields.items()})


class InvitationAdmin(ReadOnlyAdmin):
    icon = "mail"
    ops_roles = DESK
    merchant_roles = SHOP
    good = frozenset({State.ACCEPTED})
    audited_as = "invitation"
    list_display = ("promoter_id", "merchant_id", "product_id", "state", "message", "sent_at", "expires_at")
    list_filter = ("state", "sent_at")
    search_fields = ("id__exact", "promoter_id__exact", "product_id__exact")
    ordering = ("-id",)
    empty_says = "还没有邀请：在「找推客」里邀请。"
    fields = (
        "promoter_id", "merchant_id", "product_id", "state", "message", "sent_by", "sent_at", "expires_at",
        "answered_at", "id",
    )  # fmt: skip
    actions_detail = ("withdraw",)

    @detail_action("撤回", roles=SHOP, icon="undo", when=lambda row: row.state == State.OPEN)
    def withdraw(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *SHOP)  # type: ignore[attr-defined]
        facade.withdraw(object_id, merchant_id, by=who, now=clock.now())
        self.message_user(request, "已撤回", messages.SUCCESS)


class CandidateAdmin(ReadOnlyAdmin):
    icon = "bookmark"
    ops_roles = DESK
    list_display = ("promoter_id", "merchant_id", "note", "added_by", "added_at")
    search_fields = ("promoter_id__exact", "merchant_id__exact")
    ordering = ("-added_at",)
    empty_says = "还没有商家收藏推客。"


class ProgressAdmin(ReadOnlyAdmin):
    icon = "sync"
    ops_roles = DESK
    list_display = ("refreshed_at", "counted_on", "waiting", "findable", "version")
    empty_says = "还没有更新过。"
    fields = ("refreshed_at", "counted_on", "counted_to", "waiting", "findable", "version")
    readonly_fields = ("waiting", "findable")

    @admin.display(description="待重算推客")
    def waiting(self, row: Progress) -> str:
        return f"{facade.standing(now=clock.now()).stale:,} 位"

    @admin.display(description="可被搜索的推客")
    def findable(self, row: Progress) -> str:
        found: Any = facade.standing(now=clock.now())
        return f"{found.listed:,} / {found.rows:,} 位"


ops_site.register(Invitation, InvitationAdmin)
ops_site.register(Candidate, CandidateAdmin)
ops_site.register(Progress, ProgressAdmin)
merchant_site.register(Invitation, InvitationAdmin)
