"""商品质量 at both consoles: the list that can be filtered and sorted, the file with its drawing, the shop's appeal."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client

from tests.commerce.world import T0, goods, shop
from tests.promotion.commission.test_console import sitting
from tests.promotion.test_consoles import press
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.quality import facade as quality
from xintui.commerce.quality.models import Daily
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock, tenancy
from xintui.kernel.times import accounting_date
from xintui.trust.appeals import facade as appeals

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


@pytest.fixture
def street() -> tuple[Product, Product]:
    """A product that is not promoted, and one that is well, of two shops."""
    pears = goods(shop("晨光果园"), "砀山酥梨", ("5 斤", 39_00, 900))
    plums = goods(shop("云雾茶行"), "三华李", ("3 斤", 29_00, 900))
    for one, returned in ((pears, 12), (plums, 1)):
        day = {"merchant_id": one.merchant_id, "product_id": one.id, "day": accounting_date(T0)}
        Daily.objects.create(**day, received=40, returned=returned)
    quality.judge(now=T0)
    return pears, plums


def page(client: Client, path: str) -> str:
    with tenancy.as_nobody():
        answer = client.get(path, follow=True)
    assert answer.status_code == 200, answer.content
    return str(answer.content.decode())


def test_the_platform_filters_what_is_not_promoted_and_sees_why(street: tuple[Product, Product]) -> None:
    operator = sitting("ops", "yunying", Role.OPERATOR)
    everything = page(operator, "/ops/quality/standing/?o=-6")
    assert everything.index("砀山酥梨") < everything.index("三华李")  # by returns, the worst first
    paused = page(operator, "/ops/quality/standing/?paused__exact=1")
    assert "砀山酥梨" in paused and "三华李" not in paused
    file = page(operator, f"/ops/quality/standing/{street[0].id}/change/")
    assert "近 30 天退货率 30%（40 件中 12 件），超过上限 15%" in file
    assert "12 / 40" in file and "19.7%" in file  # the count and the bound
    assert 'class="limit"' in file and "<polyline" in file and "退货率，今天 30%，上限 15%" in file


def test_a_shop_sees_its_own_and_appeals_once(street: tuple[Product, Product]) -> None:
    pears, plums = street
    owner = sitting("merchant", "chenguang", Role.MERCHANT_OWNER, pears.merchant_id)
    assert "三华李" not in page(owner, "/merchant/quality/standing/")
    with tenancy.as_nobody():
        assert owner.get(f"/merchant/quality/standing/{plums.id}/change/").status_code == 302
    assert "暂停推广的商品" in page(owner, "/merchant/")
    (block,) = quality.blocks(merchant_id=pears.merchant_id).items
    place = f"/merchant/quality/block/{block.id}/appeal/"
    press(owner, place, words="快递压坏，已换包装")
    (filed,) = appeals.appeals().items
    assert (filed.subject_id, filed.words) == (block.id, "快递压坏，已换包装")
    press(owner, place, words="快递压坏，已换包装")
    assert len(appeals.appeals().items) == 1
