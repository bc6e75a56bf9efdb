"""A certificate's life, what a person must look at, and what a class of goods still lacks."""

import re
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from xintui.kernel.states import Flow
from xintui.trust.qualification.contracts import (
    BadCertificate,
    Class,
    Draft,
    Facts,
    Finding,
    Kind,
    KindTerms,
    Lack,
    Paper,
    Reading,
    State,
    Verb,
)
from xintui.trust.qualification.rules.numbers import TITLES

S, V = State, Verb
FLOW: Final[Flow[State, Verb]] = Flow(
    {
        (S.SUBMITTED, V.PASS_BY_RULE): S.PASSED,
        (S.SUBMITTED, V.ROUTE): S.REVIEW,
        (S.SUBMITTED, V.REFUSE_BY_RULE): S.REFUSED,
        (S.REVIEW, V.PASS): S.PASSED,
        (S.REVIEW, V.REFUSE): S.REFUSED,
        (S.REVIEW, V.WITHDRAW): S.WITHDRAWN,
        (S.PASSED, V.EXPIRE): S.EXPIRED,
        (S.PASSED, V.SUPERSEDE): S.SUPERSEDED,
        (S.PASSED, V.REVOKE): S.REFUSED,  # a person found at a re-check that it does not hold
        (S.PASSED, V.WITHDRAW): S.WITHDRAWN,
        (S.EXPIRED, V.SUPERSEDE): S.SUPERSEDED,
        (S.REFUSED, V.GRANT): S.PASSED,  # an appeal was won
    }
)
FILES: Final = 4


@dataclass(frozen=True, slots=True)
class Known:
    """What the house knows beside the draft itself."""

    used_by_another: bool = False
    blocked: str = ""
    expelled: bool = False


def check_draft(draft: Draft, *, today: date) -> None:
    """What its holder can put right at once. Raises `BadCertificate`."""
    if not 2 <= len(draft.name.strip()) <= 100:
        raise BadCertificate("证书上的名称应有 2 到 100 个字")
    if len(draft.files) > FILES:
        raise BadCertificate(f"图片最多 {FILES} 张")
    if draft.issued_on and draft.issued_on > today:
        raise BadCertificate("发证日期在今天之后")
    if draft.expires_on and draft.expires_on < today:
        raise BadCertificate("证书已过有效期")
    if draft.issued_on and draft.expires_on and draft.issued_on >= draft.expires_on:
        raise BadCertificate("有效期应晚于发证日期")


def judge(draft: Draft, terms: KindTerms, facts: Facts, reading: Reading, known: Known) -> tuple[Finding, ...]:
    """Every reason why a person has to look; none: it passes by rule. A fatal one refuses it."""
    found: list[Finding] = []
    if known.blocked:
        found.append(Finding("blocked", f"在停用名单上：{known.blocked}", fatal=True))
    found += [Finding("number", doubt) for doubt in reading.doubts]
    if not terms.by_rule:
        found.append(Finding("by_person", "这类资质一律由人工核对原件"))
    if facts.name and _plain(facts.name) != _plain(draft.name):
        found.append(Finding("name", f"证书上的名称与主体资料「{facts.name}」不一致"))
    if draft.kind is Kind.BUSINESS and facts.credit_code and facts.credit_code != reading.number:
        found.append(Finding("credit_code", "信用代码与店铺资料不一致"))
    if not draft.files:
        found.append(Finding("picture", "没有证书图片"))
    found += _validity(draft, terms)
    if known.used_by_another:
        found.append(Finding("used", "该编号已被另一个主体使用"))
    if known.expelled:
        found.append(Finding("violation", "主体有生效中的清退处理"))
    return tuple(found)


def _validity(draft: Draft, terms: KindTerms) -> list[Finding]:
    if not terms.years:
        return []
    if draft.expires_on is None:
        return [Finding("validity", f"这类证书有效期一般为 {terms.years} 年，申报为长期有效")]
    if draft.issued_on and (draft.expires_on - draft.issued_on).days > terms.years * 366:
        return [Finding("validity", f"有效期超过 {terms.years} 年")]
    return []


def verb(findings: Collection[Finding]) -> Verb:
    """What the rule does with these."""
    if any(one.fatal for one in findings):
        return Verb.REFUSE_BY_RULE
    return Verb.ROUTE if findings else Verb.PASS_BY_RULE


def lacking(asked: Class | None, held: Collection[Kind], papers: Iterable[Paper]) -> tuple[Lack, ...]:
    """What a shop that holds these kinds lacks to sell such goods that bear these numbers."""
    if asked is None:
        return ()
    borne = {one.kind for one in papers}
    return tuple(
        Lack(who, group, says(group), asked.source)
        for who, groups, there in (("merchant", asked.merchant, held), ("product", asked.product, borne))
        for group in groups
        if not set(group) & set(there)
    )


def says(any_of: Iterable[Kind]) -> str:
    return " 或 ".join(TITLES[one] for one in any_of)


def after_months(day: date, months: int) -> date:
    """The same day so many months on; the last of the month where there is no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    for last in (day.day, 30, 29, 28):
        try:
            return date(year, month + 1, last)
        except ValueError:
            continue
    raise AssertionError("every month has 28 days")


def masked(number: str) -> str:
    """A person's number where it is shown."""
    return number[:2] + "*" * max(len(number) - 4, 4) + number[-2:]


def _plain(name: str) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", name)).replace("(", "").replace(")", "")
