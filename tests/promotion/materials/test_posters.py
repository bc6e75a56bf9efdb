"""Posters: one description, two painters, the same places; the label stays, and the code says the promoter's link."""

import copy
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from PIL import Image

from tests.commerce.world import T0, shop
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductDraft, SkuDraft
from xintui.infra import wechat
from xintui.promotion.materials import drawing, models, rules, tables
from xintui.promotion.materials.contracts import BadMaterial, Poster, PosterContent
from xintui.simulator.server import gateway

Someone = Callable[..., Any]
CASES: list[dict[str, Any]] = json.loads(Path(__file__).with_name("posters.json").read_text("utf-8"))
LABEL = "广告·推广赚佣金"
ADDRESS = "http://127.0.0.1:8000/s/AVeryLongSignedCode_0123-abcd"


def plain(placed: Any) -> list[dict[str, Any]]:
    """As the file has it, and as the phone's own code says it."""
    return [
        {
            "kind": one.kind, "box": list(one.box), "size": one.size, "align": one.align, "bold": one.bold,
            "ink": one.ink, "fill": one.fill, "radius": one.radius, "picture": one.picture,
            "lines": [{"text": line.text, "x": line.x, "y": line.y, "w": line.w} for line in one.lines],
        }
        for one in placed
    ]  # fmt: skip


def template(n: int = 0) -> dict[str, Any]:
    return copy.deepcopy(tables.templates()[n]["template"])


@pytest.mark.parametrize("case", CASES, ids=[case["name"] for case in CASES])
def test_every_part_stands_where_the_file_that_the_phone_is_held_to_says(case: dict[str, Any]) -> None:
    """`web/tests/poster.test.ts` asks the same of the code on the phone."""
    assert plain(rules.place(case["template"], PosterContent(**case["content"]))) == case["placed"]


def test_the_file_holds_today_templates() -> None:
    known = [case["template"] for case in CASES]
    assert all(one["template"] in known for one in tables.templates())


@pytest.mark.parametrize("n", [0, 1, 2])
@pytest.mark.parametrize("form", ["png", "webp", "jpeg"])
def test_a_scanner_reads_the_link_from_every_template_and_form(n: int, form: str) -> None:
    rules.check_template(template(n), LABEL)
    content = PosterContent(
        "武夷山正岩肉桂 2025 春茶 岩骨花香 礼盒装 中秋送礼", "¥128.00 起", "", "张** 推荐", LABEL, ADDRESS
    )
    made = drawing.draw(Poster("v", template(n), content), lambda _: None, form=form)
    picture = Image.open(io.BytesIO(made))
    assert (picture.format, picture.size) == (form.upper(), tuple(template(n)["size"]))
    assert zxingcpp.read_barcode(picture).text == ADDRESS
    assert len(made) < 600_000


def test_words_never_leave_their_box_and_end_in_an_ellipsis() -> None:
    content = PosterContent("很长的名字" * 20, "¥123,456,789.00 起", "x", "阿" * 40, LABEL, ADDRESS)
    for n in range(3):
        for one in rules.place(template(n), content):
            x, y, w, h = one.box
            assert all(line.x >= x and line.x + line.w <= x + w for line in one.lines), one
            assert all(line.y >= y and line.y + one.size <= y + h + one.size // 2 for line in one.lines), one
        title = next(one for one in rules.place(template(n), content) if one.kind == "title")
        assert len(title.lines) == 2 and title.lines[1].text.endswith("…")


def without(made: dict[str, Any], kind: str) -> dict[str, Any]:
    return made | {"layers": [one for one in made["layers"] if one["kind"] != kind]}


def changed(made: dict[str, Any], kind: str, **change: Any) -> dict[str, Any]:
    return made | {"layers": [one | change if one["kind"] == kind else one for one in made["layers"]]}


COVER = {"kind": "box", "box": [0, 0, 750, 1200], "fill": "#ffffff"}


@pytest.mark.parametrize(
    ("made", "why"),
    [
        (without(template(), "label"), "有且只有一个推广标识"),
        (changed(template(), "label", size=14), "字号不小于"),
        (changed(template(), "label", box=[510, 1122, 100, 42]), "完整显示"),
        (changed(template(), "label", ink="#fdeccf"), "对比度"),
        ({**template(), "layers": [*template()["layers"], COVER]}, "遮住"),
        (without(template(), "qr"), "有且只有一个二维码"),
        (changed(template(), "qr", box=[520, 830, 80, 80]), "二维码应为正方形"),
        (changed(template(), "qr", box=[520, 830, 180, 160]), "二维码应为正方形"),
        (changed(template(), "title", box=[44, 792, 900, 116]), "超出画面"),
        (changed(template(), "title", ink="red"), "#rrggbb"),
        (changed(template(), "title", size=True), "整数"),
        (changed(template(), "title", onclick="x"), "无法识别"),
        ({**template(), "size": [750, 90_000]}, "尺寸"),
        ({**template(), "layers": template()["layers"] * 9}, "图层应有"),
        ({**template(), "script": ""}, "三项"),
    ],
)  # fmt: skip
def test_what_is_no_template(made: dict[str, Any], why: str) -> None:
    with pytest.raises(BadMaterial, match=why):
        rules.check_template(made, LABEL)


def test_a_label_without_a_ground_of_its_own_is_no_label() -> None:
    made = template()
    for one in made["layers"]:
        if one["kind"] == "label":
            del one["fill"]
    with pytest.raises(BadMaterial, match="底色"):
        rules.check_template(made, LABEL)


# -- as a promoter gets it -------------------------------------------------------------------------------------------


@pytest.fixture
def kit(pushes: Any) -> dict[str, Any]:
    """A link to a product with a picture, made with the first template."""
    out = io.BytesIO()
    Image.new("RGB", (600, 600), "darkgreen").save(out, "PNG")
    mine = shop("云雾茶行")
    green = catalog.upload(mine.id, out.getvalue(), now=T0)
    catalog.set_category("tea", "茶叶")
    skus = (SkuDraft("50g", 68_00, 9), SkuDraft("250g", 298_00, 9))
    draft = ProductDraft("明前龙井", "tea", skus, pictures=(green,))
    made = catalog.create_product(mine.id, draft, actor="usr01OWNER", now=T0)
    catalog.list_product(mine.id, made.id, actor="usr01OWNER", now=T0)
    asked = {"kind": "product", "id": made.id, "channel": "moments", "version_id": tables.templates()[0]["id"]}
    answer = pushes.post("/promoter/share", asked)
    assert answer.status_code == 200, answer.content.decode()
    return dict(answer.json()) | {"picture": green, "version": asked["version_id"]}


@pytest.mark.django_db
def test_a_promoter_gets_the_poster_drawn_and_described_alike(pushes: Any, kit: dict[str, Any]) -> None:
    base = f"/promoter/links/{kit['link']['id']}"
    told = pushes.get(f"{base}/poster?version_id={kit['version']}&named=true").json()
    address = f"http://127.0.0.1:8000/s/{kit['link']['code']}"
    assert told["content"] == {
        "title": "明前龙井", "price": "¥68.00 起", "picture": kit["picture"], "promoter": "张** 推荐", "label": LABEL,
        "address": address,
    }  # fmt: skip
    assert told["template"] == template()
    drawn = pushes.get(f"{base}/poster-file?version_id={kit['version']}&form=webp")
    assert drawn["Content-Type"] == "image/webp"
    picture = Image.open(io.BytesIO(drawn.content)).convert("RGB")
    assert zxingcpp.read_barcode(picture).text == address
    assert picture.getpixel((375, 300)) == pytest.approx((0, 100, 0), abs=6), "the product's own picture"
    assert pushes.get(f"{base}/poster?version_id={kit['version']}").json()["content"]["promoter"] == ""


@pytest.mark.django_db
def test_another_promoters_link_and_another_kind_make_no_poster(
    pushes: Any, kit: dict[str, Any], someone: Someone
) -> None:
    assert (
        someone("li").get(f"/promoter/links/{kit['link']['id']}/poster?version_id={kit['version']}").status_code == 403
    )
    assert pushes.get(f"/promoter/links/lnknone/poster?version_id={kit['version']}").status_code == 404
    assert pushes.get(f"/promoter/links/{kit['link']['id']}/poster?version_id=mtvnone").status_code == 404


# -- 小程序码 --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def sim(tmp_path_factory: pytest.TempPathFactory) -> Any:
    with gateway(tmp_path_factory.mktemp("codes")) as running:
        yield running


@pytest.fixture
def pointed(sim: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("XINTUI_WECHAT_API", sim.url)
    monkeypatch.setenv("XINTUI_WECHAT_APPID", sim.keys.appid)
    monkeypatch.setenv("XINTUI_WECHAT_APPSECRET", sim.keys.appsecret)
    wechat._tokens.clear()
    return sim


@pytest.mark.django_db
def test_wechat_is_asked_once_for_a_links_code_and_its_scene_is_the_links_code(
    pushes: Any,
    kit: dict[str, Any],
    pointed: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked: list[str] = []
    real = wechat.mini_code
    monkeypatch.setattr(
        wechat, "mini_code", lambda app, scene, page, **more: asked.append(scene) or real(app, scene, page, **more)
    )  # type: ignore[func-returns-value]
    path = f"/promoter/links/{kit['link']['id']}/mini-code"
    assert pushes.get(path).json()["code"] == "materials.code_unavailable"
    for _ in range(2):
        assert pushes.post(path).json() == {"path": f"/api/v1{path}"}
    picture = pushes.get(path)
    assert (picture["Content-Type"], asked) == ("image/jpeg", [kit["link"]["code"]])
    read = zxingcpp.read_barcode(Image.open(io.BytesIO(picture.content))).text
    assert "path=pages%2Fopen%2Findex" in read and f"scene%3D{kit['link']['code']}" in read


@pytest.mark.django_db
def test_what_wechat_refuses_is_said_in_words_and_nothing_is_kept(
    pushes: Any,
    kit: dict[str, Any],
    pointed: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import httpx

    path = f"/promoter/links/{kit['link']['id']}/mini-code"
    httpx.post(f"{pointed.url}/sim/wx/pages", json={"pages": ["pages/index"]}, trust_env=False)
    answer = pushes.post(path)
    assert (answer.status_code, answer.json()["facts"]["reason"]) == (503, "小程序还没有发布这个页面")
    httpx.post(f"{pointed.url}/sim/wx/pages", json={"pages": []}, trust_env=False)
    monkeypatch.setenv("XINTUI_WECHAT_API", "http://127.0.0.1:9")
    wechat._tokens.clear()
    assert pushes.post(path).json()["facts"]["reason"] == "微信没有应答，请稍后再试"
    monkeypatch.setenv("XINTUI_WECHAT_APPID", "")
    assert pushes.post(path).json()["facts"]["reason"] == "平台还没有接入小程序"
    assert models.Code.objects.count() == 0
