"""Rings and scores at the operators' console: looked at, drawn, decided by people with a reason."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.promotion.commission.test_console import sitting
from tests.promotion.test_consoles import press
from tests.trust.graph.markets import T0, market, ringed
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy
from xintui.trust.graph import drawing, facade, weaving
from xintui.trust.graph.contracts import (
    Mark,
    MarkKind,
    Member,
    Node,
    NodeKind,
    Pair,
    Picture,
    RingState,
    Shape,
    Tie,
    Web,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    facade.refresh(market(ringed()[0]), now=T0)
    yield
    clock.set_for_story(None)


def page(client: Any, path: str) -> str:
    with tenancy.as_nobody():
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_rings_are_listed_drawn_and_decided_with_a_reason() -> None:
    judge = sitting("ops", "yunying", Role.REVIEWER)
    listed = page(judge, "/ops/graph/ring/")
    assert "互相成交密集" in listed and "围绕一位推客" in listed and "¥4,200.00" in listed
    assert facade.rings().items[0].id not in page(judge, "/ops/graph/ring/?q=mer00000")
    (star,) = [ring for ring in facade.rings().items if ring.shape is Shape.STAR]
    shown = page(judge, f"/ops/graph/ring/{star.id}/change/")
    assert "12 位买家反复购买，且只经同一位推客、不在别处购买" in shown
    assert shown.count('class="xg-dot xg-buyer"') == 12 and shown.count('class="xg-dot xg-promoter"') == 1
    assert shown.count("<line ") == 12
    assert "成交关系图：12 位买家，1 位推客，12 条成交关系" in shown
    assert star.id in page(judge, f"/ops/graph/ring/?q={facade.picture(star.id).members[0].id}")
    press(judge, f"/ops/graph/ring/{star.id}/confirm/", reason="买家收货地址相同，推客承认")
    done = facade.ring(star.id)
    assert (done.state, done.reason) == (RingState.CONFIRMED, "买家收货地址相同，推客承认")
    assert "买家收货地址相同，推客承认" in page(judge, f"/ops/graph/ring/{star.id}/change/")


def test_open_rings_wait_in_the_queue_of_those_who_judge_them() -> None:
    assert "待核查的团伙线索" in page(sitting("ops", "yunying", Role.OPERATOR), "/ops/")
    assert "待核查的团伙线索" not in page(sitting("ops", "caiwu", Role.FINANCE), "/ops/")


def test_an_auditor_looks_and_decides_nothing() -> None:
    auditor = sitting("ops", "shenji", Role.AUDITOR)
    ring = facade.rings().items[0]
    assert "认定属实" not in page(auditor, f"/ops/graph/ring/{ring.id}/change/")
    press(auditor, f"/ops/graph/ring/{ring.id}/clear/", reason="看看能不能")
    assert facade.ring(ring.id).state is RingState.OPEN


def test_a_score_page_says_where_trust_came_from_and_draws_the_neighbourhood() -> None:
    looker = sitting("ops", "yunying", Role.OPERATOR)
    shown = page(looker, "/ops/graph/score/pro00012/change/")
    told = facade.explain(NodeKind.PROMOTER, "pro00012")
    assert all(line in shown for line in told.says)
    assert "其他往来对象合计" in shown
    assert shown.count(" main") >= 1


def test_lists_cost_the_same_whatever_their_length(django_assert_max_num_queries: Any) -> None:
    looker = sitting("ops", "yunying", Role.OPERATOR)
    with django_assert_max_num_queries(20):
        page(looker, "/ops/graph/score/")
    with django_assert_max_num_queries(20):
        page(looker, "/ops/graph/ring/")


def test_a_line_is_as_thick_as_its_money_and_nobody_stands_on_another() -> None:
    members = [Member(f"usr{n:02}", NodeKind.BUYER, 0) for n in range(40)] + [Member("pro01", NodeKind.PROMOTER, 9)]
    pairs = [Pair(f"usr{n:02}", "pro01", 1, 100 * n) for n in range(40)]
    made = drawing.draw(Picture(tuple(members), tuple(pairs)), {})
    assert [line.width for line in made.lines] == sorted(line.width for line in made.lines)
    assert (made.lines[0].width, made.lines[-1].width) == (1.5, 9.0)
    places = [(dot.x, dot.y) for dot in made.dots]
    assert len(set(places)) == 41
    assert all(20 <= x <= made.width - 20 and 40 <= y <= made.height - 20 for x, y in places)
    assert min(abs(a[0] - b[0]) + abs(a[1] - b[1]) for a in places for b in places if a != b) >= 40


def test_an_empty_picture_is_a_picture() -> None:
    assert drawing.draw(Picture((), ()), {}).lines == []


def test_a_cluster_is_drawn_by_kind_and_number_told_apart_in_the_list_and_decided() -> None:
    who = {f"usr{n}": Node(f"pro9{n}", NodeKind.PROMOTER) for n in range(3)}
    marks = [Mark(one, kind, b"secret", T0) for one in who for kind in (MarkKind.INSTALLATION, MarkKind.PAYEE)]
    facade.note(marks, now=T0)
    facade.refresh(market(ringed()[0]), lambda people: {one: who[one] for one in people}, now=T0)
    (ring,) = [one for one in facade.rings(limit=50).items if one.shape is Shape.SHARED]
    judge = sitting("ops", "yunying", Role.REVIEWER)
    listed = page(judge, "/ops/graph/ring/?shape__exact=shared")
    assert "共用标识" in listed and "安装标识 1、收款账户 1" in listed and "3 个推客" in listed
    shown = page(judge, f"/ops/graph/ring/{ring.id}/change/")
    assert "共用标识图：3 个账号，2 个共用的标识，6 条共用关系" in shown
    assert shown.count('class="xg-dot xg-promoter"') == 3 and shown.count('class="xg-knot ') == 2
    assert "3 个账号共用安装标识 1 个、收款账户 1 个" in shown and "内部金额" not in shown
    assert "钱到同一个账户，是最强的线索" in shown and "secret" not in shown and b"secret".hex() not in shown
    press(judge, f"/ops/graph/ring/{ring.id}/confirm/", reason="同一人操作三个账号，已承认")
    assert facade.ring(ring.id).state is RingState.CONFIRMED


def test_in_a_large_cluster_nobody_stands_on_another_and_the_list_has_everybody() -> None:
    members = tuple(Member(f"pro{n:02}", NodeKind.PROMOTER, 0) for n in range(40))
    ties = tuple(Tie(MarkKind.PAYEE, n, ("pro00", f"pro{n:02}")) for n in range(1, 36))
    made = weaving.weave(Web(members, ties, frozenset()), {})
    assert (len(made.dots), len(made.knots), made.left_out) == (30, 35, 10)
    places = [(one.x, one.y) for one in (*made.dots, *made.knots)]
    assert len(set(places)) == 65
    assert all(20 <= x <= made.width - 20 and 40 <= y <= made.height - 20 for x, y in places)
