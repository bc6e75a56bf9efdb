"""What the consoles' first page says about trade: money in columns, what sold, what waits."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db.models import Count, Min, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.http import HttpRequest
from django.utils.timezone import localtime, make_aware

from xintui.commerce.orders.models import AfterSale, Line, Order, Quarantine
from xintui.commerce.orders.terms import deadline
from xintui.infra import clock
from xintui.infra.console import Chart, Figure, Section, called, dashboard, merchant_site, ops_site
from xintui.kernel.money import yuan

TREND_DAYS = 14
SIDES = {"merchant": "商家", "buyer": "买家"}


def time_left(state: str, due_at: datetime | None) -> str:
    """`商家 剩 1 天 3 小时`."""
    waited = deadline(state, localtime(clock.now()).date())
    if due_at is None or waited is None:
        return "—"
    minutes = int((due_at - clock.now()).total_seconds() // 60)
    if minutes <= 0:
        return f"{SIDES[waited.side]}已逾期，平台即将按规则处理"
    days, hours = divmod(minutes // 60, 24)
    left = f"{days} 天 {hours} 小时" if days else f"{hours} 小时 {minutes % 60} 分"
    return f"{SIDES[waited.side]} 剩 {left}"


def _age(since: datetime | None) -> str:
    """How long the oldest has waited."""
    if since is None:
        return "队列为空"
    hours = int((clock.now() - since).total_seconds() // 3600)
    return f"最早一笔已等 {hours // 24} 天" if hours >= 48 else f"最早一笔已等 {hours} 小时"


def _mine(request: HttpRequest) -> QuerySet[Order]:
    """Paid orders this person may count."""
    found = Order.objects.exclude(paid_at=None)
    merchant_id = request.principal.merchant_id  # type: ignore[attr-defined]
    return found.filter(merchant_id=merchant_id) if merchant_id else found


@dashboard(ops_site, merchant_site, order=0)
def trade(request: HttpRequest) -> Section:
    """Money today and this week, and two weeks in columns."""
    today = localtime(clock.now()).date()
    first = today - timedelta(days=TREND_DAYS - 1)
    start = make_aware(datetime.combine(first, time.min))
    counted = (
        _mine(request)
        .filter(paid_at__gte=start)
        .annotate(day=TruncDate("paid_at"))
        .values("day")
        .annotate(fen=Sum("total_fen"), count=Count("id"), back=Sum("refunded_fen"))
    )
    days: dict[Any, Any] = {row["day"]: row for row in counted}
    line = [(first + timedelta(days=n)) for n in range(TREND_DAYS)]
    blank = {"fen": 0, "count": 0, "back": 0}

    def over(part: list[date], what: str) -> int:
        return sum(int(days.get(day, blank)[what]) for day in part)

    now, before = over(line[-7:], "fen"), over(line[:-7], "fen")
    change = "前 7 天没有成交"
    if before:
        change = f"比前 7 天{'多' if now >= before else '少'} {abs(now - before) * 100 // before}%"
    points = [
        (f"{day:%m-%d}", over([day], "fen"), f"{day:%m-%d} 成交 ¥{yuan(over([day], 'fen'))}，{over([day], 'count')} 单")
        for day in line
    ]
    return Section(
        "成交",
        [
            Figure("今日成交", f"¥{yuan(over([today], 'fen'))}", f"{over([today], 'count')} 单"),
            Figure("昨日成交", f"¥{yuan(over(line[-2:-1], 'fen'))}", f"{over(line[-2:-1], 'count')} 单"),
            Figure("近 7 天成交", f"¥{yuan(now)}", change),
            Figure("近 14 天订单", f"{over(line, 'count'):,} 单", f"其中已退款 ¥{yuan(over(line, 'back'))}"),
        ],
        chart=Chart(points),
        wide=True,
    )


def _best(request: HttpRequest, field: str) -> list[dict[str, Any]]:
    """What sold most in 30 days, by a column of the lines."""
    since = clock.now() - timedelta(days=30)
    paid = _mine(request).filter(paid_at__gte=since).values("id")
    lines = Line.objects.filter(order_id__in=paid).exclude(**{field: ""})
    found = lines.values(field).annotate(fen=Sum("paid_fen"), qty=Sum("qty")).order_by("-fen")[:5]
    return list(found)


@dashboard(ops_site, merchant_site, order=25)
def best_goods(request: HttpRequest) -> Section | None:
    """Top goods of a month."""
    found = _best(request, "product_id")
    titles = called(row["product_id"] for row in found)
    rows = [(titles.get(r["product_id"], r["product_id"]), f"{r['qty']:,}", f"¥{yuan(r['fen'])}") for r in found]
    return Section("热销商品 · 近 30 天", head=("商品", "件数", "实付"), rows=rows) if rows else None


@dashboard(ops_site, merchant_site, order=26)
def best_promoters(request: HttpRequest) -> Section | None:
    """Top promoters of a month, by what buyers paid."""
    found = _best(request, "promoter_id")
    people = called(row["promoter_id"] for row in found)
    rows = [(people.get(r["promoter_id"], r["promoter_id"]), f"{r['qty']:,}", f"¥{yuan(r['fen'])}") for r in found]
    return Section("推客带货 · 近 30 天", head=("推客", "件数", "实付"), rows=rows) if rows else None


@dashboard(ops_site, merchant_site, order=5)
def waiting(request: HttpRequest) -> Section:
    """What somebody should do now."""
    principal = request.principal  # type: ignore[attr-defined]
    orders, sales = Order.objects.all(), AfterSale.objects.filter(state__in=["applied", "returning", "refund_failed"])
    if principal.merchant_id:
        orders, sales = (
            orders.filter(merchant_id=principal.merchant_id),
            sales.filter(merchant_id=principal.merchant_id),
        )
    site = "merchant" if principal.merchant_id else "ops"
    to_ship, to_decide = orders.filter(state="paid").count(), sales.count()
    oldest = orders.filter(state="paid").aggregate(at=Min("paid_at"))["at"]
    due = sales.exclude(due_at=None).order_by("due_at").values_list("state", "due_at").first()
    asked = time_left(*due) if due else "没有等待中的时限"
    figures = [
        Figure(
            "待发货", str(to_ship), _age(oldest), f"/{site}/orders/order/?state__exact=paid", "warn" if to_ship else ""
        ),
        Figure("待处理售后", str(to_decide), asked, f"/{site}/orders/aftersale/", "warn" if to_decide else ""),
    ]
    if not principal.merchant_id:
        apart = Quarantine.objects.filter(state="open").count()
        figures.append(
            Figure("隔离款项", str(apart), "与订单不符，未入账", "/ops/orders/quarantine/", "bad" if apart else "good")
        )
    return Section("待办", figures)
