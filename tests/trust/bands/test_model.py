"""T-01: a model gives the band when there is enough and it is better; a person adopts it, and one may be taken back."""

from datetime import UTC, date, datetime, timedelta
from random import Random

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError

from xintui.foundation.identity.contracts import SYSTEM
from xintui.infra.outbox import facade as outbox
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import AlreadyAppealed
from xintui.trust.bands import charts, facade, rules
from xintui.trust.bands.contracts import (
    RULES,
    InForceAlready,
    ModelNotFound,
    Moment,
    NothingBetter,
    Past,
    RulesInForce,
)
from xintui.trust.bands.rules import FEATURES
from xintui.trust.deposits.contracts import Band, Holder, HolderKind

pytestmark = pytest.mark.django_db
T0 = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
DAY = timedelta(days=1)
ANNA = Holder(HolderKind.PROMOTER, "pro01ANNA")
CLEAN = Past(tenure_days=400, orders_90=30, sold_fen_90=900_000, sold_fen_365=3_000_000, score=820)
SHAKY = Past(
    tenure_days=400, orders_90=30, sold_fen_90=900_000, refunded_fen_90=300_000, sold_fen_365=3_000_000,
    refunded_fen_365=800_000, complaints_90=2, complaints_365=4, score=560,
)  # fmt: skip


def moments(holders: int = 2200, *, seed: int = 5, noise: bool = False) -> list[Moment]:
    """Every tenth is careless: she has more complaints, and a loss follows more often (`noise`: by nothing at all)."""
    dice, found = Random(seed), []
    for n in range(holders):
        careless = n % 10 == 0
        for month in range(14):
            day = date(2025, 6, 1) + 30 * month * DAY
            bad = sum(dice.random() < (0.25 if careless else 0.02) for _ in range(6))
            past = Past(
                tenure_days=100 + 30 * month + n % 50, orders_90=6, sold_fen_90=60_000, sold_fen_365=240_000,
                complaints_90=bad, complaints_365=bad + dice.randrange(2), score=700 - 20 * bad,
            )  # fmt: skip
            hit = dice.random() < (0.05 if noise else 0.3 if careless else 0.02)
            found.append(Moment(f"pro{n:05}", day, past, Band.C, hit))
    return found


def trained(**given):
    return facade.train(HolderKind.PROMOTER, moments(**given), by=SYSTEM, now=T0)


def test_too_little_is_said_in_one_sentence_and_the_rule_table_stays():
    done = trained(holders=300)
    assert (done.model_id, done.holders, done.quality) == ("", 300, {})
    assert done.says == (
        f"数据还不够：300 位持有人、其中 {done.positives} 位有过损失，至少要 2,000 位、200 位，继续用规则表"
    )
    assert facade.models().items == () and facade.judge(ANNA, lambda: SHAKY, now=T0) is None


def test_a_model_that_is_no_better_than_what_is_there_is_not_stored():
    done = trained(noise=True)
    assert done.model_id == "" and done.says.startswith("模型没有好过「") and done.says.endswith("继续用规则表")
    assert done.quality["auc"]["low"] <= 0.5 <= done.quality["auc"]["high"]
    assert facade.models().items == ()


def test_enough_is_stored_with_its_card_and_adopted_by_nobody():
    done = trained()
    model = facade.one(done.model_id)
    assert not model.in_force and facade.in_force(HolderKind.PROMOTER) == RULES
    quality = model.card.quality
    assert quality["average_precision"]["low"] > max(one["ap"] for one in quality["baselines"].values())
    assert 0.6 < quality["auc"]["low"] < quality["auc"]["value"] < quality["auc"]["high"]
    assert set(quality["baselines"]) == {"规则表的档位", "只看加入时间", "只看近期成交"}
    train, test = model.card.data["train"], model.card.data["test"]
    assert date.fromisoformat(train["to"]) + 90 * DAY <= date.fromisoformat(test["from"])
    assert len(model.card.limits) == 4 and "90 天内" in model.card.label
    for one in FEATURES:
        assert model.card.weights[one.code] * one.sign >= 0, one.code


def test_the_risk_that_is_said_is_near_what_comes():
    found = facade.one(trained().model_id).card.quality["calibration"]
    assert len(found) == 10 and all(abs(one["said"] - one["came"]) < 0.08 for one in found)
    dots = charts.calibration(found).dots
    assert len(dots) == 10 and all(52 <= dot.x <= 468 and 12 <= dot.y <= 260 for dot in dots)


def test_the_same_moments_give_the_same_weights_whatever_their_order():
    given = moments()
    first = facade.train(HolderKind.PROMOTER, given, by=SYSTEM, now=T0)
    Random(1).shuffle(given)
    again = facade.train(HolderKind.PROMOTER, given, by=SYSTEM, now=T0)
    assert facade.one(again.model_id).card.weights == facade.one(first.model_id).card.weights


def test_adopted_it_judges_with_reasons_in_words_and_taken_back_it_does_not():
    first, second = trained().model_id, trained(seed=6).model_id
    facade.adopt(first, "好过规则表", by=SYSTEM, now=T0)
    with pytest.raises(InForceAlready):
        facade.adopt(first, "再来一次", by=SYSTEM, now=T0)
    clean, shaky = (facade.judge(ANNA, lambda: one, now=T0) for one in (CLEAN, SHAKY))
    assert (clean.model_id, shaky.model_id) == (first, first)
    assert clean.band < shaky.band and clean.risk_bp < shaky.risk_bp
    assert shaky.reasons[0].push > 0 and {one.code for one in shaky.reasons} & {"complaints_90", "complaints_365"}
    assert (
        shaky.says.startswith("模型估计 90 天内发生赔付或大额退款的可能性约 ") and "起投诉成立（抬高风险" in shaky.says
    )
    facade.adopt(second, "更新的数据", by=SYSTEM, now=T0)
    assert facade.go_back(HolderKind.PROMOTER, "新版偏严", by=SYSTEM, now=T0) == first
    assert facade.go_back(HolderKind.PROMOTER, "都不用了", by=SYSTEM, now=T0) == RULES
    assert facade.judge(ANNA, lambda: SHAKY, now=T0) is None
    with pytest.raises(RulesInForce):
        facade.go_back(HolderKind.PROMOTER, "没有了", by=SYSTEM, now=T0)
    facade.adopt(second, "再试", by=SYSTEM, now=T0)
    assert facade.go_back(HolderKind.PROMOTER, "停用", to_rules=True, by=SYSTEM, now=T0) == RULES
    assert [one.model_id for one in facade.adoptions(HolderKind.PROMOTER)] == [
        RULES,
        second,
        RULES,
        first,
        second,
        first,
    ]
    with pytest.raises(ModelNotFound):
        facade.adopt("bnm404", "不存在", by=SYSTEM, now=T0)


def test_versions_and_adoptions_are_facts():
    facade.adopt(trained().model_id, "启用", by=SYSTEM, now=T0)
    for table in ("bands_model", "bands_adoption"):
        with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
            connection.cursor().execute(f"DELETE FROM {table}")


def test_one_more_complaint_never_makes_anybody_safer():
    card = facade.one(trained().model_id).card
    risks = [rules.risk_bp(Past(tenure_days=200, complaints_90=n, complaints_365=n), card) for n in range(9)]
    assert risks == sorted(risks) and risks[0] < risks[-1]


def test_an_appeal_won_gives_the_band_that_was_asked_for_until_its_day():
    from xintui.entrypoints.subscriptions import SUBSCRIPTIONS

    with pytest.raises(NothingBetter):
        facade.appeal(ANNA, Band.B, Band.B, CLEAN, "我要一样的", by=SYSTEM, now=T0)
    filed = facade.appeal(ANNA, Band.D, Band.B, SHAKY, "退货是同一位买家刷的", by=SYSTEM, now=T0)
    assert filed.title == "保证金风险档 D，申请改为 B" and facade.judge(ANNA, lambda: SHAKY, now=T0) is None
    with pytest.raises(AlreadyAppealed):
        facade.appeal(ANNA, Band.D, Band.A, SHAKY, "再来", by=SYSTEM, now=T0)
    appeals.decide(filed.id, True, "核实属实", by=SYSTEM, now=T0)
    outbox.deliver_all(SUBSCRIPTIONS)
    given = facade.judge(ANNA, lambda: SHAKY, now=T0)
    assert (given.band, given.appeal_id != "", given.says) == (
        Band.B, True, "申诉成立，由人核定为 B 档，有效至 2027-05-28",
    )  # fmt: skip
    assert facade.judge(ANNA, lambda: SHAKY, now=T0 + 180 * DAY) is None
