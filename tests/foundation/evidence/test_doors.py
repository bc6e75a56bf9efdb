"""The books over HTTP and in the console: who reads what, and that what is downloaded holds."""

import json
from datetime import date

import pytest
from django.test import Client

from tests.foundation.evidence.books import DAY, NOW, pending, sell
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.proof_file import verify
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.ledger import facade as ledger
from xintui.infra import clock

pytestmark = pytest.mark.django_db
PASSWORD = "Tangerine-42-boats"


@pytest.fixture(autouse=True)
def _noon():
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def user(login: str, *roles: tuple[Role, str]) -> str:
    return identity.create_user(display_name=login, login=login, password=PASSWORD, roles=roles, now=NOW).user_id


def api(login: str, merchant_id: str | None = None) -> Client:
    client = Client()
    said = {"login": login, "password": PASSWORD} | ({"merchant_id": merchant_id} if merchant_id else {})
    answer = client.post("/api/v1/auth/login", said, content_type="application/json")
    assert answer.status_code == 200, answer.content
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {answer.json()['access_token']}"
    return client


@pytest.fixture
def auditor(db):
    user("ada", (Role.AUDITOR, ""))
    return api("ada")


def get(client: Client, path: str, **query: object) -> dict:
    answer = client.get(f"/api/v1/{path}", query)
    assert answer.status_code == 200, answer.content
    return answer.json()


def test_an_auditor_finds_accounts_page_by_page(auditor) -> None:
    for n in range(1, 6):
        sell(n, promoter=f"pro{n}")
    first = get(auditor, "ledger/accounts", kind="promoter.pending", limit=3)
    rest = get(auditor, "ledger/accounts", kind="promoter.pending", limit=3, after=first["next"])
    assert [a["owner"] for a in first["items"] + rest["items"]] == ["pro1", "pro2", "pro3", "pro4", "pro5"]
    assert rest["next"] is None
    assert first["items"][0] == {
        "account": "promoter.pending:pro1@CNY",
        "kind": "promoter.pending",
        "kind_name": "推客待结算佣金",
        "owner": "pro1",
        "currency": "CNY",
        "posted_fen": 1000,
        "held_fen": 0,
        "available_fen": 1000,
    }
    (clearing,) = get(auditor, "ledger/accounts", prefix="gateway.clearing:w")["items"]
    assert clearing["posted_fen"] == 50015


def test_a_statement_runs_to_the_balance_and_reads_as_csv(auditor) -> None:
    sell(1, 2, 3)
    account = "promoter.pending:pro1@CNY"
    page = get(auditor, "ledger/statement", account=account, limit=2)
    last = get(auditor, "ledger/statement", account=account, limit=2, after=page["next"])["items"][-1]
    assert last["balance_fen"] == 3000 == ledger.balance(pending("pro1")).posted_fen
    assert last["counterpart_name"] == "应付商家货款（mch1）"
    answer = auditor.get("/api/v1/ledger/statement.csv", {"account": account})
    lines = answer.content.decode().splitlines()
    assert lines[0] == "\ufeff会计日,入账时间,事由,序,对方账户,收入,支出,余额,币种"
    assert len(lines) == 4 and lines[-1].endswith(",2,merchant.payable:mch1@CNY,10.00,0.00,30.00,CNY")


def test_a_posting_is_explained_in_words(auditor) -> None:
    sell(1)
    told = get(auditor, "ledger/posting", reason="orders.paid/ord0001")
    assert [move["words"] for move in told["moves"]] == [
        "支付渠道待清算（wechat）增加 100.01 元，应付商家货款（mch1）增加 100.01 元",
        "应付商家货款（mch1）减少 1.00 元，技术服务费（platform）增加 1.00 元",
        "应付商家货款（mch1）减少 10.00 元，推客待结算佣金（pro1）增加 10.00 元",
    ]
    assert auditor.get("/api/v1/ledger/posting", {"reason": "nothing/1"}).json()["code"] == "ledger.posting_not_found"
    answer = auditor.get("/api/v1/ledger/statement", {"account": "no:one@CNY"})
    assert (answer.status_code, answer.json()["code"]) == (404, "ledger.account_not_found")


@pytest.mark.parametrize("path", ["ledger/accounts", "evidence/roots", "evidence/blocks"])
@pytest.mark.parametrize("role", [Role.BUYER, Role.PROMOTER, Role.REVIEWER])
def test_the_books_are_not_for_everybody(path: str, role: Role) -> None:
    user("eve", (role, ""))
    assert api("eve").get(f"/api/v1/{path}").status_code == 403


def test_roots_are_public_but_figures_are_not() -> None:
    sell(1)
    closed = evidence.close_day(DAY, now=NOW)
    assert Client().get("/api/v1/evidence/published").json() == {
        "items": [{"day": "2026-11-20", "root": closed.proof_root.hex()}],
        "next": None,
    }
    assert Client().get("/api/v1/evidence/roots").status_code == 401


def test_days_page_back_to_the_first(auditor) -> None:
    sell(1, on=date(2026, 11, 16))
    evidence.close_day(DAY, now=NOW)
    first = get(auditor, "evidence/roots", limit=3)
    rest = get(auditor, "evidence/roots", limit=3, after=first["next"])
    assert [d["day"][-2:] for d in first["items"] + rest["items"]] == ["20", "19", "18", "17", "16"]
    assert rest["next"] is None
    assert auditor.get("/api/v1/evidence/roots", {"after": "x"}).json()["code"] == "request.bad_cursor"


def test_downloaded_proofs_hold(auditor, tmp_path) -> None:
    sell(1, 2)
    closed = evidence.close_day(DAY, now=NOW)
    for path, query in (
        ("day-proof", {"day": "2026-11-20"}),
        ("account-proof", {"account": "promoter.pending:pro1@CNY", "month": "2026-11"}),
    ):
        answer = auditor.get(f"/api/v1/evidence/{path}", query)
        assert answer.status_code == 200, answer.content
        assert "attachment" in answer["Content-Disposition"]
        (tmp_path / "p.json").write_bytes(answer.content)
        assert verify(tmp_path / "p.json", closed.proof_root).exit_code == 0


def test_a_shop_reads_its_own_account_and_nobody_elses(tmp_path) -> None:
    sell(1, 2)
    closed = evidence.close_day(DAY, now=NOW)
    user("fin", (Role.MERCHANT_FINANCE, "mch1"))
    user("oth", (Role.MERCHANT_FINANCE, "mch2"))
    user("srv", (Role.MERCHANT_SERVICE, "mch1"))
    mine, other, service = api("fin", "mch1"), api("oth", "mch2"), api("srv", "mch1")
    own = {one["kind"]: one["posted_fen"] for one in get(mine, "me/accounts")["items"]}
    assert own == {"merchant.payable": 20003 - 200 - 2000, "merchant.deposit": 0}
    assert len(get(mine, "me/statement", kind="merchant.payable")["items"]) == 6
    assert get(other, "me/statement", kind="merchant.payable")["items"] == []
    assert get(service, "me/accounts")["items"] == []
    assert service.get("/api/v1/me/statement", {"kind": "merchant.payable"}).status_code == 404
    assert mine.get("/api/v1/me/statement", {"kind": "promoter.due"}).status_code == 404
    asked = get(other, "me/statement", kind="merchant.payable", account="merchant.payable:mch1@CNY", books="shop")
    assert asked["items"] == []  # the account follows from who asks, whatever else is sent
    answer = mine.get("/api/v1/me/proof", {"kind": "merchant.payable", "month": "2026-11"})
    (tmp_path / "p.json").write_bytes(answer.content)
    assert verify(tmp_path / "p.json", closed.proof_root).exit_code == 0
    reasons = {item["record"].get("reason") for p in json.loads(answer.content)["proofs"] for item in p["records"]}
    assert reasons == {None, "orders.paid/ord0001", "orders.paid/ord0002"}


@pytest.fixture
def desk(client):
    user("fin", (Role.FINANCE, ""))
    assert client.post("/ops/login/", {"username": "fin", "password": PASSWORD, "otp": ""}).status_code == 302
    return client


def test_the_console_shows_the_books_in_yuan_and_in_words(desk) -> None:
    sell(*range(1, 4))
    evidence.seal(NOW)
    evidence.close_day(DAY, now=NOW)
    account = ledger.account("promoter.pending:pro1@CNY")
    from xintui.foundation.ledger.models import LedgerAccount, MovePage

    row = LedgerAccount.objects.get(code=str(account))
    page = desk.get(f"/ops/ledger/ledgeraccount/{row.id}/change/").content.decode()
    for words in (
        "推客待结算佣金 · pro1",
        ">¥30.00</",
        ">¥0.00</",
        'title="orders.paid/ord0003',
        "应付商家货款 · mch1",
        '<span class="xt-money">¥10.00</span>',
    ):
        assert words in page, words
    listed = desk.get("/ops/ledger/ledgeraccount/", {"kind": "gateway.clearing"}).content.decode()
    assert "支付渠道待清算" in listed and "pro1" not in listed
    move = MovePage.objects.get(reason="orders.paid/ord0002", seq=1)
    page = desk.get(f"/ops/ledger/movepage/{move.id}/change/").content.decode()
    for words in ("买家付款 第 2 笔", "应付商家货款 · mch1", "技术服务费 · 平台", "¥1.00"):
        assert words in page, (words, [line for line in page.splitlines() if "笔" in line or "服务费" in line])
    moves = desk.get("/ops/ledger/movepage/", {"credit_kind__exact": "promoter.pending"}).content.decode()
    assert moves.count("推客待结算佣金 · pro1") == 3
    for path in ("ledger/holdpage", "ledger/closepage", "evidence/daypage", "evidence/blockpage"):
        assert desk.get(f"/ops/{path}/").status_code == 200
    root = evidence.last_day().proof_root.hex()
    assert root in desk.get("/ops/evidence/daypage/").content.decode()
    assert root[:16] in desk.get("/ops/").content.decode()
    day = desk.get("/ops/evidence/daypage/shop.2026-11-20/change/").content.decode()
    assert "推客待结算佣金 ¥30.00" in day
    for path in ("ledger/ledgeraccount", "ledger/movepage", "evidence/daypage"):
        assert desk.post(f"/ops/{path}/add/").status_code == 403


def test_a_list_of_accounts_costs_the_same_for_one_as_for_many(auditor) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    sell(1)
    with CaptureQueriesContext(
        connection,
    ) as one:
        get(auditor, "ledger/accounts", limit=100)
    for n in range(2, 12):
        sell(n, promoter=f"pro{n}")
    with CaptureQueriesContext(connection) as many:
        get(auditor, "ledger/accounts", limit=100)
    assert len(one) == len(many)
