"""A signed code, a click by a person, and a frozen answer to "why did X get this order"."""

import random
from datetime import datetime, timedelta

import pytest
from django.db import connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from hypothesis import given
from hypothesis import strategies as st

from tests.promotion.people import NOW, promoter
from xintui.infra import tenancy
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution import models, rules
from xintui.promotion.attribution.contracts import (
    BadCode,
    BadWindow,
    Candidate,
    Channel,
    ChosenBy,
    ClickRule,
    NoSuchLink,
    ShareLink,
    Target,
    TargetKind,
    Visitor,
    Window,
)
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import NotAPromoter
from xintui.trust.compliance.contracts import CopyRefused

PHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) MicroMessenger/8.0.50"
TEA = Target(TargetKind.PRODUCT, "prd-tea", "mch-tea", "明前龙井")
HOUR = timedelta(hours=1)


def link(promoter_id: str, target: Target = TEA, channel: Channel = Channel.MOMENTS) -> ShareLink:
    return attribution.create_link(promoter_id, target, channel, now=NOW)


def click(made: ShareLink, visitor: str = "v1", buyer: str = "", at: datetime = NOW) -> bool:
    return attribution.touch(made.code, Visitor(visitor, buyer, PHONE), now=at).counted


# -- codes ---------------------------------------------------------------------------------------------------------


def test_a_hundred_thousand_altered_codes_open_nothing() -> None:
    chance = random.Random(20261123)
    keys = [b"k" * 32]
    owners = {chance.randbytes(8): f"pro{n:029d}" for n in range(50)}
    good = [rules.sign(keys[0], handle, owner) for handle, owner in owners.items()]
    by_handle = {handle.hex(): owner for handle, owner in owners.items()}
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"

    def opens(code: str) -> bool:
        handle = rules.handle_in(code)
        return bool(handle) and handle in by_handle and rules.is_signed(keys, code, by_handle[handle])

    assert all(opens(code) for code in good)
    accepted = 0
    for _ in range(100_000):
        code = list(chance.choice(good))
        match chance.randrange(5):
            case 0:
                at = chance.randrange(28)
                code[at] = chance.choice(alphabet.replace(code[at], ""))
            case 1:
                code = list(chance.choice(good)[:12]) + code[12:]
            case 2:
                code = chance.choices(alphabet, k=28)
            case 3:
                del code[chance.randrange(28)]
            case _:
                code.insert(chance.randrange(29), chance.choice(alphabet + "=+/ "))
        altered = "".join(code)
        accepted += altered not in good and opens(altered)
    assert accepted == 0


def test_a_code_of_another_promoter_or_key_is_not_ours() -> None:
    code = rules.sign(b"k" * 32, b"12345678", "proa")
    assert rules.is_signed([b"x" * 32, b"k" * 32], code, "proa")
    assert not rules.is_signed([b"k" * 32], code, "prob")
    assert not rules.is_signed([b"x" * 32], code, "proa")


@given(st.binary(min_size=8, max_size=8), st.text(min_size=1, max_size=32))
def test_codes_fit_a_mini_program_scene(handle: bytes, promoter_id: str) -> None:
    code = rules.sign(b"key", handle, promoter_id)
    assert len(code) == 28 and rules.handle_in(code) == handle.hex()
    assert rules.is_signed([b"key"], code, promoter_id)


@pytest.mark.django_db
def test_the_same_link_is_not_made_twice_and_needs_an_active_promoter() -> None:
    one = promoter(1)
    assert link(one.id) == link(one.id)
    assert link(one.id, channel=Channel.LIVE).code != link(one.id).code
    promoters.suspend(one.id, reason="fake_orders", actor="usroperator", now=NOW)
    with pytest.raises(NotAPromoter):
        link(one.id)


@pytest.mark.django_db
def test_unknown_and_altered_codes_get_the_same_answer() -> None:
    made = link(promoter(1).id)
    flipped = made.code[:-1] + ("A" if made.code[-1] != "A" else "B")
    for code in (flipped, "A" * 28, "", "../../etc/passwd", "https://evil.example", made.code + "="):
        with pytest.raises(BadCode):
            attribution.touch(code, Visitor("v1", "", PHONE), now=NOW)
    assert attribution.resolve(made.code).id == made.id


@pytest.mark.django_db
def test_codes_signed_before_a_key_change_still_open(settings) -> None:  # type: ignore[no-untyped-def]
    made = link(promoter(1).id)
    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "the next key"
    assert attribution.resolve(made.code).id == made.id
    settings.SECRET_KEY_FALLBACKS = []
    with pytest.raises(BadCode):
        attribution.resolve(made.code)


# -- disclosure ----------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_label_is_part_of_every_share() -> None:
    made = link(promoter(1).id)
    assert attribution.share(made, now=NOW).text == "广告·推广赚佣金 明前龙井"
    payload = attribution.share(made, "口感清淡，我喝了三周", now=NOW)
    assert (payload.label, payload.text, payload.path) == (
        "广告·推广赚佣金",
        "广告·推广赚佣金 口感清淡，我喝了三周",
        f"/s/{made.code}",
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "copy",
    [
        "转发领红包",
        "转 发 就 送 红包",
        "邀请3人得免单",
        "帮我砍一刀",
        "集赞换茶",
        "不转不是中国人",
        "分享后可见价格",
        "再分享2次解锁",
    ],
)
def test_copy_that_promises_something_for_sharing_is_refused(copy: str) -> None:
    made = link(promoter(1).id)
    with pytest.raises(CopyRefused):
        attribution.share(made, copy, now=NOW)


def test_the_qr_code_is_a_png() -> None:
    assert attribution.qr_png("https://shop.example/s/abc").startswith(b"\x89PNG\r\n\x1a\n")


# -- clicks --------------------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_machines_prefetches_and_double_taps_are_not_counted() -> None:
    made = link(promoter(1).id)
    for visitor in (
        Visitor("v2", "", "Mozilla/5.0 (compatible; Baiduspider/2.0)"),
        Visitor("v3", "", PHONE, purpose="prefetch;prerender"),
        Visitor("v4", "", ""),
        Visitor("", "", PHONE),
    ):
        assert not attribution.touch(made.code, visitor, now=NOW).counted
    assert click(made)
    assert not click(made, at=NOW + timedelta(seconds=5))
    assert click(made, at=NOW + timedelta(seconds=30))
    assert click(made, visitor="v9")
    (shown,) = attribution.links_of(made.promoter_id).items
    assert (shown.clicks, shown.visitors) == (3, 2)


@pytest.mark.django_db
def test_links_come_in_pages_with_four_queries(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    one = promoter(1)
    made = [link(one.id, Target(TargetKind.PRODUCT, f"prd{n}", "mch-tea", "茶")).id for n in range(7)]
    for n in range(3):
        click(attribution.link(one.id, made[n]), visitor=f"v{n}")
    with django_assert_num_queries(4):
        first = attribution.links_of(one.id, limit=3)
    with django_assert_num_queries(4):
        rest = attribution.links_of(one.id, after=first.next, limit=100)
    assert [item.id for item in first.items + rest.items] == made[::-1] and rest.next is None
    with pytest.raises(NoSuchLink):
        attribution.link(promoter(2).id, made[0])


@pytest.mark.django_db
def test_a_click_is_a_fact() -> None:
    click(link(promoter(1).id))
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        models.Touch.objects.update(promoter_id="prox")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        models.Touch.objects.all().delete()


# -- who gets the order --------------------------------------------------------------------------------------------


@pytest.mark.django_db
def test_the_last_click_of_a_shop_gets_its_order_and_can_say_why() -> None:
    first, last = promoter(1), promoter(2)
    click(link(first.id), at=NOW - 5 * HOUR)
    click(link(last.id), at=NOW - HOUR)
    frozen = attribution.freeze("usrbuyer", "v1", ["mch-tea", "mch-other"], now=NOW)
    assert set(frozen) == {"mch-tea"}
    referral = frozen["mch-tea"]
    assert (referral.promoter_id, referral.self_purchase, referral.buyer_promoter_id) == (last.id, False, "")
    told = attribution.why(referral.attribution_id)
    assert [c.promoter_id for c in told.candidates] == [first.id, last.id]
    assert (told.chosen_by, told.agrees, told.window.version) == (ChosenBy.LAST_CLICK, True, 1)
    assert told.sentence == f"按店铺归因规则第 1 版：7 天内最后一次有效点击，归 {last.id}。"


@pytest.mark.django_db
def test_a_shop_may_prefer_the_first_click_and_the_frozen_answer_keeps_its_rule() -> None:
    first, last = promoter(1), promoter(2)
    click(link(first.id), at=NOW - 5 * HOUR)
    click(link(last.id), at=NOW - HOUR)
    before = attribution.freeze("usrbuyer", "v1", ["mch-tea"], now=NOW)["mch-tea"]
    attribution.set_window(
        "mch-tea", click_days=3, click_rule=ClickRule.FIRST, lock_days=0, source="店铺公示", effective_from=NOW
    )
    after = attribution.freeze("usrbuyer", "v1", ["mch-tea"], now=NOW + HOUR)["mch-tea"]
    assert (before.promoter_id, after.promoter_id) == (last.id, first.id)
    assert attribution.why(before.attribution_id).window.click_rule is ClickRule.LAST
    assert attribution.why(before.attribution_id).agrees and attribution.why(after.attribution_id).agrees


@pytest.mark.django_db
def test_a_click_outside_the_window_and_a_suspended_promoter_do_not_count_and_say_so() -> None:
    late, gone, stands = promoter(1), promoter(2), promoter(3)
    click(link(late.id), at=NOW - timedelta(days=8))
    click(link(stands.id), at=NOW - 3 * HOUR)
    click(link(gone.id), at=NOW - HOUR)
    promoters.suspend(gone.id, reason="fake_orders", actor="usroperator", now=NOW)
    referral = attribution.freeze("usrbuyer", "v1", ["mch-tea"], now=NOW)["mch-tea"]
    assert referral.promoter_id == stands.id
    assert [c.excluded for c in attribution.why(referral.attribution_id).candidates] == [
        "outside_window",
        "",
        "promoter_not_active",
    ]


@pytest.mark.django_db
def test_buying_through_ones_own_link_is_told_apart() -> None:
    own = promoter(1)
    click(link(own.id), buyer=own.user_id, at=NOW - HOUR)
    referral = attribution.freeze(own.user_id, "v1", ["mch-tea"], now=NOW)["mch-tea"]
    assert (referral.promoter_id, referral.self_purchase, referral.buyer_promoter_id) == (own.id, True, own.id)
    assert "自购" in attribution.why(referral.attribution_id).sentence


@pytest.mark.django_db
def test_a_buyers_other_devices_count_and_another_buyers_clicks_on_them_do_not() -> None:
    mine, other = promoter(1), promoter(2)
    click(link(mine.id), visitor="tablet", at=NOW - 5 * HOUR)
    attribution.identify("tablet", "usrbuyer", now=NOW - 4 * HOUR)
    click(link(other.id), visitor="tablet", buyer="usrsister", at=NOW - HOUR)
    assert attribution.freeze("usrbuyer", "phone", ["mch-tea"], now=NOW)["mch-tea"].promoter_id == mine.id


@pytest.mark.django_db
def test_a_link_to_the_home_page_counts_for_every_shop_and_a_shops_link_only_for_itself() -> None:
    wide, narrow = promoter(1), promoter(2)
    click(link(wide.id, Target(TargetKind.HOME, "home")), at=NOW - 5 * HOUR)
    click(link(narrow.id), at=NOW - HOUR)
    frozen = attribution.freeze("usrbuyer", "v1", ["mch-tea", "mch-other"], now=NOW)
    assert {shop: r.promoter_id for shop, r in frozen.items()} == {"mch-tea": narrow.id, "mch-other": wide.id}


@pytest.mark.django_db
def test_many_shops_cost_no_more_statements_than_one(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    shops = [f"mch{n:02d}" for n in range(20)]
    for n, shop in enumerate(shops):
        click(link(promoter(n).id, Target(TargetKind.SHOP, shop, shop)), at=NOW - HOUR)
    with CaptureQueriesContext(connection) as one:
        assert len(attribution.freeze("usrbuyer", "v1", shops[:1], now=NOW)) == 1
    with django_assert_num_queries(len(one)):
        assert len(attribution.freeze("usrbuyer", "v1", shops, now=NOW)) == 20
    assert len(one) <= 14


@pytest.mark.django_db
def test_a_device_that_ordered_once_is_the_buyers_from_then_on() -> None:
    one = promoter(1)
    attribution.freeze("usrbuyer", "tablet", ["mch-tea"], now=NOW - 3 * HOUR)
    click(link(one.id), visitor="tablet", at=NOW - HOUR)  # logged out, on the same tablet
    assert attribution.freeze("usrbuyer", "phone", ["mch-tea"], now=NOW)["mch-tea"].promoter_id == one.id


@pytest.mark.django_db
def test_a_locked_customer_stays_with_the_promoter_until_the_lock_ends() -> None:
    holder, rival = promoter(1), promoter(2)
    attribution.set_window(
        "mch-tea",
        click_days=7,
        click_rule=ClickRule.LAST,
        lock_days=30,
        source="店铺公示",
        effective_from=NOW - 9 * HOUR,
    )
    click(link(holder.id), at=NOW - HOUR)
    first = attribution.freeze("usrbuyer", "v1", ["mch-tea"], now=NOW)["mch-tea"]
    assert attribution.lock_customers([(first.attribution_id, NOW)]) == 1
    attribution.lock_customers([(first.attribution_id, NOW)])  # heard twice
    click(link(rival.id), at=NOW + 2 * HOUR)
    later = attribution.freeze("usrbuyer", "v1", ["mch-tea"], now=NOW + 3 * HOUR)["mch-tea"]
    told = attribution.why(later.attribution_id)
    assert (later.promoter_id, told.chosen_by, told.agrees) == (holder.id, ChosenBy.LOCK, True)
    click(link(rival.id), at=NOW + timedelta(days=30))
    after = attribution.freeze("usrbuyer", "v1", ["mch-tea"], now=NOW + timedelta(days=30, hours=1))["mch-tea"]
    assert after.promoter_id == rival.id
    assert attribution.lock_customers([(after.attribution_id, NOW + timedelta(days=30, hours=1))]) == 1
    assert [lock.promoter_id for lock in models.Lock.objects.all()] == [rival.id]


@pytest.mark.django_db
def test_another_shop_cannot_read_the_answer() -> None:
    click(link(promoter(1).id), at=NOW - HOUR)
    attribution.freeze("usrbuyer", "v1", ["mch-tea"], now=NOW)
    with tenancy.as_merchant("mch-other"):
        assert models.Attribution.objects.count() == 0
    with tenancy.as_merchant("mch-tea"):
        assert models.Attribution.objects.count() == 1


@pytest.mark.parametrize(("click_days", "lock_days"), [(0, 0), (91, 0), (7, -1), (7, 366)])
def test_windows_have_bounds(click_days: int, lock_days: int) -> None:
    with pytest.raises(BadWindow):
        rules.checked_window(click_days, lock_days)


CLICKS = st.lists(
    st.builds(
        Candidate,
        promoter_id=st.sampled_from(["proa", "prob", "proc"]),
        at=st.integers(0, 20 * 24).map(lambda hours: NOW - hours * HOUR),
        channel=st.just("group"),
        touch_id=st.uuids().map(str),
        link_id=st.just("lnk"),
    ),
    max_size=12,
)


@given(CLICKS, st.integers(1, 20), st.sampled_from(ClickRule), st.randoms())
def test_the_choice_does_not_depend_on_the_order_of_the_rows(clicks, days, rule, chance) -> None:  # type: ignore[no-untyped-def]
    window = Window(1, "mch", days, rule, 0, NOW - timedelta(days=30), "")
    shuffled = list(clicks)
    chance.shuffle(shuffled)
    one = rules.choose(rules.judged(clicks, window, NOW), window)
    assert one == rules.choose(rules.judged(shuffled, window, NOW), window)
    inside = [c for c in clicks if c.at >= NOW - timedelta(days=days)]
    assert (one is None) == (not inside)
    if one:
        edge = max(c.at for c in inside) if rule is ClickRule.LAST else min(c.at for c in inside)
        assert one[0].at == edge
