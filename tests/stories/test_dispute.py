"""A complaint to arbitration, through the API, the gateway and the worker: evidence of both sides, a person's ruling,
paid first out of the shop's deposit, proved by a pack that is checked offline, appealed, reversed and recovered."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from django.test import Client

from tests.commerce.disputes.hands import photo
from tests.stories.cast import (
    PHONE,
    books,
    buyer,
    goods,
    link,
    moves,
    owns,
    paid,
    promoter,
    received,
    shop,
    touched,
    turn,
    work,
)
from tests.support.gateway import Gateway
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders.contracts import Order
from xintui.entrypoints.cli import main
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Role
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.facade import Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Channel
from xintui.infra import clock
from xintui.kernel.times import accounting_date
from xintui.trust.deposits import facade as deposits
from xintui.trust.deposits.contracts import Facts, Holder, HolderKind, RiskClass


class Api:
    """Somebody's view of the API."""

    def __init__(self, user_id: str, merchant_id: str = "") -> None:
        self.user_id = user_id
        token = identity.issue_for(user_id, merchant_id=merchant_id, device_name="t", now=clock.now()).access_token
        self.client = Client(headers={"Authorization": f"Bearer {token}", "User-Agent": PHONE})

    def get(self, path: str) -> Any:
        answer = self.client.get(f"/api/v1{path}")
        assert answer.status_code == 200, answer.content
        return answer.json()

    def post(self, path: str, body: object = None, *, status: int = 200) -> Any:
        answer = self.client.post(f"/api/v1{path}", json.dumps(body or {}), content_type="application/json")
        assert answer.status_code == status, answer.content
        return answer.json()

    def picture(self, path: str, content: bytes) -> Any:
        answer = self.client.post(f"/api/v1{path}", content, content_type="image/jpeg")
        assert answer.status_code == 201, answer.content
        return answer.json()


def person(name: str, role: Role, merchant_id: str = "") -> Api:
    made = identity.create_user(display_name=name, login=name, roles=[(role, merchant_id)], now=clock.now())
    return Api(made.user_id, merchant_id)


def secured(gateway: Gateway, merchant_id: str) -> Holder:
    """The shop pays its deposit at the gateway."""
    holder = Holder(HolderKind.MERCHANT, merchant_id)
    now = clock.now()
    made = deposits.agree(holder, RiskClass.MEDIUM, Facts(), amount_fen=200_000, in_parts=False, by=SYSTEM, now=now)
    part = made.parts[0].id
    payment = deposits.pay(part, holder, openid="o-shop", channel=Channel.NATIVE, psp="wechat", now=now)
    payments.pay_params(payment.id, now=now)
    gateway.pay(payment.id, "o-shop")
    turn(gateway)
    return holder


def deposit(holder: Holder) -> tuple[int, int]:
    found = deposits.current(holder, today=accounting_date(clock.now()))
    assert found is not None
    return found.paid_fen, found.held_fen


@dataclass(frozen=True)
class Scene:
    """Who argues about what. A token lives half an hour: who comes back later logs in again."""

    gateway: Gateway
    tea: Merchant
    holder: Holder
    order: Order
    anna: str
    buyer: str
    keeper: str
    boss: str

    def sides(self) -> tuple[Api, Api, Api]:
        return Api(self.buyer), Api(self.keeper, self.tea.id), Api(self.boss)


@pytest.fixture
def scene(gateway: Gateway) -> Scene:
    """A shop with a deposit, and tea that came through a promoter's link and is not what it should be."""
    tea = shop("云雾茶行")
    holder = secured(gateway, tea.id)
    anna, li = promoter("安娜", 7), buyer("李雷")
    product = goods(tea, "明前龙井", "tea", fen=268_00, stock=9)
    touched(link(anna, product), li)
    (order,) = paid(gateway, li, (product, 1)).orders
    received(gateway, order)
    keeper, boss = person("shopkeeper", Role.MERCHANT_OWNER, tea.id), person("boss", Role.OPERATOR)
    return Scene(gateway, tea, holder, order, anna.id, li.id, keeper.user_id, boss.user_id)


def complained(scene: Scene) -> str:
    """With a picture that only the two sides can see; the shop's deposit is held. The dispute's number."""
    hers, order = Api(scene.buyer), scene.order
    line = order.lines[0].id
    asked = {"order_id": order.id, "line_id": line, "kind": "counterfeit", "wanted_fen": 268_00, "words": "香气不对"}
    made = hers.post("/disputes", asked, status=201)
    number = str(made["dispute"]["id"])
    assert (made["dispute"]["state"], made["side"], made["kind"]["title"]) == ("answering", "buyer", "假冒伪劣")
    assert hers.post("/disputes", asked, status=409)["code"] == "disputes.already_disputed"
    shown = hers.picture(f"/disputes/{number}/evidence", photo())["url"]
    assert Client().get(shown).headers["Content-Type"] == "image/webp"
    assert Client().get(shown[:-3] + "AAA").status_code == 404
    assert deposit(scene.holder) == (200_000, 268_00)
    return number


def contested(scene: Scene, number: str) -> None:
    """The shop says no, which is no matter for a rule, and proves its side with the fingerprint of a video."""
    his = Api(scene.keeper, scene.tea.id)
    video = {"name": "发货全程.mp4", "sha256": "cd" * 32, "size": 1_000_000, "words": "称重与封箱"}
    his.post(f"/disputes/{number}/fingerprints", video, status=201)
    said = his.post(f"/disputes/{number}/answer", {"stand": "contest", "words": "有产地证明"})
    assert (said["dispute"]["state"], said["allowed"]) == ("arbitration", ["evidence"])
    turn(scene.gateway)
    assert his.get("/shop/messages")["items"][0]["title"] == "新的投诉"


def awarded(scene: Scene, number: str, fen: int) -> None:
    """A person decides for the buyer: the courier sends the refund, the gateway calls back, the deposit pays it."""
    Api(scene.boss).post(f"/disputes/{number}/award", {"fen": fen, "words": "产地证明与批次不符，按实物价值支持"})
    turn(scene.gateway)
    turn(scene.gateway)
    work()
    now = Api(scene.buyer).get(f"/disputes/{number}")["dispute"]
    assert (now["state"], now["paid_fen"], now["deposit_fen"]) == ("paid", fen, fen)


def test_a_person_decides_and_every_fen_has_its_place(scene: Scene) -> None:
    shop_id, earned = scene.tea.id, owns(Kind.PROMOTER_PENDING, scene.anna)
    before = books(scene.tea)["云雾茶行"]
    number = complained(scene)
    contested(scene, number)
    awarded(scene, number, 200_00)
    assert deposit(scene.holder) == (180_000, 0)
    refund = Api(scene.buyer).get(f"/orders/{scene.order.id}")["after_sales"][0]["refund_id"]
    fee = 268_00 * 60 // 10_000 - 68_00 * 60 // 10_000
    assert moves(f"orders.refunded/{refund}") == [
        (f"merchant.payable:{shop_id}", "gateway.clearing:wechat", 200_00),
        ("platform.fee:platform", f"merchant.payable:{shop_id}", fee),
    ]
    (claim,) = deposits.claims(f"disputes.case/{number}/")
    assert moves(f"deposits.claim/{claim.id}") == [
        (f"merchant.deposit:{shop_id}", f"merchant.payable:{shop_id}", 200_00),
        (f"offset.room:{shop_id}@PTS", "offset.limit:platform@PTS", 200_00),
    ]
    # Commission followed the net of the line, so the shop has that part back too: it has paid once, by its deposit.
    left = owns(Kind.PROMOTER_PENDING, scene.anna)
    assert (earned, left) == (268_00 * 1250 // 10_000, 68_00 * 1250 // 10_000)
    assert books(scene.tea)["云雾茶行"] == before + fee + (earned - left)
    assert ledger.audit() == []


def test_the_pack_of_a_closed_day_is_checked_by_anybody_without_us(scene: Scene, tmp_path: Path) -> None:
    number = complained(scene)
    contested(scene, number)
    awarded(scene, number, 200_00)
    scene.gateway.clock(days=1)
    work()
    answer = Api(scene.buyer).client.post(f"/api/v1/disputes/{number}/pack")
    assert answer.headers["Content-Type"] == "application/zip"
    path = tmp_path / "pack.zip"
    path.write_bytes(answer.content)
    last = evidence.last_day()
    assert last is not None
    ran = CliRunner().invoke(main, ["verify", str(path), "--root", last.proof_root.hex()])
    assert ran.exit_code == 0, ran.output
    assert answer.headers["X-Proof-Code"] in ran.output


def test_a_shop_wins_its_appeal_and_what_was_paid_first_is_recovered(scene: Scene) -> None:
    earned = owns(Kind.PROMOTER_PENDING, scene.anna)
    number = complained(scene)
    contested(scene, number)
    awarded(scene, number, 200_00)
    hers, his, boss = scene.sides()
    assert owns(Kind.PROMOTER_PENDING, scene.anna) < earned
    mine = hers.post(f"/disputes/{number}/appeal", {"words": "应当全额"})  # she was given a part
    assert hers.post(f"/disputes/{number}/appeal", {"words": "再说"}, status=409)["code"] == "appeals.already_appealed"
    filed = his.post(f"/disputes/{number}/appeal", {"words": "补交批次检测报告"})
    boss.post(f"/appeals/{filed['appeal']['id']}/decision", {"granted": True, "answer": "检测报告与批次一致，改判"})
    turn(scene.gateway)
    done = his.get(f"/disputes/{number}")
    assert (done["dispute"]["state"], done["rule"]["title"], done["allowed"]) == ("reversed", "申诉复核", [])
    assert [(one["side"], one["state"]) for one in done["appeals"]] == [("merchant", "granted"), ("buyer", "refused")]
    assert done["appeals"][1]["id"] == mine["appeal"]["id"]
    assert (deposit(scene.holder), owns(Kind.BUYER_DEBT, scene.buyer)) == ((200_000, 0), 200_00)
    assert owns(Kind.PROMOTER_PENDING, scene.anna) == earned  # the refund that was none takes nothing from her
    finance = person("finance", Role.FINANCE)
    back = {"fen": 200_00, "reference": "ICBC-20260306-1"}
    assert finance.post(f"/disputes/{number}/recover", back)["dispute"]["recovered_fen"] == 200_00
    assert finance.post(f"/disputes/{number}/recover", back, status=409)["facts"] == {"left_fen": 0}
    assert owns(Kind.BUYER_DEBT, scene.buyer) == 0
    assert ledger.audit() == []
