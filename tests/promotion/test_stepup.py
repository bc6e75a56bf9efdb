"""Where the second proof is asked for: a payee's change, and every approval that moves money on."""

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from tests.promotion.money import earn
from tests.promotion.people import NOW, promoter
from tests.promotion.test_consoles import PASSWORD, press, seat  # noqa: F401 - a fixture
from tests.promotion.test_http import joined, someone  # noqa: F401 - a fixture
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry, User
from xintui.infra import clock
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.payouts.contracts import State
from xintui.promotion.promoters import facade as promoters

pytestmark = pytest.mark.django_db
LATER = NOW + timedelta(minutes=6)


def test_a_payee_is_changed_only_after_a_fresh_proof_and_the_wallet_says_from_when_it_is_paid(someone: Any) -> None:  # noqa: F811
    phone = someone("zhang", Role.BUYER)
    promoter_id = joined(phone, 1)
    earn(promoter_id, 1_000_00)
    User.objects.filter(id=phone.user_id).update(openid="openid-new-phone")
    clock.set_for_story(LATER)
    status, no = phone.post("/promoter/me/payee", {"holder": "张小明"})
    assert (status, no["code"], no["facts"]["ways"]) == (403, "identity.step_up_required", ["password"])
    assert phone.post("/me/step-up", {"password": PASSWORD})[0] == 200
    assert phone.post("/promoter/me/payee", {"holder": "张小明"})[0] == 200
    payee = promoters.payee(promoter_id)
    assert payee is not None and payee.version == 2
    told = phone.get("/promoter/wallet")[1]["payable_from"]
    assert told == (LATER + timedelta(hours=24)).isoformat().replace("+00:00", "Z")
    made = phone.post("/promoter/withdrawals", {"amount_fen": 300_00})[1]
    assert made["not_before"] == told
    line = AuditEntry.objects.get(action="promoters.change_payee")
    assert (line.before["payee_version"], line.after["payee_version"]) == (1, 2)


@pytest.mark.parametrize("verb", ["propose", "approve", "bank"])
def test_approvals_by_the_api_need_it(someone: Any, verb: str) -> None:  # noqa: F811
    one, money = promoter(1).id, someone("fa", Role.FINANCE)
    earn(one, 10_000_00)
    made = payouts.request(one, 6_000_00, now=NOW)
    if verb != "propose":
        payouts.propose(made.id, actor="usrfinance9", now=NOW)
    clock.set_for_story(LATER)
    body = {"paid": True} if verb == "bank" else {}
    status, no = money.post(f"/ops/withdrawals/{made.id}/{verb}", body)
    assert (status, no["code"]) == (403, "identity.step_up_required")
    assert payouts.get(made.id).state is State.REVIEW
    assert money.post("/me/step-up", {"password": PASSWORD})[0] == 200
    assert money.post(f"/ops/withdrawals/{made.id}/{verb}", body)[0] == (409 if verb == "bank" else 200)


def test_the_console_takes_the_digits_in_its_dialog_and_counts_wrong_ones(seat: Any) -> None:  # noqa: F811
    one = promoter(1).id
    earn(one, 10_000_00)
    made = payouts.request(one, 6_000_00, now=NOW)
    payouts.propose(made.id, actor="usrfinance9", now=NOW)
    desk, url = seat("fa", Role.FINANCE), f"/ops/payouts/withdrawal/{made.id}/approve/"
    user = User.objects.get(login="fa")
    secret = pyotp.parse_uri(identity.begin_totp(user.id)).secret
    who = identity.authenticate(identity.issue_for(user.id, device_name="t", now=NOW).access_token, now=NOW)
    assert who is not None
    identity.confirm_totp(who.principal, pyotp.TOTP(secret).at(NOW), now=NOW)
    clock.set_for_story(LATER)
    for proof in ("", PASSWORD, "000000"):
        press(desk, url, reason="复核无误", proof=proof)
        assert payouts.get(made.id).state is State.REVIEW, proof
    assert AuditEntry.objects.filter(action="identity.step_up_refused").count() == 2
    press(desk, url, reason="复核无误", proof=pyotp.TOTP(secret).at(LATER))
    assert payouts.get(made.id).state is State.APPROVED
