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


def as_sent(page: Any) -> dict[str, str]:
    """The poster's fields as the browser would send them back untouched."""
    ground, layers = page.context["ground"], page.context["layers"]
    fields = [*ground, *layers.management_form, *(field for one in layers for field in one)]
    found = {field.html_name: field.value() for field in fields}
    return {
        name: "on" if one is True else str(one) for name, one in found.items() if one is not None and one is not False
    }


def test_a_poster_is_written_layer_by_layer_in_words_looked_at_and_kept_without_loss(seat: Any, tea: Product) -> None:
    boss = seat("ops", "boss", Role.OPERATOR)
    (first,) = [one for one in materials.library(kind="poster").items if one.title == "大图海报"]
    page = boss.get(f"/ops/materials/new/?base={first.id}")
    assert "JSON" not in page.content.decode() and "推广标识" in page.content.decode()
    sent = as_sent(page)
    same = materials.get(write(boss, "ops", verb="keep", kind="poster", title="照抄一张", **sent))
    assert same.template == first.template, "what nobody touched comes back as it was"

    days = {"valid_from_0": "", "valid_from_1": "", "valid_until_0": "", "valid_until_1": "", "category": ""}
    whole = sent | days | {"kind": "poster", "title": "加一行字"}
    more = boss.post("/ops/materials/new/", whole | {"verb": "more", "more": "text"})
    assert len(more.context["layers"].forms) == len(first.template["layers"]) + 1
    whole = as_sent(more) | days | {"kind": "poster", "title": "加一行字"}
    n = len(first.template["layers"])
    whole |= {f"layer-{n}-text": "新茶上市", f"layer-{n}-x": "44", f"layer-{n}-y": "8", "layer-1-drop": "on"}
    look = boss.post("/ops/materials/new/", whole | {"verb": "look"})
    assert look.context["poster"].startswith("data:image/webp;base64,")
    kept = boss.post("/ops/materials/new/", whole | {"verb": "keep"})
    template = materials.get(kept["Location"].split("/")[-3]).template
    assert template is not None and template["layers"][-1] == {
        "kind": "text", "box": [44, 8, 300, 60], "text": "新茶上市", "size": 28, "ink": "#2b2521",
    }  # fmt: skip
    assert [one["kind"] for one in template["layers"]].count("box") == 1

    hidden = whole | {
        f"layer-{n}-text": "盖住二维码",
        f"layer-{n}-x": "520",
        f"layer-{n}-y": "850",
        f"layer-{n}-w": "100",
    }
    answer = boss.post("/ops/materials/new/", hidden | {"verb": "look"})
    assert "二维码不能被其他图层遮住" in answer.content.decode() and answer.context["poster"] == ""
    assert "盖住二维码" in answer.content.decode(), "what was written is not lost"


def test_a_picture_of_ones_own_on_a_poster_is_sent_with_the_form(seat: Any, tea: Product) -> None:
    shop = seat("merchant", "owner", Role.MERCHANT_OWNER, tea.merchant_id)
    sent = as_sent(shop.get("/merchant/materials/new/"))
    days = {"valid_from_0": "", "valid_from_1": "", "valid_until_0": "", "valid_until_1": "", "category": ""}
    whole = sent | days | {"kind": "poster", "title": "带店标", "product": tea.id}
    more = shop.post("/merchant/materials/new/", whole | {"verb": "more", "more": "image"})
    n = len(more.context["layers"].forms) - 1
    whole = as_sent(more) | days | {"kind": "poster", "title": "带店标", "product": tea.id, f"layer-{n}-file": png()}
    whole |= {f"layer-{n}-{side}": "50" for side in ("w", "h")} | {f"layer-{n}-{side}": "0" for side in ("x", "y")}
    kept = shop.post("/merchant/materials/new/", whole | {"verb": "keep"})
    assert kept.status_code == 302, ([one.errors for one in kept.context["layers"]], list(kept.context["messages"]))
    made = materials.get(kept["Location"].split("/")[-3])
    assert made.template is not None
    assert made.template["layers"][-1]["kind"] == "image" and len(made.template["layers"][-1]["picture"]) == 40


def test_a_picture_that_is_none_is_refused_and_every_word_written_beside_it_stays(seat: Any, tea: Product) -> None:
    shop = seat("merchant", "owner", Role.MERCHANT_OWNER, tea.merchant_id)
    days = {"valid_from_0": "", "valid_from_1": "", "valid_until_0": "", "valid_until_1": "", "category": ""}
    words = days | {"kind": "poster", "title": "带店标的新海报", "product": tea.id}
    start = as_sent(shop.get("/merchant/materials/new/")) | words
    more = shop.post("/merchant/materials/new/", start | {"verb": "more", "more": "image"})
    n = len(more.context["layers"].forms) - 1
    none = SimpleUploadedFile("logo.png", b"not a picture", "image/png")
    before = len(materials.library(merchant_id=tea.merchant_id).items)
    answer = shop.post(
        "/merchant/materials/new/",
        as_sent(more) | words | {f"layer-{n}-file": none, f"layer-{n}-x": "17", "verb": "keep"},
    )
    said = [str(one) for one in answer.context["messages"]]
    assert len(said) == 1 and said[0].startswith("图层的图片没有保存：图片无法使用")
    assert answer.context["form"]["title"].value() == "带店标的新海报"
    assert (len(answer.context["layers"].forms), answer.context["layers"].forms[n]["x"].value()) == (n + 1, "17")
    assert len(materials.library(merchant_id=tea.merchant_id).items) == before
