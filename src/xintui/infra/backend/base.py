"""See the package."""

from typing import Any

from django.db.backends.postgresql import base

from xintui.infra import tenancy


class DatabaseWrapper(base.DatabaseWrapper):
    """`SET LOCAL app.tenant` at the start of each transaction: nothing outlives it, so poolers are safe."""

    def set_autocommit(self, autocommit: bool, force_begin_transaction_with_broken_autocommit: bool = False) -> None:
        super().set_autocommit(autocommit, force_begin_transaction_with_broken_autocommit)
        if not autocommit:
            tenancy.tell(self)

    def get_connection_params(self) -> dict[str, Any]:
        params: dict[str, Any] = super().get_connection_params()
        return params
