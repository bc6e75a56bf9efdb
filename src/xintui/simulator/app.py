"""The WSGI application: routes, the handshake, and the faults that strike an answer."""

import socket
import time
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Final

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, Rule
from werkzeug.wrappers import Request, Response

from xintui.simulator import bills, control, mini, official, pages, refunds, sms, splits, trades, transfers, wire
from xintui.simulator.alipay import routes as alipay
from xintui.simulator.alipay import wire as wire_alipay
from xintui.simulator.config import Config
from xintui.simulator.faults import Fault
from xintui.simulator.protocol import Answer, Call, Dialect, MiniRefused, Refused, Route, ok
from xintui.simulator.world import Action, World

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

ROUTES: Final[list[Route]] = [
    *wire.ROUTES, *trades.ROUTES, *refunds.ROUTES, *splits.ROUTES, *transfers.ROUTES, *bills.ROUTES,
    *alipay.ROUTES, *mini.ROUTES, *official.ROUTES, *control.ROUTES, *pages.ROUTES, *sms.ROUTES,
]  # fmt: skip
MAX_BODY: Final = 1 << 20


class Lost(ConnectionError):
    """The answer a fault swallowed: the work is done, the caller never hears."""


class Gateway:
    """One running gateway as a WSGI callable. `close()` ends its threads and writes the last snapshot."""

    def __init__(self, config: Config) -> None:
        parts = (trades.ACTIONS, refunds.ACTIONS, splits.ACTIONS, transfers.ACTIONS, alipay.ACTIONS)
        actions: dict[str, Action] = {name: action for part in parts for name, action in part.items()}
        self.world = World(config, actions)
        self._map = Map([Rule(one.path, methods=[one.method], endpoint=one) for one in ROUTES])

    def close(self) -> None:
        self.world.close()

    def __call__(self, environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        try:
            response = self._respond(Request(environ))
        except Lost:
            connection = environ.get("werkzeug.socket")
            if connection is not None:
                connection.shutdown(socket.SHUT_RDWR)
            raise
        return response(environ, start_response)

    def _respond(self, request: Request) -> Response:
        try:
            route, args = self._map.bind_to_environ(request.environ).match()
        except HTTPException as no:
            return _response(ok({"code": "RESOURCE_NOT_EXISTS", "message": "没有这个接口"}, no.code or 404), {})
        call = _call(request, args)
        if route.dialect is Dialect.SIM:
            return _response(self._levered(route, call), {})
        if route.dialect is Dialect.ALIPAY:
            return self._alipay(alipay.route_of(call), call)
        answer, forge = self._struck(route, call)
        signed = route.dialect is Dialect.PAY and answer.signed
        return _response(answer, wire.signature_headers(self.world, call, answer, forge=forge) if signed else {})

    def _alipay(self, route: Route, call: Call) -> Response:
        """One address, many methods; a page is a page, everything else is a signed node."""
        answer, forge = self._struck(route, call)
        if alipay.is_page(route.name):
            return _response(alipay.sorry(answer) if answer.status >= 400 else answer, {})
        return _response(wire_alipay.wrapped(self.world, route.name, answer, forge=forge), {})

    def _handled(self, route: Route, call: Call) -> Answer:
        """Prove the caller, then do the work under the lock. Refusals become answers of the route's dialect."""
        world = self.world
        try:
            if route.dialect is Dialect.PAY:
                wire.authenticate(world, call)
            if route.dialect is Dialect.ALIPAY:
                wire_alipay.authenticate(world, call)
            with world.lock:
                world.run_due()
                answer = route.handle(world, call)
                if call.method != "GET":
                    world.touch()
                return answer
        except (Refused, MiniRefused, wire_alipay.AliRefused) as no:
            return no.answer()

    def _levered(self, route: Route, call: Call) -> Answer:
        """A lever pulled with a value that is no number or date is the caller's mistake, not a crash."""
        try:
            return self._handled(route, call)
        except (ValueError, TypeError) as problem:
            return Refused(400, "PARAM_ERROR", f"参数无法理解：{problem}").answer()

    def _struck(self, route: Route, call: Call) -> tuple[Answer, bool]:
        """The answer after whatever faults are armed have had their way; whether its signature is to be bad."""
        slow, wrong = self._draw("answer.slow", route, call), self._draw("answer.error", route, call)
        if slow and slow.flag("before"):
            time.sleep(slow.number("seconds", 10))
        if wrong:
            return _failure(wrong, route), False
        answer = self._handled(route, call)
        if slow and not slow.flag("before"):
            time.sleep(slow.number("seconds", 10))
        if answer.status >= 300:
            return answer, False
        if self._draw("answer.lost", route, call):
            raise Lost("故障：事已办成，答复丢失")
        if lie := self._draw("answer.false_fail", route, call):
            return _failure(lie, route), False
        return answer, self._draw("answer.forged", route, call) is not None

    def _draw(self, name: str, route: Route, call: Call) -> Fault | None:
        if route.name in ("certificates", "bill.download", "mini.token"):
            # Plumbing: a storm aimed at nothing in particular must not keep a client from starting at all.
            return self._aimed(name, route)
        with self.world.lock:
            return self.world.faults.draw(name, f"{route.name} {call.path}")

    def _aimed(self, name: str, route: Route) -> Fault | None:
        with self.world.lock:
            if any(knob.name == name and knob.where and knob.where in route.name for knob in self.world.faults.knobs):
                return self.world.faults.draw(name, route.name)
            return None


def create_app(config: Config) -> Gateway:
    """The gateway described by `config`, its clock running."""
    return Gateway(config)


def _failure(fault: Fault, route: Route) -> Answer:
    if route.dialect is Dialect.MINI:
        return MiniRefused(int(fault.number("errcode", -1)), fault.text("message", "system error")).answer()
    if route.dialect is Dialect.ALIPAY:
        return wire_alipay.refused(fault)
    status = int(fault.number("status", 500))
    return Refused(status, fault.text("code", "SYSTEM_ERROR"), fault.text("message", "系统异常，请稍后重试")).answer()


def _call(request: Request, args: Mapping[str, Any]) -> Call:
    request.max_content_length = MAX_BODY
    environ = request.environ
    target = environ.get("RAW_URI") or environ.get("REQUEST_URI") or request.full_path.rstrip("?")
    return Call(
        method=request.method,
        path=request.path,
        target=target,
        base=request.host_url.rstrip("/"),
        headers=_headers(request),
        query=request.args.to_dict(),
        # A cashier's form post must not be parsed away: the bytes are what was signed.
        body=request.get_data(cache=True, parse_form_data=False),
        args=args,
    )


def _headers(request: Request) -> Mapping[str, str]:
    """Header names as the protocol writes them, whatever case they were sent in."""
    return {name.title(): value for name, value in request.headers.items()}


def _response(answer: Answer, headers: dict[str, str]) -> Response:
    response = Response(answer.body, answer.status, headers, content_type=answer.content_type)
    if answer.location:
        response.headers["Location"] = answer.location
    if answer.status == 204:
        del response.headers["Content-Type"]
    return response
