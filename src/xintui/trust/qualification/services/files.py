"""Pictures of papers: re-encoded, sealed, once per uploader."""

import base64
import hashlib
from datetime import datetime
from typing import Final

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.infra import pictures, secretbox
from xintui.infra.throttle import facade as throttle
from xintui.kernel.ids import new_id
from xintui.trust.qualification import keys
from xintui.trust.qualification.contracts import TooManyFiles, UnfitFile
from xintui.trust.qualification.models import File

EDGE: Final = 2000
"""Small print must stay readable."""
PER_DAY: Final = (86_400, 60)


@transaction.atomic
def upload(content: bytes, *, by: Principal, now: datetime) -> str:
    """The picture's id; the same picture again is the same one. Raises `UnfitFile`, `TooManyFiles`."""
    seconds, limit = PER_DAY
    if wait := throttle.hit(f"qualification/{by.user_id}", limit=limit, seconds=seconds, now=now):
        raise TooManyFiles(wait // 3600 + 1)
    try:
        clean = pictures.clean(content, edge=EDGE)
    except pictures.Unfit as reason:
        raise UnfitFile(str(reason)) from None
    digest = hashlib.sha256(clean.data).hexdigest()
    file_id = new_id("qfl")
    sealed = secretbox.seal(base64.b64encode(clean.data).decode(), keys.PICTURE, file_id)
    row = File(id=file_id, owner=by.user_id, sha256=digest, size=len(clean.data), sealed=sealed, at=now)
    File.objects.bulk_create([row], ignore_conflicts=True)
    kept = File.objects.values_list("id", flat=True).get(owner=by.user_id, sha256=digest)
    if kept == file_id:
        identity.audit(by, "qualification.upload", ("qualification_file", kept), {}, {"size": row.size})
    return kept
