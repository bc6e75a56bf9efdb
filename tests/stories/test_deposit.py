"""A deposit from the first look to the last fen back, through the API and the gateway: nothing is asked that was not
shown, every fen is on the books, and what is held back is held back by name."""

import json
import re
from typing import Any

import pytest
from django.test import Client

from tests.promotion.commission.test_console import sitting
from tests.stories.cast import PHONE, T0, moves, owns, promoter, shop, turn
from tests.support.gateway import Gateway
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Product, ProductDraft, SkuDraft
from xintui.entrypoints import leaving, portability
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Role
from xintui.foundation.identity.models import User
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.infra import clock, tenancy
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import Promoter
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Holder, HolderKind
from xintui.trust.qualification.contracts import Kind as PaperKind
from xintui.trust.qualification.contracts import Paper


class Phone:
    """Her phone: a token and the API."""

    def __init__(self, who: Promoter) -> None:
        User.objects.filter(id=who.user_id).update(openid=f"o-{who.user_id}")
        token = identity.issue_for(who.user_id, device_name="t", now=clock.now()).access_token
        self.client = Client(headers={"Authorization": f"Bearer {token}", "User-Agent": PHONE})

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str, body: object = None, *, status: int = 200) -> Any:
        answer = self.client.post(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()


PAPERS = (Paper(PaperKind.HEALTH_FOOD, "国食健注G20190188"),)


@pytest.fixture
def pills(gateway: Gateway) -> list[Product]:
    """Six pieces of a category that can hurt people."""
    merchant = shop("康养堂")
    catalog.set_category("health", "保健食品")
    made = []
    for n in range(6):
        draft = ProductDraft(
            title=f"复合维生素 {n}", category="health", skus=(SkuDraft("标准装", 98_00, 10),), papers=PAPERS
        )
        found = catalog.create_product(merchant.id, draft, actor="usr01OWNER", now=T0)
        made.append(catalog.list_product(merchant.id, found.id, actor="usr01OWNER", now=T0))
    return made


@pytest.fixture
def anna(gateway: Gateway) -> Promoter:
    return promoter("安娜", 7)


def pay_first(gateway: Gateway, phone: Phone) -> str:
    """She agrees to the high class in parts and pays the first, whose callback comes twice; the payment's number."""
    made = phone.post("/me/deposit", {"risk_class": "high", "amount_fen": 300_000, "in_parts": True})["deposit"]
    assert [part["amount_fen"] for part in made["parts"]] == [102_000, 99_000, 99_000]
    params = phone.post(f"/me/deposit/parts/{made['parts'][0]['id']}/pay", {"channel": "jsapi"})
    gateway.press(params["params"])
    letters = gateway.letters()
    gateway.deliver(letters)
    gateway.deliver(letters)
    turn(gateway)
    return str(params["payment_id"])


def wanted(pill: Product) -> dict[str, str]:
    return {"kind": "product", "id": pill.id, "channel": "moments"}


def test_what_it_asks_is_shown_before_anything_is_agreed(pills: list[Product], anna: Promoter) -> None:
    phone = Phone(anna)
    # Joining cost nothing, and a link to pills says politely what is missing.
    refusal = phone.post("/promoter/links", wanted(pills[0]), status=409)
    assert (refusal["code"], refusal["facts"]["risk_class"]) == ("deposits.needed", "high")
    assert phone.get("/me/deposit") == {"deposit": None, "offset": None}
    shown = {one["risk_class"]: one for one in phone.get("/me/deposit/quotes")["items"]}
    assert {name: one["amount_fen"] for name, one in shown.items()} == {"low": 0, "medium": 120_000, "high": 300_000}
    assert (shown["high"]["band"], shown["high"]["band_says"]) == ("C", "资料还不多，按一般情况")
    assert shown["high"]["categories"] == ["保健食品"]
    other = {"risk_class": "high", "amount_fen": 299_999, "in_parts": True}
    assert phone.post("/me/deposit", other, status=409)["code"] == "deposits.terms_changed"


def test_the_first_instalment_lets_her_promote_five_pieces(
    gateway: Gateway, pills: list[Product], anna: Promoter
) -> None:
    phone = Phone(anna)
    number = pay_first(gateway, phone)
    now = phone.get("/me/deposit")["deposit"]
    assert (now["paid_fen"], now["available_fen"], now["quota"]) == (102_000, 102_000, 5)
    assert moves(f"deposits.paid/{number}") == [
        ("gateway.clearing:wechat", f"promoter.deposit:{anna.id}", 102_000),
        ("offset.limit:platform@PTS", f"offset.room:{anna.id}@PTS", 102_000),
    ]
    assert phone.get("/messages")["items"][0]["title"] == "保证金已收到"
    for pill in pills[:5]:
        assert phone.post("/promoter/links", wanted(pill))["code"]
    assert phone.post("/promoter/links", wanted(pills[5]), status=409)["facts"] == {"quota": 5}
    assert phone.client.delete(f"/api/v1/me/deposit/goods/{pills[0].id}").status_code == 200
    assert phone.client.delete(f"/api/v1/me/deposit/goods/{pills[0].id}").status_code == 404
    phone.post("/promoter/links", wanted(pills[5]))
    assert [one["title"][-1] for one in phone.get("/me/deposit/goods")["items"]] == ["1", "2", "3", "4", "5"]


def test_a_claim_is_paid_and_everything_else_goes_back_where_it_came_from(
    gateway: Gateway, pills: list[Product], anna: Promoter
) -> None:
    phone, hers, damages = Phone(anna), Holder(HolderKind.PROMOTER, anna.id), pills[0].merchant_id
    pay_first(gateway, phone)
    phone.post("/promoter/links", wanted(pills[0]))

    # A complaint is decided against her: paid from what it held; the gap is asked for again.
    deposits.claim(hers, "dispute/1", 30_000, "投诉：夸大功效", by=SYSTEM, now=clock.now())
    assert phone.get("/me/deposit")["deposit"]["available_fen"] == 72_000
    account = Account(Kind.MERCHANT_PAYABLE, damages)
    deposits.pay_claim("dispute/1", 25_000, account, by=SYSTEM, now=clock.now())
    turn(gateway)
    now = phone.get("/me/deposit")["deposit"]
    assert (now["paid_fen"], now["held_fen"], now["quota"], now["goods"]) == (77_000, 0, 0, 0)
    assert (now["parts"][-1]["kind"], now["parts"][-1]["amount_fen"]) == ("top_up", 25_000)

    # She has had enough: one tap, and what is left goes back where it came from.
    left = phone.post("/me/deposit/return")["deposit"]
    assert (left["state"], [one["amount_fen"] for one in left["returns"]]) == ("leaving", [77_000])
    assert phone.post("/me/deposit/return", status=409)["code"] == "deposits.nothing_to_return"
    owed = now["parts"][1]["id"]
    assert phone.post(f"/me/deposit/parts/{owed}/pay", {}, status=409)["code"] == "deposits.part_not_due"
    turn(gateway)  # the courier sends it
    turn(gateway)  # the gateway's callback
    done = phone.get("/me/deposit")["deposit"]
    assert (done["state"], done["paid_fen"], done["returns"][0]["state"]) == ("closed", 0, "done")
    assert payments.refund(left["returns"][0]["id"]).state == "succeeded"

    # Every fen is on the books, and the books are right.
    ledger.fold()
    left_over = (owns(Kind.PROMOTER_DEPOSIT, anna.id), owns(Kind.MERCHANT_PAYABLE, damages))
    assert (*left_over, owns(Kind.GATEWAY_CLEARING, "wechat")) == (0, 25_000, 25_000)
    assert ledger.audit() == []
    lines = ledger.statement_page(Account(Kind.PROMOTER_DEPOSIT, anna.id), after="", limit=20).items
    assert [line.in_fen - line.out_fen for line in lines] == [102_000, -25_000, -77_000]


def test_who_may_not_promote_any_more_takes_the_money_back_and_nobody_leaves_without_it(
    gateway: Gateway, pills: list[Product], anna: Promoter
) -> None:
    phone = Phone(anna)
    pay_first(gateway, phone)
    promoters.suspend(anna.id, reason="own_request", actor="usr01OPS", now=clock.now())
    assert [(one.code, one.says) for one in leaving.blockers(anna.user_id)] == [
        ("deposit", "有保证金 ¥1,020.00，请先退还")
    ]
    assert phone.get("/me/deposit/quotes")["items"][0]["amount_fen"] == 0
    assert phone.post("/me/deposit/return")["deposit"]["returns"][0]["amount_fen"] == 102_000
    turn(gateway)
    turn(gateway)
    assert phone.get("/me/deposit")["deposit"]["state"] == "closed"
    assert leaving.blockers(anna.user_id) == []
    told = {name: rows for name, _, rows in portability.parts(anna.user_id, clock.now())}
    assert [one["state"] for one in told["deposits"]] == ["closed"]
    again = {"risk_class": "high", "amount_fen": 300_000, "in_parts": True}
    assert phone.post("/me/deposit", again, status=403)["code"] == "promoters.not_active"


def test_a_shop_pays_by_a_code_that_is_scanned(gateway: Gateway, settings: Any) -> None:
    settings.TOTP_REQUIRED = False
    tea = shop("云雾茶行").id
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea)
    with tenancy.as_nobody():
        agree = {"verb": "agree", "class": "medium", "fen": "200000"}
        page = owner.post("/merchant/deposit/", agree, follow=True).content.decode()
        assert "微信支付缴纳" in page
        part = re.search(r'name="part" value="(dpt\w+)"', page)
        assert part
        page = owner.post("/merchant/deposit/", {"verb": "pay", "part": part[1], "method": "wechat"}, follow=True)
        page = page.content.decode()
    assert "微信扫码缴纳" in page and 'src="data:image/svg+xml' in page
    (payment,) = payments.payments_of([part[1]])
    gateway.pay(payment.id, "o-owner")
    turn(gateway)
    found = deposits.current(Holder(HolderKind.MERCHANT, tea), today=clock.now().date())
    assert found and (found.paid_fen, found.quota) == (200_000, None)
