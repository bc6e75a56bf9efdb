"""Promoters join, and some of them are suspended, or wait for a reviewer."""

from datetime import datetime, timedelta
from typing import Final

from xintui.entrypoints.demo.people import COMPANIES, credit_code, id_number, name_of
from xintui.entrypoints.demo.state import Seller, World, later
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, PromoterKind

QUIZ: Final = {"label": 0, "review": 0, "recruit": 2, "induce": 1, "tax": 1}
"""The demo's promoters have read the agreement."""
SPONSORED: Final = 0.25
STEEPNESS: Final = 1.0
"""Sales by rank fall as one over the rank to this power: a few dozen of three hundred sell most."""


def schedule(world: World, crowd: int, start: datetime, end: datetime) -> None:
    """The crowd comes over the first three quarters of the story, more of them early."""
    span = (end - start) * 0.75
    days = sorted(world.dice.random() ** 1.6 for _ in range(crowd))
    for n, part in enumerate(days, 1):
        later(world, start + span * part + timedelta(minutes=n), lambda at, n=n: _one_more(world, n, at))  # type: ignore[misc]
    for n, company in enumerate(COMPANIES if crowd else (), 1):
        since = end - timedelta(hours=30 * n)
        later(world, since, lambda at, n=n, c=company: _company(world, c, n, at, approved=False))  # type: ignore[misc]
    if crowd >= 20:
        later(world, end - timedelta(days=9), lambda at: _suspend(world, at))
        name = "杭州花间推广服务有限公司"
        later(world, start + span * 0.3, lambda at: _company(world, name, 99, at, approved=True))


def join(
    world: World, n: int, name: str, now: datetime, *, login: str = "", password: str = "", sponsor: str = ""
) -> None:
    """One person takes the three steps; the rules say yes at once."""
    user = identity.create_user(
        display_name=name,
        login=login or None,
        password=password or None,
        phone=None,
        roles=[(Role.BUYER, "")],
        now=now,
    )
    info = IdentityInfo(PromoterKind.INDIVIDUAL, name, id_number(n))
    promoters.apply_identity(
        user.user_id, info, sponsor_id=sponsor, sponsor_source="poster" if sponsor else "", now=now
    )
    _agree(user.user_id, now)
    promoter = promoters.apply_payee(
        user.user_id, channel=PayeeChannel.WECHAT, account=f"o-demo-promoter-{n}", holder=name, now=now
    )
    assert promoter.is_active, promoter.reason
    _enlist(world, promoter.id, user.user_id)


def _agree(user_id: str, now: datetime) -> None:
    promoters.apply_agreement(user_id, version=promoters.agreement().version, answers=QUIZ, now=now)


def _enlist(world: World, promoter_id: str, user_id: str, *, company: bool = False) -> None:
    """His rank is the hour he came in, shuffled a little: early birds sell most, as in life, but not all of them."""
    some = min(len(world.products), world.dice.randint(3, 9))
    picks = dict.fromkeys(world.dice.choices(world.products, world.appeal, k=3 * some))
    world.sellers.append(Seller(promoter_id, user_id, list(picks)[:some], company))
    rank = len(world.sellers) * world.dice.uniform(0.6, 1.6)
    world.reach.append(1 / max(1.0, rank) ** STEEPNESS)
    world.made["promoters"] += 1


def _one_more(world: World, n: int, now: datetime) -> None:
    sponsor = ""
    if world.dice.random() < SPONSORED:
        sponsor = world.dice.choice(world.sellers[:5]).promoter_id
    join(world, 100 + n, name_of(world.dice), now, sponsor=sponsor)


def _company(world: World, name: str, n: int, now: datetime, *, approved: bool) -> None:
    """A company's papers are always looked at by a person."""
    user = identity.create_user(display_name=name, roles=[(Role.BUYER, "")], now=now)
    promoters.apply_identity(user.user_id, IdentityInfo(PromoterKind.COMPANY, name, credit_code(n)), now=now)
    _agree(user.user_id, now)
    account = f"3300{n:012d}"
    promoter = promoters.apply_payee(user.user_id, channel=PayeeChannel.BANK, account=account, holder=name, now=now)
    world.made["applications"] += 1
    if approved:
        promoters.review(promoter.id, approve=True, reason="approved", actor="reviewer", now=now)
        _enlist(world, promoter.id, user.user_id, company=True)
        world.reach[-1] = 0.4


def _suspend(world: World, now: datetime) -> None:
    for n in (-2, -5):
        promoters.suspend(
            world.sellers[n].promoter_id, reason="undisclosed_ads", actor="reviewer",
            note="三条笔记未标明“广告·推广赚佣金”", now=now,
        )  # fmt: skip
        world.reach[n] = 0.0  # and shares nothing any more
