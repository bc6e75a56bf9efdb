"""Running the gateway: on a thread for a test, in the foreground for a person."""

import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from xintui.simulator.app import Gateway, create_app
from xintui.simulator.config import Config
from xintui.simulator.keys import Keys, make_keys
from xintui.simulator.world import World

HOST: Final = "127.0.0.1"
PORT: Final = 8619


class _Quiet(WSGIRequestHandler):
    """Werkzeug's handler without a log line per request."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        return None


class Running:
    """A gateway that listens. `url` is what the platform's base address must be set to."""

    def __init__(self, server: BaseWSGIServer, gateway: Gateway) -> None:
        self.server, self.gateway = server, gateway
        self.url = f"http://{server.host}:{server.server_port}"
        self._thread = threading.Thread(target=server.serve_forever, args=(0.05,), name="gateway-http", daemon=True)

    @property
    def world(self) -> World:
        return self.gateway.world

    @property
    def keys(self) -> Keys:
        return self.world.keys

    def start(self) -> "Running":
        self._thread.start()
        return self

    def close(self) -> None:
        self.server.shutdown()
        self._thread.join(5)
        self.server.server_close()
        self.gateway.close()


def serve(config: Config, host: str = HOST, port: int = 0) -> Running:
    """Listen on `host`:`port` (0: any free one) with a thread per request. The caller closes it."""
    gateway = create_app(config)
    return Running(make_server(host, port, gateway, threaded=True, request_handler=_Quiet), gateway).start()


@contextmanager
def gateway(directory: Path | str, host: str = HOST, port: int = 0, **terms: Any) -> Iterator[Running]:
    """`with gateway(tmp_path) as sim:` for tests; `terms` are fields of `Config`."""
    running = serve(Config(keys=make_keys(directory), **terms), host, port)
    try:
        yield running
    finally:
        running.close()


def run(
    host: str = HOST,
    port: int = PORT,
    directory: Path | str = "gateway",
    *,
    state: Path | str | None = None,
    seed: int = 0,
    rate: float = 1.0,
    say: Callable[[str], None] = print,
) -> None:
    """What `xintui gateway` does: make or read the keys, say where everything is, serve until Ctrl-C or SIGTERM."""
    keys = make_keys(directory)
    path = Path(state) if state else None
    running = serve(Config(keys=keys, state_file=path, seed=seed, clock_rate=rate), host, port)
    for line in _greeting(running, path):
        say(line)
    stop = threading.Event()
    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
    try:
        stop.wait()
    except KeyboardInterrupt:
        pass
    finally:
        running.close()
        say("网关模拟器已停止")


def _greeting(running: Running, state: Path | None) -> list[str]:
    keys = running.keys
    return [
        f"网关模拟器已启动：{running.url}",
        f"  微信支付与小程序接口的基地址都填：{running.url}",
        f"  待付款与待收款：{running.url}/    状态：{running.url}/sim/state    故障：{running.url}/sim/faults",
        f"  商户号 {keys.mchid}    AppID {keys.appid}    商户证书序列号 {keys.merchant_serial}",
        f"  商户私钥 {keys.merchant_key_file}    平台证书 {keys.platform_cert_file}",
        f"  公钥模式 {keys.public_key_id}：{keys.public_key_file}",
        f"  APIv3 密钥与 AppSecret 在 {keys.directory / 'gateway.json'}（仅本人可读）",
        f"  支付宝网关 {running.url}/gateway.do    应用 {keys.alipay.app_id}    收款方 {keys.alipay.seller_id}",
        f"  支付宝密钥目录（XINTUI_ALIPAY_DIR） {keys.alipay.directory}",
        f"  账目快照：{state if state else '未开启，停止后账目不保留'}",
    ]
