"""/m/: what the server adds to the built shop: where it may load from, its card in a chat, what may be cached."""

import gzip
import json
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from whitenoise.compress import Compressor

from tests.commerce.world import T0, goods, shop
from tests.promotion.people import promoter
from xintui.commerce.catalog.contracts import Product
from xintui.entrypoints import mobile
from xintui.infra import clock, tenancy
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, Target, TargetKind

INDEX = "<!doctype html><html><head><!--share--></head><body><!--early--></body></html>"


@pytest.fixture
def built(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A build with a page, a file whose name has a hash, and one whose name has none."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "static").mkdir()
    (tmp_path / "index.html").write_text(INDEX)
    (tmp_path / "assets/index-Bk754QDF.js").write_text("1")
    (tmp_path / "static/tea.svg").write_text("<svg/>")
    monkeypatch.setattr(mobile, "BUILT", tmp_path)
    clock.set_for_story(T0)
    yield tmp_path
    clock.set_for_story(None)


def get(path: str) -> HttpResponse:
    with tenancy.as_nobody():
        return Client(headers={"user-agent": "Mozilla/5.0"}).get(path)  # type: ignore[return-value]


def listed(title: str = "明前龙井") -> Product:
    return goods(shop("云雾茶行"), title, ("50g", 6_800, 10))


@pytest.mark.django_db
def test_every_page_of_the_shop_is_the_one_page_under_a_policy_without_outside_hosts(built: Path) -> None:
    for path in ("/m/", "/m/pages/cart/index", "/m/promoter/index"):
        page = get(path)
        assert (page.status_code, page["Cache-Control"]) == (200, "no-cache")
        policy = page["Content-Security-Policy"]
        assert "script-src 'self'" in policy and "connect-src 'self'" in policy and "http" not in policy
        assert "<!--share-->" not in page.content.decode()
    assert [get(path).status_code for path in ("/m/api/v1/me", "/m/assets/gone.js", "/m/wp-admin")] == [404] * 3


@pytest.mark.django_db
def test_a_chat_shows_the_product_and_says_so_when_it_is_advertising(built: Path) -> None:
    green = listed('"><script>龙井')
    plain = get(f"/m/pages/product/index?id={green.id}").content.decode()
    assert '<meta property="og:title" content="&quot;&gt;&lt;script&gt;龙井">' in plain
    assert "<script>" not in plain and plain.count("<script") == plain.count("</script>") == 1
    given = re.search(r'<script type="application/json" id="xt-product">(.*?)</script>', plain)
    assert given and json.loads(given[1]) == get(f"/api/v1/catalog/products/{green.id}").json()  # type: ignore[attr-defined]
    shared = get(f"/m/pages/product/index?id={green.id}&s=CODE").content.decode()
    assert 'content="广告·推广赚佣金 &quot;&gt;&lt;script&gt;龙井"' in shared
    for nothing in ("nobody", "../x", "%00", "<b>"):
        assert "og:title" not in get(f"/m/pages/product/index?id={nothing}").content.decode()


@pytest.mark.django_db
def test_the_page_comes_compressed_to_whoever_can_read_that(built: Path) -> None:
    address = f"/m/pages/product/index?id={listed().id}"
    plain = get(address)
    with tenancy.as_nobody():
        packed = Client(headers={"user-agent": "Mozilla/5.0", "accept-encoding": "gzip"}).get(address)
    assert packed["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.content) == plain.content
    assert len(packed.content) < len(plain.content)


@pytest.mark.django_db
def test_a_share_link_leads_to_its_product_with_its_code_and_a_forged_one_to_the_front(built: Path) -> None:
    green = listed()
    who = promoter(1, at=T0 - timedelta(days=1)).id
    target = Target(TargetKind.PRODUCT, green.id, green.merchant_id, green.title)
    code = attribution.create_link(who, target, Channel.GROUP, now=T0).code
    assert get(f"/m/s/{code}")["Location"] == f"/m/pages/product/index?id={green.id}&s={code}"
    home = attribution.create_link(who, Target(TargetKind.HOME, "home", "", "信推好物"), Channel.GROUP, now=T0).code
    assert get(f"/m/s/{home}")["Location"] == f"/m/pages/open/index?s={home}"
    assert get(f"/m/s/{code[::-1]}")["Location"] == "/m/"


@pytest.mark.django_db
def test_a_printed_link_leads_to_the_h5_shop_and_stays_in_the_plain_one_when_asked_or_when_there_is_no_other(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    green = listed()
    who = promoter(1, at=T0 - timedelta(days=1)).id
    target = Target(TargetKind.PRODUCT, green.id, green.merchant_id, green.title)
    code = attribution.create_link(who, target, Channel.GROUP, now=T0).code
    assert get(f"/s/{code}")["Location"] == f"/m/s/{code}"
    assert attribution.link(who, attribution.resolve(code).id).clicks == 0, "the phone tells its own click"
    assert get(f"/s/{code}?plain")["Location"] == f"/p/{green.id}"
    assert attribution.link(who, attribution.resolve(code).id).clicks == 1
    monkeypatch.setattr(mobile, "BUILT", built / "nothing")
    assert get(f"/s/{code}")["Location"] == f"/p/{green.id}"


@pytest.mark.django_db
def test_a_browser_without_scripts_is_led_to_the_shop_that_needs_none(built: Path) -> None:
    def sent(path: str) -> str:
        found = re.search('<noscript><meta http-equiv="refresh" content="0; url=([^"]*)">', get(path).content.decode())
        assert found
        return found[1]

    assert sent("/m/pages/product/index?id=prd1&s=Ab-_9") == "/s/Ab-_9?plain"
    assert sent("/m/pages/product/index?id=prd1") == "/p/prd1"
    assert sent('/m/pages/product/index?id=prd1&s="><script>') == "/p/prd1"
    assert sent("/m/pages/cart/index?id=prd1") == sent("/m/") == "/"


def test_files_named_by_hash_are_kept_for_ever_and_the_page_is_never_a_file(built: Path) -> None:
    def beyond(request: HttpRequest) -> HttpResponse:
        return HttpResponse("beyond")

    files = mobile.Files(beyond)
    found = {url: kept.alternatives[0][1] for url, kept in files.files.items() if url.startswith("/m/")}
    assert sorted(found) == ["/m/assets/index-Bk754QDF.js", "/m/static/tea.svg"]
    hashed = files(RequestFactory().get("/m/assets/index-Bk754QDF.js"))
    assert "immutable" in hashed["Cache-Control"]
    assert "immutable" not in files(RequestFactory().get("/m/static/tea.svg"))["Cache-Control"]
    assert files(RequestFactory().get("/m/index.html")).content == b"beyond"


def test_a_file_comes_as_small_as_the_browser_can_read_it(built: Path) -> None:
    program = built / "assets/index-Bk754QDF.js"
    program.write_text("const tea = '龙井'\n" * 500)
    assert len(Compressor(quiet=True).compress(str(program))) == 2
    files = mobile.Files(lambda request: HttpResponse())

    def sent(reads: str) -> str:
        given = RequestFactory().get("/m/assets/index-Bk754QDF.js", headers={"accept-encoding": reads})
        return str(files(given).get("Content-Encoding", "as it is"))

    assert [sent(reads) for reads in ("gzip, deflate, br", "gzip, deflate", "")] == ["br", "gzip", "as it is"]


def test_without_a_build_one_sentence_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mobile, "BUILT", tmp_path / "nothing")
    page = mobile.page(RequestFactory().get("/m/"))
    assert page.status_code == 503
    assert "请在项目目录运行 make web" in page.content.decode()
    assert mobile.Files(lambda request: HttpResponse()).files.get("/m/index.html") is None


@pytest.mark.django_db
def test_the_product_page_shows_picture_price_and_label_before_its_program_has_come(built: Path) -> None:
    green = listed("明前<b>龙井")
    early = get(f"/m/pages/product/index?id={green.id}&s=abc").content.decode().partition("<body>")[2]
    assert "明前&lt;b&gt;龙井" in early and "¥68.00" in early and "广告·推广赚佣金" in early
    assert "广告" not in get(f"/m/pages/product/index?id={green.id}").content.decode().partition("<body>")[2]
    elsewhere = get(f"/m/promoter/share?id={green.id}").content.decode().partition("<body>")[2]
    assert elsewhere == "</body></html>"
