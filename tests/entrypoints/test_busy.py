"""What a caller hears when the database cannot now: come again, in every entrance's own words; nothing is lost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from django.test import Client

from tests.foundation.payments.till import BUYER
from tests.support import letters
from tests.support.gateway import post
from xintui.foundation.payments import models
from xintui.simulator.keys import make_keys

pytestmark = pytest.mark.django_db


@pytest.fixture
def held(superuser_url: str) -> Iterator[psycopg.Connection[Any]]:
    """Somebody else's connection; what it locks stays locked longer than ours waits."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = '50ms'")
    with psycopg.connect(superuser_url) as other:
        yield other


def test_a_callback_that_finds_the_inbox_locked_is_asked_for_again_and_then_kept(
    held: psycopg.Connection[Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XINTUI_WECHATPAY_DIR", str(tmp_path))
    keys = make_keys(tmp_path)
    told = letters.letter(keys, "TRANSACTION.SUCCESS", letters.trade(keys, "pay01", 100_00, BUYER))
    held.execute("LOCK TABLE payments_inbox IN EXCLUSIVE MODE")
    before = transaction.savepoint()
    assert post(told) == 503
    transaction.savepoint_rollback(before)
    held.rollback()
    assert post(told) == 204
    assert models.InboxEvent.objects.count() == 1


@pytest.mark.parametrize(
    ("path", "table", "kind", "words"),
    [
        ("/api/v1/catalog/products", "catalog_product", "application/json", '"code": "server.busy"'),
        ("/p/prdNONE", "catalog_product", "text/html", "系统正忙，请稍后重试"),
    ],
)
def test_programs_read_a_code_and_people_a_sentence(
    held: psycopg.Connection[Any], path: str, table: str, kind: str, words: str
) -> None:
    held.execute(f"LOCK TABLE {table} IN ACCESS EXCLUSIVE MODE")  # type: ignore[call-overload]
    answer = Client(raise_request_exception=False).get(path)
    assert (answer.status_code, answer["Retry-After"]) == (503, "1")
    assert answer["Content-Type"].startswith(kind)
    assert words in answer.content.decode()
