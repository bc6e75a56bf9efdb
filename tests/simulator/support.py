"""The real client library pointed at the gateway, the gateway's levers, and a callback receiver that verifies."""

import threading
from collections.abc import Callable
from typing import Any

import httpx
from wechatpayv3 import WeChatPay, WeChatPayType
from werkzeug.serving import WSGIRequestHandler, make_server
from werkzeug.wrappers import Request, Response

from xintui.simulator.keys import MERCHANT_KEY
from xintui.simulator.server import Running


class Api:
    """`/sim/…` levers."""

    def __init__(self, url: str) -> None:
        self.http = httpx.Client(base_url=url, trust_env=False, timeout=20)

    def get(self, path: str, **params: Any) -> Any:
        return self.http.get(path, params=params).json()

    def post(self, path: str, **body: Any) -> Any:
        return self.http.post(path, json=body).json()

    def fault(self, name: str, **params: Any) -> None:
        knob = {key: params.pop(key) for key in ("times", "chance", "where") if key in params}
        assert self.http.post("/sim/faults", json={"name": name, "params": params, **knob}).status_code == 200

    def advance(self, seconds: float) -> None:
        self.post("/sim/clock", advance=seconds)
        self.settle()

    def settle(self) -> None:
        assert self.get("/sim/settle") == {"settled": True}

    def pay(self, number: str) -> Any:
        paid = self.post(f"/sim/pay/{number}")
        self.settle()
        return paid

    def kinds(self, subject: str) -> list[tuple[str, str, int | None]]:
        rows = self.get("/sim/deliveries", subject=subject)["deliveries"]
        return [(row["kind"], row["how"], row["status"]) for row in rows]


def make_client(sim: Running, **more: Any) -> WeChatPay:
    """The production client; only the gateway's address differs. The first certificate fetch needs it patched early."""
    from wechatpayv3.core import Core

    keys, init = sim.keys, Core._init_certificates

    def pointed(self: Core) -> None:
        self._gate_way = sim.url
        init(self)

    Core._init_certificates = pointed
    try:
        client = WeChatPay(
            wechatpay_type=WeChatPayType.MINIPROG, mchid=keys.mchid, private_key=keys.text(MERCHANT_KEY),
            cert_serial_no=keys.merchant_serial, appid=keys.appid, apiv3_key=keys.apiv3_key,
            notify_url="http://127.0.0.1:9/unused", timeout=(2, 5), **more,
        )  # fmt: skip
    finally:
        Core._init_certificates = init
    client._core._gate_way = sim.url
    return client


class Receiver:
    """The platform's side of a callback: verifies with the client library's own `callback()`."""

    def __init__(self, client: WeChatPay) -> None:
        self.client = client
        self.good: list[dict[str, Any]] = []
        self.bad: list[dict[str, str]] = []
        self.answers: list[int] = []
        self.before: Callable[[], None] = lambda: None
        self._lock = threading.Lock()
        self._server = make_server("127.0.0.1", 0, self._app, threaded=True, request_handler=_Quiet)
        self.url = f"http://127.0.0.1:{self._server.server_port}/notify"
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()

    def _app(self, environ: Any, start_response: Any) -> Any:
        request = Request(environ)
        headers, body = dict(request.headers), request.get_data()
        self.before()
        try:
            found = self.client.callback(headers, body)
        except Exception:
            found = None
        with self._lock:
            if not found:
                self.bad.append(headers)
            else:
                self.good.append(found | {"headers": headers})
            status = self.answers.pop(0) if self.answers else (200 if found else 401)
        return Response("", status)(environ, start_response)

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


class _Quiet(WSGIRequestHandler):
    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return None


OPENID = "o_buyer_of_the_tests_000000"


def order(client: WeChatPay, number: str, url: str, fen: int = 10_000, **more: Any) -> tuple[int, str]:
    found: tuple[int, str] = client.pay(
        description="明前龙井 50 克", out_trade_no=number, amount={"total": fen, "currency": "CNY"},
        payer={"openid": OPENID}, notify_url=url, **more,
    )  # fmt: skip
    return found
