"""A buyer complains, and may take it back."""

from datetime import datetime

from django.db import IntegrityError, transaction

from xintui.commerce.disputes import models, queries, rules, tables
from xintui.commerce.disputes.contracts import (
    AlreadyDisputed,
    BadComplaint,
    Complaint,
    ComplaintFiled,
    DisputeFile,
    Side,
    State,
    TooMuchWanted,
    Verb,
)
from xintui.commerce.disputes.services import claims, rows
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import AfterSaleState, Line, OrderFile
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date

PREFIX = "dsp"


@transaction.atomic
def file(asked: Complaint, *, by: Principal, now: datetime) -> DisputeFile:
    """A complaint about a line of a paid order; the deposit of whoever is normally liable is held back for it.

    Raises `OrderNotFound`, `BadComplaint`, `TooMuchWanted`, `AlreadyDisputed`.
    """
    found = orders.order_file(asked.order_id, buyer_id=by.user_id)
    line = next((one for one in found.order.lines if one.id == asked.line_id), None)
    if line is None:
        raise BadComplaint("订单中没有这件商品")
    terms = tables.terms(accounting_date(now))
    kind = terms.kind(asked.kind)
    bought = _bought(found, line)
    rules.check(kind, bought, asked.wanted_fen, now)
    if asked.wanted_fen > bought.refundable_fen:
        raise TooMuchWanted(bought.refundable_fen)
    row = models.Case(
        id=new_id(PREFIX), merchant_id=found.order.merchant_id, order_id=found.order.id, line_id=line.id,
        buyer_id=by.user_id, promoter_id=line.promoter_id, promoter_user_id=asked.promoter_user_id,
        product_id=line.product_id, title=line.title, picture=line.picture, kind=kind.code, version=terms.version,
        liable=kind.liable, wanted_fen=asked.wanted_fen, words=asked.words, state=State.ANSWERING,
        filed_at=now, late=False, reminded=False, offered_fen=0, ruled_fen=0, paid_fen=0, deposit_fen=0, owed_fen=0,
        recovered_fen=0, written_off_fen=0, answer="", rule="", ruling="", ruled_by="", aftersale_id="", appeal_id="",
    )  # fmt: skip
    rows.wait(row, kind.liable, now + terms.answer)
    try:
        with transaction.atomic():
            row.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyDisputed(line.id) from error
    claims.hold(row, row.wanted_fen, by=by, now=now)
    rows.note(row, "file", Side.BUYER, by=by, now=now, words=row.words, fen=row.wanted_fen)
    filed = ComplaintFiled(
        row.id, row.order_id, row.line_id, row.product_id, row.merchant_id, row.promoter_id, row.buyer_id, row.kind,
        row.liable, row.wanted_fen, now,
    )  # fmt: skip
    outbox.publish(filed, rows.told(row, "file", Side.BUYER, now, fen=row.wanted_fen, says=kind.title))
    return queries.file_of(row, Side.BUYER)


def _bought(found: OrderFile, line: Line) -> rules.Bought:
    refused = any(
        sale.state is AfterSaleState.REJECTED and any(part.line_id == line.id for part in sale.parts)
        for sale in found.after_sales
    )
    return rules.Bought(
        paid_at=found.order.paid_at,
        received_at=found.order.received_at,
        refused_after_sale=refused,
        refundable_fen=line.paid_fen - line.refund_pending_fen - line.refunded_fen,
        promoter_id=line.promoter_id,
    )


@transaction.atomic
def withdraw(dispute_id: str, *, by: Principal, now: datetime) -> DisputeFile:
    """The buyer takes it back; what was held is free. A refund under way cannot be called back.

    Raises `DisputeNotFound`, `NotYourTurn`, `NoSuchMove`.
    """
    row, side = rows.as_party(dispute_id, by, Side.BUYER)
    before = row.state
    if before == State.RULED:
        raise BadComplaint("赔付已在途中，不能撤回")
    rows.move(row, Verb.WITHDRAW)
    end_withdrawn(row, by=by, now=now)
    rows.step(row, Verb.WITHDRAW, side, by=by, now=now, before=before)
    return queries.file_of(row, side)


def end_withdrawn(row: models.Case, *, by: Principal, now: datetime) -> None:
    claims.release(row, "投诉已撤回", by=by, now=now)
    rows.close(row, upheld=False, now=now)
