"""导出: asked for with one tap, composed by the worker, sealed, for seven days, for its owner only."""

import hashlib
import os
from datetime import datetime, timedelta
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import secretbox
from xintui.kernel.ids import new_id
from xintui.trust.privacy import queries, tables
from xintui.trust.privacy.contracts import Export, ExportNotFound, ExportPending, ExportState
from xintui.trust.privacy.models import Export as Row

PURPOSE: Final = "privacy.export"


@transaction.atomic
def ask(user_id: str, *, now: datetime) -> Export:
    """One copy at a time, at most one in seven days unless it failed. Raises `ExportPending`."""
    days = tables.days("export_days")
    known = Row.objects.select_for_update().filter(user_id=user_id, state__in=["asked", "ready"])
    if known.filter(asked_at__gt=now - timedelta(days=days)).exists():
        raise ExportPending(days)
    row = Row.objects.create(id=new_id("exp"), user_id=user_id, state=ExportState.ASKED.value, asked_at=now)
    return queries.as_export(row)


@transaction.atomic
def next_asked() -> tuple[str, str] | None:
    """The oldest copy that is still to be composed, as its id and whose it is."""
    return Row.objects.filter(state=ExportState.ASKED.value).order_by("asked_at").values_list("id", "user_id").first()


@transaction.atomic
def finish(export_id: str, content: bytes, *, now: datetime) -> None:
    """The copy is there: sealed under a key of its own, which is sealed under the installation's."""
    row = Row.objects.select_for_update().get(id=export_id)
    key, nonce = AESGCM.generate_key(256), os.urandom(12)
    box = AESGCM(key).encrypt(nonce, content, export_id.encode())
    head = secretbox.seal(key.hex(), PURPOSE, export_id).encode()
    row.content = len(head).to_bytes(2, "big") + head + nonce + box
    row.state, row.ready_at = ExportState.READY.value, now
    row.expires_at = now + timedelta(days=tables.days("export_days"))
    row.size, row.sha256 = len(content), hashlib.sha256(content).hexdigest()
    row.save()


@transaction.atomic
def give_up(export_id: str, error: str, *, now: datetime) -> None:
    """It could not be composed; the person may ask again."""
    Row.objects.filter(id=export_id).update(state=ExportState.FAILED.value, error=error[:200], ready_at=now)


@transaction.atomic
def open_export(export_id: str, *, by: Principal, now: datetime) -> bytes:
    """The copy, for its owner; that stands in the trail. Raises `ExportNotFound`."""
    row = Row.objects.filter(id=export_id, user_id=by.user_id, state=ExportState.READY.value).first()
    if row is None or row.expires_at is None or row.expires_at <= now:
        raise ExportNotFound
    raw = bytes(row.content)
    end = 2 + int.from_bytes(raw[:2], "big")
    key = bytes.fromhex(secretbox.unseal(raw[2:end].decode(), PURPOSE, export_id))
    content = AESGCM(key).decrypt(raw[end : end + 12], raw[end + 12 :], export_id.encode())
    identity.audit(by, "privacy.download_export", ("export", export_id), {}, {"sha256": row.sha256})
    return content


@transaction.atomic
def end_exports(*, now: datetime) -> int:
    """Copies whose days are over are gone; how many."""
    old = Row.objects.filter(state=ExportState.READY.value, expires_at__lte=now)
    return old.update(state=ExportState.EXPIRED.value, content=b"")
