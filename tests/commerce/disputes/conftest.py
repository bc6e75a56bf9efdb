"""Two shops whose goods are complained of, and books that balance after every test."""

from collections.abc import Iterator

import pytest
from django.db import transaction

from tests.commerce.disputes.hands import goods, shop
from xintui.commerce.catalog.contracts import Product
from xintui.foundation.ledger import facade as ledger


@pytest.fixture
def pot(db: None) -> Product:
    return goods(shop("陶艺坊"), "紫砂壶", ("一把", 168_00, 50))


@pytest.fixture
def cup(db: None) -> Product:
    return goods(shop("杯子铺"), "马克杯", ("一只", 39_00, 50))


@pytest.fixture
def balanced(db: None) -> Iterator[None]:
    yield
    with transaction.atomic():
        assert ledger.audit() == []
