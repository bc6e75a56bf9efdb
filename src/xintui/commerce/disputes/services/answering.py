"""The other side answers; what a rule can decide it decides, the rest goes to a person."""

from datetime import datetime, timedelta

from django.db import transaction

from xintui.commerce.disputes import models, queries, rules, tables
from xintui.commerce.disputes.contracts import (
    SIDE_NAMES,
    Answer,
    Award,
    BadComplaint,
    DisputeFile,
    FileKind,
    NotYourTurn,
    Side,
    Stand,
    State,
    Verb,
)
from xintui.commerce.disputes.services import rows, ruling
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.infra import tenancy
from xintui.kernel.times import accounting_date
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale
from xintui.trust.points import facade as points
from xintui.trust.points.contracts import Perk, Standing

RULE = {Verb.ACCEPT: "accepted", Verb.TAKE: "agreed", Verb.RULE: "small_clear", Verb.TIME_OUT: "no_answer"}


@transaction.atomic
def answer(dispute_id: str, said: Answer, *, by: Principal, now: datetime) -> DisputeFile:
    """Yes, a smaller sum, or no. What is small and clear is decided by rule all the same, and told so.

    Raises `DisputeNotFound`, `NotYourTurn`, `NoSuchMove`, `BadComplaint`.
    """
    row, side = rows.as_party(dispute_id, by)
    if side != row.liable:
        raise NotYourTurn(SIDE_NAMES[Side(row.liable)])
    rules.check_offer(said.stand, said.fen, row.wanted_fen)
    terms = tables.version(row.version)
    verb = Verb(said.stand.value)
    rules.FLOW.after(State(row.state), verb)
    row.answer, row.answered_at = said.words, now
    if said.stand is Stand.ACCEPT:
        ruling.give(row, verb, row.wanted_fen, RULE[verb], side=side, by=by, now=now, words=said.words)
    elif said.stand is Stand.OFFER:
        _go_on(row, verb, Side.BUYER, now + terms.offer, side=side, by=by, now=now, words=said.words, fen=said.fen)
    elif _decided_by_rule(row, now):
        rows.note(row, Verb.CONTEST, side, by=by, now=now, words=said.words, before=row.state)
        ruling.give(
            row, Verb.RULE, row.wanted_fen, RULE[Verb.RULE], side=Side.PLATFORM, by=SYSTEM, now=now,
            words=terms.rules[RULE[Verb.RULE]].says,
        )  # fmt: skip
    else:
        until = now + _arbitration(row, terms, now)
        _go_on(row, verb, Side.PLATFORM, until, side=side, by=by, now=now, words=said.words)
    return queries.file_of(row, side)


@transaction.atomic
def decide_offer(dispute_id: str, take: bool, *, by: Principal, now: datetime, words: str = "") -> DisputeFile:
    """The buyer takes the smaller sum, or wants a ruling. Raises `DisputeNotFound`, `NotYourTurn`, `NoSuchMove`."""
    row, side = rows.as_party(dispute_id, by, Side.BUYER)
    if take:
        ruling.give(row, Verb.TAKE, row.offered_fen, RULE[Verb.TAKE], side=side, by=by, now=now, words=words)
    else:
        until = now + _arbitration(row, tables.version(row.version), now)
        _go_on(row, Verb.DECLINE, Side.PLATFORM, until, side=side, by=by, now=now, words=words)
    return queries.file_of(row, side)


@transaction.atomic
def arbitrate(dispute_id: str, award: Award, *, by: Principal, now: datetime) -> DisputeFile:
    """A person decides for the buyer, in full or in part, or not. Raises `DisputeNotFound`, `NoSuchMove`,
    `BadComplaint` (more than was asked for; a promoter where there is none)."""
    row = rows.locked(dispute_id)
    if award.fen > row.wanted_fen:
        raise BadComplaint("裁决金额不能超过买家请求的金额")
    if award.liable is Side.PROMOTER and not row.promoter_id:
        raise BadComplaint("这笔订单没有推广者")
    if award.liable not in {None, Side.MERCHANT, Side.PROMOTER}:
        raise BadComplaint("责任方只能是商家或推客")
    side = Side.PLATFORM
    if award.fen:
        rules.FLOW.after(State(row.state), Verb.AWARD)
        ruling.hold_liable(row, award.liable or Side(row.liable), award.fen, by=by, now=now)
        ruling.give(row, Verb.AWARD, award.fen, "arbitration", side=side, by=by, now=now, words=award.words)
    else:
        ruling.deny(row, award.words, by=by, now=now)
    return queries.file_of(row, side)


def lapse(row: models.Case, now: datetime) -> None:
    """The clock has run out on an answer or an offer."""
    terms = tables.version(row.version)
    if row.state == State.ANSWERING:
        ruling.give(
            row, Verb.TIME_OUT, row.wanted_fen, RULE[Verb.TIME_OUT], side=Side.PLATFORM, by=SYSTEM, now=now,
            words=terms.rules[RULE[Verb.TIME_OUT]].says,
        )  # fmt: skip
    else:
        assert row.state == State.OFFERED
        rows.note(row, "offer_lapsed", Side.PLATFORM, by=SYSTEM, now=now, audited=False)
        until = now + _arbitration(row, terms, now)
        _go_on(row, Verb.DECLINE, Side.PLATFORM, until, side=Side.PLATFORM, by=SYSTEM, now=now)


def _arbitration(row: models.Case, terms: tables.Terms, now: datetime) -> timedelta:
    """仲裁专席: who sells or promotes with good credit has not to wait as long for a ruling, and the buyer neither."""
    scales = ((row.merchant_id, Scale.SHOP), (row.promoter_id, Scale.CREDIT))
    found = [score.score for one, scale in scales if (score := credit.scores([one], scale).get(one))]
    table = points.benefits(Standing(max(found, default=0)), today=accounting_date(now))
    hours = points.worth(table)[Perk.ARBITRATION_LANE]
    return min(terms.arbitration, timedelta(hours=hours)) if hours else terms.arbitration


def _go_on(
    row: models.Case, verb: Verb, waits_for: Side, until: datetime, *,
    side: Side, by: Principal, now: datetime, words: str = "", fen: int = 0,
) -> None:  # fmt: skip
    before = row.state
    rows.move(row, verb)
    rows.wait(row, waits_for, until)
    row.offered_fen = fen or row.offered_fen
    rows.step(row, verb, side, by=by, now=now, words=words, fen=fen, before=before)


def _decided_by_rule(row: models.Case, now: datetime) -> bool:
    terms = tables.version(row.version)
    pictures = models.File.objects.filter(dispute_id=row.id, side=Side.BUYER, kind=FileKind.PICTURE).count()
    mine = models.Case.objects.filter(buyer_id=row.buyer_id, rule=RULE[Verb.RULE], ruled_at__gt=now - terms.small)
    with tenancy.as_platform():  # at every shop, whichever shop's person asks
        recent = mine.count()
    return rules.by_rule(terms.kind(row.kind), row.wanted_fen, pictures=pictures, recent=recent, terms=terms)
