"""A ruling: for the buyer the money leaves at once, the way every refund does; the deposit pays when it has arrived."""

from datetime import datetime

from xintui.commerce.disputes import models, rules, tables
from xintui.commerce.disputes.contracts import DisputeRuled, Side, State, Verb
from xintui.commerce.disputes.services import claims, rows
from xintui.commerce.orders import facade as orders
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra.outbox import facade as outbox

REASON = "投诉裁决先行赔付"


def give(
    row: models.Case, verb: Verb, fen: int, rule: str, *, side: Side, by: Principal, now: datetime, words: str
) -> None:  # fmt: skip
    """For the buyer: `fen`, or what can still go back of it. Where nothing can, another way was faster: it is over."""
    rules.FLOW.after(State(row.state), verb)
    sale = orders.pay_ruling(row.order_id, row.line_id, fen, reason=REASON, now=now)
    if sale is None:
        _over(row, by=by, now=now)
        return
    row.aftersale_id = sale.id
    _sent(row, verb, sale.total_fen, rule, side=side, by=by, now=now, words=words)


def add(row: models.Case, *, now: datetime, words: str) -> bool:
    """A human found that the buyer was right in everything: the rest follows; False where nothing more can go back."""
    fen = row.wanted_fen - row.paid_fen
    sale = orders.pay_ruling(row.order_id, row.line_id, fen, reason=REASON, now=now)
    if sale is None:
        return False
    row.more_id = sale.id
    claims.hold(row, sale.total_fen, by=SYSTEM, now=now)
    _sent(row, Verb.RAISE, sale.total_fen, "appeal", side=Side.PLATFORM, by=SYSTEM, now=now, words=words)
    return True


def _sent(
    row: models.Case, verb: Verb, fen: int, rule: str, *, side: Side, by: Principal, now: datetime, words: str
) -> None:  # fmt: skip
    before = row.state
    rows.move(row, verb)
    row.ruled_fen = row.paid_fen + fen
    row.pay_by = now + tables.version(row.version).pay
    _decided(row, rule, words, by=by, now=now)
    rows.wait(row, Side.PLATFORM, row.pay_by)
    rows.step(row, verb, side, by=by, now=now, words=words, fen=fen, before=before)


def deny(row: models.Case, words: str, *, by: Principal, now: datetime) -> None:
    """Not for the buyer. What is held stays held until it can no longer be appealed."""
    before = row.state
    rows.move(row, Verb.DENY)
    _decided(row, "arbitration", words, by=by, now=now)
    row.appeal_until = now + tables.version(row.version).appeal
    rows.wait(row, None, row.appeal_until)
    rows.step(row, Verb.DENY, Side.PLATFORM, by=by, now=now, words=words, before=before)


def hold_liable(row: models.Case, liable: Side, fen: int, *, by: Principal, now: datetime) -> None:
    """It is the other side that pays: its deposit is held instead."""
    if liable == row.liable:
        return
    claims.release(row, "裁决由另一方承担", by=by, now=now)
    row.liable = liable
    claims.hold(row, fen, by=by, now=now)


def _decided(row: models.Case, rule: str, words: str, *, by: Principal, now: datetime) -> None:
    row.rule, row.ruling, row.ruled_by, row.ruled_at = rule, words, by.user_id, now
    minutes = int((row.answered_at - row.filed_at).total_seconds() // 60) if row.answered_at else None
    outbox.publish(
        DisputeRuled(
            row.id, row.order_id, row.line_id, row.product_id, row.merchant_id, row.promoter_id, row.buyer_id,
            row.kind, row.liable, row.ruled_fen, rule, minutes, now,
        )
    )  # fmt: skip


def _over(row: models.Case, *, by: Principal, now: datetime) -> None:
    before = row.state
    rows.move(row, Verb.SETTLED_ELSEWHERE)
    claims.release(row, "款项已通过售后退回", by=by, now=now)
    rows.close(row, upheld=False, now=now)
    rows.step(row, Verb.SETTLED_ELSEWHERE, Side.PLATFORM, by=by, now=now, before=before)
