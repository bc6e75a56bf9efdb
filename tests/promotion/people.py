"""People the promotion tests speak of."""

from datetime import UTC, datetime

from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters import tables
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, Promoter, PromoterKind

NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
COMPANY_NUMBERS = ("91350100M000100Y43", "91110000600037341L", "91440300708461136T")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def id_number(n: int, born: str = "19900307") -> str:
    """The n-th valid id number of a birthday (GB 11643 check digit)."""
    seventeen = f"11010{n // 1000 % 10}{born}{n % 1000:03d}"
    seventeen = "110105" + born + f"{n % 1000:03d}" if n < 1000 else seventeen
    return seventeen + "10X98765432"[sum(int(d) * w for d, w in zip(seventeen, _WEIGHTS, strict=True)) % 11]


def right() -> dict[str, int]:
    return tables.right_answers()


def applied(n: int, *, sponsor: str = "", kind: PromoterKind = PromoterKind.INDIVIDUAL, at: datetime = NOW) -> Promoter:
    """User n goes through the three steps; what the automatic rules say is the result."""
    user = f"usr{n:08d}"
    person = kind is PromoterKind.INDIVIDUAL
    name = "张小明" if person else f"北京第{n}商贸有限公司"
    number = id_number(n) if person else COMPANY_NUMBERS[n % 3]
    promoters.apply_identity(
        user, IdentityInfo(kind, name, number), sponsor_id=sponsor, sponsor_source="poster" if sponsor else "", now=at
    )
    promoters.apply_agreement(user, version=promoters.agreement().version, answers=right(), now=at)
    channel, account = (PayeeChannel.WECHAT, f"openid-{n:08d}") if person else (PayeeChannel.BANK, f"62220000{n:08d}")
    return promoters.apply_payee(user, channel=channel, account=account, holder=name, now=at)


def promoter(
    n: int, *, sponsor: str = "", kind: PromoterKind = PromoterKind.INDIVIDUAL, at: datetime = NOW
) -> Promoter:
    """User n as an active promoter."""
    made = applied(n, sponsor=sponsor, kind=kind, at=at)
    if kind is PromoterKind.COMPANY:
        made = promoters.review(made.id, approve=True, reason="approved", actor="usrreviewer", now=at)
    assert made.is_active
    return made
