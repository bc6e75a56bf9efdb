"""The checklist of a new shop: what it says follows from facts alone."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.commerce.papers import licensed
from tests.commerce.world import T0
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock, tenancy
from xintui.trust.agreements import facade as agreements

PASSWORD = "Tangerine-42-boats"
CODE = "91330106MA2CE8RP4N"


def sitting(site: str, login: str) -> Client:
    client = Client()
    with tenancy.as_nobody():
        assert client.post(f"/{site}/login/", {"username": login, "password": PASSWORD}).status_code == 302
    return client


def picture() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "PNG")
    return SimpleUploadedFile("tea.png", out.getvalue(), "image/png")


@pytest.mark.django_db
def test_a_new_shop_is_led_from_its_approval_to_its_first_product_on_the_shelf(settings: Any) -> None:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    catalog.set_category("tea", "茶叶")
    owner = identity.create_user(display_name="王店长", login="owner", password=PASSWORD, now=T0).user_id
    boss = identity.create_user(
        display_name="运营", login="boss", password=PASSWORD, roles=[(Role.OPERATOR, "")], now=T0
    ).user_id
    tea = merchants.register(name="云雾茶行", contact_name="王", contact_phone="13912345678", actor=owner, now=T0).id
    merchants.decide(tea, "activate", by=Principal(boss, frozenset({Role.OPERATOR}), None, "运营", 1), now=T0)
    licensed(tea, T0)
    client, ops = sitting("merchant", "owner"), sitting("ops", "boss")
    shop = f"/merchant/merchants/merchant/{tea}"

    def left() -> list[str]:
        return [one.key for one in merchants.checklist(tea) if not one.done and not one.optional]

    def first_page() -> str:
        with tenancy.as_nobody():
            return client.get("/merchant/").content.decode()

    def press(path: str, **form: Any) -> Any:
        with tenancy.as_nobody():
            answer = client.post(path, {"_form_submitted": "true", **form})
        assert answer.status_code == 302, answer.content.decode()[-1500:]
        return answer.headers["Location"]

    assert left() == ["profile", "papers", "agreement", "freight", "goods", "shelf"]
    assert "还差 6 项" in first_page() and "/merchant/catalog/new/" in first_page()
    press(f"{shop}/edit_profile/", legal_name="杭州云雾茶业有限公司", credit_code=CODE, contact_name="王", intro="好茶")
    assert left() == ["papers", "agreement", "freight", "goods", "shelf"]
    press("/merchant/papers/", kind="business", number=CODE, name="杭州云雾茶业有限公司", picture=picture())
    press("/merchant/agreement/", version=agreements.document("merchant", on=T0.date()).version)
    assert left() == ["freight", "goods", "shelf"]
    press(f"{shop}/edit_settings/", freight="6", free_from="", return_address="杭州 王 139", auto_receipt_days="10")
    assert left() == ["goods", "shelf"]
    assert merchants.get(tea).settings.freight_fen == 600
    draft = {"title": "明前龙井", "category": "tea", "spec": "250 克", "price": "128.50", "stock": "20"}
    page = press("/merchant/catalog/new/", **draft, return_class="standard", picture=picture())
    assert left() == ["shelf"]
    made = catalog.get(page.split("/")[-3])
    assert (made.skus[0].price_fen, made.skus[0].total_qty, len(made.pictures)) == (12_850, 20, 1)
    press(f"/merchant/catalog/product/{made.id}/shelf/", verb="list", reason="开张")
    assert left() == [] and "开店清单" not in first_page()
    with tenancy.as_nobody():
        file = ops.get(f"/ops/merchants/merchant/{tea}/change/").content.decode()
    assert "填写店铺资料" in file and CODE in file and "/merchant/catalog/new/" not in file
    catalog.unlist_product(tea, made.id, actor="x", now=T0)
    assert left() == ["shelf"]  # a fact, not a tick: what is undone is to do again
    clock.set_for_story(None)
