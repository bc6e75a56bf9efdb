"""One row becomes many: rows of the small world multiplied inside the database, for lists that must be long.

A fixture for counting queries and for measuring lists; nothing that is proved about money is built this way.
`{n}` in an expression is the row's number; a column without an expression is as in the template row.
"""

from collections.abc import Mapping
from typing import Any

Execute = Any
"""`execute(statement, params)` answering with rows, as a cursor or a connection of psycopg does."""


def ident(prefix: str, n: str = "{n}") -> str:
    """The SQL of an id that is as long as `kernel.ids.new_id` makes it, and older than any of those."""
    return f"'{prefix}' || lpad(({n})::text, 26, '0')"


def mine(owner: str, other: str, every: int) -> str:
    """Every `every`th row is the owner's, the rest belongs to a crowd of others."""
    return f"CASE WHEN {{n}} % {every} = 0 THEN '{owner}' ELSE '{other}' || lpad(({{n}} % 1997)::text, 8, '0') END"


def needed(path: str, world: Any, limit: int) -> dict[str, str]:
    """The query without which a list of the API says nothing."""
    account = f"promoter.due:{world.ids['promoter_id']}@CNY"
    more = {"/ledger/statement": {"account": account}, "/me/statement": {"kind": "promoter.due"}}
    found = next((query for end, query in more.items() if path.endswith(end)), {})
    return {"limit": str(min(limit, 20) if path.endswith("/home") else limit)} | found


class Crowd:
    """Multiplies rows of one world; `every` says how many of the new rows are the victim's."""

    def __init__(self, execute: Execute, ids: Mapping[str, str], *, every: int = 1) -> None:
        self._execute, self._ids = execute, ids
        self._shop = mine(ids["merchant_id"], "mch", every)
        self._buyer = mine(ids["buyer_id"], "usr", every)
        self._promoter = mine(ids["promoter_id"], "pro", every)

    def orders(self, count: int) -> None:
        """Orders with a line and two log lines each, a payment each, and an after-sale for every twentieth."""
        ids = self._ids
        shop, buyer, order = self._shop, self._buyer, ident("ord")
        states = "(ARRAY['paid','shipped','received','done','done','closed'])[1 + {n} % 6]"
        self._many(
            "orders_order", f"id = '{ids['order_id']}'", count,
            id=order, checkout_id=ident("chk"), merchant_id=shop, buyer_id=buyer, state=states,
            placed_at="tpl.placed_at - {n} * interval '30 seconds'", tracking_no="'SF' || {n}",
            refund_pending_fen="0", payment_id=ident("pay"),
        )  # fmt: skip
        self._many(
            "orders_line", f"id = '{ids['line_id']}'", count,
            id=f"{order} || '001'", order_id=order, merchant_id=shop, refund_pending_fen="0",
        )  # fmt: skip
        self._many("orders_event", f"order_id = '{ids['order_id']}' AND verb = 'place'", count, skip=("id",),
                   order_id=order, merchant_id=shop)  # fmt: skip
        self._many(
            "payments_payment", f"id = '{ids['payment_id']}'", count,
            id=ident("pay"), subject=ident("chk"), transaction_id="'4200' || {n}", shared="false", split_fen="0",
            splits="0", created_at="tpl.created_at - {n} * interval '30 seconds'",
        )  # fmt: skip
        sales = max(1, count // 20) if count > 100 else count
        part = "{n} * 20" if count > 100 else "{n}"
        told = {"shop": shop.replace("{n}", f"({part})"), "buyer": buyer.replace("{n}", f"({part})")}
        self._many(
            "orders_aftersale", f"id = '{ids['after_sale_id']}'", sales,
            id=ident("afs"), order_id=ident("ord", part), merchant_id=told["shop"], buyer_id=told["buyer"],
            state="(ARRAY['applied','refunded','rejected'])[1 + {n} % 3]", refund_id="''",
        )  # fmt: skip
        self._many(
            "orders_aftersale_line", f"aftersale_id = '{ids['after_sale_id']}'", sales,
            id=ident("asl"), aftersale_id=ident("afs"), line_id=f"{ident('ord', part)} || '001'",
            merchant_id=told["shop"],
        )  # fmt: skip

    def promotion(self, count: int) -> None:
        """A commission line an order, a link for every twentieth and clicks on them, withdrawals of all ages."""
        ids, promoter = self._ids, self._promoter
        self._many(
            "commission_line", f"order_id = '{ids['order_id']}'", count,
            order_id=ident("ord"), line_id=f"{ident('ord')} || '001'", promoter_id=promoter, merchant_id=self._shop,
            buyer_id=self._buyer, paid_at="tpl.paid_at - {n} * interval '30 seconds'",
        )  # fmt: skip
        links = max(1, count // 20) if count > 100 else count
        self._many(
            "attribution_link", f"id = '{ids['link_id']}'", links,
            id=ident("lnk"), handle="lpad(to_hex({n}), 16, '0')", code="'c' || {n}", promoter_id=promoter,
            target_id="'prd' || {n}",
        )  # fmt: skip
        self._many(
            "attribution_touch", f"link_id = '{ids['link_id']}'", count,
            id=ident("tch"), link_id=ident("lnk", f"1 + {{n}} % {links}"), promoter_id=promoter,
            visitor_id="'v' || {n} % 50000", at="tpl.at - {n} * interval '30 seconds'",
        )  # fmt: skip
        self._many(
            "payouts_withdrawal", f"id = '{ids['withdrawal_id']}'", links,
            id=ident("wdr"), promoter_id=promoter, transfer_id=ident("trf"), state="'paid'",
            requested_at="tpl.requested_at - {n} * interval '1 minute'", settled_at="tpl.requested_at",
            maker="'m'", checker="'c'",
        )  # fmt: skip

    def shelves(self, count: int) -> None:
        """Products with a SKU each, and reviews of the one that everybody buys."""
        ids, shop = self._ids, self._shop
        self._many(
            "catalog_product", f"id = '{ids['product_id']}'", count,
            id=ident("prd"), merchant_id=shop, price_from_fen="100 + {n} % 9000", sales_qty="{n} % 5000",
            hot_qty="{n} % 700", title="'明前龙井 ' || {n}", created_at="tpl.created_at - {n} * interval '1 minute'",
            listed_at="tpl.listed_at - {n} * interval '1 minute'",
        )  # fmt: skip
        self._many("catalog_sku", f"id = '{ids['sku_id']}'", count, id=ident("sku"), product_id=ident("prd"),
                   merchant_id=shop)  # fmt: skip
        self._many("catalog_stock", f"sku_id = '{ids['sku_id']}'", count, sku_id=ident("sku"), merchant_id=shop)

    def words(self, count: int) -> None:
        """Reviews, messages, accounts, promoters and the trail of what was done."""
        ids = self._ids
        self._many(
            "reviews_review", f"id = '{ids['review_id']}'", count,
            id=ident("rev"), order_id=ident("ord"), line_id=f"{ident('ord')} || '001'", buyer_id=self._buyer,
            merchant_id=self._shop, stars="1 + {n} % 5", written_at="tpl.written_at - {n} * interval '1 minute'",
        )  # fmt: skip
        self._many(
            "notifications_message", f"id = '{ids['message_id']}'", count,
            id=ident("msg"), user_id=self._buyer, key="'k' || {n}", made_at="tpl.made_at - {n} * interval '1 minute'",
        )  # fmt: skip
        self._many(
            "notifications_shop", f"id = '{ids['shop_message_id']}'", count,
            id=ident("smg"), merchant_id=self._shop, key="'k' || {n}",
            made_at="tpl.made_at - {n} * interval '1 minute'",
        )  # fmt: skip
        self._many("identity_user", f"id = '{ids['buyer_id']}'", count, id=ident("usr"), login="'u' || {n}",
                   phone="NULL", openid="NULL", unionid="NULL")  # fmt: skip
        self._many("identity_audit_entry", "id = (SELECT min(id) FROM identity_audit_entry)", count, skip=("id",),
                   at="tpl.at - {n} * interval '1 minute'")  # fmt: skip
        self._many(
            "promoters_promoter", f"id = '{ids['promoter_id']}'", count,
            id=ident("pro"), user_id=ident("usr"),
            sponsor_id=f"CASE WHEN {{n}} % 3 = 0 THEN '{ids['promoter_id']}' END",
            sponsor_depth="CASE WHEN {n} % 3 = 0 THEN 0 END", depth="CASE WHEN {n} % 3 = 0 THEN 1 ELSE 0 END",
            applied_at="tpl.applied_at - {n} * interval '1 minute'",
        )  # fmt: skip

    def _many(self, table: str, template: str, count: int, *, skip: tuple[str, ...] = (), **columns: str) -> None:
        found = self._execute(
            "SELECT column_name, is_generated, identity_generation FROM information_schema.columns"
            " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
            [table],
        ).fetchall()
        names = [name for name, generated, identity in found if generated == "NEVER" and name not in skip]
        assert set(columns) <= set(names), (table, set(columns) - set(names))
        values = ", ".join(columns.get(name, f"tpl.{name}").replace("{n}", "n") for name in names)
        statement = (
            f"INSERT INTO {table} ({', '.join(names)})"
            f" SELECT {values} FROM {table} tpl, generate_series(1, {count}) AS n WHERE {template}"
        )
        made = self._execute(statement.replace("%", "%%"), []).rowcount
        assert made == count, f"{table}: {made} rows instead of {count}"
