"""后台 consoles: two unfold sites and the read-only page that every module's `admin.py` builds on.

from xintui.infra.console import Figure, ReadOnlyAdmin, action, dashboard, merchant_site, ops_site

class OrderAdmin(ReadOnlyAdmin): ...
ops_site.register(Order, OrderAdmin)
merchant_site.register(Order, OrderAdmin)      # rows of the principal's merchant only
"""

from xintui.infra.console.actions import ProofForm, ReasonForm, action, detail_action, on_proof
from xintui.infra.console.bulk import bulk_action
from xintui.infra.console.dashboard import (
    Chart,
    Figure,
    Queue,
    Section,
    dashboard,
    queue,
    queues,
    sections,
    waiting,
)
from xintui.infra.console.export import on_export
from xintui.infra.console.names import called, names, place, words
from xintui.infra.console.pages import ReadOnlyAdmin
from xintui.infra.console.saved import Saved, on_saved
from xintui.infra.console.sites import ConsoleSite, merchant_site, ops_site
from xintui.infra.console.trail import TrailLine, on_trail
from xintui.infra.console.uploads import UNCHANGED, Column, Importer, importer, on_import

__all__ = [
    "UNCHANGED",
    "Chart",
    "Column",
    "ConsoleSite",
    "Figure",
    "Importer",
    "ProofForm",
    "Queue",
    "ReadOnlyAdmin",
    "ReasonForm",
    "Saved",
    "Section",
    "TrailLine",
    "action",
    "bulk_action",
    "called",
    "dashboard",
    "detail_action",
    "importer",
    "merchant_site",
    "names",
    "on_export",
    "on_import",
    "on_proof",
    "on_saved",
    "on_trail",
    "ops_site",
    "place",
    "queue",
    "queues",
    "sections",
    "waiting",
    "words",
]
