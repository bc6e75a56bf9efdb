"""The consoles: a shop writes and hands in, the platform decides, each sees what is theirs."""

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from tests.commerce.world import T0
from xintui.commerce.catalog.contracts import Product
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials.contracts import State

pytestmark = pytest.mark.django_db
PASSWORD = "Tangerine-42-boats"


@pytest.fixture
def seat(still: None) -> Any:
    def sit(site: str, login: str, role: Role, merchant_id: str = "") -> Client:
        identity.create_user(display_name=login, login=login, password=PASSWORD, roles=[(role, merchant_id)], now=T0)
        client = Client()
        answer = client.post(f"/{site}/login/", {"username": login, "password": PASSWORD, "otp": ""})
        assert answer.status_code == 302
        return client

    return sit


def press(client: Client, url: str, **given: str) -> int:
    return int(client.post(url, {"_form_submitted": "1", **given}).status_code)


def png() -> SimpleUploadedFile:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), "green").save(out, "PNG")
    return SimpleUploadedFile("茶.png", out.getvalue(), "image/png")


def write(client: Client, site: str, **given: Any) -> str:
    """The form, sent; the id of what it made."""
    empty = {"valid_from_0": "", "valid_from_1": "", "valid_until_0": "", "valid_until_1": "", "category": ""}
    answer = client.post(f"/{site}/materials/new/", empty | given)
    assert answer.status_code == 302, (
        answer.context and answer.context["form"].errors,
        [str(m) for m in answer.context["messages"]],
    )
    return str(answer["Location"].split("/")[-3])


def test_a_shop_writes_with_pictures_hands_in_and_the_platform_decides(seat: Any, tea: Product) -> None:
    shop = seat("merchant", "owner", Role.MERCHANT_OWNER, tea.merchant_id)
    boss = seat("ops", "boss", Role.REVIEWER)
    key = write(shop, "merchant", kind="pictures", title="实拍图", text="原叶实拍", images=[png()], product=tea.id)
    made = materials.get(key)
    assert (made.state, made.product_id, len(made.pictures)) == (State.DRAFT, tea.id, 1)
    page = shop.get(f"/merchant/materials/version/{key}/change/").content.decode()
    assert made.pictures[0] in page and "提交审核" in page and "通过</" not in page.replace("不通过", "")
    assert press(shop, f"/merchant/materials/version/{key}/hand_in/", reason="请审核") in (200, 302)
    assert materials.get(key).state is State.REVIEW
    assert press(shop, f"/merchant/materials/version/{key}/approve/", reason="自己通过") == 403
    assert "待审核" in boss.get("/ops/materials/version/?state__exact=review").content.decode()
    assert press(boss, f"/ops/materials/version/{key}/refuse/", reason="图片不清楚") in (200, 302)
    assert "图片不清楚" in shop.get(f"/merchant/materials/version/{key}/change/").content.decode()
    again = shop.post(f"/merchant/materials/next/{key}/", {
        "kind": "pictures", "title": "实拍图", "text": "换了一组", "category": "", "product": tea.id,
        "valid_from_0": "", "valid_from_1": "", "valid_until_0": "", "valid_until_1": "",
    })  # fmt: skip
    second = again["Location"].split("/")[-3]
    assert (materials.get(second).number, materials.get(second).pictures) == (2, made.pictures)
    told = list(AuditEntry.objects.filter(object_type="material").values_list("action", flat=True).order_by("id"))
    assert told == ["materials.create", "materials.submit", "materials.refuse", "materials.change"]


def test_what_may_not_be_said_is_told_on_the_form_and_nothing_is_kept(seat: Any, tea: Product) -> None:
    shop = seat("merchant", "owner", Role.MERCHANT_OWNER, tea.merchant_id)
    days = {"valid_from_0": "", "valid_from_1": "", "valid_until_0": "", "valid_until_1": "", "category": ""}
    bad = {"kind": "copy", "title": "春茶", "text": "转发领红包，先到先得", "product": ""} | days
    answer = shop.post("/merchant/materials/new/", bad)
    assert answer.status_code == 200 and "文案不能使用" in answer.content.decode()
    assert "转发领红包" in answer.content.decode(), "what was written is not lost"
    assert materials.library(merchant_id=tea.merchant_id).items == ()


def test_the_platform_sees_every_template_as_a_picture_and_a_shop_only_its_own(seat: Any, tea: Product) -> None:
    boss = seat("ops", "boss", Role.OPERATOR)
    shop = seat("merchant", "owner", Role.MERCHANT_OWNER, tea.merchant_id)
    key = materials.library(kind="poster").items[0].id
    assert "data:image/webp;base64," in boss.get(f"/ops/materials/version/{key}/change/").content.decode()
    assert shop.get(f"/merchant/materials/version/{key}/change/").status_code in (302, 403, 404)
    assert shop.get(f"/merchant/materials/next/{key}/").status_code == 403
    assert "大图海报" not in shop.get("/merchant/materials/version/").content.decode()
    service = seat("merchant", "service", Role.MERCHANT_SERVICE, tea.merchant_id)
    assert service.get("/merchant/materials/new/").status_code == 403
