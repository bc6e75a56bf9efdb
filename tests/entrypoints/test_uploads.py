"""Files in and out of the consoles: rows judged one by one, good ones in, bad ones back, and nothing twice."""

import csv
import io
import re
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.commerce.test_consoles import sitting
from tests.commerce.world import T0, goods, paid, shop
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.models import Product
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.models import Order
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock, tenancy
from xintui.infra.workbook import workbook

pytestmark = pytest.mark.django_db
HEAD = ("标题", "类目", "规格", "价格（元）", "可售库存")
GOODS, SHIPMENTS = "/merchant/import/goods/", "/merchant/import/shipments/"


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Any:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def table(*rows: tuple[str, ...], head: tuple[str, ...] = HEAD) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([head, *rows])
    return out.getvalue().encode()


def send(client: Client, page: str, content: bytes, name: str = "a.csv") -> str:
    with tenancy.as_nobody():
        answer = client.post(page, {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 200, answer.status_code
    return str(answer.content.decode())


def go_on(client: Client, page: str, seen: str, verb: str) -> Any:
    kept = re.search(r'name="kept" value="([^"]+)"', seen)
    assert kept is not None
    with tenancy.as_nobody():
        return client.post(page, {"kept": kept[1], "verb": verb})


def counted(seen: str) -> list[int]:
    """Rows, changed, unchanged, refused."""
    return [int(n) for n in re.findall(r"<b class=\"[^\"]*\">(\d+)(?: 行)?</b>", seen)[:4]]


def test_good_rows_go_in_bad_ones_come_back_and_the_same_file_again_changes_nothing() -> None:
    tea = shop("云雾茶行")
    old = goods(tea, "碧螺春", ("100 克", 5_000, 9))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    file = table(
        ("明前龙井", "茶叶", "250 克", "128.50", "20"),
        ("明前龙井", "茶叶", "500 克", "239", "10"),
        ("碧螺春", "茶叶", "100 克", "49.90", "30"),
        ("雨前龙井", "茶叶", "250 克", "便宜", "20"),
        ("无名", "没有的类目", "250 克", "1", "1"),
        ("碧螺春", "茶叶", "100 克", "49.90", "-1"),
    )
    seen = send(client, GOODS, file)
    assert counted(seen) == [6, 3, 0, 3] and "尚未导入" in seen
    assert "应为金额，例如 128.50" in seen and "没有这个类目" in seen and "应为不小于 0 的整数" in seen
    assert Product.objects.count() == 1 and catalog.get(old.id).skus[0].price_fen == 5_000  # nothing yet

    done = go_on(client, GOODS, seen, "do").content.decode()
    assert counted(done) == [6, 3, 0, 3] and "已逐行导入" in done
    made = catalog.get(Product.objects.get(title="明前龙井").id)
    assert [(one.spec, one.price_fen, one.available_qty) for one in made.skus] == [
        ("250 克", 12_850, 20),
        ("500 克", 23_900, 10),
    ]
    assert [(one.price_fen, one.available_qty) for one in catalog.get(old.id).skus] == [(4_990, 30)]
    line = AuditEntry.objects.get(action="console.import")
    assert (line.object_id, line.after) == ("goods", {"rows": 6, "changed": 3, "unchanged": 0, "refused": 3})

    again = send(client, GOODS, file)
    assert counted(again) == [6, 0, 3, 3] and "确认导入" not in again
    rejects = go_on(client, GOODS, again, "rejects")
    assert "attachment" in rejects.headers["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(rejects.content.decode("utf-8-sig"))))
    assert [(row[0], row[1], row[-2]) for row in rows] == [
        ("行号", "标题", "出错的列"),
        ("5", "雨前龙井", "价格（元）"),
        ("6", "无名", "类目"),
        ("7", "碧螺春", "可售库存"),
    ]


def test_a_spreadsheet_and_the_csv_of_chinese_windows_are_read_like_any_csv() -> None:
    tea = shop("云雾茶行")
    goods(tea, "碧螺春", ("100 克", 5_000, 9))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    rows = (("明前龙井", "茶叶", "250 克", "128.50", "20"),)
    assert counted(send(client, GOODS, workbook("x", HEAD, rows), "a.xlsx")) == [1, 1, 0, 0]
    assert counted(send(client, GOODS, table(*rows).decode().encode("gb18030"))) == [1, 1, 0, 0]


@pytest.mark.parametrize(
    ("name", "content", "why"),
    [
        ("a.pdf", b"x", "只支持 CSV 与 XLSX"),
        ("a.csv", table(head=("标题",)), "缺少列"),
        ("a.csv", table(), "没有数据行"),
        ("a.xlsx", b"PK\x03\x04 broken", "不是完好的 XLSX"),
        ("a.csv", table(*[("a",) * 5] * 1_001), "超过 1000 行"),
    ],
)
def test_a_file_that_is_no_such_table_is_refused_in_a_sentence(name: str, content: bytes, why: str) -> None:
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, shop("云雾茶行").id)
    assert why in send(client, GOODS, content, name)
    assert not Product.objects.exists()


def test_shipments_are_filled_in_once_and_only_for_ones_own_orders() -> None:
    tea, fruit = shop("云雾茶行"), shop("阳光果园")
    green, apple = goods(tea, "明前龙井", ("50g", 6_800, 10)), goods(fruit, "苹果", ("5斤", 3_990, 9))
    (mine,), (theirs,) = paid((green.skus[0].id, 1)), paid((apple.skus[0].id, 1))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    head = ("订单号", "承运商", "运单号")
    file = table((mine.id, "顺丰", "SF123456"), (theirs.id, "顺丰", "SF999999"), (mine.id, "中通", "1"), head=head)
    seen = send(client, SHIPMENTS, file)
    assert counted(seen) == [3, 1, 0, 2] and "本店没有这个订单" in seen
    go_on(client, SHIPMENTS, seen, "do")
    sent = Order.objects.get(id=mine.id)
    assert (sent.state, sent.carrier, sent.tracking_no) == ("shipped", "顺丰", "SF123456")
    assert orders.order_file(theirs.id).order.state.value == "paid"
    assert counted(send(client, SHIPMENTS, file)) == [3, 0, 1, 2]
    other = table((mine.id, "中通", "ZT000001"), head=head)  # another parcel is no repetition
    assert counted(send(client, SHIPMENTS, other)) == [1, 0, 0, 1]


def test_who_may_not_import_finds_no_page_and_a_kept_file_that_was_changed_is_refused() -> None:
    tea = shop("云雾茶行")
    service = sitting("merchant", "service", Role.MERCHANT_SERVICE, tea.id)
    owner = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    with tenancy.as_nobody():
        assert service.get(GOODS).status_code == 403
        assert service.post(GOODS, {"kept": "x", "verb": "do"}).status_code == 403
        for kept in ("x", ".csv:%%%", ".exe:eJw=", ".csv:eJw="):
            said = owner.post(GOODS, {"kept": kept, "verb": "do"}).content.decode()
            assert "请重新选择文件" in said or "文件是空的" in said, kept
        template = owner.get(GOODS + "?template=csv").content.decode("utf-8-sig")
    assert template.splitlines()[0].startswith("标题,类目,规格")


def test_a_list_goes_out_as_a_spreadsheet_masked_without_formulas_and_on_record() -> None:
    tea = shop("云雾茶行")
    goods(tea, "=1+1 龙井", ("50g", 6_800, 10))
    client = sitting("merchant", "owner", Role.MERCHANT_OWNER, tea.id)
    ids = [str(key) for key in Product.objects.values_list("id", flat=True)]
    with tenancy.as_nobody():
        wish = {"action": "export_xlsx", "index": "0", "_selected_action": ids}
        answer = client.post("/merchant/catalog/product/", wish)
    assert answer.headers["Content-Disposition"] == 'attachment; filename="product.xlsx"'
    with zipfile.ZipFile(io.BytesIO(answer.content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert "'=1+1 龙井" in sheet and "<f>" not in sheet
    assert AuditEntry.objects.get(action="console.export").after == {"rows": 1}
