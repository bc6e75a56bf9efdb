"""Every transaction begins with its tenant, in one message; and a server that is gone is a refusal, not a riddle."""

import psycopg
import pytest
from django.db import OperationalError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from xintui.infra import tenancy


@pytest.fixture
def line(superuser_url: str, db: None) -> BaseDatabaseWrapper:
    """A connection of its own, like the program's."""
    made = connections["default"].copy()
    made.ensure_connection()
    return made


def tenant(line: BaseDatabaseWrapper) -> str:
    with line.cursor() as cursor:
        cursor.execute("SELECT current_setting('app.tenant', true)")
        return str(cursor.fetchone()[0])


@pytest.mark.parametrize("shop", ["mer01SHOP", "it's; DROP TABLE x; --\\", ""])
def test_a_transaction_knows_its_tenant_and_the_next_one_nothing_of_it(line: BaseDatabaseWrapper, shop: str) -> None:
    token = tenancy._tenant.set(shop)
    line.set_autocommit(False)
    tenancy._tenant.reset(token)
    assert line.connection.info.transaction_status == psycopg.pq.TransactionStatus.INTRANS
    assert tenant(line) == shop
    line.rollback()
    line.set_autocommit(True)
    assert tenant(line) == ""
    line.close()


def test_a_server_that_hung_up_is_an_operational_error_and_the_next_connection_works(
    line: BaseDatabaseWrapper, superuser_url: str
) -> None:
    pid = line.connection.info.backend_pid
    with psycopg.connect(superuser_url, autocommit=True) as admin:
        admin.execute("SELECT pg_terminate_backend(%s, 10000)", [pid])
    with pytest.raises(OperationalError):
        line.set_autocommit(False)
    line.close()
    line.set_autocommit(False)
    assert tenant(line) == tenancy.EVERYONE
    line.rollback()
    line.close()
