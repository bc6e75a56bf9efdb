"""The whole tale: from joining to the proof that anybody can check. Real commits, money over HTTP, every fen named.

A company buys tea for ¥100,000 and some mushrooms; 沈小鹿, who shared the tea, earns 12.5 % of what it keeps.
"""

import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

from django.db import transaction

from tests.promotion.people import id_number, right
from tests.stories.cast import (
    T0,
    at_cashier,
    books,
    buyer,
    checkout_now,
    goods,
    link,
    moves,
    nothing_is_wrong,
    open_withdrawals,
    order_now,
    paid,
    placed,
    received,
    refunded,
    sent,
    shop,
    stock,
    touched,
    turn,
    withdrawal_now,
    work,
)
from tests.support.gateway import Gateway
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.merchants.contracts import Merchant
from xintui.commerce.orders.contracts import Order, OrderState
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger.facade import Account, Kind
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import TransferState
from xintui.kernel.times import accounting_date
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import ChosenBy
from xintui.promotion.commission import facade as commission
from xintui.promotion.commission.contracts import Earning, LineState
from xintui.promotion.commission.contracts import Step as Explained
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import State
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.promoters.contracts import IdentityInfo, PayeeChannel, Promoter, PromoterKind, Step
from xintui.promotion.promoters.contracts import State as PromoterState

OPENING = 1_000_000_000
"""What lies in the simulator's account before anything happens."""


class Tale:
    """What the chapters hand on to each other."""

    gateway: Gateway
    tea: Merchant
    food: Merchant
    cake: Product
    mushrooms: Product
    deer: Promoter
    order: Order


def test_the_life_of_an_order(gateway: Gateway, tmp_path: Path) -> None:
    tale = Tale()
    tale.gateway = gateway
    two_shops_open(tale)
    a_promoter_joins_in_three_steps(tale)
    a_cart_of_two_shops_is_placed_and_paid(tale)
    everybody_can_see_why_she_got_it(tale)
    it_is_shipped_and_received(tale)
    the_gateways_bill_brings_its_fee(tale)
    two_partial_refunds_leave_commission_on_the_net(tale)
    it_is_due_at_the_instant_and_not_before(tale)
    the_first_withdrawal_bears_no_tax(tale)
    the_second_bears_tax_and_four_eyes(tale)
    a_refund_after_payout_becomes_a_visible_debt(tale)
    the_next_order_pays_the_debt(tale)
    the_bills_agree_to_the_last_fen(tale)
    the_days_are_closed_and_the_proof_holds_offline(tale, tmp_path)
    nothing_is_wrong()


def two_shops_open(tale: Tale) -> None:
    tale.tea = shop("云雾茶行", freight_fen=1_200)
    tale.food = shop("山里人家", freight_fen=800)
    tale.cake = goods(tale.tea, "勐海古树茶饼", "tea", fen=2_000_00, stock=100)
    tale.mushrooms = goods(tale.food, "椴木香菇", "food", fen=58_00, stock=100)


def a_promoter_joins_in_three_steps(tale: Tale) -> None:
    user = identity.create_user(display_name="沈小鹿", roles=[(Role.BUYER, "")], now=T0).user_id
    first = promoters.apply_identity(user, IdentityInfo(PromoterKind.INDIVIDUAL, "沈小鹿", id_number(1)), now=T0)
    assert (first.state, first.step) == (PromoterState.APPLYING, Step.AGREEMENT)
    second = promoters.apply_agreement(user, version=promoters.agreement().version, answers=right(), now=T0)
    assert (second.state, second.step) == (PromoterState.APPLYING, Step.PAYEE)
    tale.deer = promoters.apply_payee(
        user, channel=PayeeChannel.WECHAT, account="o-xiaolu-wechat", holder="沈小鹿", now=T0
    )
    assert (tale.deer.state, tale.deer.display_name) == (PromoterState.ACTIVE, "沈**")


def a_cart_of_two_shops_is_placed_and_paid(tale: Tale) -> None:
    share = link(tale.deer, tale.cake)
    assert len(share.code) == 28
    person = buyer("李雷")
    touched(share, person)
    checkout = placed(person, (tale.cake, 50), (tale.mushrooms, 3))
    assert checkout.total_fen == (50 * 2_000_00 + 1_200) + (3 * 58_00 + 800) == 10_019_400
    assert (stock(tale.cake), stock(tale.mushrooms)) == ((100, 50, 0), (100, 3, 0))

    tale.gateway.pay(at_cashier(checkout, person), person.openid)
    assert checkout_now(checkout.id).state is OrderState.PLACED, "nobody has told us yet"
    assert tale.gateway.deliver() == [204]
    work()

    tea, food = sorted(checkout_now(checkout.id).orders, key=lambda one: one.merchant_id != tale.tea.id)
    assert (tea.state, tea.total_fen, tea.fee_fen) == (OrderState.PAID, 10_001_200, 60_007)
    assert (food.state, food.total_fen, food.fee_fen) == (OrderState.PAID, 18_200, 109)
    assert (stock(tale.cake), stock(tale.mushrooms)) == ((100, 0, 50), (100, 0, 3))
    assert moves(f"orders.paid/{tea.id}") == [
        ("gateway.clearing:wechat", f"merchant.payable:{tale.tea.id}", 10_001_200),
        (f"merchant.payable:{tale.tea.id}", "platform.fee:platform", 60_007),
    ]
    assert books(tale.tea, tale.food, promoter=tale.deer) == {
        "clearing": 10_019_400,
        "云雾茶行": 10_001_200 - 60_007 - 1_250_000,
        "山里人家": 18_200 - 109,
        "fee": 60_116,
        "pending": 1_250_000,
    }
    tale.order = tea


def everybody_can_see_why_she_got_it(tale: Tale) -> None:
    (line,) = tale.order.lines
    with transaction.atomic():  # a tenant's rows are seen inside a transaction only
        why = attribution.why(line.attribution_id)
    assert (why.promoter_id, why.chosen_by, why.agrees) == (tale.deer.id, ChosenBy.LAST_CLICK, True)
    assert why.sentence == f"按店铺归因规则第 1 版：7 天内最后一次有效点击，归 {tale.deer.id}。"
    assert [(one.promoter_id, one.at, one.excluded) for one in why.candidates] == [(tale.deer.id, T0, "")]


def it_is_shipped_and_received(tale: Tale) -> None:
    tale.gateway.clock(hours=6)
    at = received(tale.gateway, tale.order, after_h=48)
    tale.order = order_now(tale.order.id)
    assert (tale.order.state, tale.order.received_at) == (OrderState.RECEIVED, at)
    line, steps = explained(tale)
    assert (line.state, line.release_at) == (LineState.PENDING, at + timedelta(days=7))
    assert [step.fen for step in steps] == [10_000_000, 0, 10_000_000, 1_250_000, 1_250_000]


def the_gateways_bill_brings_its_fee(tale: Tale) -> None:
    """The bill of the first day, imported by the worker: the gateway keeps 0.6 % of what it took, our fee pays it."""
    assert payments.differences().items == ()
    found = books(tale.tea, tale.food)
    assert (found["clearing"], found.get("fee", 0)) == (10_019_400 - 60_116, 0)
    assert at_the_gateway(tale) == 9_959_284


def two_partial_refunds_leave_commission_on_the_net(tale: Tale) -> None:
    tale.gateway.clock(hours=20)
    first = refunded(tale.gateway, tale.order, 1_234_567)
    assert pending_and_fee(tale) == (1_095_679, 52_599 + 109 - 60_116)
    assert moves(f"orders.refunded/{first.refund_id}") == [
        (f"merchant.payable:{tale.tea.id}", "gateway.clearing:wechat", 1_234_567),
        ("platform.fee:platform", f"merchant.payable:{tale.tea.id}", 60_007 - 52_599),
    ]
    tale.gateway.clock(hours=20)
    refunded(tale.gateway, tale.order, 100_003)
    assert pending_and_fee(tale) == (1_083_178, 51_999 + 109 - 60_116)

    line, steps = explained(tale)
    assert (line.base_fen, line.commission_fen, line.rule_id) == (8_665_430, 1_083_178, "tea")
    assert [step.fen for step in steps] == [10_000_000, -1_334_570, 8_665_430, 1_083_178, 1_083_178]
    assert books(tale.tea, tale.food, promoter=tale.deer) == {
        "clearing": 9_959_284 - 1_334_570,
        "云雾茶行": 10_001_200 - 1_334_570 - 51_999 - 1_083_178,
        "山里人家": 18_091,
        "fee": 52_108 - 60_116,
        "pending": 1_083_178,
    }


def it_is_due_at_the_instant_and_not_before(tale: Tale) -> None:
    assert tale.order.received_at is not None
    release = tale.order.received_at + timedelta(days=7)
    moment = timedelta(microseconds=1)
    tale.gateway.clock(seconds=(release - moment - tale.gateway.now()).total_seconds())
    work()
    assert purse(tale) == (1_083_178, 0, 0)
    tale.gateway.clock(seconds=moment.total_seconds())
    work()
    assert purse(tale) == (0, 1_083_178, 0)
    assert explained(tale)[0].state is LineState.DUE


def the_first_withdrawal_bears_no_tax(tale: Tale) -> None:
    first = sent(tale.gateway, tale.deer, 4_000_00)
    transfer = payments.transfer(first.transfer_id)
    assert (first.state, first.net_fen, transfer.state) == (State.SENDING, 4_000_00, TransferState.WAITING)
    assert tale.gateway.world.books.transfers[first.transfer_id].state == "WAIT_USER_CONFIRM"
    assert payouts.confirm_package(first) == transfer.package_info != ""
    assert (purse(tale), payouts.wallet(tale.deer.id).available_fen) == ((0, 1_083_178, 0), 683_178)

    tale.gateway.confirm(first.transfer_id)
    turn(tale.gateway)
    tax = payouts.tax_line(first.id)
    assert tax is not None
    assert (withdrawal_now(first.id).state, withdrawal_now(first.id).tax_fen) == (State.PAID, 0)
    assert (tax.step.table, tax.step.tax_fen, tax.step.lines[0][:13]) == ("iit_platform", 0, "累计收入 4,000.00")
    assert purse(tale) == (0, 683_178, 0)


def the_second_bears_tax_and_four_eyes(tale: Tale) -> None:
    """Table B's worked example: ¥10,000 in the first month is ¥90 of tax (公告2025第16号)."""
    second = sent(tale.gateway, tale.deer, 6_000_00)
    assert (second.needs_review, second.maker, second.checker) == (True, "usrfinance1", "usrfinance2")
    tale.gateway.confirm(second.transfer_id)
    turn(tale.gateway)
    second = withdrawal_now(second.id)
    assert (second.state, second.amount_fen, second.tax_fen, second.net_fen) == (State.PAID, 600_000, 90_00, 591_000)
    tax = payouts.tax_line(second.id)
    assert tax is not None
    assert (tax.step.base_fen, tax.step.rate_bp, tax.step.before_fen) == (3_000_00, 300, 0)
    assert moves(f"payouts.paid/{second.id}") == [
        (f"promoter.due:{tale.deer.id}", "payout.clearing:wechat", 591_000),
        (f"promoter.due:{tale.deer.id}", "tax.payable:iit", 9_000),
        ("payout.clearing:wechat", "gateway.clearing:wechat", 591_000),
    ]
    assert books(tale.tea, tale.food, promoter=tale.deer) == {
        "clearing": 10_019_400 - 1_334_570 - (60_116 - 8_007) - 400_000 - 591_000,
        "云雾茶行": 7_531_453,
        "山里人家": 18_091,
        "fee": -1,  # the gateway rounds the whole payment's fee, we each order's; the fen in between is ours
        "tax": 9_000,
        "due": 83_178,
    }


def a_refund_after_payout_becomes_a_visible_debt(tale: Tale) -> None:
    tale.gateway.clock(days=2)
    refunded(tale.gateway, tale.order, 2_000_000)
    assert explained(tale)[0].commission_fen == 833_178
    assert purse(tale) == (0, 0, 1_083_178 - 833_178 - 83_178) == (0, 0, 166_822)
    assert payouts.wallet(tale.deer.id).debt_fen == 166_822
    assert books(tale.tea, tale.food, promoter=tale.deer) == {
        "clearing": 7_641_721 - 2_000_000,
        "云雾茶行": 10_001_200 - 3_334_570 - 39_999 - 833_178,
        "山里人家": 18_091,
        "fee": 39_999 + 109 - 52_109,  # until tomorrow's bill brings back its part
        "tax": 9_000,
        "debt": 166_822,
    }


def the_next_order_pays_the_debt(tale: Tale) -> None:
    person = buyer("韩梅梅")
    touched(link(tale.deer, tale.cake), person)
    (order,) = paid(tale.gateway, person, (tale.cake, 10)).orders
    assert purse(tale) == (250_000, 0, 166_822)
    received(tale.gateway, order)
    tale.gateway.clock(days=7)
    work()
    assert purse(tale) == (0, 83_178, 0)
    assert open_withdrawals(tale.deer) == []


def the_days_are_closed_and_the_proof_holds_offline(tale: Tale, folder: Path) -> None:
    today = accounting_date(tale.gateway.clock(days=1))
    closed = evidence.close_day(today - timedelta(days=1), now=tale.gateway.now())
    assert evidence.verify_chain().holds
    own = Account(Kind.PROMOTER_DUE, tale.deer.id)
    file = folder / "proof.json"
    file.write_text("".join(evidence.proof_for_account(own, month="2026-03")))
    assert verified(file)[0] == 0
    altered = folder / "altered.json"
    altered.write_text(file.read_text().replace("591000", "591001"))
    assert altered.read_text() != file.read_text()
    code, says = verified(altered)
    assert code == 1 and "不符" in says
    assert closed.day == today - timedelta(days=1)


def the_bills_agree_to_the_last_fen(tale: Tale) -> None:
    """What our books say that the gateway holds is what the gateway holds."""
    assert payments.differences().items == ()
    assert books(tale.tea, tale.food, promoter=tale.deer) == {
        "clearing": 7_642_914,
        "云雾茶行": 5_793_453 + 2_001_200 - 12_007 - 250_000,
        "山里人家": 18_091,
        "fee": -1,
        "tax": 9_000,
        "due": 83_178,
    }
    assert at_the_gateway(tale) == 7_642_914 == 7_532_646 + 18_091 - 1 + 9_000 + 83_178


# -- looking ---------------------------------------------------------------------------------------------------------


def at_the_gateway(tale: Tale) -> int:
    """What the gateway's own books have gained since the story began."""
    return int(tale.gateway.world.books.balance) - OPENING


def explained(tale: Tale) -> tuple[Earning, list[Explained]]:
    with transaction.atomic():
        line, steps = commission.explain(tale.order.id, tale.order.lines[0].id, now=tale.gateway.now())
    assert steps[-1].fen == line.commission_fen
    return line, steps


def purse(tale: Tale) -> tuple[int, int, int]:
    """Her pending, due and debt."""
    found = books(promoter=tale.deer)
    return found.get("pending", 0), found.get("due", 0), found.get("debt", 0)


def pending_and_fee(tale: Tale) -> tuple[int, int]:
    found = books(promoter=tale.deer)
    return found["pending"], found["fee"]


def verified(file: Path) -> tuple[int, str]:
    """`xintui verify` in a process that knows no settings, no database and no home."""
    environment = {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
    done = subprocess.run(
        [sys.executable, "-m", "xintui.entrypoints.cli", "verify", str(file)],
        env=environment, cwd=file.parent, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    return done.returncode, done.stdout + done.stderr
