"""Console pages: accounts that read like statements, moves, holds, closes."""

import re
from typing import Any, ClassVar, Final

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.html import format_html, strip_tags
from django.utils.safestring import SafeString

from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade
from xintui.foundation.ledger.contracts import KIND_NAMES, SHOP, Account
from xintui.foundation.ledger.models import ClosePage, HoldPage, LedgerAccount, MovePage
from xintui.infra.console import ReadOnlyAdmin, called, ops_site
from xintui.infra.console.cells import money, reason
from xintui.infra.console.names import all_words
from xintui.infra.console.search import WHOLE, Finds, Rows

READERS = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
LINES_SHOWN = 50


def _owner(code: str) -> str:
    """Whose account it is; a code that is none has no owner."""
    try:
        return Account.parse(code).owner
    except ValueError:
        return ""


def _named(code: str, known: dict[str, str]) -> SafeString:
    """`推客可提现佣金 · 林* 4MPX`, the code in the tooltip; a code that is none is shown as it is."""
    try:
        account = Account.parse(code)
    except ValueError:
        return format_html("{}", code)
    says = f"{KIND_NAMES[account.kind]} · {known.get(account.owner, account.owner)}"
    return format_html('<span title="{}">{}</span>', code, says)


def _sum(fen: int, currency: str) -> SafeString | str:
    return money(fen) if currency == "CNY" else facade.amount_name(fen, currency)


def _names(*codes: str) -> dict[str, str]:
    return called(_owner(code) for code in codes)


class Page(ReadOnlyAdmin):
    ops_roles = READERS
    exporters = READERS

    spoken = {"ledger": {SHOP: "商城"}}
    codes = frozenset({"code", "reason", "debit", "credit", "account", "key"})
    accounts: ClassVar[tuple[str, ...]] = ()
    """Columns that hold an account's code."""

    def get_changelist_instance(self, request: HttpRequest) -> Any:
        """Names of every account's owner, asked for once per page."""
        page = super().get_changelist_instance(request)
        known = _names(*(getattr(row, name) for row in page.result_list for name in self.accounts))
        for row in page.result_list:
            row.owners = known
        return page

    def whose(self, row: Any, name: str) -> SafeString:
        code = getattr(row, name)
        return _named(code, row.owners if hasattr(row, "owners") else _names(code))

    @admin.display(description="金额", ordering="fen")
    def amount(self, row: Any) -> SafeString | str:
        code = row.debit if hasattr(row, "debit") else row.account
        return _sum(row.fen, Account.parse(code).currency)

    @admin.display(description="事由", ordering="reason")
    def why(self, row: Any) -> SafeString | str:
        return reason(row.reason, "ops", getattr(row, "owners", None))


class KindFilter(admin.SimpleListFilter):
    title = "科目"
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(kind.value, name) for kind, name in KIND_NAMES.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(code__startswith=f"{self.value()}:") if self.value() else queryset


class BooksFilter(admin.SimpleListFilter):
    """The shop's own books unless somebody asks for a file settlement's."""

    title = "账套"
    parameter_name = "books"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, name) for name in facade.books() if name != SHOP]

    def choices(self, changelist: Any) -> Any:
        yield {
            "selected": self.value() is None,
            "query_string": changelist.get_query_string(remove=[self.parameter_name]),
            "display": "商城",
        }
        for value, title in self.lookup_choices:
            yield {
                "selected": self.value() == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        return queryset.filter(ledger=self.value() or SHOP)


class AccountAdmin(Page):
    icon = "account_balance_wallet"
    list_display = ("name", "kind", "balance", "held", "code")
    list_filter = (KindFilter, BooksFilter)
    search_fields = ("code__contains",)
    ordering = ("code",)
    accounts = ("code",)
    fieldsets = (
        ("账户", {"fields": ("name", "kind", "now_posted", "now_held", "now_free", "ledger", "code")}),
        (f"对账单（最近 {LINES_SHOWN} 笔）", {"fields": ("statement",)}),
    )
    readonly_fields: ClassVar = ("name", "kind", "now_posted", "now_held", "now_free", "statement")

    @admin.display(description="户名", ordering="code")
    def name(self, row: Any) -> str:
        owner = _owner(row.code)
        return (row.owners if hasattr(row, "owners") else called([owner])).get(owner, owner)

    @admin.display(description="科目")
    def kind(self, row: LedgerAccount) -> str:
        return KIND_NAMES[Account.parse(row.code).kind]

    @admin.display(description="余额", ordering="posted_fen")
    def balance(self, row: LedgerAccount) -> SafeString | str:
        return _sum(row.posted_fen, Account.parse(row.code).currency)

    @admin.display(description="其中冻结", ordering="held_fen")
    def held(self, row: LedgerAccount) -> SafeString | str:
        return money(row.held_fen or None)

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Its title is its name, not its code."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.shown_as = f"{self.kind(row)} · {self.name(row)}"
        return row

    def _now(self, row: Any) -> Any:
        """Asked for once per page: the row of a busy account is behind its moves."""
        if not hasattr(row, "balance_now"):
            row.balance_now = facade.balance(Account.parse(row.code), ledger=row.ledger)
        return row.balance_now

    @admin.display(description="当前余额")
    def now_posted(self, row: LedgerAccount) -> SafeString | str:
        held = self._now(row)
        return _sum(held.posted_fen, held.account.currency)

    @admin.display(description="其中冻结")
    def now_held(self, row: LedgerAccount) -> SafeString | str:
        held = self._now(row)
        return _sum(held.held_fen, held.account.currency)

    @admin.display(description="可用")
    def now_free(self, row: LedgerAccount) -> SafeString | str:
        held = self._now(row)
        return _sum(held.available_fen, held.account.currency)

    @admin.display(description="对账单")
    def statement(self, row: LedgerAccount) -> SafeString:
        lines = facade.latest(Account.parse(row.code), limit=LINES_SHOWN, ledger=row.ledger)
        known = called(line.counterpart.owner for line in lines)
        shown = [(line, reason(line.reason, "ops", known), _named(str(line.counterpart), known)) for line in lines]
        return render_to_string("ledger/statement.html", {"lines": shown})


CODE: Final = re.compile(r"[a-z]+\.[a-z_]+(/.*)?")


def _postings(rows: Rows, text: str) -> Rows | None:
    """By the reason itself, or by the number of what it is about (an order, a refund, a withdrawal)."""
    if WHOLE.fullmatch(text):
        return rows.filter(reason__in=[f"{verb}/{text}" for verb in all_words("reason")])
    return rows.filter(reason__startswith=text) if CODE.fullmatch(text) else None


class MoveAdmin(Page):
    icon = "receipt_long"
    key = "l"
    finds = Finds(
        _postings,
        lambda row: strip_tags(reason(row.reason)),
        lambda row: f"{row.on:%Y-%m-%d} · {facade.amount_name(row.fen, Account.parse(row.debit).currency)}",
    )
    accounts = ("debit", "credit")
    list_display = ("on", "why", "debit_name", "credit_name", "amount", "at")
    list_filter = (BooksFilter, "debit_kind", "credit_kind", "on")
    search_fields = ("reason__startswith", "debit__exact", "credit__exact")
    ordering = ("-on", "-tx", "reason", "seq")
    fields = (
        "why", "amount", "debit_name", "credit_name", "on", "at", "ledger", "tx", "reason", "debit", "credit",
        "together",
    )  # fmt: skip
    readonly_fields: ClassVar = ("why", "amount", "debit_name", "credit_name", "together")

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Any:
        """Its title is what happened."""
        row = super().get_object(request, object_id, from_field)
        if row is not None:
            row.shown_as = f"{strip_tags(self.why(row))} 第 {row.seq + 1} 笔"
        return row

    @admin.display(description="借方")
    def debit_name(self, row: MovePage) -> SafeString:
        return self.whose(row, "debit")

    @admin.display(description="贷方")
    def credit_name(self, row: MovePage) -> SafeString:
        return self.whose(row, "credit")

    @admin.display(description="同一事由的全部分录")
    def together(self, row: MovePage) -> SafeString:
        moves = facade.posting(row.reason, ledger=row.ledger).moves
        known = called(owner for move in moves for owner in (move.debit.owner, move.credit.owner))
        shown = [(_named(str(m.debit), known), _named(str(m.credit), known), m.fen) for m in moves]
        return render_to_string("ledger/moves.html", {"moves": shown})


class HoldAdmin(Page):
    icon = "lock_clock"
    accounts = ("account",)
    list_display = ("at", "account_name", "amount", "state", "until", "what_for")
    fields = ("account_name", "amount", "state", "what_for", "at", "until", "ledger", "account", "key")
    readonly_fields: ClassVar = ("account_name", "amount", "what_for")
    list_filter = (BooksFilter, "state")
    search_fields = ("key__exact", "account__exact")
    ordering = ("-at",)

    @admin.display(description="账户", ordering="account")
    def account_name(self, row: HoldPage) -> SafeString:
        return self.whose(row, "account")

    @admin.display(description="用途")
    def what_for(self, row: HoldPage) -> SafeString | str:
        return reason(row.key, "ops")


class CloseAdmin(Page):
    icon = "event_available"
    list_display = ("day", "moves", "moved", "at")
    list_filter = (BooksFilter,)
    ordering = ("-day",)
    fields = ("ledger", "day", "moves", "moved", "at")
    readonly_fields: ClassVar = ("moved",)

    @admin.display(description="发生额（分与积分之和）", ordering="moved_fen")
    def moved(self, row: ClosePage) -> str:
        return f"{row.moved_fen:,}"


ops_site.register(LedgerAccount, AccountAdmin)
ops_site.register(MovePage, MoveAdmin)
ops_site.register(HoldPage, HoldAdmin)
ops_site.register(ClosePage, CloseAdmin)
