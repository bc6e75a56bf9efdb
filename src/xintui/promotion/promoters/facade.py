"""推客 promoters: who may promote, since when and through whom."""

from xintui.promotion.promoters.queries import (
    active_by_user,
    by_user,
    get,
    history,
    level_history,
    one,
    payee,
    policy,
    search,
    tax_identities,
    team,
    team_csv,
)
from xintui.promotion.promoters.services import (
    apply_agreement,
    apply_identity,
    apply_payee,
    change_payee,
    restore,
    review,
    set_level,
    suspend,
)
from xintui.promotion.promoters.tables import agreement, levels, reasons

__all__ = [
    "active_by_user",
    "agreement",
    "apply_agreement",
    "apply_identity",
    "apply_payee",
    "by_user",
    "change_payee",
    "get",
    "history",
    "level_history",
    "levels",
    "one",
    "payee",
    "policy",
    "reasons",
    "restore",
    "review",
    "search",
    "set_level",
    "suspend",
    "tax_identities",
    "team",
    "team_csv",
]
