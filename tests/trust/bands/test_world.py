"""The whole path on a planted world: two thousand promoters told by signals, some of them careless, and one command.

What the command is given comes from `entrypoints/risk.py`; what it leaves judges a real promoter's quote.
"""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test.utils import CaptureQueriesContext

from xintui.entrypoints import deposits_cli, risk
from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra import tenancy
from xintui.kernel.times import day_start
from xintui.trust.bands import facade as bands
from xintui.trust.bands.contracts import Past
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Signal, Subject, SubjectKind
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Band, Facts, Holder, HolderKind, RiskClass

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 29)
DAY = timedelta(days=1)
PEOPLE, EACH = 2050, 11
"""Each sells every fifty days."""


def told(subject: str, key: str, indicator: str, ago: int, good: int, total: int, *, later: int = 0) -> Signal:
    """A signal that counts on the day of the sale and was heard `later` days after it."""
    day = TODAY - ago * DAY
    return Signal(subject, key, indicator, day, day_start(day) + later * DAY + timedelta(hours=4), good, total)


def life(n: int, dice: Random) -> list[Signal]:
    """Sales; of every eighth promoter a third are complained about with reason, of the others one in a hundred."""
    who, careless, found = f"pro{n:05}", n % 8 == 0, []
    for sale in range(EACH):
        ago, key = 560 - 50 * sale + n % 7, f"o{sale}"
        found += [told(who, f"c/{key}", "complaints", ago, 1, 1), told(who, f"r/{key}", "returns", ago, 10_000, 10_000)]
        if dice.random() < (0.33 if careless else 0.01):
            found.append(told(who, f"cu/{key}", "complaints", ago, -1, 0, later=10))
    return found


@pytest.fixture
def planted() -> None:
    dice = Random(11)
    people = [Subject(f"pro{n:05}", SubjectKind.PROMOTER, TODAY - 600 * DAY) for n in range(PEOPLE)]
    credit.observe([one for n in range(PEOPLE) for one in life(n, dice)], people, now=T0)


@pytest.mark.usefixtures("planted")
def test_from_signals_to_a_quote_by_an_adopted_model():
    given = risk.moments(HolderKind.PROMOTER, T0)
    assert {one.day for one in given} == {TODAY - (90 + 30 * n) * DAY for n in range(16)}
    done = bands.train(HolderKind.PROMOTER, given, by=SYSTEM, now=T0)
    assert done.holders == PEOPLE and done.positives > 200 and done.model_id
    card = bands.one(done.model_id).card
    best = max(one["ap"] for one in card.quality["baselines"].values())
    assert card.quality["average_precision"]["low"] > best + 0.1
    bands.adopt(done.model_id, "留出期好过规则表", by=SYSTEM, now=T0)
    careless, careful = (Holder(HolderKind.PROMOTER, f"pro{n:05}") for n in (8, 9))
    risky, safe = (risk.judge(one, T0) for one in (careless, careful))
    assert risky.band > safe.band and risky.risk_bp > 3 * safe.risk_bp


@pytest.mark.usefixtures("planted")
def test_nothing_later_than_the_day_is_in_what_is_looked_at():
    day, who = TODAY - 200 * DAY, "pro00008"
    before = risk.pasts(HolderKind.PROMOTER, day, ids=[who])[who]
    late = [
        told(who, "late/c", "complaints", 260, -1, 0, later=60),
        told(who, "late/r", "returns", 260, -9_000, 0, later=61),
    ]
    credit.observe(late, now=T0)
    assert risk.pasts(HolderKind.PROMOTER, day, ids=[who])[who] == before
    after = risk.pasts(HolderKind.PROMOTER, day + 2 * DAY, ids=[who])[who]
    assert (after.complaints_365 - before.complaints_365, after.refunded_fen_365 - before.refunded_fen_365) == (
        1,
        9_000,
    )
    assert who in risk.hurt(HolderKind.PROMOTER, day)


@pytest.mark.usefixtures("planted")
def test_one_holder_and_all_of_them_are_the_same_statements():
    def asked(ids):
        with CaptureQueriesContext(connection) as found:
            risk.pasts(HolderKind.PROMOTER, TODAY, ids=ids)
        return len(found)

    assert asked(["pro00001"]) == asked(None)
    assert risk.pasts(HolderKind.PROMOTER, TODAY)["pro00001"] == risk.past(Holder(HolderKind.PROMOTER, "pro00001"), T0)


def test_an_appeal_won_takes_the_complaint_out_of_what_is_looked_at():
    who = Subject("pro00001", SubjectKind.PROMOTER, TODAY - 100 * DAY)
    sale = told(who.id, "c/1", "complaints", 30, 1, 1)
    upheld = told(who.id, "cu/1", "complaints", 30, -1, 0, later=5)
    credit.observe([sale, upheld], [who], now=T0)
    assert risk.past(Holder(HolderKind.PROMOTER, who.id), T0).complaints_90 == 1
    undone = Signal(who.id, "void/cu/1", "complaints", upheld.day, T0 - DAY, 1, 0)
    credit.observe([undone], now=T0)
    assert risk.past(Holder(HolderKind.PROMOTER, who.id), T0) == Past(
        tenure_days=100, orders_90=1, orders_180=1, score=0
    )


@pytest.mark.usefixtures("planted")
def test_who_agreed_before_keeps_the_band_and_a_debt_goes_before_any_model():
    holder = Holder(HolderKind.PROMOTER, "pro00009")
    old = deposits.agree(holder, RiskClass.MEDIUM, Facts(), amount_fen=120_000, in_parts=True, by=SYSTEM, now=T0)
    done = bands.train(HolderKind.PROMOTER, risk.moments(HolderKind.PROMOTER, T0), by=SYSTEM, now=T0)
    bands.adopt(done.model_id, "启用", by=SYSTEM, now=T0)
    judged = risk.judge(holder, T0)
    assert judged.band is not Band.C
    assert deposits.one(old.id, today=TODAY).band is Band.C
    facts = Facts(band=judged.band, band_says=judged.says)
    assert deposits.quotes(holder.kind, facts, today=TODAY)[1].band_says == judged.says
    owing = Facts(debt_fen=1, band=judged.band, band_says=judged.says)
    assert deposits.quotes(holder.kind, owing, today=TODAY)[1].band is Band.D


def test_the_command_says_that_there_is_not_enough():
    with tenancy.as_platform():
        done = bands.train(HolderKind.MERCHANT, risk.moments(HolderKind.MERCHANT, T0), by=SYSTEM, now=T0)
    with CliRunner().isolation() as (out, *_):
        deposits_cli._say(done)
        text = out.getvalue().decode()
    assert text.splitlines() == [
        "持有人 0，时点 0，有过损失的持有人 0",
        "数据还不够：0 位持有人、其中 0 位有过损失，至少要 2,000 位、200 位，继续用规则表",
    ]
