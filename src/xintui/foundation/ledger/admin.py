"""Console pages: accounts that read like statements, moves, holds, closes."""

from typing import Any, ClassVar

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade
from xintui.foundation.ledger.contracts import KIND_NAMES, SHOP, Account
from xintui.foundation.ledger.models import ClosePage, HoldPage, LedgerAccount, MovePage
from xintui.infra.console import ReadOnlyAdmin, ops_site
from xintui.kernel.money import yuan

READERS = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
LINES_SHOWN = 50


def _named(code: str) -> str:
    """`推客可提现佣金（pro1）`; a code that is none is shown as it is."""
    try:
        return facade.account_name(Account.parse(code))
    except ValueError:
        return code


class Page(ReadOnlyAdmin):
    ops_roles = READERS
    exporters = READERS

    @admin.display(description="金额（元）", ordering="fen")
    def amount(self, row: Any) -> str:
        return yuan(row.fen)


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
    fields = ("name", "kind", "now", "code", "ledger", "statement")
    readonly_fields: ClassVar = fields

    @admin.display(description="户名", ordering="code")
    def name(self, row: LedgerAccount) -> str:
        return Account.parse(row.code).owner

    @admin.display(description="科目")
    def kind(self, row: LedgerAccount) -> str:
        return KIND_NAMES[Account.parse(row.code).kind]

    @admin.display(description="余额（元）", ordering="posted_fen")
    def balance(self, row: LedgerAccount) -> str:
        return yuan(row.posted_fen)

    @admin.display(description="冻结（元）", ordering="held_fen")
    def held(self, row: LedgerAccount) -> str:
        return yuan(row.held_fen)

    @admin.display(description="当前余额")
    def now(self, row: LedgerAccount) -> str:
        held = facade.balance(Account.parse(row.code), ledger=row.ledger)
        currency = held.account.currency
        return (
            f"{facade.amount_name(held.posted_fen, currency)}，其中冻结 {facade.amount_name(held.held_fen, currency)}，"
            f"可用 {facade.amount_name(held.available_fen, currency)}"
        )

    @admin.display(description=f"对账单（最近 {LINES_SHOWN} 笔）")
    def statement(self, row: LedgerAccount) -> SafeString:
        account = Account.parse(row.code)
        lines = facade.latest(account, limit=LINES_SHOWN, ledger=row.ledger)
        body = format_html_join(
            "",
            "<tr><td>{}</td><td>{}</td><td>{}</td><td style='text-align:right'>{}</td>"
            "<td style='text-align:right'>{}</td><td style='text-align:right'>{}</td></tr>",
            (
                (
                    line.on.isoformat(),
                    line.reason,
                    facade.account_name(line.counterpart),
                    yuan(line.in_fen) if line.in_fen else "",
                    yuan(line.out_fen) if line.out_fen else "",
                    yuan(line.balance_fen),
                )
                for line in lines
            ),
        )
        head = "".join(f"<th>{title}</th>" for title in ("会计日", "事由", "对方账户", "收入", "支出", "余额"))
        return format_html("<table><thead><tr>{}</tr></thead><tbody>{}</tbody></table>", SafeString(head), body)


class MoveAdmin(Page):
    icon = "receipt_long"
    list_display = ("on", "reason", "debit_name", "credit_name", "amount", "at")
    list_filter = (BooksFilter, "debit_kind", "credit_kind", "on")
    search_fields = ("reason__startswith", "debit__exact", "credit__exact")
    ordering = ("-on", "-tx", "reason", "seq")
    fields = ("reason", "seq", "words", "amount", "on", "debit", "credit", "ledger", "tx", "at", "together")
    readonly_fields: ClassVar = ("words", "amount", "together")

    @admin.display(description="借方")
    def debit_name(self, row: MovePage) -> str:
        return _named(row.debit)

    @admin.display(description="贷方")
    def credit_name(self, row: MovePage) -> str:
        return _named(row.credit)

    @admin.display(description="说明")
    def words(self, row: MovePage) -> str:
        return facade.in_words(facade.posting(row.reason, ledger=row.ledger).moves[row.seq])

    @admin.display(description="同一事由的全部分录")
    def together(self, row: MovePage) -> SafeString:
        moves = facade.posting(row.reason, ledger=row.ledger).moves
        return format_html_join("", "<div>{}. {}</div>", ((n, facade.in_words(m)) for n, m in enumerate(moves, 1)))


class HoldAdmin(Page):
    icon = "lock_clock"
    list_display = ("at", "account_name", "amount", "state", "until", "key")
    list_filter = (BooksFilter, "state")
    search_fields = ("key__exact", "account__exact")
    ordering = ("-at",)

    @admin.display(description="账户", ordering="account")
    def account_name(self, row: HoldPage) -> str:
        return _named(row.account)


class CloseAdmin(Page):
    icon = "event_available"
    list_display = ("day", "moves", "moved", "at")
    list_filter = (BooksFilter,)
    ordering = ("-day",)
    fields = ("ledger", "day", "moves", "moved", "at")
    readonly_fields: ClassVar = ("moved",)

    @admin.display(description="发生额（元）", ordering="moved_fen")
    def moved(self, row: ClosePage) -> str:
        return yuan(row.moved_fen)


ops_site.register(LedgerAccount, AccountAdmin)
ops_site.register(MovePage, MoveAdmin)
ops_site.register(HoldPage, HoldAdmin)
ops_site.register(ClosePage, CloseAdmin)
