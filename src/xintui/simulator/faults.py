"""Misbehaviour on request: named knobs, each one-shot or weighted, all drawn from one seeded generator."""

import random
from dataclasses import dataclass, field
from typing import Any, Final

from xintui.simulator.protocol import JSON, Refused

NAMES: Final[dict[str, str]] = {
    "callback.late": "回调推迟 seconds 秒（虚拟时钟）",
    "callback.never": "回调永不发出，只能靠查单",
    "callback.duplicate": "同一回调发送 copies 次；concurrent 为真时同时发出",
    "callback.reorder": "扣住回调，等下一个回调送达后再发（最多等 seconds 秒）",
    "callback.forged": (
        "先发一个伪造回调；how 取 wrong_key、mutated_body、old_timestamp、wrong_serial；instead 为真则不再发真的"
    ),
    "callback.probe": "先发一个 WECHATPAY/SIGNTEST/ 签名探测；instead 同上",
    "callback.wrong": (
        "签名有效而内容有误；field 取 amount、mchid、appid、currency、payer、out_trade_no，value 为所换的值；"
        "instead 默认为真"
    ),
    "answer.false_fail": "事已办成，却答复错误；status、code、message 可指定",
    "answer.error": "事没办，答复错误；status、code、message 可指定",
    "answer.lost": "事已办成，答复前断开连接",
    "answer.slow": "答复拖延 seconds 秒（真实时间）；before 为真则先拖延再办事",
    "answer.forged": "答复的签名无效",
    "refund.slow": "退款在 seconds 秒（虚拟时钟）后才有结果",
    "refund.abnormal": "退款异常（ABNORMAL）",
    "refund.closed": "退款关闭（CLOSED）",
    "split.slow": "分账在 seconds 秒（虚拟时钟）后才有结果",
    "split.fail": "分账接收方失败；reason 为失败原因",
    "transfer.slow": "用户确认后 seconds 秒（虚拟时钟）才到账",
    "transfer.fail": "用户确认后转账失败；reason 为失败原因",
    "bill.missing": "账单缺少 rows 行",
    "bill.extra": "账单多出 rows 行",
    "bill.amount": "账单中一行的金额差 fen 分",
}


@dataclass
class Fault:
    """One knob. `times` shots (None: without end), each taken with `chance`, where the subject contains `where`."""

    name: str
    times: int | None = 1
    chance: float = 1.0
    where: str = ""
    params: dict[str, Any] = field(default_factory=dict)
    hits: int = 0

    def number(self, name: str, default: float) -> float:
        return float(self.params.get(name, default))

    def flag(self, name: str, default: bool = False) -> bool:
        return bool(self.params.get(name, default))

    def text(self, name: str, default: str) -> str:
        return str(self.params.get(name, default))


class Faults:
    """The knobs that are set now. Callers hold the world's lock, so equal seeds and requests draw equal faults."""

    def __init__(self, seed: int = 0) -> None:
        self.knobs: list[Fault] = []
        self.reseed(seed)

    def reseed(self, seed: int) -> None:
        self.seed, self._dice = seed, random.Random(seed)  # noqa: S311 - a die that must repeat

    def draw(self, name: str, subject: str = "") -> Fault | None:
        """The first armed knob of this name that fits and wins its throw; its shot is spent."""
        for knob in self.knobs:
            if knob.name != name or knob.times == 0 or knob.where not in subject:
                continue
            if knob.chance < 1 and self._dice.random() >= knob.chance:
                continue
            knob.hits += 1
            knob.times = None if knob.times is None else knob.times - 1
            return knob
        return None

    def set(self, body: JSON) -> None:
        """`{name,…}` or `{seed, replace, faults: [{name, times|chance, where, params}]}`."""
        asked = body.get("faults", [body] if "name" in body else [])
        knobs = [_knob(one) for one in asked]
        if "seed" in body:
            self.reseed(int(body["seed"]))
        if body.get("replace"):
            self.knobs = []
        self.knobs += knobs


def _knob(one: JSON) -> Fault:
    name = str(one.get("name", ""))
    if name not in NAMES:
        raise Refused(400, "PARAM_ERROR", f"没有名为 {name} 的故障", {"names": sorted(NAMES)})
    chance = float(one.get("chance", 1.0))
    # A weighted knob goes on for ever unless told otherwise; a plain one is a single shot.
    times = one.get("times", None if "chance" in one else 1)
    return Fault(
        name, None if times is None else int(times), chance, str(one.get("where", "")), dict(one.get("params", {}))
    )
