"""推客 promoters: who may promote, since when and through whom."""

from xintui.promotion.promoters.perks import perks, standings
from xintui.promotion.promoters.queries import (
    active_after,
    active_by_user,
    by_user,
    by_users,
    depths,
    get,
    history,
    level_history,
    one,
    payee,
    payee_marks,
    policy,
    recruiters,
    search,
    tax_identities,
)
from xintui.promotion.promoters.services import (
    apply_agreement,
    apply_identity,
    apply_payee,
    change_payee,
    consent_withdrawn,
    forget,
    restore,
    review,
    set_level,
    suspend,
)
from xintui.promotion.promoters.tables import agreement, levels, reasons
from xintui.promotion.promoters.ties import bonds, team, team_csv, ties

__all__ = [
    "active_after", "active_by_user", "agreement", "apply_agreement", "apply_identity", "apply_payee", "bonds",
    "by_user", "by_users", "change_payee", "consent_withdrawn", "depths", "forget", "get", "history", "level_history",
    "levels", "one", "payee", "payee_marks", "perks", "policy", "reasons", "recruiters", "restore", "review", "search",
    "set_level", "standings", "suspend", "tax_identities", "team", "team_csv", "ties",
]  # fmt: skip
