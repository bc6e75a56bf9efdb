"""One gateway per test, with keys made once."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.gateway import Gateway, running_gateway


@pytest.fixture(scope="session")
def gateway_keys(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("gateway")


@pytest.fixture
def gateway(gateway_keys: Path) -> Iterator[Gateway]:
    with running_gateway(gateway_keys) as found:
        yield found
