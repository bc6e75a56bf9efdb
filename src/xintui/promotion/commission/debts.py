"""欠款: what a refund took beyond what was due: netted from later earnings, at last from the deposit (P-10)."""

import logging
from datetime import datetime, timedelta
from typing import Final

from xintui.foundation.identity.contracts import SYSTEM
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Account, Kind, WouldOverdraw
from xintui.infra import sql
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Claim, Holder, HolderKind

KEY: Final = "commission.debt/"
SAYS: Final = "佣金欠款：已提现的订单发生退款"
log = logging.getLogger("xintui.commission.debts")


def recover_debts(*, now: datetime) -> int:
    """Hold back what is owed of every deposit whose promoter owes, and take what is still owed after the notice.

    Earnings that came in between have paid it down (`due_moves`): then less is taken, or nothing. How many claims
    were opened or ended.
    """
    owed = {row["promoter_id"]: row["fen"] for row in sql.rows(__package__, "debts", {})}
    claims = {_owner(claim): claim for claim in deposits.open_claims(KEY)}
    fresh = _payable(deposits.secured(HolderKind.PROMOTER, owed.keys()) - claims.keys())
    for who in fresh:
        key = f"{KEY}{who}/{now:%Y%m%d%H%M%S}"
        deposits.claim(Holder(HolderKind.PROMOTER, who), key, owed[who], SAYS, by=SYSTEM, now=now)
    notice = timedelta(days=deposits.terms(accounting_date(now)).debt_notice_days)
    ripe = [(who, claim) for who, claim in claims.items() if claim.opened_at + notice <= now or who not in owed]
    return len(fresh) + sum(_end(who, claim, owed.get(who, 0), now) for who, claim in ripe)


def _payable(ids: set[str]) -> list[str]:
    """Those whose deposit has something to hold back."""
    accounts = {who: Account(Kind.PROMOTER_DEPOSIT, who) for who in sorted(ids)}
    found = ledger.balances(accounts.values())
    return [who for who, account in accounts.items() if found[account].available_fen > 0]


def _owner(claim: Claim) -> str:
    return claim.key.removeprefix(KEY).partition("/")[0]


def _end(who: str, claim: Claim, owed_fen: int, now: datetime) -> bool:
    take = min(owed_fen, claim.held_fen)
    try:
        if take:
            deposits.pay_claim(claim.key, take, Account(Kind.PROMOTER_DEBT, who), by=SYSTEM, now=now)
        else:
            deposits.drop_claim(claim.key, "欠款已还清" if not owed_fen else "没有可扣留的金额", by=SYSTEM, now=now)
    except WouldOverdraw:
        return False  # earnings paid it down this very moment: the next turn sees how much is left
    except DomainError as refusal:
        log.error("debt claim %s stays open: %s", claim.id, refusal)
        return False
    return True
