"""The judgement of joining: pure functions and the table of states."""

import hashlib
import re
from collections.abc import Mapping, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from stdnum.cn import ric, uscc
from stdnum.exceptions import ValidationError

from xintui.kernel.states import Flow
from xintui.promotion.promoters.contracts import BadIdentity, BadPayee, IdentityInfo, PayeeChannel, PromoterKind, State


class Verb(StrEnum):
    """What can be done to a promoter."""

    CLEAR = "clear"
    HOLD = "hold"
    APPROVE = "approve"
    REFUSE = "refuse"
    REAPPLY = "reapply"
    SUSPEND = "suspend"
    RESTORE = "restore"


FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (State.APPLYING, Verb.CLEAR): State.ACTIVE,  # the automatic rules found nothing
        (State.APPLYING, Verb.HOLD): State.REVIEW,  # they found something for a person to look at
        (State.APPLYING, Verb.REFUSE): State.REFUSED,  # a rule without discretion (age)
        (State.REVIEW, Verb.APPROVE): State.ACTIVE,
        (State.REVIEW, Verb.REFUSE): State.REFUSED,
        (State.REFUSED, Verb.REAPPLY): State.APPLYING,
        (State.ACTIVE, Verb.SUSPEND): State.SUSPENDED,
        (State.SUSPENDED, Verb.RESTORE): State.ACTIVE,
    }
)

REFUSING: Final = frozenset({"under_age"})
"""Automatic findings that leave no discretion; every other finding goes to the review queue."""


def checked_identity(info: IdentityInfo) -> IdentityInfo:
    """The step-1 data in canonical form. Raises `BadIdentity`.

    Numbers are checked by their own check digit (GB 11643, GB 32100-2015): it catches typing, not forgery.
    """
    name = info.name.strip()
    if not 2 <= len(name) <= 60 or (any(ch.isdigit() for ch in name) and info.kind is PromoterKind.INDIVIDUAL):
        raise BadIdentity("name")
    number = info.number.strip().upper()
    valid = ric.is_valid(number) if info.kind is PromoterKind.INDIVIDUAL else uscc.is_valid(number)
    if not valid or (info.kind is PromoterKind.INDIVIDUAL and len(number) != 18):
        raise BadIdentity("number")
    return IdentityInfo(info.kind, name, number)


def _is_resident_id(number: str) -> bool:
    """Form, birthday and check digit. Counties are not looked up: codes come and go, people stay."""
    if not re.fullmatch(r"[1-9]\d{16}[\dX]", number):
        return False
    try:
        ric.get_birth_date(number)
    except ValidationError:
        return False
    return bool(ric.calc_check_digit(number[:17]) == number[17])


def age_on(number: str, day: date) -> int:
    """Whole years on `day` of the holder of an 18-digit id number."""
    born = ric.get_birth_date(number)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def wrong_answers(right: Mapping[str, int], given: Mapping[str, int]) -> int:
    """How many questions were not answered right; a missing answer is a wrong one."""
    return sum(given.get(question) != answer for question, answer in right.items())


def checked_payee(kind: PromoterKind, channel: PayeeChannel, account: str, holder: str, name: str) -> None:
    """A person is paid to his own WeChat wallet, a company to a bank account of its own name. Raises `BadPayee`."""
    if (channel is PayeeChannel.WECHAT) != (kind is PromoterKind.INDIVIDUAL):
        raise BadPayee("个人推客收款到本人微信，企业推客收款到对公账户")
    if holder.strip() != name:
        raise BadPayee("收款人姓名须与认证主体一致")
    if channel is PayeeChannel.BANK and not (account.isdigit() and 8 <= len(account) <= 30):
        raise BadPayee("对公账号应为 8–30 位数字")
    if channel is PayeeChannel.WECHAT and not 6 <= len(account) <= 64:
        raise BadPayee("请先用微信登录")


def verdict(findings: Sequence[str]) -> Verb:
    """What the automatic rules lead to."""
    if any(finding in REFUSING for finding in findings):
        return Verb.REFUSE
    return Verb.HOLD if findings else Verb.CLEAR


def masked_name(name: str, kind: PromoterKind) -> str:
    """`张*`; a company's name is public."""
    return name if kind is PromoterKind.COMPANY else name[0] + "*" * min(len(name) - 1, 2)


def masked_number(number: str) -> str:
    """`1101**********002X`."""
    return number[:4] + "*" * (len(number) - 8) + number[-4:]


def payee_digest(promoter_id: str, version: int, channel: PayeeChannel, account: str, holder: str) -> str:
    """What a payout line freezes of the payee: SHA-256 over length-prefixed fields, so no two payees share it."""
    digest = hashlib.sha256(b"xintui.payee.v1")
    for part in (promoter_id, str(version), channel.value, account, holder):
        raw = part.encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.hexdigest()
