"""推广名额 rosters: the public face."""

from xintui.promotion.rosters.queries import ahead, mine, one, rosters, seats, seats_of, turn
from xintui.promotion.rosters.rules import early_seats
from xintui.promotion.rosters.services.appealing import appeal, appeal_decided
from xintui.promotion.rosters.services.opening import announce, cancel, change, draft, export, move_due
from xintui.promotion.rosters.services.seating import admit, claim, forget, give_back, lapse_due, wait
from xintui.promotion.rosters.tables import Terms, terms

__all__ = [
    "Terms", "admit", "ahead", "announce", "appeal", "appeal_decided", "cancel", "change", "claim", "draft",
    "early_seats", "export", "forget", "give_back", "lapse_due", "mine", "move_due", "one", "rosters", "seats",
    "seats_of", "terms", "turn", "wait",
]  # fmt: skip
