"""What people make of a group. Nothing follows from its being found: no score, no money, no right."""

from datetime import datetime

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra.outbox import facade as outbox
from xintui.trust.graph import models, queries
from xintui.trust.graph.contracts import Ring, RingDecided, RingNotFound, RingState, Verb
from xintui.trust.graph.rules.flow import FLOW


@transaction.atomic
def decide(ring_id: str, verb: Verb, reason: str, *, by: Principal, now: datetime) -> Ring:
    """Confirm it, clear it, or open the question again, with a reason. Raises `RingNotFound`, `NoSuchMove`."""
    row = models.Ring.objects.select_for_update().filter(id=ring_id).first()
    if row is None:
        raise RingNotFound(ring_id)
    before = row.state
    row.state = FLOW.after(RingState(row.state), verb)
    row.reason = reason
    row.decided_by, row.decided_at = ("", None) if row.state == RingState.OPEN else (by.user_id, now)
    row.save()
    identity.audit(by, f"graph.{verb}", ("ring", row.id), {"state": before}, {"state": row.state}, reason=reason)
    told = queries.contract(row)
    members = models.Member.objects.filter(ring=row).order_by("subject_id").values_list("kind", "subject_id")
    outbox.publish(RingDecided(row.id, row.shape, row.state, told.says, tuple(members), now))
    return told
