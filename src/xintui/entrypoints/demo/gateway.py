"""The demo's hands at the simulated gateway: people pay and confirm; its callbacks come in through our door."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import httpx

from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import Callback, Method


@dataclass(frozen=True)
class Payer:
    """Somebody pays this bill at that minute."""

    payment_id: str
    openid: str
    at: datetime


class Gateway:
    """One simulator, on story time until `arrive`."""

    def __init__(self, url: str) -> None:
        self._http = httpx.Client(base_url=url, trust_env=False, timeout=60)
        self._lever("clock", {"sign_with": "virtual"})

    def day(self, paying: Sequence[Payer], confirming: Sequence[str], *, until: datetime) -> None:
        """Pay and confirm, each in its minute; the signed callbacks are judged and kept by the payments' inbox.

        One call for all: 40 bills cost the simulator's HTTP server as much as one.
        """
        told = self._lever(
            "story",
            {
                "pay": [
                    {"out_trade_no": one.payment_id, "openid": one.openid, "at": one.at.isoformat()} for one in paying
                ],
                "confirm": list(confirming),
                "to": until.isoformat(),
            },
        )
        for method in Method:
            letters = [_letter(one) for one in told["callbacks"] if one["url"].endswith(f"/{method.value}")]
            if letters:
                assert all(payments.receive_callbacks(letters, psp=method)), "the simulator's own signatures are good"

    def misprint(self, *faults: str) -> None:
        """The next bill comes with these mistakes in it, for somebody to explain."""
        self._lever("faults", {"faults": [{"name": name, "times": 1} for name in faults]})

    def arrive(self, now: datetime) -> None:
        """The story is over: from here on the gateway lives, and signs, in the present."""
        self.day([], [], until=now)
        self._lever("clock", {"sign_with": "wall"})

    def close(self) -> None:
        self._http.close()

    def _lever(self, name: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = self._http.post(f"/sim/{name}", json=body).raise_for_status()
        found: dict[str, Any] = answer.json()
        return found


def _letter(message: dict[str, Any]) -> Callback:
    headers = {name.lower(): value for name, value in message["headers"].items()}
    return Callback(headers, message["body"].encode(), datetime.fromisoformat(message["at"]))
