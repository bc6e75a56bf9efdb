"""Claim before the work, keep the answer after it. Business keys (rule R7) are what makes the work itself safe:
this table only spares honest clients the second attempt."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar, Final

from xintui.infra import sql
from xintui.infra.idempotency.models import IdempotencyRequest
from xintui.kernel.errors import DomainError, Kind

LEASE: Final = timedelta(seconds=90)
KEPT: Final = timedelta(hours=24)


@dataclass(eq=False)
class InFlight(DomainError):
    """The first attempt has not answered yet."""

    kind: ClassVar[Kind] = Kind.CONFLICT
    code: ClassVar[str] = "request.in_flight"
    says: ClassVar[str] = "相同的请求正在处理，请稍后再试"


@dataclass(eq=False)
class Mismatch(DomainError):
    """The key was used for something else."""

    code: ClassVar[str] = "request.idempotency_mismatch"
    says: ClassVar[str] = "该 Idempotency-Key 已用于内容不同的请求"


@dataclass(frozen=True)
class Claim:
    """The right and duty to do the work and to `keep` or `release`."""

    id: int
    held_until: datetime


@dataclass(frozen=True)
class Answer:
    """What the first attempt was told."""

    status: int
    body: str


def claim(principal_id: str, route: str, key: str, body: bytes, *, now: datetime) -> Claim | Answer:
    """The right to do the work, or the answer it had. Raises `InFlight`, `Mismatch`. Never inside a transaction."""
    digest = hashlib.sha256(body).digest()
    given = {"principal": principal_id, "route": route, "key": key, "digest": digest, "now": now, "until": now + LEASE}
    if row := sql.one(__package__, "claim", given):
        return Claim(row["id"], row["held_until"])
    first = IdempotencyRequest.objects.filter(principal_id=principal_id, route=route, key=key).first()
    if first is None:
        raise InFlight  # released between the two statements: the client may try again at once
    if bytes(first.digest) != digest:
        raise Mismatch
    if first.status is None:
        raise InFlight
    return Answer(first.status, first.body)


def keep(held: Claim, status: int, body: str) -> None:
    """Remember the answer, unless another attempt took over after the lease ran out."""
    IdempotencyRequest.objects.filter(id=held.id, held_until=held.held_until).update(status=status, body=body)


def release(held: Claim) -> None:
    """Forget the attempt: 5xx and 429 are no answers."""
    IdempotencyRequest.objects.filter(id=held.id, held_until=held.held_until, status=None).delete()


def purge(now: datetime) -> int:
    """Forget answers older than a day."""
    return IdempotencyRequest.objects.filter(created_at__lt=now - KEPT).delete()[0]


def forget(principal_id: str) -> int:
    """The answers kept for somebody who has left."""
    return IdempotencyRequest.objects.filter(principal_id=principal_id).delete()[0]
