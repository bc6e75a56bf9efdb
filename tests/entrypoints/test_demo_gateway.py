"""The demo's gateway is a process of its own: it serves while it is wanted, and its death is one sentence."""

from pathlib import Path

import httpx
import pytest

from xintui.entrypoints.demo.apart import GatewayNotStarted, gateway


def test_it_serves_for_as_long_as_it_is_wanted(tmp_path: Path) -> None:
    with gateway(tmp_path, None, "127.0.0.1", 0) as address:
        assert httpx.get(address, trust_env=False).status_code == 200
    with pytest.raises(httpx.ConnectError):
        httpx.get(address, trust_env=False)


def test_one_that_cannot_start_is_a_refusal(tmp_path: Path) -> None:
    with pytest.raises(GatewayNotStarted, match="网关模拟器没有在"), gateway(tmp_path, None, "256.0.0.1", 1):
        pass
