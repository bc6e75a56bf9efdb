"""T-22: each number's form and check digit, on real numbers and on numbers that somebody mistyped."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.rules import BadCreditCode
from xintui.trust.qualification import tables
from xintui.trust.qualification.contracts import BadNumber, Kind
from xintui.trust.qualification.rules import numbers
from xintui.trust.qualification.rules.shapes import CODE, DIGITS

HERE = Path(__file__).parent

REAL = [
    (Kind.BUSINESS, "91350100M000100Y43", "福建省福州市"),
    (Kind.BUSINESS, "91110000600037341L", "北京市"),
    (Kind.BUSINESS, "91440300708461136T", "广东省深圳市"),
    (Kind.BUSINESS, "914403001922038216", "广东省深圳市"),
    (Kind.BUSINESS, "91110108551385082Q", "北京市海淀区"),
    (Kind.BUSINESS, "91100000100003962T", "全国"),
    (Kind.FOOD_MAKING, "SC11834020305037", "炒货食品及坚果制品"),
    (Kind.FOOD_MAKING, "SC11532139200465", "酒类"),
    (Kind.FOOD_MAKING, "SC11432010400101", "茶叶及相关制品"),
    (Kind.FOOD_MAKING, "SC12636098200051", "蜂产品"),
    (Kind.FOOD_TRADE, "JY13301080111719", "浙江省滨江区"),
    (Kind.FOOD_TRADE, "JY13501040006708", "福建省仓山区"),
    (Kind.DRUG, "国药准字HJ20140344", "境外生产"),
    (Kind.DRUG, "国药准字ZC20171003", "港澳台生产"),
    (Kind.DRUG, "国药准字H20041126", "化学药"),
    (Kind.HEALTH_FOOD, "国食健注G20190188", "国产"),
    (Kind.COSMETIC, "粤G妆网备字2023468030", "广东"),
    (Kind.COSMETIC_MAKING, "粤妆20160344", "2016 年"),
    (Kind.GTIN, "09506000134352", ""),
]
"""Numbers that are printed on real papers and goods, with something that each says of itself."""

FORMED = [
    (Kind.DRUG, "国药准字B10203040"),
    (Kind.DRUG, "国药准字J20090012"),
    (Kind.DRUG, "HC20100001"),
    (Kind.HEALTH_FOOD, "食健备G201933000001"),
    (Kind.HEALTH_FOOD, "食健备J201900000123"),
    (Kind.HEALTH_FOOD, "国食健字G20040001"),
    (Kind.COSMETIC, "国妆特字20211234"),
    (Kind.COSMETIC, "国妆特字G20181234"),
    (Kind.COSMETIC, "国妆特进字J20181234"),
    (Kind.COSMETIC, "国妆网备进字（沪）2021001234"),
    (Kind.DEVICE, "国械注准20203400123"),
    (Kind.DEVICE, "国械注进20152770012"),
    (Kind.DEVICE, "国械注许20203040001"),
    (Kind.DEVICE, "粤械注准20192070012"),
    (Kind.DEVICE, "浙杭械备20180001"),
    (Kind.DEVICE, "沪械备20180001"),
    (Kind.DEVICE, "国械备20160001"),
]
"""Well formed by the rule's own words, from no paper in particular."""

WRONG = [
    (Kind.BUSINESS, "91510100MA61R8TP9A", 18, "U", "校验码应为「U」，现为「A」"),
    (Kind.BUSINESS, "9135010OM000100Y43", 8, "数字", "是否应为「0」"),
    (Kind.BUSINESS, "91350100M000100Y4", 18, "数字或大写字母（不含 I、O、S、V、Z）", "编号到第 17 位就结束了"),
    (Kind.BUSINESS, "91350100M000100Y431", 19, "", "多出「1」"),
    (Kind.BUSINESS, "91990100M000100Y43", 3, "行政区划", "不是有效的行政区划"),
    (Kind.FOOD_MAKING, "SC12345678901234", 16, "2", "校验码应为「2」，现为「4」"),
    (Kind.FOOD_MAKING, "QS11834020305037", 1, "SC", "应为「SC」，现为「Q」"),
    (Kind.FOOD_MAKING, "SC13934020305037", 4, "食品类别", "「39」不是有效的食品类别"),
    (Kind.FOOD_TRADE, "JY43301080111719", 3, "1、2、3", "主体业态"),
    (Kind.DRUG, "国药准字X20041126", 5, "H、Z、S、B、T、F、J", "现为「X」"),
    (Kind.DRUG, "国药准字H2004112", 13, "数字", "编号到第 12 位就结束了"),
    (Kind.HEALTH_FOOD, "国食健注K20190188", 5, "G、J", "现为「K」"),
    (Kind.COSMETIC, "粤X妆网备字2023468030", 2, "G妆网备字", "现为「X」"),
    (Kind.DEVICE, "粤械注准20194070012", 9, "1、2、3", "管理类别"),
    (Kind.GTIN, "09506000134353", 14, "2", "校验码应为「2」"),
    (Kind.DRUG_TRADE, "浙*AA", 0, "", "汉字、字母或数字"),
    (Kind.BUSINESS, "  ", 0, "", "没有填写"),
]


@pytest.mark.parametrize(("kind", "number", "says"), REAL)
def test_a_real_number_is_accepted_and_says_what_it_is(kind, number, says):
    found = numbers.check(kind, number)
    assert (found.number, found.doubts) == (number, ())
    assert "".join(one.text for one in found.parts) == number, "every character belongs to a part"
    assert says in [one.says for one in found.parts]


@pytest.mark.parametrize(("kind", "number"), FORMED)
def test_every_form_of_the_law_is_known(kind, number):
    assert numbers.check(kind, number).number == numbers.compact(number)


@pytest.mark.parametrize(("kind", "number", "place", "expected", "reason"), WRONG)
def test_a_refusal_says_which_character_is_wrong_and_what_belongs_there(kind, number, place, expected, reason):
    with pytest.raises(BadNumber) as caught:
        numbers.check(kind, number)
    assert (caught.value.place, caught.value.expected) == (place, expected)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    "typed", ["ｓｃ１１８３４０２０３０５０３７", "SC 1183 4020 3050 37", "sc11834020305037", "SC11834020305037号"]
)
def test_the_same_number_however_it_was_typed(typed):
    assert numbers.check(Kind.FOOD_MAKING, typed).number == "SC11834020305037"


def test_a_genuine_licence_of_early_years_breaks_its_check_digit_so_a_person_looks():
    found = numbers.check(Kind.FOOD_TRADE, "JY11105300065940")
    assert found.doubts == ("第 16 位校验码应为「2」，现为「0」，前面的字符可能抄错",)


def test_four_hundred_credit_codes_are_told_apart_as_the_house_tells_them():
    rows = list(csv.DictReader((HERE / "credit_codes.csv").open(encoding="utf-8")))
    assert len(rows) == 400
    for row in rows:
        assert _good(row["code"]) == (row["valid"] == "1"), row
        if _good(row["code"]):
            assert identity.credit_code(row["code"]) == row["code"]
        else:
            with pytest.raises(BadCreditCode):
                identity.credit_code(row["code"])


def _good(number):
    try:
        numbers.check(Kind.BUSINESS, number)
    except BadNumber:
        return False
    return True


divisions = st.sampled_from(["110108", "330106", "440300", "532822", "810000"])


def digits(size):
    return st.text(DIGITS, min_size=size, max_size=size)


bodies = st.one_of(
    st.tuples(st.just(Kind.BUSINESS), st.builds("91{}{}".format, divisions, st.text(CODE, min_size=9, max_size=9))),
    st.tuples(st.just(Kind.FOOD_MAKING), st.builds("SC1{:02d}{}{}".format, st.integers(1, 31), divisions, digits(4))),
    st.tuples(st.just(Kind.GTIN), st.one_of(digits(7), digits(11), digits(12), digits(13))),
)


@given(bodies, st.integers(0, 30), st.data())
def test_what_the_checker_completes_is_accepted_and_one_changed_character_is_found(body, at, data):
    kind, plain = body
    number = numbers.complete(kind, plain)
    assert numbers.check(kind, number).number == number
    at %= len(number)
    other = data.draw(st.sampled_from([one for one in CODE if one != number[at]]))
    with pytest.raises(BadNumber):
        numbers.check(kind, number[:at] + other + number[at + 1 :])


@given(st.sampled_from(list(Kind)), st.text(max_size=40))
def test_nothing_that_is_typed_breaks_the_checker(kind, text):
    try:
        found = numbers.check(kind, text)
    except BadNumber as refusal:
        assert 0 <= refusal.place <= len(numbers.compact(text)) + 1
        assert str(refusal)
    else:
        assert found.number == numbers.compact(text)


def test_a_number_without_its_kind_is_recognised_or_refused_by_the_kind_that_came_furthest():
    assert [one.kind for one in numbers.guess("SC11834020305037")] == [Kind.FOOD_MAKING]
    assert [one.kind for one in numbers.guess("6901234567892")] == [Kind.GTIN]
    assert numbers.guess("SC1183402030503") == []
    refusal = numbers.nearest("SC1183402030503")
    assert (refusal.number_of, refusal.place) == (Kind.FOOD_MAKING, 16)


def test_the_catalogue_names_each_kind_once_with_its_source():
    given = tables.catalogue(date(2026, 11, 29))
    assert set(given.kinds) == set(Kind)
    assert given.source and given.verified_on and given.remind_days == (30, 7) and given.check_months == 6
    for one in given.kinds.values():
        assert one.source and one.title and one.of in {"merchant", "product", "promoter", "code"}
        assert one.personal == (one.of == "promoter"), "numbers of persons are sealed, those of companies are public"
        assert not (one.by_rule and one.kind not in numbers.SHAPES), "no rule passes what no rule can read"
    held = [category for one in given.classes for category in one.categories]
    assert len(held) == len(set(held)), "a category belongs to one class"
    for one in given.classes:
        assert one.source
        groups = {
            "merchant": one.merchant,
            "product": one.product,
            "promoter": (one.promoter.any_of,) if one.promoter else (),
        }
        for who, asked in groups.items():
            assert all(given.kinds[kind].of == who for group in asked for kind in group), one.code
