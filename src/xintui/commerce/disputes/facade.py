"""投诉与纠纷 disputes: the public face."""

from xintui.commerce.disputes.jobs import decide_overdue, remind
from xintui.commerce.disputes.pack import pack, reasons
from xintui.commerce.disputes.queries import (
    debts_of,
    disputes,
    of_buyer,
    of_promoter,
    of_shop,
    picture,
    read,
    upheld_against,
    upheld_against_shops,
    whole,
    write_offs,
)
from xintui.commerce.disputes.services.answering import answer, arbitrate, decide_offer
from xintui.commerce.disputes.services.appealing import appeal, appeal_decided
from xintui.commerce.disputes.services.evidence import add_fingerprint, add_picture
from xintui.commerce.disputes.services.filing import file, withdraw
from xintui.commerce.disputes.services.hearing import refund_moved
from xintui.commerce.disputes.services.leaving import forget
from xintui.commerce.disputes.services.letting_go import ask_write_off, decide_write_off
from xintui.commerce.disputes.services.recovering import recover
from xintui.commerce.disputes.services.repaying import repaid, repay
from xintui.commerce.disputes.tables import terms

__all__ = [
    "add_fingerprint", "add_picture", "answer", "appeal", "appeal_decided", "arbitrate", "ask_write_off", "debts_of",
    "decide_offer", "decide_overdue", "decide_write_off", "disputes", "file", "forget", "of_buyer", "of_promoter",
    "of_shop", "pack", "picture", "read", "reasons", "recover", "refund_moved", "remind", "repaid", "repay", "terms",
    "upheld_against", "upheld_against_shops", "whole", "withdraw", "write_offs",
]  # fmt: skip
