"""T-17, the judgement: an exact tail, a line drawn across all comparisons, and how an honest world fares under it."""

import random
from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from math import comb

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bench.concentration import Honest, alerts
from xintui.commerce.concentration import rules, tables
from xintui.commerce.concentration.contracts import LIVE, About, Cell, State, Verb
from xintui.kernel.states import NoSuchMove

TERMS = tables.terms(date(2026, 11, 29))
BAR = TERMS.bar
FORTNIGHT, MONTH = BAR.windows


def exactly(strata: list[tuple[int, int, int, int]]) -> Fraction:
    """The oracle: every way of dealing the after-sales out, counted in whole numbers."""
    spread = {0: Fraction(1)}
    for n, k, rest_n, rest_k in strata:
        hits = k + rest_k
        dealt = {x: Fraction(comb(n, x) * comb(rest_n, hits - x), comb(n + rest_n, hits)) for x in range(hits + 1)}
        both: dict[int, Fraction] = {}
        for had, chance in spread.items():
            for more, also in dealt.items():
                both[had + more] = both.get(had + more, Fraction(0)) + chance * also
        spread = both
    seen = sum(one[1] for one in strata)
    return sum((chance for x, chance in spread.items() if x >= seen), Fraction(0))


def side() -> st.SearchStrategy[tuple[int, int]]:
    return st.integers(1, 12).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.tuples(side(), side()).map(lambda two: (*two[0], *two[1])), min_size=1, max_size=4))
def test_the_tail_is_what_counting_every_deal_gives(strata: list[tuple[int, int, int, int]]) -> None:
    assert rules.tail(strata) == pytest.approx(float(exactly(strata)), rel=1e-9, abs=1e-12)


def test_the_tail_of_one_stratum_is_fishers() -> None:
    """The lady tasting tea: 4 of 4 right is one in seventy."""
    assert rules.tail([(4, 4, 4, 0)]) == pytest.approx(1 / 70)
    assert rules.tail([(60, 15, 400, 12)]) == pytest.approx(5.214e-8, rel=1e-4)


def cells(*rows: tuple[str, int, int]) -> list[Cell]:
    """One shop's goods: (product, lines, of them with after-sales)."""
    made: list[Cell] = []
    for product, of, asked in rows:
        for reason, n in (("", of - asked), ("坏了", asked)):
            made.append(Cell("mch1", product, "tea", "", "浙江", True, reason, bool(reason), n))
    return made


def found(made: list[Cell]) -> list[tuple[About, str]]:
    return [(one.about, one.subject_id) for one in rules.judge(made, FORTNIGHT, BAR)]


def test_a_product_far_beyond_its_shop_is_found_with_its_numbers_in_a_sentence() -> None:
    made = cells(("prd1", 60, 15), ("prd2", 300, 9), ("prd3", 100, 3))
    (one,) = rules.judge(made, FORTNIGHT, BAR)
    assert (one.about, one.subject_id, one.figure.count, one.figure.of) == (About.PRODUCT, "prd1", 15, 60)
    assert (one.figure.rest_count, one.figure.rest_of, one.figure.usual_bp) == (12, 400, 300)
    assert rules.says(one.about, one.detail, one.figure) == (
        "近 14 天 60 件中有 15 件申请了售后（25%），同店其余商品 3%；若与别处无异，碰巧这么多的可能性不到千万分之一"
    )


@pytest.mark.parametrize(
    ("rows", "why"),
    [
        ([("prd1", 19, 10), ("prd2", 400, 12)], "too few lines"),
        ([("prd1", 60, 5), ("prd2", 4000, 12)], "too few after-sales"),
        ([("prd1", 60, 15), ("prd2", 59, 2)], "nobody to compare with"),
        ([("prd1", 2000, 130), ("prd2", 20_000, 800)], "sure, but not twice as many"),
        ([("prd1", 3000, 120), ("prd2", 30_000, 300)], "sure and four times as many, but three in a hundred more"),
        ([("prd1", 60, 9), ("prd2", 400, 24)], "more, but it may be chance"),
    ],
)
def test_what_is_let_be(rows: list[tuple[str, int, int]], why: str) -> None:
    assert found(cells(*rows)) == [], why


def test_where_a_shop_sells_one_thing_the_category_is_the_measure() -> None:
    alone = [cell._replace(merchant_id="mch2") for cell in cells(("prd9", 50, 14))]
    (one, *_) = rules.judge(cells(("prd1", 300, 9)) + alone, FORTNIGHT, BAR)
    assert (one.subject_id, one.figure.against) == ("prd9", "同类目其他商品")


def test_a_promoter_is_compared_with_others_who_sell_the_same_and_not_blamed_for_a_bad_product() -> None:
    """A sells the bad product only, at its own rate; B sells the good one, at ten times its rate."""
    rows = [
        ("proA", "bad", 40, 12), ("proC", "bad", 200, 60),
        ("proB", "good", 40, 14), ("proC", "good", 400, 8),
    ]  # fmt: skip
    made = [
        Cell("mch1", product, "tea", promoter, "浙江", True, why, bool(why), n)
        for promoter, product, of, asked in rows
        for why, n in (("", of - asked), ("坏了", asked))
    ]
    promoters = [one for one in rules.judge(made, FORTNIGHT, BAR) if one.about is About.PROMOTER]
    assert [(one.subject_id, one.figure.against) for one in promoters] == [("proB", "同样商品的其他订单")]


def test_what_a_bad_product_explains_is_not_laid_at_its_shops_door_as_well() -> None:
    bad = cells(("prd1", 100, 40), ("prd2", 100, 3))
    others = [cell._replace(merchant_id=f"mch{n}", product_id=f"p{n}") for n in (2, 3) for cell in cells(("x", 200, 6))]
    assert found(bad + others) == [(About.PRODUCT, "prd1")]


def test_one_reason_and_one_region_are_found_where_the_product_as_a_whole_is_not() -> None:
    """Many come back for a reason nobody else names; many of those sent to one province."""
    plain = cells(("prd1", 200, 12), ("prd2", 400, 24))
    leaking = [Cell("mch1", "prd1", "tea", "", "浙江", True, "破损渗漏", True, 12)]
    assert (About.REASON, "prd1") in found(
        [cell._replace(reason=cell.reason and "尺码不合") for cell in plain] + leaking
    )
    far = [
        Cell("mch1", "prd2", "tea", "", "新疆", True, "", False, 30),
        Cell("mch1", "prd2", "tea", "", "新疆", True, "坏了", True, 14),
    ]
    by_region = [one for one in rules.judge(plain + far, FORTNIGHT, BAR) if one.about is About.REGION]
    assert [(one.subject_id, one.detail, one.figure.count) for one in by_region] == [("mch1", "新疆", 14)]


def test_among_many_comparisons_the_line_is_drawn_lower() -> None:
    """The same product beside five others and beside five thousand."""
    made = cells(("prd1", 40, 9), *((f"p{n}", 100, 4) for n in range(5)))
    assert found(made) == [(About.PRODUCT, "prd1")]
    crowd = [cell for n in range(3000) for cell in cells((f"q{n}", 40, 2))]
    assert (About.PRODUCT, "prd1") not in found(made + crowd)


def worlds(count: int) -> Iterator[Honest]:
    for seed in range(count):
        yield Honest(random.Random(seed), shops=12, goods=8, promoters=60, orders=6_000)


def test_in_honest_worlds_hardly_anybody_is_alerted() -> None:
    """Rates differ between goods, shops and buyers, orders have several lines; nobody cheats."""
    told = subjects = 0
    for world in worlds(6):
        for window in BAR.windows:
            made = world.cells(window.days)
            told += len(alerts(made, window, BAR))
            subjects += len({c.product_id for c in made}) + len({c.promoter_id for c in made if c.promoter_id})
    print(f"\nhonest worlds: {told} alerts of {subjects} subjects ({told / subjects:.3%})")
    assert told * 1000 <= subjects * 5


def test_chance_in_words() -> None:
    said = [rules.chance_words(one) for one in (0.5, 0.09, 0.009, 9e-4, 9e-6, 1e-200)]
    assert said == ["约 50%", "不到十分之一", "不到百分之一", "不到千分之一", "不到十万分之一", "不到亿分之一"]


def test_every_life_of_a_case_ends_and_ends_once() -> None:
    assert {state for state in State if state in LIVE} == {State.OPEN, State.CONFIRMED}
    for state in State:
        for verb in Verb:
            if state in LIVE:
                continue
            with pytest.raises(NoSuchMove):
                rules.FLOW.after(state, verb)
    assert all(rules.FLOW.after(state, Verb.RUN_OUT) is State.OVER for state in LIVE)
