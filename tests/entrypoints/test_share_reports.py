"""举报分享 by HTTP: only of what one has opened, once, not too often; nobody learns by whom; enough of it is a case."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tests.commerce.world import goods, paid, shop
from tests.promotion.people import NOW
from tests.promotion.test_http import Caller, joined, someone
from xintui.commerce.orders.models import Order
from xintui.entrypoints import share_reports
from xintui.foundation.identity.contracts import Role
from xintui.infra.tenancy import as_platform
from xintui.trust.violations import facade as violations

pytestmark = pytest.mark.django_db
__all__ = ["someone"]
People = Callable[..., Caller]
VISITOR = "visitor-{:02}"


def stranger() -> Caller:
    made = Caller("", "")
    del made.client.defaults["HTTP_AUTHORIZATION"]
    return made


@pytest.fixture
def shared(someone: People) -> tuple[Caller, str]:
    """A promoter and the code of her link."""
    phone = someone("zhang", Role.BUYER)
    joined(phone, 1)
    link = phone.post("/promoter/links", {"kind": "home", "id": "home", "channel": "group"})[1]
    return phone, str(link["code"])


def opens(who: Caller, code: str, n: int) -> None:
    assert who.post("/share/touch", {"code": code, "visitor_id": VISITOR.format(n)})[0] == 200


def says(who: Caller, code: str, n: int, reason: str = "flooding") -> tuple[int, str]:
    asked = {"code": code, "visitor_id": VISITOR.format(n), "reason": reason, "words": "每天都发"}
    status, body = who.post("/share-reports", asked)
    return status, body.get("code", "")


def buys(who: Caller, merchant, product) -> None:
    (order,) = paid((product.skus[0].id, 1), buyer_id=who.user_id)
    with as_platform():
        Order.objects.filter(id=order.id).update(paid_at=NOW - timedelta(days=3))


def test_the_reasons_are_public(someone: People) -> None:
    status, found = stranger().get("/share-reports/reasons")
    assert (status, found["least"], found["window_days"]) == (200, 3, 30)
    assert [one["code"] for one in found["items"]] == ["pestering", "flooding", "induced", "exaggerated", "unlabelled"]


def test_only_whoever_opened_it_may_say_something_and_once(shared, someone: People) -> None:
    hers, code = shared
    who = stranger()
    assert says(who, code, 1) == (409, "violations.share_not_opened")
    opens(who, code, 1)
    assert says(who, code, 1) == (200, "")
    assert says(who, code, 1, "induced") == (409, "violations.already_reported")
    assert says(who, code[::-1], 1)[0] == 404
    assert says(who, code, 2) == (409, "violations.share_not_opened")
    opens(hers, code, 3)
    assert says(hers, code, 3) == (409, "violations.share_not_opened")
    (one,) = violations.share_reports().items
    assert (one.title, one.bought, one.words) == ("群发刷屏", False, "每天都发")


def test_logging_in_afterwards_does_not_make_it_two(shared, someone: People) -> None:
    _, code = shared
    buyer = someone("wang", Role.BUYER)
    opens(buyer, code, 1)
    assert says(stranger(), code, 1) == (200, "")
    assert says(buyer, code, 1) == (409, "violations.already_reported")


def test_not_more_than_five_a_day(shared) -> None:
    _, code = shared
    who = stranger()
    opens(who, code, 1)
    answers = [says(who, code, 1)[0] for _ in range(6)]
    assert answers == [200, 409, 409, 409, 409, 429]


def test_three_who_have_bought_make_a_case_and_she_reads_how_often_but_not_by_whom(shared, someone: People) -> None:
    hers, code = shared
    merchant = shop("茶行")
    product = goods(merchant, "龙井", ("罐装", 10_000, 500))
    for n in range(3):
        buyer = someone(f"wang{n}", Role.BUYER)
        opens(buyer, code, n)
        buys(buyer, merchant, product)
        assert hers.get("/me/share-reports")[1]["items"] == []
        assert says(buyer, code, n) == (200, "")
    assert hers.get("/me/share-reports")[1] == {
        "days": 180, "shown_from": 3, "items": [{"title": "群发刷屏", "count": 3}],
    }  # fmt: skip
    (case,) = violations.cases().items
    assert (case.code, case.subject.id) == ("harassment", violations.share_reports().items[0].promoter_id)
    desk = someone("shen", Role.REVIEWER)
    listed = desk.get("/share-reports?state=taken_up")[1]["items"]
    assert {one["case_id"] for one in listed} == {case.id}
    assert "usr" not in str(listed)
    assert hers.get("/share-reports")[0] == 403


def test_the_desk_takes_one_up_or_sets_it_aside(shared, someone: People) -> None:
    _, code = shared
    who, desk = stranger(), someone("shen", Role.REVIEWER)
    opens(who, code, 1)
    says(who, code, 1, "unlabelled")
    (one,) = violations.share_reports().items
    status, made = desk.post(f"/share-reports/{one.id}/take-up", {"words": "截图没有标识"})
    assert (status, made["code"], made["state"]) == (200, "undisclosed", "reported")
    assert desk.post(f"/share-reports/{one.id}/set-aside", {"words": "看错了一条"})[0] == 409


def test_whoever_leaves_takes_what_was_said_along(shared, someone: People) -> None:
    _, code = shared
    buyer = someone("wang", Role.BUYER)
    opens(buyer, code, 1)
    says(buyer, code, 1)
    share_reports.forget(buyer.user_id)
    assert violations.share_reports().items == ()
