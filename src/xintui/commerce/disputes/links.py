"""The signed address of a picture, and a pack on its way to a browser: the same for API and consoles."""

from django.core import signing
from django.http import HttpResponse

from xintui.commerce.disputes.contracts import File, FileKind, Pack

SALT = "disputes.file"
SEES_FOR_S = 3600
"""How long the address of a picture works: evidence is shown to its parties, never published."""


def address(file: File) -> str:
    """Where a picture can be fetched for an hour by whoever was given the address."""
    if file.kind is not FileKind.PICTURE or file.removed:
        return ""
    return f"/api/v1/disputes/files/{signing.TimestampSigner(salt=SALT, sep='.').sign(file.id)}"


def fetched(token: str) -> str | None:
    """The id of the picture behind an address that still works."""
    try:
        return signing.TimestampSigner(salt=SALT, sep=".").unsign(token, max_age=SEES_FOR_S)
    except signing.BadSignature:
        return None


def as_zip(made: Pack) -> HttpResponse:
    """Always a download of its own, with the digest of its index in a header too."""
    headers = {
        "Content-Disposition": f'attachment; filename="{made.filename}"',
        "X-Content-Type-Options": "nosniff",
        "X-Proof-Code": made.digest,
    }
    return HttpResponse(made.content, content_type="application/zip", headers=headers)
