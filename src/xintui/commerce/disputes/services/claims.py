"""What stands behind a complaint: a part of the deposit of whoever is held liable, kept back until it is decided."""

import contextlib
from datetime import datetime

from xintui.commerce.disputes import models
from xintui.commerce.disputes.contracts import Side
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger.contracts import Account
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Claim, DepositNotFound, Holder, HolderKind

KEY = "disputes.case/"


def key(row: models.Case) -> str:
    """One claim for a case and the side it is held against, and another for what an appeal has added."""
    return f"{KEY}{row.id}/{row.liable}" + ("/more" if row.more_id else "")


def holder(row: models.Case) -> Holder:
    if row.liable == Side.PROMOTER:
        return Holder(HolderKind.PROMOTER, row.promoter_id)
    return Holder(HolderKind.MERCHANT, row.merchant_id)


def hold(row: models.Case, fen: int, *, by: Principal, now: datetime) -> None:
    """Keep back what is there, at most `fen`. Who has no deposit has nothing to keep back."""
    with contextlib.suppress(DepositNotFound):
        deposits.claim(holder(row), key(row), fen, f"投诉待处理：{row.title}", by=by, now=now)


def open_one(row: models.Case) -> Claim | None:
    return next(iter(deposits.open_claims(key(row))), None)


def release(row: models.Case, reason: str, *, by: Principal, now: datetime) -> None:
    """Nothing is owed, or not by this side."""
    if found := open_one(row):
        deposits.drop_claim(found.key, reason, by=by, now=now)


def take(row: models.Case, fen: int, to: Account, *, by: Principal, now: datetime) -> int:
    """Pay as much of `fen` as is held to `to`; how much that was."""
    found = open_one(row)
    if found is None:
        return 0
    if not found.held_fen:
        deposits.drop_claim(found.key, "没有可赔付的保证金", by=by, now=now)
        return 0
    taken = min(fen, found.held_fen)
    deposits.pay_claim(found.key, taken, to, by=by, now=now)
    return taken


def restore(row: models.Case, source: Account, *, by: Principal, now: datetime) -> None:
    """A ruling was reversed: `source` puts back what the deposit had paid."""
    for one in deposits.claims(f"{KEY}{row.id}/{row.liable}"):
        if one.paid_fen:
            deposits.restore_claim(one.key, source, by=by, now=now)
