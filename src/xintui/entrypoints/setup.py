"""From nothing to a migrated database."""

import os

import django
from django.core.management import call_command

from xintui.infra import database


def prepare(*, migrate: bool = True) -> None:
    """Set Django up and bring the database (already serving) to this version's shape."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "xintui.entrypoints.settings")
    django.setup()
    if migrate:
        database.bootstrap(database.admin_url())
        call_command("migrate", database="owner", verbosity=0, interactive=False)
