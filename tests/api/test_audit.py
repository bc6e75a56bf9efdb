"""Threat 24: whatever a console role changes leaves a line in the audit trail; tomorrow's operations are asked, too.

Every operation of the schema that changes something is either carried out here, successfully, and its line read, or
named below with the reason why there is none.
"""

import io
import json
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

import pytest
from django.db import transaction
from django.test import Client
from PIL import Image

from tests.api import generate, world
from tests.api.audited import RECIPES
from tests.api.test_isolation import NOW, ops, seeded  # noqa: F401 - the fixture
from tests.api.verdicts import ANYONE, VERDICTS
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
OWN_ACTS: dict[str, str] = {
    # A person's own act for themselves: it stands in the log of the thing, which the person sees.
    "identity_logout": "the device's row says when and why it ended",
    "identity_refresh": "a token's rotation is a row of its family",
    "identity_login": "audited by the login itself, for roles that can move money",
    "identity_wechat_login": "audited by the login itself",
    "identity_wechat_door": "nobody is known yet; the visit's row says when it set out and where it goes back to",
    "identity_wechat_enter": "audited by the login itself",
    "identity_wechat_bind_door": "one's own door; the visit's row says who set out and when",
    "identity_bind_wechat": "one's own WeChat; audited by identity",
    "identity_revoke_device": "one's own device; audited by identity with the device's row",
    "identity_send_login_code": "nobody is known yet; the code's row says when it was sent and how often tried",
    "identity_phone_login": "audited by the login itself",
    "identity_step_up": "one's own proof; audited by identity, refusals too",
    "identity_send_step_up_code": "the code's row says when it was sent and how often tried",
    "identity_bind_phone": "one's own phone; audited by identity, the number masked",
    "identity_change_password": "one's own password; audited by identity",
    "merchants_accept": "audited by identity and by the joining, with the shop",
    "merchants_apply": "merchants_event says who applied",
    "qualification_check": "reads a number, keeps nothing",
    "orders_pay": "payments_log keeps the payment's states",
    "orders_cancel_after_sale": "orders_event, which the buyer and the shop read",
    "orders_send_back": "orders_event",
    "orders_confirm_replacement": "orders_event",
    "orders_cancel": "orders_event",
    "orders_receive": "orders_event",
    "orders_ask": "orders_event",
    "checkout_place": "orders_event, with what the buyer confirmed",
    "addresses_add": "the buyer's own book; what an order was placed with stays in the order",
    "addresses_change": "the buyer's own book; what an order was placed with stays in the order",
    "addresses_remove": "the buyer's own book; what an order was placed with stays in the order",
    "addresses_make_default": "the buyer's own book; what an order was placed with stays in the order",
    "reviews_write": "the review's own row, which everybody reads",
    "reviews_add_more": "the review's own row",
    "reviews_upload": "the picture's own row, named by its hash",
    "concentration_appeal_own": "audited by appeals, with the decision it is about",
    "disputes_file": "audited by disputes; the complaint's own timeline",
    "disputes_appeal": "audited by appeals, with the decision it is about",
    "disputes_decide_offer": "audited by disputes; the complaint's own timeline",
    "disputes_repay": "a payment's row; what arrives is in the complaint's own timeline and in the trail",
    "disputes_withdraw": "audited by disputes; the complaint's own timeline",
    "promoters_apply_identity": "promoters' own log of each step",
    "promoters_apply_agreement": "promoters' own log, with the version agreed to",
    "promoters_apply_payee": "promoters' own log",
    "promoters_change_payee": "promoters' own log, with the cooling-off",
    "attribution_create_link": "the link's own row",
    "attribution_share_link": "the link's own row",
    "attribution_touch": "the click's own row",
    "share_reports_file": "the report's own row, which does not say by whom",
    "materials_record_use": "a counter: what a promoter looked at is nobody's act over anybody",
    "materials_share": "the link's own row",
    "materials_make_mini_code": "the picture's own row",
    "payouts_request_withdrawal": "the withdrawal's own log",
    "payouts_cancel": "the withdrawal's own log",
    "agreements_accept": "the acceptance's own row, which nobody can change",
    "privacy_decide": "the consent's own row, which nobody can change",
    "privacy_ask": "the copy's own row",
    "mydata_leave": "audited by privacy, with the day on which it is carried out",
    "followups_kit": "the link's own row",
    "followups_done": "the task's own row, with its time",
    "followups_skip": "the task's own row, with its time",
    "followups_undo": "the task's own row",
    "academy_read": "the reading's own row",
    "academy_sit": "the sitting's own row, with its times",
    "academy_answer": "kept in the sitting's own row",
    "academy_submit": "the sitting's own row, with what was right",
    "academy_appeal": "audited by appeals, with the sitting it is about",
    "academy_book": "the booking's own row",
    "academy_cancel": "the booking's own row, with its time",
    "screening_show": "audited by screening, with what was shown before",
    "screening_answer": "audited by screening; the invitation's own row",
    "screening_unblock": "audited by screening",
    "rosters_claim": "audited by rosters, with who and whether early",
    "rosters_wait": "audited by rosters, with who",
    "rosters_give_back": "audited by rosters, with who and what it is now",
    "rosters_appeal": "audited by appeals, with the seat it is about",
    "deposits_pay": "the payment's own row",
    "deposits_let_go": "the list of goods itself: nobody else's",
    "growth_appeal": "audited by appeals, with the review it is about",
    "points_redeem": "audited by points, with the voucher",
    "points_give_back": "audited by points, with the voucher",
    "points_expedite": "audited by points and by appeals",
    "points_postpone": "audited by points and by deposits",
    "points_print_posters": "audited by points",
    "points_offset": "audited by deposits",
    "points_take_back": "audited by deposits",
    "notifications_shown": "the message's own row",
    "notifications_open_message": "the message's own row",
    "notifications_read_all": "the messages' own rows",
    "notifications_prefer": "the preference's own row, with its time",
    "notifications_keep_quiet": "one's own quiet hours",
    "notifications_allow": "the permission's own counter, with its time",
}
READS: dict[str, str] = {
    # POST because the question is long: nothing is written.
    "orders_quote": "a price is told",
    "payouts_preview": "a tax is told",
    "credit_imagine": "a score is told",
}


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "op" in metafunc.fixturenames:
        found = [op for op in ops() if op.method in CHANGING and op.id in RECIPES]
        metafunc.parametrize("op", found, ids=[op.id for op in found])


@pytest.fixture
def undone(seeded: world.World, django_db_blocker: Any) -> Iterator[world.World]:  # noqa: F811
    with django_db_blocker.unblock(), tenancy.as_platform(), transaction.atomic():
        clock.set_for_story(NOW)
        yield seeded
        transaction.set_rollback(True)


def body_of(made: Any) -> tuple[bytes | str, str]:
    if made == b"picture":
        out = io.BytesIO()
        Image.new("RGB", (8, 8), "green").save(out, "PNG")
        return out.getvalue(), "image/png"
    return "" if made is None else json.dumps(made), "application/json"


def test_every_operation_that_changes_something_is_carried_out_here_or_excused_by_name() -> None:
    changing = {op.id for op in ops() if op.method in CHANGING}
    told = [RECIPES.keys(), OWN_ACTS.keys(), READS.keys()]
    known = set().union(*told)
    assert changing - known == set(), "add a recipe to tests/api/audited.py"
    assert known - changing == set(), "about operations that do not exist"
    assert sum(len(part) for part in told) == len(known), "an operation stands in two lists"


def test_only_what_everybody_may_do_for_themselves_is_a_persons_own_act() -> None:
    for name in OWN_ACTS:
        assert VERDICTS[name].public or VERDICTS[name].roles == ANYONE.roles, name


def test_the_act_of_a_console_role_is_in_the_trail_with_actor_action_object_and_change(
    op: generate.Op, undone: world.World, settings: Any
) -> None:
    settings.API_PER_MINUTE = 10**6
    recipe = RECIPES[op.id]
    ids = undone.ids | dict(recipe.first(undone)) | dict(recipe.path)
    who = undone.canary("owner") if recipe.who == "owner" else recipe.who
    url = op.path
    for parameter in op.parameters("path"):
        url = url.replace("{" + parameter["name"] + "}", quote(ids[parameter["name"]]))
    last = AuditEntry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    body, kind = body_of(recipe.body)
    headers = {"Authorization": f"Bearer {undone.tokens[who]}"}
    with tenancy.as_nobody():
        answer = Client().generic(op.method, url, body, content_type=kind, headers=headers)
    assert 200 <= answer.status_code < 300, answer.content.decode()
    with tenancy.as_platform():
        lines = list(AuditEntry.objects.filter(id__gt=last, actor_id=undone.people[who]))
    assert lines, f"{op.id} left nothing in the audit trail"
    writer = "appeals" if op.id.endswith("_appeal") else op.id.partition("_")[0]  # every appeal is one of appeals
    writer = "violations" if writer == "share" else writer  # what is said of shares is theirs
    for line in lines:
        assert line.action.partition(".")[0] == writer
        assert line.object_type and line.actor_name
        assert line.before != line.after, "a line says what has changed"
