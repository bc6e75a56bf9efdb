"""See the package."""

from typing import Any

from django.db.backends.postgresql import base
from psycopg import OperationalError
from psycopg.errors import error_from_result
from psycopg.pq import ConnStatus, Escaping, ExecStatus

from xintui.infra import tenancy


class DatabaseWrapper(base.DatabaseWrapper):
    """`SET LOCAL app.tenant` at the start of each transaction: nothing outlives it, so poolers are safe."""

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            self._begin()

    def _begin(self) -> None:
        """The beginning and the tenant in one message: a round trip less in every transaction there is."""
        wire = self.connection.pgconn
        tenant = Escaping(wire).escape_literal(tenancy.current().encode())
        with self.wrap_database_errors:
            told = wire.exec_(b"BEGIN; SET LOCAL app.tenant = " + tenant)
            if wire.status == ConnStatus.BAD:
                raise OperationalError(wire.get_error_message())
            if told.status != ExecStatus.COMMAND_OK:
                raise error_from_result(told)

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        return params
