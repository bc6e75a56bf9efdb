"""佣金 commission: the public face."""

from xintui.promotion.commission.ahead import seasons_ahead
from xintui.promotion.commission.contracts import Outcome, Plan, Refund, Sale, SaleBlock, Withdrawal
from xintui.promotion.commission.customers import customer, customers, customers_csv, customers_summary
from xintui.promotion.commission.debts import recover_debts
from xintui.promotion.commission.handlers import accrue, received, refunded, restored
from xintui.promotion.commission.holds import (
    ever_held,
    extend_hold,
    held_fen,
    held_for,
    held_of,
    hold_lines,
    let_go,
    let_go_due,
)  # fmt: skip
from xintui.promotion.commission.jobs import release_due
from xintui.promotion.commission.pages import (
    calendar,
    drafts,
    explanation,
    lines,
    lines_of_promoter,
    order_costs,
    own_sales,
    prospect,
    public_plans,
    summary,
    sweeps,
    told,
    versions,
)  # fmt: skip
from xintui.promotion.commission.pages import statements as statement_page
from xintui.promotion.commission.plans import change_draft, draft, draft_plan, drop_draft, preview, publish_draft
from xintui.promotion.commission.plans import notice as notice_on
from xintui.promotion.commission.queries import audit, earning, explain, plan, plan_in_force, statements, stream, totals
from xintui.promotion.commission.rules import parse_plan
from xintui.promotion.commission.services import publish_plan, receive, release, settle
from xintui.promotion.commission.telling import earnings_of, released_by, sweeps_since, taken_by
from xintui.promotion.commission.today import today

__all__ = [
    "Outcome", "Plan", "Refund", "Sale", "SaleBlock", "Withdrawal", "accrue", "audit", "calendar", "change_draft",
    "customer", "customers", "customers_csv", "customers_summary", "draft", "draft_plan", "drafts", "drop_draft",
    "earning", "earnings_of", "ever_held", "explain", "explanation", "extend_hold", "held_fen", "held_for", "held_of",
    "hold_lines", "let_go", "let_go_due", "lines", "lines_of_promoter", "notice_on", "order_costs", "own_sales",
    "parse_plan", "plan", "plan_in_force", "preview", "prospect", "public_plans", "publish_draft", "publish_plan",
    "receive", "received", "recover_debts", "refunded", "release", "release_due", "released_by", "restored",
    "seasons_ahead", "settle", "statement_page", "statements", "stream", "summary", "sweeps", "sweeps_since",
    "taken_by", "today", "told", "totals", "versions",
]  # fmt: skip
