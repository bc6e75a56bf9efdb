"""今天: what the accounting day has done to a promoter's money, read from the ledger's own moves."""

from datetime import datetime
from typing import Final

from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import DayVerb
from xintui.kernel.times import accounting_date
from xintui.promotion.commission.contracts import Today

_TAKES: Final = ("commission.refund", "commission.clawback", "commission.restored")


def today(promoter_id: str, *, now: datetime) -> Today:
    """The day so far and where it leaves the money: two reads, however many sales there were."""
    kinds = (ledger.Kind.PROMOTER_PENDING, ledger.Kind.PROMOTER_DUE, ledger.Kind.PROMOTER_DEBT)
    pending, due, debt = (ledger.Account(kind, promoter_id) for kind in kinds)
    held = ledger.balances((pending, due, debt))
    day = accounting_date(now)
    done = ledger.day_by_verb((pending, due, debt), day)

    def came(verbs: tuple[str, ...], *accounts: ledger.Account) -> int:
        """What these verbs brought in; a debt that grows is money gone."""
        rows = [one for one in done if one.verb in verbs and one.account in accounts]
        return sum(_came(one) for one in rows)

    return Today(
        day=day,
        sales=sum(one.moves for one in done if one.verb == "commission.accrue" and one.account == pending),
        accrued_fen=came(("commission.accrue",), pending),
        corrected_fen=came(_TAKES, pending, due, debt),
        released_fen=-came(("commission.release",), pending),
        bonus_fen=came(("commission.bonus",), due, debt),
        pending_fen=held[pending].posted_fen,
        due_fen=held[due].posted_fen,
        held_fen=held[due].held_fen,
        debt_fen=held[debt].posted_fen,
    )


def _came(one: DayVerb) -> int:
    """A debt is a debit account of the house: it grows by debits, and what it grows by the promoter has less."""
    return one.credit_fen - one.debit_fen
