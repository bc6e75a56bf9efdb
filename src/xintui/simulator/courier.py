"""Callbacks: what is sent, how often, and how it lies when a fault asks it to."""

import copy
import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Final

import httpx

from xintui.simulator import crypto
from xintui.simulator.alipay import notices as alipay
from xintui.simulator.books import Notice
from xintui.simulator.clock import rfc3339
from xintui.simulator.config import RETRIES
from xintui.simulator.faults import Fault
from xintui.simulator.protocol import JSON

if TYPE_CHECKING:
    from xintui.simulator.world import World

_AFTER: Final = tuple(accumulate(RETRIES))
TRUE: Final = ["true", ""]


class Courier:
    """Sends notices on its own threads; the agenda decides when."""

    def __init__(self, world: "World") -> None:
        self._world = world
        self.in_flight = 0
        self._held: list[str] = []
        self._open: dict[str, None] = {}
        self._pool = ThreadPoolExecutor(8, thread_name_prefix="gateway-courier")
        # Environment proxies must not come between a local gateway and a local platform.
        self._http = httpx.Client(timeout=world.config.callback_timeout, trust_env=False, follow_redirects=False)

    def forget(self) -> None:
        self._held.clear()
        self._open.clear()

    def close(self) -> None:
        self._pool.shutdown(wait=True, cancel_futures=True)
        self._http.close()

    def post(
        self, event: str, summary: str, original: str, *, subject: str, url: str, signer: str, resource: JSON
    ) -> None:
        """Take over one event. Called under the world's lock."""
        if not url:
            return
        world, now = self._world, self._world.now()
        notice = Notice(str(uuid.uuid4()), event, summary, original, subject, url, signer, resource, now, now)
        world.books.notices[notice.id] = notice
        if world.faults.draw("callback.never", f"{event} {subject}"):
            notice.done = True
            self._log(notice, 0, "never", "", status=None, error="故障：回调永不发出", seconds=0)
            return
        self._twist(notice)
        self._open[notice.id] = None
        if held := world.faults.draw("callback.reorder", f"{event} {subject}"):
            self._held.append(notice.id)
            world.schedule(now + held.number("seconds", 60), "notice.release", notice.id)
        else:
            world.schedule(notice.first_due, "notice.attempt", notice.id)

    def _twist(self, notice: Notice) -> None:
        """Draw the faults that shape this notice."""
        subject = f"{notice.event_type} {notice.subject}"

        def draw(name: str) -> Fault | None:
            return self._world.faults.draw(name, subject)

        if late := draw("callback.late"):
            notice.first_due += late.number("seconds", 600)
        if many := draw("callback.duplicate"):
            notice.copies, notice.concurrent = int(many.number("copies", 2)), many.flag("concurrent", True)
        for name, kind, how, instead in (
            ("callback.probe", "probe", "", False),
            ("callback.forged", "forged", "wrong_key", False),
            ("callback.wrong", "wrong", "amount", True),
        ):
            if fault := draw(name):
                chosen = fault.text("field" if kind == "wrong" else "how", how)
                notice.extras.append([kind, chosen, str(fault.params.get("value", ""))])
                notice.copies = 0 if fault.flag("instead", instead) else notice.copies

    def resume(self) -> None:
        """After a restart: what was under way or held when the snapshot was taken is sent again."""
        planned = {key for _, _, action, key in self._world.books.agenda if action == "notice.attempt"}
        for key, notice in self._world.books.notices.items():
            if not notice.done and key not in planned:
                self._world.schedule(self._world.now(), "notice.attempt", key)

    def collect(self) -> list[tuple[str, dict[str, str], str, float]]:
        """What nobody has taken yet leaves by the caller's hand instead of ours: address, headers, body, time.

        Called under the world's lock.
        """
        found = []
        for key in self._open:
            notice = self._world.books.notices.get(key)
            if notice is not None and not notice.done:
                notice.done = True
                found.append((notice.url, *self._message(notice, "true", "", ""), self._world.now()))
        self._open.clear()
        return found

    # -- agenda actions, under the lock ---------------------------------------------------------

    def attempt(self, world: "World", key: str) -> None:
        notice = world.books.notices.get(key)
        if notice is None or notice.done:
            return
        notice.attempts += 1
        self.in_flight += 1
        self._pool.submit(self._run, notice, notice.attempts)

    def release(self, world: "World", key: str) -> None:
        """A held notice may go now; later calls for the same one find nothing."""
        if key in self._held:
            self._held.remove(key)
            world.books.notices[key].first_due = world.now()
            world.schedule(world.now(), "notice.attempt", key)

    # -- on the pool, outside the lock ----------------------------------------------------------

    def _run(self, notice: Notice, attempt: int) -> None:
        taken = False
        try:
            if attempt == 1:
                for kind, how, *value in notice.extras:
                    self._shoot(notice, attempt, kind, how, "".join(value))
            taken = self._volley(notice, notice.copies if attempt == 1 else min(1, notice.copies), attempt)
        finally:
            self._after(notice, attempt, taken)

    def _volley(self, notice: Notice, copies: int, attempt: int) -> bool:
        """The true message, `copies` times. No copy at all counts as taken: there is nothing to repeat."""
        if copies <= 1 or not notice.concurrent:
            answers = [self._shoot(notice, attempt, *TRUE) for _ in range(copies)]
            return any(answers) or not answers
        with ThreadPoolExecutor(copies) as burst:
            shots = [burst.submit(self._shoot, notice, attempt, *TRUE) for _ in range(copies)]
        answers = [shot.result() for shot in shots]
        return any(answers)

    def _after(self, notice: Notice, attempt: int, taken: bool) -> None:
        world = self._world
        with world.lock:
            self.in_flight -= 1
            again = alipay.RETRIES if notice.signer == alipay.SIGNER else _AFTER
            notice.done = taken or attempt > len(again)
            if notice.done:
                self._open.pop(notice.id, None)
            elif notice.id in world.books.notices:
                world.schedule(notice.first_due + again[attempt - 1], "notice.attempt", notice.id)
            for held in [key for key in self._held if key != notice.id]:
                self.release(world, held)
            world.touch()

    def _shoot(self, notice: Notice, attempt: int, kind: str, how: str, value: str = "") -> bool:
        """One POST. Taken means 200 or 204 to WeChat Pay, the word `success` to Alipay."""
        headers, body = self._message(notice, kind, how, value)
        started, status, error, taken = time.monotonic(), None, "", False
        try:
            answer = self._http.post(notice.url, content=body.encode(), headers=headers)
            status = answer.status_code
            taken = answer.text.strip() == "success" if notice.signer == alipay.SIGNER else status in (200, 204)
        except (httpx.HTTPError, httpx.InvalidURL) as problem:
            error = f"{type(problem).__name__}: {problem}"
        self._log(notice, attempt, kind, how, status=status, error=error, seconds=time.monotonic() - started)
        return taken

    def _message(self, notice: Notice, kind: str, how: str, value: str) -> tuple[dict[str, str], str]:
        if notice.signer == alipay.SIGNER:
            return alipay.message(self._world, notice, kind, how, value)
        resource = notice.resource if kind != "wrong" else _wrong(notice.resource, how, value)
        sealed = crypto.seal(self._world.keys.apiv3_key, _dump(resource), notice.original_type)
        envelope: JSON = {
            "id": notice.id,
            "create_time": rfc3339(notice.created_at),
            "resource_type": "encrypt-resource",
            "event_type": notice.event_type,
            "summary": notice.summary,
            "resource": {"original_type": notice.original_type} | sealed,
        }
        body = _dump(envelope)
        return self._headers(notice, body, kind, how), (body if how != "mutated_body" else _mutate(envelope))

    def _headers(self, notice: Notice, body: str, kind: str, how: str) -> dict[str, str]:
        keys, nonce = self._world.keys, crypto.token()
        stamp = self._world.clock.stamp() - (3600 if how == "old_timestamp" else 0)
        # The merchant's own key is a real RSA key of the right size that must not be believed.
        key = keys.merchant_key if how == "wrong_key" else keys.signer(notice.signer)
        signature = crypto.sign(key, str(stamp), nonce, body)
        return {
            "Content-Type": "application/json",
            "User-Agent": "Mozilla/4.0",
            "Request-ID": crypto.token(26),
            "Wechatpay-Timestamp": str(stamp),
            "Wechatpay-Nonce": nonce,
            "Wechatpay-Serial": uuid.uuid4().hex.upper() + "5EA17B0D" if how == "wrong_serial" else notice.signer,
            "Wechatpay-Signature": "WECHATPAY/SIGNTEST/" + signature if kind == "probe" else signature,
            "Wechatpay-Signature-Type": crypto.SCHEME,
        }

    def _log(
        self, notice: Notice, attempt: int, kind: str, how: str, *, status: int | None, error: str, seconds: float
    ) -> None:
        with self._world.lock:
            self._world.books.deliveries.append({
                "notice": notice.id, "event_type": notice.event_type, "subject": notice.subject, "url": notice.url,
                "attempt": attempt, "kind": kind, "how": how, "status": status, "error": error,
                "at": rfc3339(self._world.now()), "seconds": round(seconds, 3),
            })  # fmt: skip


def _dump(body: JSON) -> str:
    return json.dumps(body, ensure_ascii=False, separators=(",", ":"))


def _mutate(envelope: JSON) -> str:
    """A body that still parses and decrypts: only the signature can tell."""
    return _dump(envelope | {"summary": envelope["summary"] + "。"})


def _wrong(resource: JSON, name: str, value: str) -> JSON:
    """A lie under a valid signature: what row 3 of the threat table fears."""
    found: dict[str, Any] = copy.deepcopy(resource)
    amount = found.get("amount")
    if name == "amount" and isinstance(amount, dict):
        parts = ("refund", "payer_refund") if "refund" in amount else ("total", "payer_total")
        amount.update({part: int(value or 1) for part in parts})
    elif name == "amount":
        found["transfer_amount"] = int(value or 1)
    elif name == "currency":
        found["amount"] = (amount or {}) | {"currency": value or "USD", "payer_currency": value or "USD"}
    elif name == "payer":
        found.update(
            {"payer": {"openid": value or "o_someone_else"}}
            if "payer" in found
            else {"openid": value or "o_someone_else"}
        )
    elif name == "mchid":
        found["mch_id" if "mch_id" in found else "mchid"] = value or "1900000001"
    else:
        found[name] = value or {"appid": "wx0000000000000000"}.get(name, "SOMEONE_ELSES_ORDER")
    return found
