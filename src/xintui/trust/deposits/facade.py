"""保证金 deposits: the public face."""

from xintui.trust.deposits.jobs import remind_due
from xintui.trust.deposits.losses import losses
from xintui.trust.deposits.queries import (
    claims,
    class_of,
    current,
    deposits,
    goods,
    history,
    one,
    open_claims,
    quotes,
    secured,
)
from xintui.trust.deposits.services.claims import claim, drop_claim, pay_claim, restore_claim
from xintui.trust.deposits.services.goods import let_go, stand_behind
from xintui.trust.deposits.services.offsets import offset, offset_most, postpone, take_back
from xintui.trust.deposits.services.paying import agree, paid, pay, stay
from xintui.trust.deposits.services.returning import give_all_back, refused, returned, returned_by_desk
from xintui.trust.deposits.tables import terms

__all__ = [
    "agree", "claim", "claims", "class_of", "current", "deposits", "drop_claim", "give_all_back", "goods", "history",
    "let_go", "losses", "offset", "offset_most", "one", "open_claims", "paid", "pay", "pay_claim", "postpone", "quotes",
    "refused", "remind_due", "restore_claim", "returned", "returned_by_desk", "secured", "stand_behind", "stay",
    "take_back", "terms",
]  # fmt: skip
