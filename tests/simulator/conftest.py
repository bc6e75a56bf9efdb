"""One gateway, one client and one callback receiver per test."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from wechatpayv3 import WeChatPay

from tests.simulator.support import Api, Receiver, make_client
from xintui.simulator.keys import PUBKEY, Keys, make_keys
from xintui.simulator.server import Running, gateway


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    return make_keys(tmp_path_factory.mktemp("gateway"))


@pytest.fixture
def sim(keys: Keys) -> Iterator[Running]:
    with gateway(keys.directory) as running:
        yield running


@pytest.fixture
def api(sim: Running) -> Iterator[Api]:
    found = Api(sim.url)
    yield found
    found.http.close()


@pytest.fixture
def client(sim: Running) -> WeChatPay:
    return make_client(sim)


@pytest.fixture
def pubkey_client(sim: Running) -> WeChatPay:
    return make_client(sim, public_key=sim.keys.text(PUBKEY), public_key_id=sim.keys.public_key_id)


@pytest.fixture
def receiver(client: WeChatPay) -> Iterator[Receiver]:
    found = Receiver(client)
    yield found
    found.close()


@pytest.fixture
def vectors() -> Path:
    path = Path("/work/shared/data/wechatpay/apiv3_vectors.json")
    if not path.exists():
        pytest.skip(f"OFFICIAL VECTORS ABSENT: {path} was not found, the protocol is NOT checked against them")
    return path
