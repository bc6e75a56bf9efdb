"""Money for the promotion tests: due commission, and the gateway's answers."""

from datetime import datetime

from tests.promotion.people import NOW
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments.contracts import TransferSettled
from xintui.kernel.times import accounting_date
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import Withdrawal


def earn(promoter_id: str, fen: int, name: str = "1") -> None:
    """Commission that has become due."""
    shop = ledger.Account(ledger.Kind.MERCHANT_PAYABLE, "mch-tea")
    due = ledger.Account(ledger.Kind.PROMOTER_DUE, promoter_id)
    ledger.post(
        ledger.Posting(f"test.earned/{promoter_id}/{name}", (ledger.Move(shop, due, fen),), accounting_date(NOW))
    )


def answer(withdrawal: Withdrawal, state: str = "paid", *, at: datetime = NOW, net: int | None = None) -> None:
    """The gateway says how a transfer ended."""
    net = withdrawal.net_fen if net is None else net
    payouts.settle([TransferSettled(withdrawal.transfer_id, withdrawal.id, net, state, at, "")])


def withdrawn(promoter_id: str, fen: int, at: datetime = NOW, outcome: str = "paid") -> Withdrawal:
    """A whole withdrawal, approved by two people when it must be."""
    made = payouts.request(promoter_id, fen, now=at)
    if made.needs_review:
        payouts.propose(made.id, actor="usrfinance1", now=at)
        payouts.approve(made.id, actor="usrfinance2", now=at)
    answer(payouts.submit(made.id, now=at), outcome, at=at)
    return payouts.get(made.id)


def owned(kind: ledger.Kind, owner: str) -> int:
    """The posted balance of an account."""
    return ledger.balance(ledger.Account(kind, owner)).posted_fen
