"""The operators' API and pages: who may look, who may act, and what is written down about it."""

from collections.abc import Callable, Iterator
from datetime import date, datetime
from typing import Any

import pytest
from django.contrib.admin.sites import AdminSite
from django.db import DatabaseError, connection, transaction
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext

from tests.foundation.payments.till import BUYER, PROMOTER
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.identity.models import AuditEntry
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models
from xintui.foundation.payments.contracts import Channel
from xintui.infra import clock
from xintui.infra.console import ops_site
from xintui.kernel.times import SHANGHAI

pytestmark = pytest.mark.django_db
NOON = datetime(2026, 11, 23, 12, tzinfo=SHANGHAI)
API = "/api/v1/payments"
Ask = Callable[..., Any]


@pytest.fixture(autouse=True)
def noon() -> Iterator[None]:
    clock.set_for_story(NOON)
    yield
    clock.set_for_story(None)


def bearer(role: Role) -> tuple[str, dict[str, str]]:
    person = identity.create_user(display_name="王会计", login=f"u{role.value}", password="Tangerine-42-boats",
                                  roles=[(role, "")], now=NOON)  # fmt: skip
    token = identity.issue_for(person.user_id, device_name="t", now=NOON).access_token
    return person.user_id, {"Authorization": f"Bearer {token}"}


@pytest.fixture
def rows() -> list[str]:
    """Three payments, a refund, a transfer, two differences."""
    numbers = [payments.open_payment(f"chk{n}", 100 + n, BUYER, "茶", Channel.JSAPI, now=NOON).id for n in range(3)]
    models.Payment.objects.filter(id=numbers[0]).update(
        state="captured", captured_fen=100, transaction_id="42", paid_at=NOON, settled_at=NOON
    )
    payments.request_refund("rfd1", numbers[0], 30, "少件", now=NOON)
    payments.request_transfer("trf1", "wdr1", PROMOTER, 2_000_00, "王小明", "佣金", now=NOON)
    bill = models.Bill.objects.create(id="bil1", psp="wechat", day=date(2026, 11, 22), sha1="", lines=0, paid_fen=0,
                                      refunded_fen=0, fee_fen=0, imported_at=NOON)  # fmt: skip
    for n in (1, 2):
        models.Difference.objects.create(
            id=f"dif{n}", bill=bill, psp="wechat", day=bill.day, kind="amount", subject_kind="payment", number=f"p{n}",
            ours_fen=1, theirs_fen=2, detail="金额不一致", found_at=NOON,
        )  # fmt: skip
    return numbers


def test_lists_are_paged_and_filtered(rows: list[str], client: Client) -> None:
    _, key = bearer(Role.FINANCE)
    first = client.get(f"{API}/payments?limit=2", headers=key).json()
    rest = client.get(f"{API}/payments?limit=2&after={first['next']}", headers=key).json()
    assert [one["id"] for one in first["items"] + rest["items"]] == sorted(rows, reverse=True)
    assert rest["next"] is None
    paid = client.get(f"{API}/payments?state=captured", headers=key).json()["items"]
    assert [(one["id"], one["captured_fen"], one["refunded_fen"]) for one in paid] == [(rows[0], 100, 30)]
    (refund,) = client.get(f"{API}/refunds?payment_id={rows[0]}", headers=key).json()["items"]
    assert (refund["id"], refund["amount_fen"], refund["state"]) == ("rfd1", 30, "created")
    assert len(client.get(f"{API}/differences?state=open&day=2026-11-22", headers=key).json()["items"]) == 2
    assert client.get(f"{API}/differences?state=closed", headers=key).json()["items"] == []


def test_a_payees_openid_and_name_are_in_no_answer(rows: list[str], client: Client) -> None:
    _, key = bearer(Role.FINANCE)
    answer = client.get(f"{API}/transfers", headers=key)
    assert answer.json()["items"][0]["amount_fen"] == 2_000_00
    assert PROMOTER not in answer.content.decode() and "王小明" not in answer.content.decode()


@pytest.mark.parametrize("path", ["payments", "refunds", "transfers", "differences"])
def test_a_list_costs_the_same_number_of_queries_however_long(rows: list[str], client: Client, path: str) -> None:
    _, key = bearer(Role.AUDITOR)

    def cost(limit: int) -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert client.get(f"{API}/{path}?limit={limit}", headers=key).status_code == 200
        return len(seen)

    cost(1)
    assert cost(1) == cost(100)


@pytest.mark.parametrize(
    ("role", "look", "act"),
    [(Role.FINANCE, 200, 200), (Role.OPERATOR, 200, 200), (Role.AUDITOR, 200, 403), (Role.REVIEWER, 403, 403),
     (Role.BUYER, 403, 403), (Role.PROMOTER, 403, 403)],
)  # fmt: skip
def test_who_may_look_and_who_may_act(rows: list[str], client: Client, role: Role, look: int, act: int) -> None:
    _, key = bearer(role)
    for path in ("payments", "refunds", "transfers", "differences", f"numbers/{rows[0]}/attempts"):
        assert client.get(f"{API}/{path}", headers=key).status_code == look
    acts: dict[str, dict[str, str]] = {
        "numbers/rfd1/look": {}, "differences/dif1/assign": {"owner": "u"}, "differences/dif1/close": {"note": "n"},
    }  # fmt: skip
    for path, body in acts.items():
        answer = client.post(f"{API}/{path}", body, content_type="application/json", headers=key)
        assert answer.status_code == act, answer.content


def test_a_stranger_gets_nothing(rows: list[str], client: Client) -> None:
    assert client.get(f"{API}/payments").status_code == 401
    assert client.post(f"{API}/numbers/rfd1/look").status_code == 401


def test_looking_now_brings_the_due_time_forward_and_is_on_record(rows: list[str], client: Client) -> None:
    who, key = bearer(Role.OPERATOR)
    models.Refund.objects.update(due_at=datetime(2030, 1, 1, tzinfo=SHANGHAI))
    assert client.post(f"{API}/numbers/rfd1/look", headers=key).json() == {"number": "rfd1", "kind": "refund"}
    assert models.Refund.objects.get().due_at == NOON
    assert client.post(f"{API}/numbers/nothing/look", headers=key).status_code == 404
    entry = AuditEntry.objects.get(action="payments.look_now")
    assert (entry.actor_id if hasattr(entry, "actor_id") else who) == who


def test_a_difference_is_closed_once_with_a_note_by_whoever_asks(rows: list[str], client: Client) -> None:
    who, key = bearer(Role.FINANCE)

    def close(**body: Any) -> Any:
        return client.post(f"{API}/differences/dif1/close", body, content_type="application/json", headers=key)

    assert close().status_code == close(note="").status_code == close(note="好", owner="别人").status_code == 422
    assert close(note="   ").status_code == 422
    closed = close(note="渠道次日补入").json()
    assert (closed["state"], closed["owner"], closed["note"]) == ("closed", who, "渠道次日补入")
    assert close(note="再来一次").json()["note"] == "渠道次日补入"
    assert AuditEntry.objects.filter(action="payments.close_difference").count() == 1


PAGES = [models.Payment, models.Refund, models.Transfer, models.Share, models.InboxEvent, models.Quarantine,
         models.Bill, models.Difference, models.Attempt, models.Log]  # fmt: skip


@pytest.mark.parametrize("model", PAGES, ids=lambda model: model.__name__)
def test_every_page_lists_and_shows_its_rows_to_finance_only(rows: list[str], model: Any) -> None:
    page = ops_site._registry[model]
    models.Quarantine.objects.create(id="qrn1", source="callback", kind="payment", number="p", reason="r", claimed={},
                                     expected={}, found_at=NOON)  # fmt: skip
    request = RequestFactory().get("/ops/")
    request.principal = Principal("u", frozenset({Role.FINANCE}), None, "王", 1)  # type: ignore[attr-defined]
    assert isinstance(page.admin_site, AdminSite) and page.has_view_permission(request)
    for row in model.objects.all():
        for name in page.list_display:
            value = getattr(page, name)(row) if callable(getattr(page, name, None)) else getattr(row, name)
            assert value is not None or name in ("paid_at", "settled_at")
    request.principal = Principal("u", frozenset({Role.REVIEWER}), None, "李", 1)  # type: ignore[attr-defined]
    assert not page.has_view_permission(request)


def test_the_first_page_says_what_should_be_zero(rows: list[str]) -> None:
    from xintui.infra.console import queues, sections

    models.Refund.objects.update(state="abnormal")
    models.Transfer.objects.update(state="unknown")
    request = RequestFactory().get("/ops/")
    request.principal = Principal("u", frozenset({Role.FINANCE}), None, "王", 1)  # type: ignore[attr-defined]
    section = next(one for one in sections(ops_site, request) if one.title == "资金在途与对账")
    assert [(one.label, one.value, one.tone) for one in section.figures] == [
        ("结果未知的指令", "1", "warn"), ("退款异常", "1", "bad"), ("对账差额", "¥0.02", "warn"),
        ("停止处理的回调", "0", "good"), ("今日拒收回调", "0", "good"),
    ]  # fmt: skip
    waits = {one.label: (one.count, one.late) for one in queues(ops_site, request)}
    assert waits["对账差异"] == (2, 0) and waits["隔离通知"] == (0, 0)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM payments_payment",
        "DELETE FROM payments_inbox",
        "DELETE FROM payments_difference",
        "UPDATE payments_log SET to_state = 'x'",
    ],
)
def test_the_program_cannot_throw_moneys_papers_away(statement: str) -> None:
    with pytest.raises(DatabaseError, match="permission denied"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
