"""Today's money as it changes: one answer for who asks, and a stream for who keeps looking (text/event-stream)."""

import hashlib
import os
import time
from collections.abc import Iterator
from typing import Final

from django.db import connection, transaction
from django.http import HttpRequest, StreamingHttpResponse
from ninja import Router

from xintui.foundation.identity import facade as identity
from xintui.infra import clock, live, tenancy
from xintui.promotion.commission import facade
from xintui.promotion.commission.contracts import Today
from xintui.promotion.commission.http.promoter import mine
from xintui.promotion.commission.http.shapes import TodayOut

router = Router(tags=["佣金"])
LIFE_S: Final = 300.0
"""A stream ends after five minutes and is opened again: tokens are looked at again, tabs forgotten are let go."""
BEAT_S: Final = 15.0
RETRY_MS: Final = 3000


@router.get("/promoter/me/today", response=TodayOut, summary="今天的佣金")
def my_today(request: HttpRequest) -> Today:
    """The same figures as the stream's, for whoever cannot keep one open."""
    return facade.today(mine(request), now=clock.now())


@router.get("/promoter/me/live", response={200: None}, summary="今天的佣金（实时推送）")
def my_live(request: HttpRequest) -> StreamingHttpResponse:
    """Server-sent events `today` with the body of `/promoter/me/today`, at once and then whenever it changes.

    A comment keeps the line open; `bye` says that the server ends it. Streams are limited: 503 with Retry-After.
    """
    promoter_id = mine(request)
    user_id = identity.require(request.principal).user_id  # type: ignore[attr-defined]
    token = request.headers.get("Authorization", "").partition(" ")[2].strip()
    seat = live.HUB.join(user_id, (promoter_id, identity.seat_of(user_id)))
    stream = _Stream(seat, promoter_id, token, request.headers.get("Last-Event-ID", "")[:32])
    response = StreamingHttpResponse(stream, content_type="text/event-stream; charset=utf-8")
    response["X-Accel-Buffering"] = "no"  # nginx would otherwise wait for a full buffer
    return response


class _Stream:
    """The lines of one stream; closed by the server whatever happens, so that the seat is free."""

    def __init__(self, seat: live.Seat, promoter_id: str, token: str, last_id: str) -> None:
        self._seat = seat
        self._lines = _lines(seat, promoter_id, token, last_id)

    def __iter__(self) -> Iterator[bytes]:
        return self._lines

    def close(self) -> None:
        self._seat.ring("", over=True)
        live.HUB.leave(self._seat)


def _lines(seat: live.Seat, promoter_id: str, token: str, last_id: str) -> Iterator[bytes]:
    """The seat is taken before the first look, so nothing that happens in between is missed."""
    end = time.monotonic() + float(os.environ.get("XINTUI_LIVE_SECONDS", LIFE_S))
    try:
        yield b"retry: %d\n\n" % RETRY_MS
        seen, told = last_id, frozenset({promoter_id})
        while True:
            if not told:
                yield b": \n\n"
            elif told & {identity.seat_of(seat.person), live.EVERYBODY} and not _still(token):
                break
            else:
                body = _body(promoter_id)
                name = hashlib.sha256(body).hexdigest()[:16]
                if name != seen:
                    yield b"event: today\nid: %s\ndata: %s\n\n" % (name.encode(), body)
                    seen = name
            left = end - time.monotonic()
            if seat.over or left <= 0:
                break
            told = seat.wait(min(BEAT_S, left))
        yield b"event: bye\ndata: {}\n\n"
    finally:
        live.HUB.leave(seat)


def _still(token: str) -> bool:
    """Whether the token that opened the stream still says anything."""
    try:
        return identity.authenticate(token, now=clock.now()) is not None
    finally:
        _let_go()


def _body(promoter_id: str) -> bytes:
    try:
        with tenancy.as_platform(), transaction.atomic():
            return TodayOut.from_orm(facade.today(promoter_id, now=clock.now())).model_dump_json().encode()
    finally:
        _let_go()


def _let_go() -> None:
    """A stream looks seldom: it keeps a thread, but not a connection to the database."""
    if not connection.in_atomic_block:
        connection.close()
