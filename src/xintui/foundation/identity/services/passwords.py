"""One's own password."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from xintui.foundation.identity import rules
from xintui.foundation.identity.contracts import NotAllowed, Principal
from xintui.foundation.identity.models import User
from xintui.foundation.identity.services.audit import audit
from xintui.foundation.identity.services.people import end_sessions


@transaction.atomic
def change_password(user_id: str, old: str, new: str, *, principal: Principal, now: datetime) -> None:
    """One's own password; every other session ends with it. Raises `NotAllowed`, `WeakPassword`."""
    user = User.objects.select_for_update().get(id=user_id)
    if not user.check_password(old):
        raise NotAllowed
    rules.require_strong_password(new, [text for text in (user.login, user.phone) if text])
    User.objects.filter(id=user_id).update(password=make_password(new), permission_version=F("permission_version") + 1)
    end_sessions(user_id, now=now, why="password")
    audit(principal, "identity.change_password", ("user", user_id))
