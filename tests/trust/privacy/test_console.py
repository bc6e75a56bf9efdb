"""The platform's pages of those who left: what is kept and why is plain, the person is not."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy
from xintui.trust.privacy.models import Frozen
from xintui.trust.privacy.services.erasures import freeze

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 20, 4, 0, tzinfo=UTC)
PASSWORD = "Tangerine-42-boats"
LIST = "/ops/privacy/frozen/"


@pytest.fixture(autouse=True)
def _kept(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(NOW)
    what = {"address": {"name": "张小明", "phone": "13800001234"}, "note": ""}
    freeze("usr01GONE", "trade", "ord01OLD", what, since=date(2026, 1, 5), now=NOW)
    yield
    clock.set_for_story(None)


def sitting(login: str, role: Role) -> Client:
    identity.create_user(display_name="坐班", login=login, password=PASSWORD, roles=[(role, "")], now=NOW)
    client = Client()
    with tenancy.as_nobody():
        assert client.post("/ops/login/", {"username": login, "password": PASSWORD}).status_code == 302
    return client


def read(client: Client, path: str) -> str:
    with tenancy.as_nobody():
        return client.get(path).content.decode()


def test_an_auditor_sees_what_is_kept_until_when_and_on_whose_word_but_not_of_whom() -> None:
    row = Frozen.objects.get()
    desk = sitting("audit", Role.AUDITOR)
    for page in (read(desk, LIST), read(desk, f"{LIST}{row.id}/change/")):
        assert "交易信息" in page and "电子商务法第三十一条" in page
        assert "张小明" not in page and "13800001234" not in page and row.sealed not in page


def test_looking_needs_a_reason_is_written_down_and_shows_masked_words() -> None:
    row = Frozen.objects.get()
    desk, url = sitting("audit", Role.AUDITOR), f"{LIST}{Frozen.objects.get().id}/look/"
    with tenancy.as_nobody():
        desk.post(url, {"_form_submitted": "1", "reason": ""})
    assert not AuditEntry.objects.filter(action="privacy.look").exists()
    with tenancy.as_nobody():
        assert desk.post(url, {"_form_submitted": "1", "reason": "市场监管局调取，函号 12"}).status_code == 302
    line = AuditEntry.objects.get(action="privacy.look")
    assert (line.object_id, line.reason) == (row.id, "市场监管局调取，函号 12")
    page = read(desk, f"{LIST}{row.id}/change/")
    assert "138****234" in page and "张****" in page and "张小明" not in page and "13800001234" not in page


def test_finance_and_reviewers_have_no_such_page() -> None:
    for login, role in (("money", Role.FINANCE), ("look", Role.REVIEWER)):
        desk = sitting(login, role)
        with tenancy.as_nobody():
            assert desk.get(LIST).status_code == 403
