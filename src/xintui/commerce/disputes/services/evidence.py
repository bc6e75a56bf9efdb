"""Both sides hand in what they have: pictures, and fingerprints of files that they keep."""

import hashlib
from datetime import datetime

from django.db import transaction

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.disputes import models, queries, rules, tables
from xintui.commerce.disputes.contracts import BadEvidence, FileKind, State
from xintui.commerce.disputes.contracts import File as FileView
from xintui.commerce.disputes.services import rows
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.ids import new_id

PREFIX = "dsf"


def add_picture(
    dispute_id: str, content: bytes, *, by: Principal, now: datetime, words: str = "", name: str = ""
) -> FileView:
    """A picture, re-encoded, while the two sides still argue. The same one again is the same one.

    Raises `DisputeNotFound`, `BadEvidence`, `BadPicture`.
    """
    clean = catalog.clean_picture(content)
    digest = hashlib.sha256(clean.data).hexdigest()
    made = models.File(
        kind=FileKind.PICTURE, name=name or "图片.webp", sha256=digest, size=len(clean.data), content=clean.data,
        words=words,
    )  # fmt: skip
    return _keep(dispute_id, made, by=by, now=now)


def add_fingerprint(
    dispute_id: str, name: str, sha256: str, size: int, *, by: Principal, now: datetime, words: str = ""
) -> FileView:
    """The fingerprint of a file that stays with its owner: a video, a long chat. Raises as `add_picture` does."""
    made = models.File(
        kind=FileKind.FINGERPRINT, name=name, sha256=sha256, size=size, content=None, words=words
    )  # fmt: skip
    return _keep(dispute_id, made, by=by, now=now)


@transaction.atomic
def _keep(dispute_id: str, made: models.File, *, by: Principal, now: datetime) -> FileView:
    row, side = rows.as_party(dispute_id, by)
    if State(row.state) not in rules.ARGUED:
        raise BadEvidence("已有裁决；如不服，可在申诉中说明")
    there = models.File.objects.filter(merchant_id=row.merchant_id, dispute_id=row.id, side=side)
    known = there.filter(sha256=made.sha256).first()
    if known is not None:
        return queries.as_file(known)
    most = tables.version(row.version).files_per_side
    if there.count() >= most:  # the dispute's row is locked: nobody counts beside us
        raise BadEvidence(f"每一方最多提交 {most} 份")
    made.id, made.merchant_id, made.dispute_id = new_id(PREFIX), row.merchant_id, row.id
    made.side, made.actor, made.at = side, by.user_id, now
    made.save(force_insert=True)
    rows.note(row, "evidence", side, by=by, now=now, words=made.words or made.name)
    return queries.as_file(made)
