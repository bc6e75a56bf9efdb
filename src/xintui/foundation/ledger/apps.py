from django.apps import AppConfig


class LedgerConfig(AppConfig):
    name = "xintui.foundation.ledger"
    label = "ledger"
    verbose_name = "账本"
