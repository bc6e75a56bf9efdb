"""Judgement on who someone is and what they may: numbers that check themselves, masks, passwords, roles.

A number that passes is well-formed, no more: whether it belongs to the person is asked of a real-name provider.
Refusals never repeat the number, because they end up in logs (个人信息保护法 第五十一条).
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Final

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from xintui.foundation.identity.contracts import (
    MERCHANT_ROLES,
    PERSONAL_ROLES,
    PLATFORM_ROLES,
    SYSTEM,
    NotAllowed,
    NotAuthenticated,
    Principal,
    Role,
    RoleMisplaced,
)
from xintui.kernel.errors import DomainError


@dataclass(eq=False)
class BadCreditCode(DomainError):
    """No 统一社会信用代码 can read like this (GB 32100-2015)."""

    code: ClassVar[str] = "identity.bad_credit_code"
    says: ClassVar[str] = "统一社会信用代码不正确：{reason}"

    reason: str


@dataclass(eq=False)
class BadResidentId(DomainError):
    """No 公民身份号码 can read like this (GB 11643-1999)."""

    code: ClassVar[str] = "identity.bad_resident_id"
    says: ClassVar[str] = "身份证号不正确：{reason}"

    reason: str


@dataclass(eq=False)
class WeakPassword(DomainError):
    """Easy to guess for someone who tries."""

    code: ClassVar[str] = "identity.weak_password"
    says: ClassVar[str] = "密码不够安全：{reason}"

    reason: str


@dataclass(frozen=True, slots=True)
class ResidentId:
    """A well-formed resident ID and what it says by itself."""

    number: str
    born: date

    def age_on(self, day: date) -> int:
        """Full years; a birthday on 29 February is kept on 1 March in other years."""
        return day.year - self.born.year - ((day.month, day.day) < (self.born.month, self.born.day))


# GB 32100-2015: the first two characters (登记管理部门, 机构类别) may be letters, e.g. N for rural collectives.
# python-stdnum 2.2 takes digits only there, so it does the check digit and the form is checked here.
_USCC_FORM: Final = re.compile(r"[0-9A-HJ-NP-RTUWXY]{2}[0-9]{6}[0-9A-HJ-NP-RTUWXY]{10}")

# GB/T 2260, first two digits; 81–83 are residence permits of Hong Kong, Macao and Taiwan people (国办发〔2018〕81号).
# Counties are not checked: codes come and go, and python-stdnum's list refuses people who are older than their county
# code (440524188001010014) and stumbles over new ones (310150 崇明区).
_PROVINCES: Final = re.compile("1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]")
_RIC_FORM: Final = re.compile(r"[0-9]{17}[0-9X]")


def credit_code(given: str) -> str:
    """The 统一社会信用代码 in its one spelling: half-width, upper case, no blanks. Raises `BadCreditCode`."""
    number = _compact(given)
    if len(number) != 18:
        raise BadCreditCode(f"应为 18 位，现为 {len(number)} 位")
    if wrong := sorted({c for c in number if c in "IOSVZ"}):
        raise BadCreditCode(f"不会出现字母 {'、'.join(wrong)}，请核对是否应为数字")
    if not _USCC_FORM.fullmatch(number):
        raise BadCreditCode("只含数字和大写字母，第 3 至 8 位为数字")
    if uscc.calc_check_digit(number) != number[-1]:
        raise BadCreditCode("校验位不符，请核对是否抄错")
    return number


def resident_id(given: str, *, on: date) -> ResidentId:
    """The 公民身份号码 in its one spelling and the birthday in it. Raises `BadResidentId`."""
    number = _compact(given)
    if len(number) != 18:
        raise BadResidentId(f"应为 18 位，现为 {len(number)} 位")
    if not _RIC_FORM.fullmatch(number):
        raise BadResidentId("前 17 位应为数字，末位为数字或 X")
    if not _PROVINCES.match(number):
        raise BadResidentId("前两位不是省级行政区划代码")
    try:
        born = ric.get_birth_date(number)
    except ValidationError:
        raise BadResidentId("第 7 至 14 位不是日期") from None
    if born > on:
        raise BadResidentId("出生日期在今天之后")
    if ric.calc_check_digit(number) != number[-1]:
        raise BadResidentId("校验位不符，请核对是否抄错")
    return ResidentId(number, born)


def _compact(given: str) -> str:
    """Full-width forms narrowed, blanks and dashes dropped, upper case; nothing else is forgiven."""
    return re.sub(r"[\s\-\u200b\ufeff]", "", unicodedata.normalize("NFKC", given)).upper()


# -- what may be shown -----------------------------------------------------------------------------------------------


def mask_phone(phone: str) -> str:
    """`13812341234` → `138****1234`."""
    return _middle(phone, 3, 4)


GONE: Final = "已注销"


def hint_name(name: str) -> str:
    """`王小美` → `王**`, whatever the length: what is shown of a person to somebody who may know them.

    Who has left has no name any more, and is called that.
    """
    return GONE if name.startswith(GONE) else name[:1] + "**"


def mask_id(number: str) -> str:
    """`11010519491231002X` → `1101**********002X`; serves credit codes too."""
    return _middle(number, 4, 4)


def mask_name(name: str) -> str:
    """`张三丰` → `张*`: one star whatever the length, which is telling in itself."""
    return f"{name[0]}*" if len(name) > 1 else "*" * len(name)


def mask_card(number: str) -> str:
    """`6222021234567890123` → `***************0123`: the last four."""
    return _middle(number, 0, 4)


def _middle(text: str, head: int, tail: int) -> str:
    """Stars for all but `head` and `tail` characters; all stars if that hid less than half of what it shows."""
    hidden = len(text) - head - tail
    if 2 * hidden < head + tail:
        return "*" * len(text)
    return text[:head] + "*" * hidden + text[len(text) - tail :]


# -- passwords -------------------------------------------------------------------------------------------------------

PASSWORD_MIN: Final = 10
PASSWORD_MAX: Final = 128
"""Longer costs argon2 time and a stranger nothing."""
_PHRASE: Final = 16
_DIFFERENT: Final = 6
_COMMON: Final = (
    "password", "passw0rd", "qwerty", "asdf", "zxcv", "admin", "root", "123456", "654321", "abc123", "111111", "000000",
    "888888", "666666", "5201314", "iloveyou", "woaini", "welcome", "letmein", "wechat", "weixin", "xintui",
)  # fmt: skip


def require_strong_password(password: str, about: Sequence[str] = ()) -> None:
    """Refuse what is guessed first. Raises `WeakPassword` with every reason at once.

    `about`: what a stranger may know of the person, such as login name, phone and birthday. Ten characters of three
    kinds (等级保护 asks for length and variety) or a phrase of sixteen; nothing expires by the calendar.
    """
    low = unicodedata.normalize("NFKC", password).lower()
    known = [word for text in about if len(word := unicodedata.normalize("NFKC", text).lower()) >= 4]
    reasons = []
    if not PASSWORD_MIN <= len(password) <= PASSWORD_MAX:
        reasons.append(f"长度应为 {PASSWORD_MIN} 至 {PASSWORD_MAX} 位")
    if len(password) < _PHRASE and _kinds(password) < 3:
        reasons.append(f"大写、小写、数字、符号至少三种，或使用 {_PHRASE} 位以上的短语")
    if len(set(low)) < _DIFFERENT:
        reasons.append("重复字符太多")
    if any(word in low for word in _COMMON):
        reasons.append("含有常见密码")
    if any(word in low for word in known):
        reasons.append("含有账号、手机号等个人信息")
    if reasons:
        raise WeakPassword("；".join(reasons))


def _kinds(password: str) -> int:
    lower = any(c.islower() for c in password)
    upper = any(c.isupper() for c in password)
    digit = any(c.isdigit() for c in password)
    return lower + upper + digit + any(not c.isalnum() or not c.isascii() for c in password)


_DELEGABLE = MERCHANT_ROLES - {Role.MERCHANT_OWNER}


def require(principal: Principal | None, *roles: Role) -> Principal:
    """The principal, if one of `roles` is held (no roles: anybody known).

    Raises `NotAuthenticated`, `NotAllowed`.
    """
    if principal is None:
        raise NotAuthenticated
    if roles and not principal.has(*roles):
        raise NotAllowed
    return principal


def require_merchant(principal: Principal | None, *roles: Role) -> tuple[Principal, str]:
    """The principal and the merchant they act for. Raises `NotAuthenticated`, `NotAllowed`."""
    known = require(principal, *roles)
    if known.merchant_id is None:
        raise NotAllowed
    return known, known.merchant_id


def check_place(role: Role, merchant_id: str) -> None:
    """A merchant role names its merchant, any other names none. Raises `RoleMisplaced`."""
    if (role in MERCHANT_ROLES) != bool(merchant_id):
        raise RoleMisplaced


def check_may_hand_out(by: Principal, role: Role, merchant_id: str) -> None:
    """Operators hand out every role, a merchant's owner the lesser roles of that merchant, the program personal ones.

    Raises `NotAllowed`.
    """
    if by.has(Role.OPERATOR) or (by == SYSTEM and role in PERSONAL_ROLES):
        return
    if by.has(Role.MERCHANT_OWNER) and by.merchant_id == merchant_id and role in _DELEGABLE:
        return
    raise NotAllowed


def check_may_staff(by: Principal, merchant_id: str) -> None:
    """A merchant's owner decides who works there, down to a second owner; operators for every merchant.

    Raises `NotAllowed`.
    """
    if by.has(Role.OPERATOR) or (by.has(Role.MERCHANT_OWNER) and by.merchant_id == merchant_id):
        return
    raise NotAllowed


def roles_in(grants: Iterable[tuple[str, str]], merchant_id: str, *, personal_only: bool) -> frozenset[Role]:
    """The roles that count on a device logged in for `merchant_id` ("": the platform and the person's own).

    A phone's mini-program token never carries staff power, however much of it its owner holds elsewhere.
    """
    held = frozenset(Role(role) for role, merchant in grants if merchant == merchant_id)
    return held & PERSONAL_ROLES if personal_only else held


def place_of(grants: Iterable[tuple[str, str]], wanted: str | None) -> str | None:
    """The merchant a staff login acts for: the wanted one if held, else the platform, else the first; None: refused."""
    held = set(grants)
    merchants = sorted({merchant for _, merchant in held if merchant})
    if wanted is not None:
        return wanted if wanted == "" or wanted in merchants else None
    if any(merchant == "" and role in PLATFORM_ROLES for role, merchant in held):
        return ""
    return merchants[0] if merchants else ""
