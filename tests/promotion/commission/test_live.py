"""Today's money, and the people who are looking at it: told once, at the commit, and never asked for in between."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import transaction
from django.test import Client

from tests.promotion.commission.sales import DAY, T0, give_back, paid, publish, receive, sell
from tests.promotion.people import id_number, promoter, right
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock, live
from xintui.promotion.commission import facade as commission
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, PromoterKind

LIVE, TODAY = "/api/v1/promoter/me/live", "/api/v1/promoter/me/today"


@pytest.fixture(autouse=True)
def _now(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    clock.set_for_story(T0)
    monkeypatch.setenv("XINTUI_LIVE_SECONDS", "0")
    monkeypatch.setattr(live, "HUB", live.Hub(most=2, listen=lambda hub: None))
    yield
    clock.set_for_story(None)


def figures(who: str, at: Any = T0) -> tuple[int, ...]:
    one = commission.today(who, now=at)
    return (one.sales, one.accrued_fen, one.corrected_fen, one.released_fen, one.pending_fen, one.due_fen, one.debt_fen)


@pytest.mark.django_db
def test_today_is_what_the_ledger_did_today() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000), ("lin2", 4_000)))
    assert figures("pro1") == (2, 1250 + 500, 0, 0, 1750, 0, 0)
    give_back("rfd1", "ord1", "lin1", 2_000, at=T0)
    assert figures("pro1") == (2, 1750, -250, 0, 1500, 0, 0)
    assert figures("pro1", T0 + DAY) == (0, 0, 0, 0, 1500, 0, 0)
    assert figures("pro2") == (0, 0, 0, 0, 0, 0, 0)


@pytest.mark.django_db
def test_a_release_and_a_refund_after_it_are_seen_on_their_own_days() -> None:
    publish()
    sell(paid("ord1", ("lin1", 10_000)))
    receive("ord1", "lin1", at=T0)
    ripe = T0 + 7 * DAY
    commission.release(now=ripe)
    assert figures("pro1", ripe) == (0, 0, 0, 1250, 0, 1250, 0)
    give_back("rfd1", "ord1", "lin1", 10_000, at=ripe + timedelta(minutes=1))
    sold = figures("pro1", ripe + timedelta(minutes=1))
    assert sold == (0, 0, -1250, 1250, 0, 0, 0)


@pytest.fixture
def someone() -> tuple[str, str, str]:
    """A promoter who is logged in: promoter, user, token."""
    user = identity.create_user(display_name="推客", now=T0, roles=[(Role.PROMOTER, "")]).user_id
    person = IdentityInfo(PromoterKind.INDIVIDUAL, "张小明", id_number(1))
    promoters.apply_identity(user, person, sponsor_id="", sponsor_source="", now=T0)
    promoters.apply_agreement(user, version=promoters.agreement().version, answers=right(), now=T0)
    one = promoters.apply_payee(user, channel=PayeeChannel.WECHAT, account="openid-1", holder="张小明", now=T0)
    return one.id, user, identity.issue_for(user, device_name="H5", now=T0).access_token


def opened(token: str, **headers: str) -> Any:
    return Client().get(LIVE, headers={"Authorization": f"Bearer {token}", **headers})


def lines(answer: Any) -> list[str]:
    said = b"".join(answer.streaming_content).decode()
    return said.split("\n\n")


@pytest.mark.django_db
def test_a_stream_says_at_once_what_there_is_and_nothing_twice(someone: tuple[str, str, str]) -> None:
    who, _, token = someone
    publish()
    sell(paid("ord1", ("lin1", 10_000), promoter=who))
    answer = opened(token)
    assert answer["Content-Type"].startswith("text/event-stream") and answer["Cache-Control"] == "no-store"
    retry, event, bye, _ = lines(answer)
    assert retry == "retry: 3000" and bye == "event: bye\ndata: {}"
    kind, name, data = event.split("\n")
    told = json.loads(data.removeprefix("data: "))
    assert kind == "event: today" and (told["accrued_fen"], told["pending_fen"]) == (1250, 1250)
    asked = Client().get(TODAY, headers={"Authorization": f"Bearer {token}"}).json()
    assert asked == told
    again = lines(opened(token, **{"Last-Event-ID": name.removeprefix("id: ")}))
    assert again == ["retry: 3000", "event: bye\ndata: {}", ""]
    assert live.HUB.taken == 0


@pytest.mark.django_db
def test_more_streams_than_there_are_threads_are_refused_and_say_when_to_try_again(
    someone: tuple[str, str, str],
) -> None:
    _, _, token = someone
    seats = [live.HUB.join(f"usr{n}", ()) for n in range(2)]
    answer = opened(token)
    assert (answer.status_code, answer.json()["code"], answer["Retry-After"]) == (503, "live.full", "30")
    live.HUB.leave(seats[0])
    assert opened(token).status_code == 200


@pytest.mark.django_db
def test_who_is_logged_out_meanwhile_hears_nothing_more(
    someone: tuple[str, str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    who, user, token = someone
    monkeypatch.setenv("XINTUI_LIVE_SECONDS", "60")
    publish()
    answer = opened(token)
    stream = iter(answer.streaming_content)
    assert next(stream).startswith(b"retry") and b'"accrued_fen":0' in next(stream)
    sell(paid("ord1", ("lin1", 10_000), promoter=who))
    live.HUB.told(who)
    assert b'"accrued_fen":1250' in next(stream)
    me = identity.authenticate(token, now=T0)
    assert me is not None
    identity.revoke_device(me.principal, me.device_id, now=T0)
    sell(paid("ord2", ("lin2", 10_000), promoter=who))
    live.HUB.told(who)
    live.HUB.told(identity.seat_of(user))
    assert next(stream) == b"event: bye\ndata: {}\n\n"
    assert next(stream, None) is None and live.HUB.taken == 0


def test_names_that_come_together_are_one_and_a_fourth_tab_ends_the_first() -> None:
    hub = live.Hub(most=10, listen=lambda hub: None)
    tabs = [hub.join("usr1", {"pro1"}) for _ in range(3)]
    other = hub.join("usr2", {"pro2"})
    hub.told("pro1")
    hub.told("pro1")
    assert tabs[0].wait(0) == {"pro1"} and tabs[0].wait(0) == frozenset() and other.wait(0) == frozenset()
    hub.told(live.EVERYBODY)
    assert other.wait(0) == {"*"}
    fourth = hub.join("usr1", {"pro1"})
    assert tabs[0].over and not fourth.over and hub.taken == 4


def _listening(url: str) -> psycopg.Connection[Any]:
    line = psycopg.connect(url, autocommit=True)
    line.execute(f"LISTEN {live.CHANNEL}")
    return line


def _heard(line: psycopg.Connection[Any]) -> list[str]:
    """Everything that has come; PostgreSQL hands it over with the answer to the next statement."""
    line.execute("SELECT 1")
    return sorted(one.payload for one in line.notifies(timeout=0.2))


@pytest.mark.django_db(transaction=True)
def test_a_name_goes_out_with_the_commit_and_not_without_it(superuser_url: str) -> None:
    with _listening(superuser_url) as line:
        publish()
        sell(paid("ord1", ("lin1", 10_000)), paid("ord2", ("lin2", 10_000), promoter="pro2"))
        assert _heard(line) == ["pro1", "pro2"]
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            give_back("rfd1", "ord1", "lin1", 1_000, at=T0)
            raise ZeroDivisionError
        assert _heard(line) == []
        give_back("rfd1", "ord1", "lin1", 1_000, at=T0)
        assert _heard(line) == ["pro1"]
        receive("ord1", "lin1", at=T0)
        assert _heard(line) == ["pro1"]
        commission.release(now=T0 + 7 * DAY)
        assert _heard(line) == ["pro1"]
        live.tell(*(f"pro{n}" for n in range(live.MANY + 1)))
        assert _heard(line) == ["*"]


@pytest.mark.django_db(transaction=True)
def test_a_withdrawal_is_heard_at_every_step(superuser_url: str) -> None:
    from tests.promotion.money import earn

    one = promoter(2, at=T0)
    earn(one.id, 50_000)
    with _listening(superuser_url) as line:
        made = payouts.request(one.id, 10_000, now=T0)
        assert _heard(line) == [one.id]
        payouts.cancel(one.id, made.id, now=T0)
        assert _heard(line) == [one.id]


@pytest.mark.django_db(transaction=True)
def test_the_hubs_own_line_rings_the_seats_and_says_everybody_when_it_begins() -> None:
    hub = live.Hub(most=2)
    seat = hub.join("usr1", {"pro1"})
    assert seat.wait(20) == {"*"}
    live.tell("pro2")
    live.tell("pro1")
    assert seat.wait(20) == {"pro1"}
    assert [one.name for one in threading.enumerate() if one.name == "xintui-live"] != []


@pytest.mark.django_db(transaction=True)
def test_closing_an_account_rings_its_streams(superuser_url: str) -> None:
    boss = identity.create_user(display_name="运营", now=T0, roles=[(Role.OPERATOR, "")])
    by = Principal(boss.user_id, frozenset({Role.OPERATOR}), None, "运营", 1)
    made = identity.create_user(display_name="推客", now=T0)
    with _listening(superuser_url) as line:
        identity.set_active(by, made.user_id, False, reason="违规", now=T0)
        assert _heard(line) == [identity.seat_of(made.user_id)]
