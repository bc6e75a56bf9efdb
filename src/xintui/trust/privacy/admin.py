"""Console pages: who asked to leave, and what the law keeps of those who have left, until when and on whose word."""

from typing import Any, ClassVar

from django.contrib import admin, messages
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString

from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, detail_action, ops_site, place, words
from xintui.infra.console.cells import NOTHING, tree
from xintui.kernel.times import accounting_date
from xintui.trust.privacy import facade
from xintui.trust.privacy.models import Erasure, Frozen

DESK = frozenset({Role.OPERATOR, Role.AUDITOR})
place("frz", "privacy_frozen", "冻结记录")
place("ers", "privacy_erasure", "注销申请")
words("object", {"frozen": "冻结记录"})
words("action", {
    "privacy.look": "个人信息：查看冻结记录", "privacy.ask_to_leave": "个人信息：申请注销",
    "privacy.stay": "个人信息：撤回注销",
})  # fmt: skip
words(
    "key",
    {
        "address": "收货信息",
        "region": "省市区",
        "street": "详细地址",
        "legal_name": "姓名或主体",
        "id_number": "证件号",
    },
)


def masked(value: Any) -> Any:
    """What was sealed, so that a duty can be checked without reading the person: every text keeps its ends at most."""
    if isinstance(value, dict):
        return {key: masked(one) for key, one in value.items()}
    if isinstance(value, list):
        return [masked(one) for one in value]
    if not isinstance(value, str) or not value:
        return value
    ends = 1 if len(value) < 8 else 3
    return f"{value[:ends]}****{value[-ends:] if len(value) > 7 else ''}"


class ErasureAdmin(ReadOnlyAdmin):
    icon = "person_remove"
    ops_roles = DESK
    list_display = ("user_id", "state", "asked_at", "due_at", "ended_at", "held")
    list_filter = ("state", "asked_at")
    search_fields = ("user_id__exact", "id__exact")
    ordering = ("-asked_at",)
    empty_says = "还没有人申请注销账号。"


class FrozenAdmin(ReadOnlyAdmin):
    icon = "ac_unit"
    audited_as = "frozen"
    ops_roles = DESK
    exporters: ClassVar[frozenset[str]] = frozenset({Role.AUDITOR})
    list_display = ("object_id", "kind", "user_id", "frozen_at", "keep_until", "left", "basis")
    list_filter = ("kind", "keep_until")
    search_fields = ("object_id__exact", "user_id__exact", "id__exact")
    ordering = ("keep_until", "id")
    fields = ("kind", "object_id", "user_id", "frozen_at", "keep_until", "left", "basis", "content", "id")
    readonly_fields = ("left", "content")
    actions_detail = ("look",)
    empty_says = "没有冻结的记录：注销的人没有留下法律要求保存的内容，或者保存期已满、已经删除。"

    @admin.display(description="还剩")
    def left(self, row: Frozen) -> SafeString | str:
        days = (row.keep_until - accounting_date(clock.now())).days
        return f"{days:,} 天" if days >= 0 else format_html("{}", "已到期，等待删除")

    @admin.display(description="内容")
    def content(self, row: Frozen) -> SafeString | str:
        return (
            format_html("{}", "已加密；依法查看须写明原因，查看只显示脱敏内容，并记入审计") if row.sealed else NOTHING
        )

    @detail_action("依法查看（脱敏）", roles=DESK, icon="visibility", warning="查看的人、时间与原因会记入审计记录。")
    def look(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        found = facade.look(object_id, by=who, reason=reason)
        self.message_user(request, format_html("{}{}", "已记入审计。内容：", tree(masked(found))), messages.INFO)


ops_site.register(Erasure, ErasureAdmin)
ops_site.register(Frozen, FrozenAdmin)
