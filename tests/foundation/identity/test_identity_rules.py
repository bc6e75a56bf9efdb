"""Numbers that check themselves, what of them is shown, and passwords that are not the first guess."""

import csv
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import ric, uscc

from xintui.foundation.identity.rules import (
    BadCreditCode,
    BadResidentId,
    WeakPassword,
    credit_code,
    mask_card,
    mask_id,
    mask_name,
    mask_phone,
    require_strong_password,
    resident_id,
)

DAY = date(2026, 11, 23)
CN_REF = Path("/work/shared/data/cn_ref")
needs_cn_ref = pytest.mark.skipif(
    not CN_REF.is_dir(), reason=f"public reference data is not at {CN_REF}: real codes are NOT checked in this run"
)


def rows(name: str) -> list[dict[str, str]]:
    with (CN_REF / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


def with_check_digit(first17: str) -> str:
    return first17 + ric.calc_check_digit(first17 + "0")


# -- companies -------------------------------------------------------------------------------------------------------

GOOD_CODES = [
    "91350100M000100Y43",
    "91110000600037341L",
    "91440300708461136T",
    "914403001922038216",
    "91110108551385082Q",
]


@pytest.mark.parametrize("code", GOOD_CODES)
def test_real_credit_codes_pass_in_one_spelling(code: str) -> None:
    wide = "".join(chr(ord(c) + 0xFEE0) for c in code)
    spaced = f" {code[:8].lower()}-{code[8:].lower()}\u200b "
    assert credit_code(code) == credit_code(spaced) == credit_code(wide) == code


def test_a_rural_collective_registered_under_n_passes() -> None:
    first17 = "N2110105MF1234567"
    assert credit_code(first17 + uscc.calc_check_digit(first17)).startswith("N2")


@pytest.mark.parametrize(
    ("code", "reason"),
    [
        ("91510100MA61R8TP9A", "校验位不符，请核对是否抄错"),
        ("91350100M000100Y4", "应为 18 位，现为 17 位"),
        ("", "应为 18 位，现为 0 位"),
        ("913501OOM0001O0Y43", "不会出现字母 O，请核对是否应为数字"),
        ("9135A100M000100Y43", "只含数字和大写字母，第 3 至 8 位为数字"),
        ("91350100M000100Y4!", "只含数字和大写字母，第 3 至 8 位为数字"),
        ("91350100M000100Y4三", "只含数字和大写字母，第 3 至 8 位为数字"),
    ],
)
def test_a_wrong_credit_code_is_refused_with_its_reason(code: str, reason: str) -> None:
    with pytest.raises(BadCreditCode) as refusal:
        credit_code(code)
    assert str(refusal.value) == f"统一社会信用代码不正确：{reason}"
    assert not code or code not in str(refusal.value)


@given(st.sampled_from(GOOD_CODES), st.integers(0, 17), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_no_single_wrong_character_passes(code: str, at: int, char: str) -> None:
    spoiled = code[:at] + char + code[at + 1 :]
    if spoiled == code:
        return
    with pytest.raises(BadCreditCode):
        credit_code(spoiled)


@needs_cn_ref
def test_two_hundred_real_codes_pass_and_their_spoiled_twins_do_not() -> None:
    verdicts = {"0": 0, "1": 0}
    for row in rows("uscc_samples.csv"):
        if row["valid"] == "1":
            assert credit_code(row["code"]) == row["code"]
        else:
            with pytest.raises(BadCreditCode):
                credit_code(row["code"])
        verdicts[row["valid"]] += 1
    assert verdicts == {"0": 200, "1": 200}


# -- people ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("number", "born"), [("11010519491231002X", date(1949, 12, 31)), ("440524188001010014", date(1880, 1, 1))]
)
def test_the_standards_own_numbers_pass(number: str, born: date) -> None:
    assert resident_id(f" {number.lower()} ", on=DAY).number == number
    assert resident_id(number, on=DAY).born == born


@pytest.mark.parametrize("first6", ["310150", "810000", "820000", "830000", "110105"])
def test_new_districts_and_residence_permits_pass(first6: str) -> None:
    number = with_check_digit(f"{first6}19900101001")
    assert resident_id(number, on=DAY).number == number


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("340524198001010010", "校验位不符，请核对是否抄错"),
        ("11010519491231002", "应为 18 位，现为 17 位"),
        ("110105491231002", "应为 18 位，现为 15 位"),
        ("1101051949123100XX", "前 17 位应为数字，末位为数字或 X"),
        ("110105194912310٠2X", "前 17 位应为数字，末位为数字或 X"),
        (with_check_digit("99010519491231002"), "前两位不是省级行政区划代码"),
        (with_check_digit("11010519900230001"), "第 7 至 14 位不是日期"),
        (with_check_digit("11010520261124001"), "出生日期在今天之后"),
    ],
)
def test_a_wrong_resident_id_is_refused_without_repeating_it(number: str, reason: str) -> None:
    with pytest.raises(BadResidentId) as refusal:
        resident_id(number, on=DAY)
    assert str(refusal.value) == f"身份证号不正确：{reason}"
    assert refusal.value.facts == {"reason": reason}


@given(st.integers(0, 17), st.sampled_from("0123456789X"))
def test_no_single_wrong_digit_of_an_id_passes(at: int, char: str) -> None:
    number = "11010519491231002X"
    spoiled = number[:at] + char + number[at + 1 :]
    if spoiled == number:
        return
    with pytest.raises(BadResidentId):
        resident_id(spoiled, on=DAY)


def test_who_is_born_today_has_an_id_today() -> None:
    number = with_check_digit("11010520261123001")
    assert resident_id(number, on=DAY).age_on(DAY) == 0


@pytest.mark.parametrize(
    ("born", "on", "age"),
    [
        ("20081123", date(2026, 11, 22), 17),
        ("20081123", date(2026, 11, 23), 18),
        ("20080229", date(2026, 2, 28), 17),
        ("20080229", date(2026, 3, 1), 18),
    ],
)
def test_age_counts_full_years(born: str, on: date, age: int) -> None:
    assert resident_id(with_check_digit(f"110105{born}001"), on=on).age_on(on) == age


@needs_cn_ref
def test_ids_from_every_county_of_today_pass() -> None:
    counties = [row["code"] for row in rows("areas.csv")]
    assert len(counties) == 2978
    for county in counties:
        resident_id(with_check_digit(f"{county}20190101001"), on=DAY)


# -- masks -----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("masked", "shown"),
    [
        (mask_phone("13812341234"), "138****1234"),
        (mask_phone("+8613812341234"), "+86*******1234"),
        (mask_phone("12345678"), "********"),
        (mask_phone(""), ""),
        (mask_id("11010519491231002X"), "1101**********002X"),
        (mask_id("91350100M000100Y43"), "9135**********0Y43"),
        (mask_name("张三"), "张*"),
        (mask_name("张三丰"), "张*"),
        (mask_name("张"), "*"),
        (mask_name(""), ""),
        (mask_card("6222021234567890123"), "***************0123"),
        (mask_card("12345"), "*****"),
    ],
)
def test_masks_show_what_the_rule_allows(masked: str, shown: str) -> None:
    assert masked == shown


@given(st.text(alphabet="0123456789X", max_size=24), st.sampled_from([mask_phone, mask_id, mask_card]))
def test_a_mask_hides_at_least_a_third_and_keeps_the_length(text: str, mask: object) -> None:
    masked: str = mask(text)  # type: ignore[operator]
    assert len(masked) == len(text)
    assert 3 * masked.count("*") >= len(text)


# -- passwords -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "password",
    [
        "Tr4ffic-lamp",
        "correct horse battery",
        "春眠不觉晓处处闻啼鸟夜来风雨声花落",
        "Zq8#kkl2mw",
        "Ab1!Cd1!Ab",  # six different characters
        "x1y2z3" * 21 + "ab",  # 128 long
        "xyzuvwxyzuvwxyzu",  # a phrase of sixteen
    ],
)
def test_a_good_password_is_accepted(password: str) -> None:
    require_strong_password(password, about=["zhangsan", "13812341234", "张三"])


@pytest.mark.parametrize(
    ("password", "reason"),
    [
        ("Ab1!xyz", "长度应为 10 至 128 位"),
        ("Ab1!xyzw" * 20, "长度应为 10 至 128 位"),
        ("abcdefgh12", "大写、小写、数字、符号至少三种，或使用 16 位以上的短语"),
        ("Aa1!Aa1!Aa1!", "重复字符太多"),
        ("MyPassw0rd!x", "含有常见密码"),
        ("ＭyＰassword!9", "含有常见密码"),
        ("Zz!13812341234", "含有账号、手机号等个人信息"),
        ("111", "长度应为 10 至 128 位；大写、小写、数字、符号至少三种，或使用 16 位以上的短语；重复字符太多"),
    ],
)
def test_a_weak_password_is_refused_with_every_reason(password: str, reason: str) -> None:
    with pytest.raises(WeakPassword) as refusal:
        require_strong_password(password, about=["zhangsan", "13812341234", "张"])
    assert refusal.value.facts == {"reason": reason}
