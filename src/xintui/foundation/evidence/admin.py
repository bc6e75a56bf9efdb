"""Console pages: the roots to publish, and the chain of sealed blocks."""

from typing import Any, ClassVar

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import SafeString

from xintui.foundation.evidence import facade
from xintui.foundation.evidence.models import BlockPage, DayPage
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger.contracts import KIND_NAMES, Kind
from xintui.infra.console import Figure, ReadOnlyAdmin, Section, dashboard, ops_site, words
from xintui.infra.console.cells import money
from xintui.kernel.money import yuan

READERS = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})


class Page(ReadOnlyAdmin):
    ops_roles = READERS
    exporters = READERS
    spoken = {"ledger": {"shop": "商城"}}

    @admin.display(description="发生额", ordering="sum")
    def moved(self, row: Any) -> SafeString | str:
        return money(int(row.sum))


class DayAdmin(Page):
    icon = "verified"
    list_display = ("day", "ledger", "count", "moved", "proof_root", "closed_at")
    list_filter = ("ledger",)
    search_fields = ("proof_root__exact",)
    ordering = ("-day", "ledger")
    fields = (
        "day", "ledger", "count", "moved", "closing", "proof_root", "postings_root", "previous", "chain_n",
        "chain_head", "closed_at",
    )  # fmt: skip
    readonly_fields: ClassVar = ("moved", "closing")

    @admin.display(description="期末余额")
    def closing(self, row: DayPage) -> SafeString:
        pairs = [(*key.partition("@")[::2], fen) for key, fen in sorted(row.trial.items())]
        return format_html_join(
            "",
            "<div>{} {}{} {}</div>",
            ((KIND_NAMES[Kind(k)], "¥" if c == "CNY" else "", yuan(f), "" if c == "CNY" else c) for k, c, f in pairs),
        )


class BlockAdmin(Page):
    icon = "link"
    list_display = ("n", "sealed_at", "count", "moved", "hash")
    search_fields = ("hash__exact",)
    ordering = ("-n",)
    fields = ("n", "sealed_at", "count", "moved", "hash", "previous", "root", "tx_from", "tx_to")
    readonly_fields: ClassVar = ("moved",)


@dashboard(ops_site, order=90)
def published(request: HttpRequest) -> Section | None:
    """The newest root and the newest block, to be compared with what was kept elsewhere."""
    if request.principal is None or not request.principal.has(*READERS):  # type: ignore[attr-defined]
        return None
    day, block = facade.last_day(), facade.last_block()
    return Section(
        "可验证账本",
        [
            Figure(
                "最近关账日",
                str(day.day) if day else "尚未关账",
                f"公布根 {day.proof_root.hex()[:16]}…" if day else "运行 xintui close",
                href="/ops/evidence/daypage/",
                tone="good" if day else "warn",
            ),
            Figure(
                "最新封存块",
                f"第 {block.n:,} 块" if block else "尚无",
                f"{block.count:,} 笔分录，{block.hash.hex()[:16]}…" if block else "",
                href="/ops/evidence/blockpage/",
            ),
        ],
    )


ops_site.register(DayPage, DayAdmin)
ops_site.register(BlockPage, BlockAdmin)

words("reason", {"evidence.close": "账本封存"})
