"""A complaint to arbitration, through the API, the gateway and the worker: evidence of both sides, a person's ruling,
paid first out of the shop's deposit, proved by a pack that is checked offline, appealed, reversed and recovered."""

import json
from pathlib import Path
from typing import Any

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


def test_a_dispute_to_arbitration_paid_first_proved_offline_appealed_and_reversed(
    gateway: Gateway, tmp_path: Path
) -> None:
    tea = shop("云雾茶行")
    holder = secured(gateway, tea.id)
    anna, li = promoter("安娜", 7), buyer("李雷")
    product = goods(tea, "明前龙井", "tea", fen=268_00, stock=9)
    touched(link(anna, product), li)
    (order,) = paid(gateway, li, (product, 1)).orders
    received(gateway, order)
    earned = owns(Kind.PROMOTER_PENDING, anna.id)
    assert earned == 268_00 * 1250 // 10_000
    before = books(tea)["云雾茶行"]

    # The buyer complains, with a picture that only the two sides can see; the shop's deposit is held for it.
    hers, his, boss = Api(li.id), person("shopkeeper", Role.MERCHANT_OWNER, tea.id), person("boss", Role.OPERATOR)
    line = order.lines[0].id
    asked = {"order_id": order.id, "line_id": line, "kind": "counterfeit", "wanted_fen": 268_00, "words": "香气不对"}
    made = hers.post("/disputes", asked, status=201)
    number = made["dispute"]["id"]
    assert (made["dispute"]["state"], made["side"], made["kind"]["title"]) == ("answering", "buyer", "假冒伪劣")
    assert hers.post("/disputes", asked, status=409)["code"] == "disputes.already_disputed"
    shown = hers.picture(f"/disputes/{number}/evidence", photo())["url"]
    assert Client().get(shown).headers["Content-Type"] == "image/webp"
    assert Client().get(shown[:-3] + "AAA").status_code == 404
    assert deposit(holder) == (200_000, 268_00)

    # The shop says no; that is no matter for a rule. It proves its side with a fingerprint of a video.
    video = {"name": "发货全程.mp4", "sha256": "cd" * 32, "size": 1_000_000, "words": "称重与封箱"}
    his.post(f"/disputes/{number}/fingerprints", video, status=201)
    said = his.post(f"/disputes/{number}/answer", {"stand": "contest", "words": "有产地证明"})
    assert (said["dispute"]["state"], said["allowed"]) == ("arbitration", ["evidence"])
    turn(gateway)
    assert his.get("/shop/messages")["items"][0]["title"] == "新的投诉"

    # A person decides for the buyer; the money leaves at once and the deposit pays it.
    award = {"fen": 200_00, "words": "产地证明与批次不符，按实物价值支持"}
    boss.post(f"/disputes/{number}/award", award)
    turn(gateway)  # the courier sends it
    turn(gateway)  # the gateway's callback
    work()
    now = hers.get(f"/disputes/{number}")
    assert (now["dispute"]["state"], now["dispute"]["paid_fen"], now["dispute"]["deposit_fen"]) == (
        "paid",
        200_00,
        200_00,
    )
    assert deposit(holder) == (180_000, 0)
    refund = hers.get(f"/orders/{order.id}")["after_sales"][0]["refund_id"]
    fee = 268_00 * 60 // 10_000 - 68_00 * 60 // 10_000
    assert moves(f"orders.refunded/{refund}") == [
        (f"merchant.payable:{tea.id}", "gateway.clearing:wechat", 200_00),
        ("platform.fee:platform", f"merchant.payable:{tea.id}", fee),
    ]
    (claim,) = deposits.claims(f"disputes.case/{number}/")
    assert moves(f"deposits.claim/{claim.id}") == [(f"merchant.deposit:{tea.id}", f"merchant.payable:{tea.id}", 200_00)]
    # Commission followed the net of the line, so the shop has that part back too.
    left = owns(Kind.PROMOTER_PENDING, anna.id)
    assert left == 68_00 * 1250 // 10_000
    assert books(tea)["云雾茶行"] == before + fee + (earned - left)

    # The pack, once the day is closed, is checked by anybody without us.
    gateway.clock(days=1)
    work()
    hers, his, boss = Api(li.id), Api(his.user_id, tea.id), Api(boss.user_id)  # yesterday's tokens are over
    answer = hers.client.post(f"/api/v1/disputes/{number}/pack")
    assert answer.headers["Content-Type"] == "application/zip"
    path = tmp_path / "pack.zip"
    path.write_bytes(answer.content)
    last = evidence.last_day()
    assert last is not None
    ran = CliRunner().invoke(main, ["verify", str(path), "--root", last.proof_root.hex()])
    assert ran.exit_code == 0, ran.output
    assert answer.headers["X-Proof-Code"] in ran.output

    # The shop appeals; a human finds that it was right. What was paid first the buyer owes, the deposit is whole again.
    assert hers.post(f"/disputes/{number}/appeal", {"words": "我也不服"}, status=409)["code"] == (
        "disputes.nothing_to_appeal"
    )
    filed = his.post(f"/disputes/{number}/appeal", {"words": "补交批次检测报告"})
    boss.post(f"/appeals/{filed['appeal']['id']}/decision", {"granted": True, "answer": "检测报告与批次一致，改判"})
    turn(gateway)
    done = his.get(f"/disputes/{number}")
    assert (done["dispute"]["state"], done["rule"]["title"], done["allowed"]) == ("reversed", "申诉复核", [])
    assert (deposit(holder), owns(Kind.BUYER_DEBT, li.id)) == ((200_000, 0), 200_00)
    finance = person("finance", Role.FINANCE)
    back = {"fen": 200_00, "reference": "ICBC-20260306-1"}
    assert finance.post(f"/disputes/{number}/recover", back)["dispute"]["recovered_fen"] == 200_00
    assert finance.post(f"/disputes/{number}/recover", back, status=409)["facts"] == {"left_fen": 0}
    assert owns(Kind.BUYER_DEBT, li.id) == 0
    assert ledger.audit() == []
