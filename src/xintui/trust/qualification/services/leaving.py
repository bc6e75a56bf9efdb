"""Somebody has left: a person's papers go with them."""

from django.db import transaction

from xintui.trust.qualification.contracts import Holder, HolderKind, State, Verb
from xintui.trust.qualification.models import Certificate as Row
from xintui.trust.qualification.models import File
from xintui.trust.qualification.rules import life


@transaction.atomic
def forget(promoter_id: str, user_id: str) -> None:
    """A promoter's certificates keep their dates and decisions; numbers, names and pictures are gone."""
    holder = Holder(HolderKind.PROMOTER, promoter_id)
    rows = Row.objects.select_for_update().filter(holder_kind=holder.kind, holder_id=holder.id)
    for row in rows.order_by("id"):
        if life.FLOW.allows(State(row.state), Verb.WITHDRAW):
            row.state = life.FLOW.after(State(row.state), Verb.WITHDRAW)
        row.number, row.sealed, row.number_key, row.name, row.files = "已删除", "", f"gone/{row.id}", "已注销", []
        row.check_since = None
        row.save()
    kept = {one for shown in Row.objects.filter(submitted_by=user_id).values_list("files", flat=True) for one in shown}
    File.objects.filter(owner=user_id).exclude(id__in=kept).delete()
