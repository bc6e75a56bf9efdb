"""From nothing to a migrated database."""

import gc
import os

import django
from django.core.management import call_command

from xintui.infra import database
from xintui.infra.home import database_url


def prepare(*, migrate: bool = True) -> None:
    """Set Django up and bring the database (already serving) to this version's shape."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xintui.entrypoints.settings")
    gc.disable()  # what a start loads stays: looking through it again and again for garbage is a tenth of its time
    django.setup()
    gc.freeze()
    gc.enable()
    if migrate:
        database.bootstrap(database.admin_url(), app_logs_in=database_url() is None)
        if _behind():
            call_command("migrate", database="owner", verbosity=0, interactive=False)


def _behind() -> bool:
    """Some migration is still to run. Asking is much quicker than having `migrate` find out that none is."""
    from django.db import connections
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connections["owner"])
    return bool(executor.migration_plan(executor.loader.graph.leaf_nodes()))
