"""The gateway simulator as a test sees it: money moves over loopback HTTP, callbacks land in a letter box.

Callbacks are kept byte for byte and handed to the real view by `deliver()`, in the order and as often as a test likes;
so a test stays in one database transaction and decides itself when the post comes.
"""

import os
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import httpx
from django.test import Client
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from xintui.infra import clock
from xintui.simulator.server import Running
from xintui.simulator.server import gateway as simulator

PATH, ALIPAY_PATH = "/callbacks/wechat", "/callbacks/alipay"


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return None


@dataclass(frozen=True)
class Letter:
    """One callback as it came over the wire."""

    headers: dict[str, str]
    body: bytes
    path: str = PATH


class LetterBox:
    """Keeps everything and answers as whoever wrote wants to hear it: 204, or the word `success`."""

    def __init__(self) -> None:
        self.letters: list[Letter] = []
        self._lock = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._take, threaded=True, request_handler=_Quiet)
        self.host = f"http://127.0.0.1:{self._server.server_port}"
        self.url = f"{self.host}{PATH}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def _take(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        letter = Letter(dict(request.headers), request.get_data(), request.path)
        with self._lock:
            self.letters.append(letter)
        answer = Response("success", 200) if request.path == ALIPAY_PATH else Response("", 204)
        return answer(environ, start_response)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@cache
def _client() -> Client:
    """One for all letters: each new client loads the middleware again."""
    return Client(enforce_csrf_checks=True, raise_request_exception=False)


def post(letter: Letter) -> int:
    """Hand a letter to the platform through its whole stack, bytes and headers as they came; the status."""
    headers = {name: value for name, value in letter.headers.items() if name.lower() not in ("host", "content-length")}
    kind = headers.pop("Content-Type", "application/json")
    answer = _client().post(letter.path, data=letter.body, content_type=kind, headers=headers)
    return int(answer.status_code)


class Gateway:
    """The levers of one running simulator."""

    def __init__(self, running: Running, box: LetterBox) -> None:
        self.running, self.box, self.url, self.keys = running, box, running.url, running.keys
        self._http = httpx.Client(base_url=running.url, trust_env=False, timeout=20)
        self.offset = timedelta(0)

    @property
    def world(self) -> Any:
        return self.running.world

    def now(self) -> datetime:
        """The gateway's and, in a test, everybody's time."""
        return clock.now()

    def _ask(self, method: str, path: str, **body: Any) -> Any:
        answer = self._http.request(method, path, json=body or None)
        assert answer.status_code < 400, answer.text
        return answer.json()

    def pay(self, payment_id: str, openid: str = "") -> Any:
        """The buyer pays."""
        return self._ask("POST", f"/sim/pay/{payment_id}", **({"openid": openid} if openid else {}))

    def open_page(self, url: str) -> httpx.Response:
        """A browser follows an address to a cashier page."""
        return httpx.get(url, trust_env=False, timeout=20, follow_redirects=True)

    def pay_alipay(self, payment_id: str) -> Any:
        """The buyer pays the open trade, or scans the code."""
        return self._ask("POST", f"/sim/alipay/pay/{payment_id}")

    def press(self, params: Any) -> Any:
        """The buyer's phone calls wx.requestPayment with these parameters: the paySign is checked."""
        return self._ask("POST", "/sim/wx/requestPayment", **dict(params))

    def confirm(self, transfer_id: str) -> Any:
        """The payee taps 收款."""
        return self._ask("POST", f"/sim/transfer/{transfer_id}/confirm")

    def faults(self, name: str, *, times: int | None = 1, where: str = "", chance: float = 1.0, **params: Any) -> None:
        """Arm a fault (`xintui.simulator.faults.NAMES`)."""
        knob = {"name": name, "times": times, "where": where, "chance": chance, "params": params}
        self._ask("POST", "/sim/faults", faults=[knob])

    def seed(self, seed: int) -> None:
        self._ask("POST", "/sim/faults", seed=seed)

    def calm(self) -> None:
        """No faults any more."""
        self._ask("DELETE", "/sim/faults")

    def clock(self, **ahead: float) -> datetime:
        """`clock(hours=2)`: everybody's time goes on, the gateway's and the platform's; the new time."""
        step = timedelta(**ahead)
        at = clock.now() + step
        self._ask("POST", "/sim/clock", advance=step.total_seconds(), sign_with="virtual")
        clock.set_for_story(at)
        self.settle()
        return at

    def settle(self) -> None:
        """Wait until the gateway has nothing left to do now."""
        assert self._http.get("/sim/settle").json() == {"settled": True}

    def letters(self) -> list[Letter]:
        """Take everything out of the letter box, in the order it came."""
        self.settle()
        found, self.box.letters = self.box.letters, []
        return found

    def deliver(self, letters: Sequence[Letter] | None = None) -> list[int]:
        """Hand the letters (default: all that wait) to the platform; the statuses it answered."""
        return [post(letter) for letter in (self.letters() if letters is None else letters)]

    def close(self) -> None:
        self._http.close()


@contextmanager
def running_gateway(directory: Path, *, alipay: bool = False, **terms: Any) -> Iterator[Gateway]:
    """A simulator on a free port, with the platform's settings pointing at it and the clock put back at the end."""
    box = LetterBox()
    names = ("XINTUI_WECHATPAY_BASE", "XINTUI_WECHATPAY_DIR", "XINTUI_WECHATPAY_NOTIFY")
    ali = ("XINTUI_ALIPAY_BASE", "XINTUI_ALIPAY_DIR", "XINTUI_ALIPAY_NOTIFY")
    keep = {name: os.environ.get(name) for name in (*names, *ali)}
    with simulator(directory, **terms) as running:
        os.environ |= {
            "XINTUI_WECHATPAY_BASE": running.url,
            "XINTUI_WECHATPAY_DIR": str(running.keys.directory),
            "XINTUI_WECHATPAY_NOTIFY": box.url,
        }
        if alipay:
            values = (f"{running.url}/gateway.do", str(running.keys.alipay.directory), box.host + ALIPAY_PATH)
            os.environ |= dict(zip(ali, values, strict=True))
        found = Gateway(running, box)
        try:
            yield found
        finally:
            clock.set_for_story(None)
            found.close()
            box.close()
            for name, value in keep.items():
                if value is None:
                    os.environ.pop(name, None)
                else:
                    os.environ[name] = value
