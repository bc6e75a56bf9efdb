"""佣金 commission: the public face."""

from xintui.promotion.commission.contracts import (
    Draft,
    Earning,
    LineState,
    MonthStatement,
    NoSuchLine,
    NotBooked,
    NotBookedYet,
    Outcome,
    Plan,
    PlanConflict,
    PlanInvalid,
    Preview,
    Receipt,
    Refund,
    Refused,
    Sale,
    SettledBeyond,
    Step,
    Totals,
    Withdrawal,
)
from xintui.promotion.commission.handlers import accrue, received, refunded
from xintui.promotion.commission.jobs import release_due
from xintui.promotion.commission.plans import (
    change_draft,
    draft,
    draft_plan,
    drop_draft,
    last_version,
    preview,
    publish_draft,
)
from xintui.promotion.commission.queries import (
    audit,
    earning,
    earnings,
    explain,
    plan,
    plan_in_force,
    statements,
    stream,
    totals,
)
from xintui.promotion.commission.rules import parse_plan
from xintui.promotion.commission.services import publish_plan, receive, release, settle

__all__ = [
    "Draft", "Earning", "LineState", "MonthStatement", "NoSuchLine", "NotBooked", "NotBookedYet", "Outcome", "Plan",
    "PlanConflict", "PlanInvalid", "Preview", "Receipt", "Refund", "Refused", "Sale", "SettledBeyond", "Step", "Totals",
    "Withdrawal", "accrue", "audit", "change_draft", "draft", "draft_plan", "drop_draft", "earning", "earnings",
    "explain", "last_version", "parse_plan", "plan", "plan_in_force", "preview", "publish_draft", "publish_plan",
    "receive", "received", "refunded", "release", "release_due", "settle", "statements", "stream", "totals",
]  # fmt: skip
