"""What is learned about a bill, from whatever source, becomes the bill's state here and nowhere else.

Locks, always in this order: inbox row, payment, then refund / transfer / share (rule R11).
"""

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any, TypeVar

from django.db import transaction
from django.db.models import F

from xintui.foundation.payments import models, rules
from xintui.foundation.payments.contracts import (
    PaymentCaptured,
    PaymentClosed,
    RefundFailed,
    RefundSettled,
    RefundState,
    ShareSettled,
    ShareState,
    TransferSettled,
    TransferState,
)
from xintui.foundation.payments.gateway import Seen
from xintui.foundation.payments.rules import Terms, Verb
from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.infra.rows import plain
from xintui.kernel.ids import new_id
from xintui.kernel.states import Flow

log = logging.getLogger("xintui.payments")
S = TypeVar("S", bound=StrEnum)


@dataclass(frozen=True)
class Source:
    """Where news comes from: `cause` is answer, query or callback; the account is the one it was heard through."""

    cause: str
    mchid: str
    appid: str
    now: datetime
    inbox_id: int | None = None


class Verdict(StrEnum):
    """What became of a piece of news."""

    APPLIED = "applied"
    STALE = "stale"
    """Already known, or overtaken: nothing to do."""
    UNCONFIRMED = "unconfirmed"
    """A failure that a second, later query has yet to confirm."""
    QUARANTINED = "quarantined"


class Early(Exception):
    """News of a bill that we do not have. Only a refund may still come to be known: the others are written first."""

    def __init__(self, kind: str) -> None:
        super().__init__(kind)
        self.kind = kind


@dataclass(frozen=True)
class News:
    """One piece of news about one bill."""

    kind: str
    seen: Seen
    source: Source


def learn(kind: str, seen: Seen, source: Source) -> Verdict:
    """Apply one piece of news, in one transaction. Raises `Early`."""
    return learn_many([News(kind, seen, source)])[0]


@transaction.atomic
def learn_many(news: Sequence[News]) -> list[Verdict]:
    """Apply news, payments first, all or none; a hundred captured payments cost as many statements as one.

    Raises `Early`.
    """
    steps: dict[str, Callable[[Seen, Source], Verdict]] = {"transfer": _transfer, "share": _share}
    rows = _locked(news)
    refunds = _refunds(news, rows)
    verdicts: dict[int, Verdict] = {}
    captured: list[Captured] = []
    for n, one in enumerate(news):
        if one.kind == "payment":
            verdicts[n] = _payment(rows, one.seen, one.source, captured)
    if captured:
        _capture(captured)
    told: list[Any] = []
    for n, one in enumerate(news):
        if one.kind == "refund":
            verdicts[n] = _refund(refunds, one.seen, one.source, told)
        elif one.kind != "payment":
            verdicts[n] = steps[one.kind](one.seen, one.source)
    outbox.publish(*told)
    return [verdicts[n] for n in range(len(news))]


def _locked(news: Sequence[News]) -> dict[str, models.Payment]:
    """Every payment that the news are about, directly or by a refund or a share of it, locked in id order."""
    numbers: dict[str, set[str]] = {}
    for one in news:
        numbers.setdefault(one.kind, set()).add(one.seen.terms.number)
    wanted = numbers.get("payment", set())
    kinds: dict[str, type[Any]] = {"refund": models.Refund, "share": models.Share}
    for kind, model in kinds.items():
        found = numbers.get(kind, ())
        if kind == "refund" or len(found) > 1 or (found and wanted):  # one share alone is locked in its own step
            wanted |= set(model.objects.filter(id__in=found).values_list("payment_id", flat=True))
    if not wanted:
        return {}
    rows = models.Payment.objects.select_for_update().filter(id__in=wanted).order_by("id")
    return {row.id: row for row in rows}


# -- payments -------------------------------------------------------------------------------------

Captured = tuple[models.Payment, str, Seen, Source]
"""A payment, the state it was in, and what says that it is paid."""


def _payment(rows: Mapping[str, models.Payment], seen: Seen, source: Source, captured: list[Captured]) -> Verdict:
    row = rows.get(seen.terms.number)
    if row is None:
        raise Early("payment")
    expected = Terms(row.id, row.amount_fen, row.currency, row.mchid, row.appid, row.payer_openid or None)
    if row.state == "captured" and (seen.verb is not Verb.SUCCEED or seen.gateway_id == row.transaction_id):
        return Verdict.STALE
    if wrong := rules.mismatches(expected, seen.terms):
        return quarantine("payment", seen, expected, "不符：" + "、".join(wrong), source)
    if row.state != "created" and seen.verb is Verb.SUCCEED and row.state != "prepaid":
        return quarantine("payment", seen, expected, f"支付单已为「{row.get_state_display()}」又收到新的付款", source)
    if seen.verb is Verb.SUCCEED:
        captured.append((row, row.state, seen, source))
        row.state, row.transaction_id = "captured", seen.gateway_id  # as the next piece of news must find it
        return Verdict.APPLIED
    if seen.verb is Verb.CLOSE and row.state in ("created", "prepaid"):
        _move(row, "closed", source, settled_at=source.now, due_at=None)
        row.state = "closed"
        outbox.publish(PaymentClosed(row.id, row.subject, source.now))
        return Verdict.APPLIED
    return Verdict.STALE


def _capture(captured: Sequence[Captured]) -> None:
    sql.run(
        "xintui.foundation.payments",
        "capture",
        {
            "ids": [row.id for row, _, _, _ in captured],
            "transactions": [seen.gateway_id for _, _, seen, _ in captured],
            "paid_at": [seen.at or source.now for _, _, seen, source in captured],
            "openids": [seen.terms.openid or "" for _, _, seen, _ in captured],
            "settled_at": [source.now for _, _, _, source in captured],
        },
    )
    models.Log.objects.bulk_create(
        plain(
            models.Log(
                kind="payment", number=row.id, at=source.now, from_state=was, to_state="captured", cause=source.cause
            )
            for row, was, _, source in captured
        )
    )
    outbox.publish(
        *(
            PaymentCaptured(
                row.id, row.subject, row.amount_fen, row.currency, seen.gateway_id,
                seen.terms.openid or row.payer_openid, seen.at or source.now, row.psp,
            )
            for row, _, seen, source in captured
        )
    )  # fmt: skip


# -- refunds --------------------------------------------------------------------------------------


def _refunds(news: Sequence[News], payments: Mapping[str, models.Payment]) -> dict[str, models.Refund]:
    """The refunds that the news are about, locked in id order after their payments."""
    wanted = {one.seen.terms.number for one in news if one.kind == "refund"}
    if not wanted:
        return {}
    rows = {row.id: row for row in models.Refund.objects.select_for_update().filter(id__in=wanted).order_by("id")}
    for row in rows.values():
        row.payment = payments[row.payment_id]
    return rows


def _refund(rows: Mapping[str, models.Refund], seen: Seen, source: Source, told: list[Any]) -> Verdict:
    """What is to be published goes into `told`: of many refunds at once, so that it is heard at once."""
    row = rows.get(seen.terms.number)
    if row is None:
        raise Early("refund")
    payment, before = row.payment, row.state
    expected = Terms(
        row.id, row.amount_fen, payment.currency, payment.mchid, payment.appid or None, order_number=payment.id
    )
    after = _after(row, rules.REFUND_FLOW, RefundState, expected, seen=seen, source=source)
    if isinstance(after, Verdict):
        return after
    final = after in (RefundState.SUCCEEDED, RefundState.FAILED)
    at = (seen.at or source.now) if final else None
    # Alipay's answer has no time: money that is back was taken in when we heard so, and lies in that day's bill.
    accepted = row.accepted_at or seen.opened_at or (at if after is RefundState.SUCCEEDED else None)
    # Word that something happened, without what: the next look is due now.
    hint: dict[str, Any] = {"due_at": source.now} if seen.verb is Verb.LOSE else {}
    _move(row, after, source, **_news(seen, final), **hint, settled_at=at, accepted_at=accepted)
    if after is RefundState.SUCCEEDED and at:
        told.append(RefundSettled(row.id, payment.id, payment.subject, row.amount_fen, at, payment.psp))
    if after is RefundState.FAILED and at:
        models.Payment.objects.filter(id=payment.id).update(refunded_fen=F("refunded_fen") - row.amount_fen)
        told.append(RefundFailed(row.id, payment.id, payment.subject, row.amount_fen, at, seen.reason))
    if after is RefundState.ABNORMAL and before != after:
        log.error("ALARM refund %s is abnormal at the gateway: a person must act", row.id)
    return Verdict.APPLIED


# -- transfers ------------------------------------------------------------------------------------


def _transfer(seen: Seen, source: Source) -> Verdict:
    row = models.Transfer.objects.select_for_update().filter(id=seen.terms.number).first()
    if row is None:
        raise Early("transfer")
    expected = Terms(row.id, row.amount_fen, mchid=source.mchid, appid=row.appid or source.appid, openid=row.openid)
    after = _after(row, rules.TRANSFER_FLOW, TransferState, expected, seen=seen, source=source)
    if isinstance(after, Verdict):
        return after
    final = after in (TransferState.PAID, TransferState.FAILED, TransferState.EXPIRED)
    at = (seen.at or source.now) if final else None
    more: dict[str, Any] = {"package_info": seen.package_info} if seen.package_info else {}
    if final:
        more["user_name"] = b""
    _move(row, after, source, **_news(seen, final), **more, settled_at=at)
    if at:
        reason = "" if after is TransferState.PAID else seen.reason
        outbox.publish(TransferSettled(row.id, row.subject, row.amount_fen, after.value, at, reason))
    return Verdict.APPLIED


# -- 分账 -----------------------------------------------------------------------------------------


def _share(seen: Seen, source: Source) -> Verdict:
    known = models.Share.objects.filter(id=seen.terms.number).values_list("payment_id", flat=True).first()
    if known is None:
        raise Early("share")
    models.Payment.objects.select_for_update().get(id=known)  # the documented order: a payment before its shares
    row = models.Share.objects.select_for_update().get(id=seen.terms.number)
    returned = row.amount_fen if row.kind == "return" else None
    after = _after(row, rules.SHARE_FLOW, ShareState, Terms(row.id, returned), seen=seen, source=source)
    if isinstance(after, Verdict):
        return after
    final = after in (ShareState.FINISHED, ShareState.FAILED)
    at = (seen.at or source.now) if final else None
    more: dict[str, Any] = {"results": [dict(one) for one in seen.results]} if seen.results else {}
    _move(row, after, source, **_news(seen, final), **more, settled_at=at)
    if at:
        moved = _moved(row, seen, after)
        _free(row, seen, after, moved)
        outbox.publish(
            ShareSettled(row.id, row.kind, row.payment_id, row.amount_fen, after.value, at, seen.reason, moved)
        )
    return Verdict.APPLIED


def _moved(row: models.Share, seen: Seen, after: ShareState) -> int:
    """What really changed hands: finished is not success for every receiver (facts §4.1)."""
    if after is ShareState.FAILED:
        return 0
    return sum(int(one["amount"]) for one in seen.results if one["result"] == "SUCCESS") or row.amount_fen


def _free(row: models.Share, seen: Seen, after: ShareState, moved: int) -> None:
    """Give the counters back what did not move; what the gateway never took up has released nothing either."""
    payment = models.Payment.objects.filter(id=row.payment_id)
    if row.kind == "split":
        payment.update(split_fen=F("split_fen") - (row.amount_fen - moved))
    elif row.kind == "return" and after is ShareState.FAILED:
        models.Share.objects.filter(id=row.of_share).update(returned_fen=F("returned_fen") - row.amount_fen)
    if row.finish and after is ShareState.FAILED and not seen.results:
        payment.update(released_at=None)


# -- what the three instructions share --------------------------------------------------------------


def _after(
    row: Any, flow: Flow[S, Verb], states: type[S], expected: Terms, *, seen: Seen, source: Source
) -> S | Verdict:
    """The state that follows, or why none does."""
    state = states(row.state)
    if wrong := rules.mismatches(expected, seen.terms):
        return quarantine(_kind(row), seen, expected, "不符：" + "、".join(wrong), source)
    if row.settled_at is not None:
        # The last word was spoken. A failed bill that turns out paid (or the reverse) is nobody's routine.
        if _contradicts(state, seen.verb):
            reason = f"已终结为「{row.get_state_display()}」，渠道却称 {seen.verb.value}"
            return quarantine(_kind(row), seen, expected, reason, source)
        return Verdict.STALE
    if seen.verb in rules.FINAL_VERBS and not _confirmed(row, seen, source):
        return Verdict.UNCONFIRMED
    # News of an earlier stage (waiting, after processing) is late, not wrong.
    return flow.after(state, seen.verb) if flow.allows(state, seen.verb) else Verdict.STALE


def _contradicts(state: StrEnum, verb: Verb) -> bool:
    good = state.value in ("succeeded", "paid", "finished")
    return verb in rules.FINAL_VERBS if good else verb is Verb.SUCCEED


def _confirmed(row: Any, seen: Seen, source: Source) -> bool:
    """Rule R10: what was set aside is set free only by two queries that agree, a minute apart."""
    mine = type(row).objects.filter(id=row.id)
    if source.cause != "query":
        mine.update(due_at=source.now)
        return False
    if rules.confirms(row.failing_since, source.now):
        return True
    since = row.failing_since = row.failing_since or source.now
    mine.update(failing_since=since, due_at=since + rules.CONFIRM_AFTER, last_message=seen.reason)
    return False


def _news(seen: Seen, final: bool) -> dict[str, Any]:
    found: dict[str, Any] = {"last_code": seen.verb.value, "last_message": seen.reason, "refused_code": ""}
    if seen.gateway_id:
        found["gateway_id"] = seen.gateway_id
    return found | ({"due_at": None} if final else {"failing_since": None})


def _kind(row: Any) -> str:
    return str(type(row).__name__.lower())


def _move(row: Any, state: str, source: Source, **changes: Any) -> None:
    """Write the change and, if the state is another one, the line a person reads; the next news finds it in `row`."""
    changes["state"] = str(state)
    type(row).objects.filter(id=row.id).update(**changes)
    if row.state != state:
        models.Log.objects.create(
            kind=_kind(row), number=row.id, at=source.now, from_state=row.state, to_state=str(state), cause=source.cause
        )
    for name, value in changes.items():
        setattr(row, name, value)


def quarantine(kind: str, seen: Seen, expected: Terms | None, reason: str, source: Source) -> Verdict:
    """Authentic and wrong: nothing is credited, somebody is woken, the way out is proposed."""
    paid = kind == "payment" and seen.verb is Verb.SUCCEED
    proposal = f"核实后按渠道交易号 {seen.gateway_id} 原路退款" if paid else "向渠道核实该单据"
    models.Quarantine.objects.bulk_create(
        [
            models.Quarantine(
                id=new_id("qrn"),
                source="callback" if source.cause == "callback" else "query",
                inbox_id=source.inbox_id,
                kind=kind,
                number=seen.terms.number[:64],
                reason=reason[:200],
                proposal=proposal,
                claimed=asdict(seen.terms) | {"verb": seen.verb.value, "gateway_id": seen.gateway_id},
                expected=asdict(expected) if expected else {},
                found_at=source.now,
            )
        ],
        ignore_conflicts=True,
    )
    log.error("ALARM %s %s quarantined: %s", kind, seen.terms.number, reason)
    return Verdict.QUARANTINED
