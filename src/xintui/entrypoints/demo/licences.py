"""The demo's papers: every shop's licence, what its goods ask for, one that runs out soon, some that wait, one refused.

Handed in by the owners and decided by the reviewer with the verbs that their consoles call.
"""

import io
from datetime import date, datetime, timedelta
from functools import partial
from typing import Final

from django.db import transaction
from PIL import Image, ImageDraw

from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import Application
from xintui.entrypoints.demo.goods import WAITING, Goods, Shop, Waits
from xintui.entrypoints.demo.people import credit_code
from xintui.entrypoints.demo.state import World, later, sitting
from xintui.entrypoints.demo.studio import text
from xintui.entrypoints.qualification import facts_of
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.kernel.times import accounting_date
from xintui.trust.agreements import facade as agreements
from xintui.trust.qualification import facade
from xintui.trust.qualification.contracts import Certificate, Draft, Holder, HolderKind, Kind, Paper

DAY: Final = timedelta(days=1)
SOON: Final = 21
"""How many days the tea shop's licence still has when somebody looks in."""
INK, RED, GOLD = (40, 36, 30), (168, 34, 28), (190, 150, 70)


@transaction.atomic  # a shop is seen by whoever has said in this transaction for whom he asks
def hand_in(world: World, shop: Shop, merchant_id: str, *, first: datetime, end: datetime) -> None:
    """The owner's papers on the day the shop opens, and what happened to some of them since."""
    owner = world.owners[merchant_id]
    company = merchants.get(merchant_id)
    given = _Desk(Holder(HolderKind.MERCHANT, merchant_id), company.legal_name, owner)
    given.hand_in(Kind.BUSINESS, company.credit_code, first)
    later(world, max(first, end - 18 * DAY), partial(_sign, owner))
    today = accounting_date(end)
    if shop.login == "chafang":
        number = facade.complete(Kind.FOOD_MAKING, "SC1145328220017")
        ends = today + SOON * DAY
        given.hand_in(Kind.FOOD_MAKING, number, first, issued=ends - 1826 * DAY, ends=ends)
    elif shop.login == "shanli":
        given.hand_in(Kind.FOOD_FILING, facade.complete(Kind.FOOD_FILING, "YB2433123000871"), first)
        later(world, end - 26 * timedelta(hours=1), given.renew)
    elif shop.login == "xiaoman":
        made = given.hand_in(
            Kind.COSMETIC_MAKING, "粤妆20190172", first, issued=date(2023, 3, 1), ends=date(2028, 2, 29)
        )
        facade.decide(made.id, True, "与国家药监局公示一致", by=_reviewer(), now=first)
    elif shop.login == "haiyu":
        later(world, end - 52 * timedelta(hours=1), given.in_another_name)
    elif shop.login == "chenguang":
        later(world, end - 30 * DAY, given.unreadable)


def _sign(owner: Principal, at: datetime) -> None:
    """The owner signs the contract that came into force this month."""
    text = agreements.document("merchant", on=accounting_date(at))
    agreements.accept(owner.user_id, text.code, text.version, now=at)


def numbers_of(goods: Goods, n: int) -> tuple[Paper, ...]:
    """What a product bears: a cosmetic its filing."""
    return (
        (Paper(Kind.COSMETIC, f"粤G妆网备字{2023 + n % 3}{210_344 + 37 * n:06d}"),)
        if goods.category == "beauty"
        else ()
    )


def look_again(world: World, first: datetime, end: datetime) -> None:
    """The reviewer sees what the rule has passed within a week, and everything every half year."""

    def look(at: datetime) -> None:
        facade.check_due(now=at)
        while (found := facade.waiting()) is not None and found.check_since is not None:
            facade.look_again(found.id, True, "公示系统存续，与图片一致", by=_reviewer(), now=at)

    for days in (8, 192, 376):
        if first + days * DAY < end:
            later(world, first + days * DAY, look)


def apply(world: World, now: datetime) -> None:
    """Shops that would like to open: one whom the rule let in last night, two who wait for a person, with reasons."""
    for n, waits in enumerate(WAITING):
        later(world, now - timedelta(hours=9 + 40 * n), partial(_apply, n, waits))


def _apply(n: int, waits: Waits, at: datetime) -> None:
    phone = f"1380013{n:04d}"
    user = identity.create_user(display_name=waits.owner, phone=phone, roles=[(Role.BUYER, "")], now=at)
    by = Principal(user.user_id, frozenset({Role.BUYER}), None, waits.owner, 0)
    code = credit_code(1_900 + n)
    scan = _drawn("营业执照", waits.company, code, "长期")
    scans = (facade.upload(scan, by=by, now=at),) if waits.scanned else ()
    asked = Application(waits.name, waits.owner, phone, waits.intro, waits.company, code, scans, waits.wanted)
    merchants.apply(asked, by=by, now=at)


class _Desk:
    """One owner handing in papers of one company."""

    def __init__(self, holder: Holder, company: str, owner: Principal) -> None:
        self.holder, self.company, self.owner = holder, company, owner

    @transaction.atomic
    def hand_in(
        self, kind: Kind, number: str, at: datetime, *, issued: date | None = None, ends: date | None = None,
        name: str = "",
    ) -> Certificate:  # fmt: skip
        name = name or self.company
        scan = _drawn(facade.TITLES[kind], name, number, str(ends or "长期"))
        scans = (facade.upload(scan, by=self.owner, now=at),)
        draft = Draft(kind, number, name, issued, ends, scans)
        return facade.submit(self.holder, draft, facts_of(self.holder), by=self.owner, now=at)

    def renew(self, at: datetime) -> None:
        """A licence instead of the filing; its number is of the early kind that breaks the check digit."""
        today = accounting_date(at)
        ends = today.replace(year=today.year + 4, day=1)
        self.hand_in(
            Kind.FOOD_TRADE, "JY14331230012340", at, issued=today.replace(year=today.year - 1, day=1), ends=ends
        )

    def in_another_name(self, at: datetime) -> None:
        """The paper names the owner, not the company."""
        today = accounting_date(at)
        number = facade.complete(Kind.FOOD_TRADE, "JY1330903004412")
        ends = today.replace(year=today.year + 3, day=1)
        issued = today.replace(year=today.year - 2, day=1)
        self.hand_in(Kind.FOOD_TRADE, number, at, issued=issued, ends=ends, name="普陀区林海生水产店")

    def unreadable(self, at: datetime) -> None:
        """Refused by the reviewer on the same day."""
        made = self.hand_in(
            Kind.FOOD_FILING, facade.complete(Kind.FOOD_FILING, "YB2610629000033"), at, name="洛川晨光果业"
        )
        facade.decide(
            made.id, False, "证书上的名称不完整，请上传全称一致的备案凭证", by=_reviewer(), now=at + timedelta(hours=3)
        )


def _reviewer() -> Principal:
    return sitting("reviewer", Role.REVIEWER, "")


def _drawn(title: str, name: str, number: str, until: str) -> bytes:
    """A paper that says of itself that it is none."""
    page = Image.new("RGB", (1000, 720), (250, 245, 232))
    draw = ImageDraw.Draw(page)
    for inset, colour in ((18, GOLD), (30, RED), (36, GOLD)):
        draw.rectangle((inset, inset, 1000 - inset, 720 - inset), outline=colour, width=3)
    text(draw, (500, 130), title, 68, RED, 860)
    for n, line in enumerate((f"名称　{name}", f"编号　{number}", f"有效期至　{until}")):
        text(draw, (500, 270 + 90 * n), line, 38, INK, 860)
    text(draw, (500, 610), "演示样张 · 非真实证照", 34, RED, 860)
    out = io.BytesIO()
    page.save(out, "JPEG", quality=88)
    return out.getvalue()
