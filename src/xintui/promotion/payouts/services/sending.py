"""From approved to paid: tax, limits, the instruction with its one number for ever, and the gateway's answer."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import TransferSettled
from xintui.infra import sql
from xintui.infra.outbox import facade as outbox
from xintui.kernel.errors import DomainError
from xintui.kernel.money import BP_WHOLE
from xintui.kernel.times import accounting_date, day_start, month_of
from xintui.promotion.payouts import models, queries
from xintui.promotion.payouts.contracts import (
    AnotherInFlight,
    CapReached,
    FourEyes,
    NoTable,
    Policy,
    Rail,
    SettledDifferently,
    State,
    TooEarly,
    Withdrawal,
    WithdrawalPaid,
    WrongRail,
)
from xintui.promotion.payouts.rules.flow import FLOW, NAMED_FROM_FEN, VERB_OF_OUTCOME, Verb
from xintui.promotion.payouts.services import rows, taxes
from xintui.promotion.promoters import facade as promoters
from xintui.trust.points.contracts import Perk

_PACKAGE = "xintui.promotion.payouts"
REMARK = "推广佣金"


@transaction.atomic
def submit(withdrawal_id: str, *, now: datetime) -> Withdrawal:
    """Withhold the tax, use up the limits and write the instruction, all or nothing. No network here.

    A payee other than the approved one stops the withdrawal (reliability row 10).
    Raises `TooEarly`, `AnotherInFlight`, `CapReached`, `NoSuchMove`, `NoSuchWithdrawal`.
    """
    row = rows.locked(withdrawal_id)
    FLOW.after(State(row.state), Verb.SEND)
    payee = promoters.payee(row.promoter_id)
    if payee is None or payee.digest != row.payee_digest:
        rows.move(row, Verb.STOP, actor=rows.SYSTEM, now=now, reason="payee_changed", settled_at=now)
        rows.give_back(row, reason="payee_changed", now=now)
        return queries.as_contract(row)
    if now < row.not_before:
        raise TooEarly(row.not_before.isoformat())
    policy = queries.policy(accounting_date(now))
    _take_flight(row, now)
    made = taxes.withhold(row, policy, now=now)
    row.tax_fen, row.vat_fen = made.tax_fen, made.vat_fen
    net = _net(row)
    _take_caps(row.promoter_id, net, policy, now)
    row.save(update_fields=["tax_fen", "vat_fen"])
    if row.rail == Rail.WECHAT:
        name = payee.holder if net >= NAMED_FROM_FEN else ""
        app = identity.app_of(payee.account)
        payments.request_transfer(row.transfer_id, row.id, payee.account, net, name, REMARK, now=now, appid=app)
    return queries.as_contract(row)


def _take_flight(row: models.Withdrawal, now: datetime) -> None:
    """One payment a payee at a time, by a unique index."""
    try:
        with transaction.atomic():
            rows.move(row, Verb.SEND, actor=rows.SYSTEM, now=now, sent_at=now)
    except IntegrityError as refused:
        if "payouts_one_in_flight" not in str(refused):
            raise
        raise AnotherInFlight from None


def _caps(promoter_id: str, at: datetime) -> dict[str, list[str]]:
    """Which counters a payment uses."""
    day = accounting_date(at)
    return {
        "scopes": ["payee_day", "payee_month", "platform_day"],
        "owners": [promoter_id, promoter_id, "platform"],
        "periods": [day.isoformat(), month_of(day), day.isoformat()],
    }


def _times_bp(promoter_id: str, now: datetime) -> int:
    """更高的提现额度: how many times the payee's own limits somebody of this standing has."""
    found = promoters.perks([promoter_id], today=accounting_date(now)).get(promoter_id, {})
    return max(BP_WHOLE, found.get(Perk.WITHDRAWAL_LIMIT, 0))


def _take_caps(promoter_id: str, fen: int, policy: Policy, now: datetime) -> None:
    more = _times_bp(promoter_id, now)
    limits = [
        policy.payee_daily_fen * more // BP_WHOLE, policy.payee_monthly_fen * more // BP_WHOLE,
        policy.platform_daily_fen,
    ]  # fmt: skip
    try:
        with transaction.atomic():
            sql.run(_PACKAGE, "take_caps", {**_caps(promoter_id, now), "limits": limits, "fen": fen})
    except IntegrityError as refused:
        if "payouts_cap_kept" not in str(refused):
            raise
        raise CapReached from None


def submit_due(*, now: datetime, limit: int = 200) -> dict[str, int]:
    """Send what is approved and due, each in a transaction of its own; how many were sent, stopped, left waiting."""
    busy = models.Withdrawal.objects.filter(state__in=[State.SENDING.value, State.UNKNOWN.value])
    due = models.Withdrawal.objects.filter(state=State.APPROVED.value, not_before__lte=now)
    with transaction.atomic():
        ids = list(
            due.exclude(promoter_id__in=busy.values("promoter_id")).order_by("id").values_list("id", flat=True)[:limit]
        )
    done = {"sent": 0, "stopped": 0, "waiting": 0}
    for withdrawal_id in ids:
        try:
            state = submit(withdrawal_id, now=now).state
            done["stopped" if state is State.STOPPED else "sent"] += 1
        except CapReached:
            _try_tomorrow(withdrawal_id, now, "已达限额，次日处理")
            done["waiting"] += 1
        except NoTable as missing:
            # Nothing else would tell: the money is set aside and no worker can send it before somebody adds the table.
            _try_tomorrow(withdrawal_id, now, f"{missing}，次日再试")
            done["waiting"] += 1
        except DomainError:
            done["waiting"] += 1  # another worker was faster, or the payee's last payment is still on its way
    return done


@transaction.atomic
def _try_tomorrow(withdrawal_id: str, now: datetime, note: str) -> None:
    row = rows.locked(withdrawal_id)
    if row.state == State.APPROVED:
        row.not_before = day_start(accounting_date(now) + timedelta(days=1))
        row.save(update_fields=["not_before"])
        rows.log(row, "wait", actor=rows.SYSTEM, now=now, note=note)


@transaction.atomic
def settle(events: Sequence[TransferSettled]) -> None:
    """The gateway's definite answers (subscribed to `TransferSettled`); hearing one twice changes nothing.

    Raises `SettledDifferently` where an answer does not match the instruction: the event then dies loudly.
    """
    for event in sorted(events, key=lambda one: one.subject):
        if not event.subject.startswith("wdr"):
            continue  # another module's transfer
        row = rows.locked(event.subject)
        if (row.transfer_id, _net(row)) != (event.transfer_id, event.amount_fen):
            raise SettledDifferently(row.id)
        _conclude(row, event.state, reason=event.reason, actor=rows.SYSTEM, at=event.settled_at)


@transaction.atomic
def record_bank(
    withdrawal_id: str, *, paid: bool, reference: str, actor: str, note: str = "", now: datetime
) -> Withdrawal:
    """对公: finance writes down what the bank did, with the bank's reference. Raises `WrongRail`, `NoSuchMove`."""
    row = rows.locked(withdrawal_id)
    if row.rail != Rail.BANK:
        raise WrongRail(row.rail)
    if actor == row.user_id:
        raise FourEyes("不能确认自己的提现")
    if paid:
        row.bank_ref = reference
        row.save(update_fields=["bank_ref"])
    _conclude(row, "paid" if paid else "failed", reason=note, actor=actor, at=now)
    return queries.as_contract(row)


def _conclude(row: models.Withdrawal, outcome: str, *, reason: str, actor: str, at: datetime) -> None:
    """Paid: book it. Not paid: the money, the tax and the limits are again what they were."""
    if row.state == outcome:
        return
    on = ledger.open_date(accounting_date(at))
    paid_month = month_of(accounting_date(at)) if outcome == "paid" else ""
    rows.move(
        row, VERB_OF_OUTCOME[outcome], actor=actor, now=at, note=reason, reason=reason[:120], settled_at=at,
        paid_month=paid_month,
    )  # fmt: skip
    if outcome == "paid":
        ledger.capture(
            rows.hold_key(row),
            queries.due_account(row.promoter_id),
            ledger.Posting(f"payouts.paid/{row.id}", _moves(row), on),
        )
        outbox.publish(
            WithdrawalPaid(row.id, row.promoter_id, row.amount_fen, row.tax_fen, _net(row), at, vat_fen=row.vat_fen)
        )
        return
    taxes.reverse(row, now=at)
    assert row.sent_at is not None
    sql.run(_PACKAGE, "give_back_caps", {**_caps(row.promoter_id, row.sent_at), "fen": _net(row)})
    rows.give_back(row, reason=reason, now=at)


def _net(row: models.Withdrawal) -> int:
    return row.amount_fen - row.tax_fen - row.vat_fen


def _moves(row: models.Withdrawal) -> tuple[ledger.Move, ...]:
    """Due money leaves as net through the rail, and as taxes owed to the state: each tax a line of its own."""
    due = queries.due_account(row.promoter_id)
    clearing = ledger.Account(ledger.Kind.PAYOUT_CLEARING, row.rail)
    gateway = ledger.Account(ledger.Kind.GATEWAY_CLEARING, row.rail)
    net = _net(row)
    moves = [ledger.Move(due, clearing, net)]
    for owner, fen in (("iit", row.tax_fen), ("vat", row.vat_fen)):
        if fen:
            moves.append(ledger.Move(due, ledger.Account(ledger.Kind.TAX_PAYABLE, owner), fen))
    return (*moves, ledger.Move(clearing, gateway, net))


def notice_silence(*, now: datetime, limit: int = 200) -> int:
    """Mark payments whose outcome the gateway cannot say yet as unknown, for people to see. Nothing is concluded."""
    with transaction.atomic():
        sending = models.Withdrawal.objects.select_for_update(skip_locked=True).filter(
            state=State.SENDING.value, rail=Rail.WECHAT.value, sent_at__lt=now - timedelta(minutes=10)
        )
        silent = [
            row for row in sending.order_by("id")[:limit] if payments.transfer(row.transfer_id).state == "unknown"
        ]
        for row in silent:
            rows.move(row, Verb.SILENCE, actor=rows.SYSTEM, now=now)
    return len(silent)
