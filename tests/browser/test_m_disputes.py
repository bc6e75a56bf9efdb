"""A complaint on the phone: filed with a photo, offered less for, taken, paid; and the shop's console in between."""

import io
import subprocess
import sys
import tempfile
import zipfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_buyer import bought, inside, received
from tests.browser.test_m_pages import BUYER, Client, fill, ready


def drawn() -> bytes:
    """A photo."""
    out = io.BytesIO()
    Image.new("RGB", (1600, 900), "firebrick").save(out, "PNG")
    return out.getvalue()


def verified(pack: bytes, folder: Path) -> str:
    """What `xintui verify` says of the pack, on a machine that has nothing else."""
    file = folder / "pack.zip"
    file.write_bytes(pack)
    command = [sys.executable, "-m", "xintui.entrypoints.cli", "verify", str(file)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_buyer_complains_with_a_photo_takes_what_is_offered_and_is_paid(
    chromium: Browser, house: House, watch: Opened
) -> None:
    order = received(house)
    with context(chromium, house, phone=True) as phone, context(chromium, house) as desk:
        page = watch(phone)
        inside(page, house, BUYER)
        page.goto(f"/m/pages/orders/detail?id={order['id']}")
        page.get_by_test_id("complain").click()
        page.get_by_test_id("send").click()
        expect(page.get_by_text("请选择出了什么问题")).to_be_visible()
        page.get_by_test_id("kind-damaged").click()
        fill(page, "amount", "12.34")
        page.get_by_test_id("words").locator("textarea").fill("罐子压扁了，茶叶撒了一半")
        with page.expect_file_chooser() as asked:
            page.get_by_test_id("add-picture").click()
        asked.value.set_files({"name": "罐子.png", "mimeType": "image/png", "buffer": drawn()})
        expect(page.get_by_test_id("shot")).to_have_count(1)
        page.get_by_test_id("send").click()
        page.wait_for_url("**/m/disputes/detail?id=*")
        ready(page)
        expect(page.get_by_test_id("state")).to_have_text("待对方答复")
        expect(page.get_by_test_id("picture")).to_have_count(1)
        number = page.url.rpartition("=")[2]

        shop = watch(desk)
        enter(shop, house, "merchant", house.shop_login)
        shop.get_by_role("link", name="待答复的投诉").first.click()
        shop.goto(f"/merchant/disputes/case/{number}/change/")
        expect(shop.get_by_text("罐子压扁了，茶叶撒了一半").first).to_be_visible()
        shop.get_by_role("button", name="提出协商金额").or_(shop.get_by_text("提出协商金额")).first.click()
        shop.get_by_label("愿意赔付（元）").fill("5.00")
        shop.get_by_label("说明（对方可见）").fill("补偿一半可以吗")
        shop.get_by_role("button", name="确认").click()
        expect(shop.get_by_text("已提出，等买家决定")).to_be_visible()

        page.goto(f"/m/disputes/detail?id={number}")
        ready(page)
        expect(page.get_by_test_id("offer")).to_have_text("愿意赔付 ¥5.00")
        page.get_by_test_id("take").click()
        page.locator(".uni-modal__btn_primary").click()
        expect(page.get_by_test_id("state")).to_have_text("赔付中")
        with page.expect_download() as got:
            page.get_by_test_id("pack").locator("button").or_(page.get_by_test_id("pack")).first.click()
        assert got.value.suggested_filename.startswith("投诉证据包-")
        expect(page.get_by_test_id("state")).to_have_text("已赔付", timeout=60_000)
        expect(page.get_by_test_id("paid")).to_contain_text("5.00")
    found = Client(house, BUYER).get(f"/disputes/{number}")["dispute"]
    assert (found["state"], found["paid_fen"], found["ruled_fen"]) == ("paid", 500, 500)


def complained(page: Page, order: str) -> str:
    """Of something that no rule decides, with a photo; the complaint's number."""
    page.goto(f"/m/disputes/file?order={order}")
    ready(page)
    page.get_by_test_id("kind-counterfeit").click()
    fill(page, "amount", "8.88")
    page.get_by_test_id("words").locator("textarea").fill("防伪码查不到，包装上的字也不清楚")
    with page.expect_file_chooser() as asked:
        page.get_by_test_id("add-picture").click()
    asked.value.set_files({"name": "防伪码.png", "mimeType": "image/png", "buffer": drawn()})
    expect(page.get_by_test_id("shot")).to_have_count(1)
    page.get_by_test_id("send").click()
    page.wait_for_url("**/m/disputes/detail?id=*")
    ready(page)
    return page.url.rpartition("=")[2]


def contested(shop: Page, house: House, number: str) -> None:
    """The shop says no and hands in its own paper, in its console."""
    enter(shop, house, "merchant", house.shop_login)
    shop.goto(f"/merchant/disputes/{number}/papers/")
    shop.locator("input[type=file]").set_input_files({"name": "授权.png", "mimeType": "image/png", "buffer": drawn()})
    shop.locator("form:has(input[type=file]) button").click()
    expect(shop.get_by_text("已提交 1 份，对方可见")).to_be_visible()
    shop.goto(f"/merchant/disputes/case/{number}/change/")
    shop.locator("a[href$='/contest/']").click()
    shop.get_by_label("说明（对方可见）").fill("有品牌授权书，货源可查")
    shop.get_by_role("button", name="确认").click()
    expect(shop.get_by_text("已答复").first).to_be_visible()


def awarded(ops: Page, house: House) -> None:
    """A person takes it out of the queue, reads both sides and gives a part."""
    enter(ops, house, "ops", "reviewer")
    ops.get_by_role("link", name="待裁决的投诉").first.click()
    ops.locator("#result_list tbody th a").first.click()
    expect(ops.get_by_text("防伪码查不到，包装上的字也不清楚").first).to_be_visible()
    expect(ops.get_by_text("有品牌授权书，货源可查").first).to_be_visible()
    ops.locator("a[href$='/award/']").click()
    ops.get_by_label("支持买家（元）").fill("6.66")
    ops.get_by_label("说明（对方可见）").fill("授权书与批次不符，按请求的大部分支持")
    ops.get_by_role("button", name="确认").click()
    expect(ops.get_by_text("已裁决并记入审计")).to_be_visible()


def test_a_complaint_goes_to_arbitration_and_its_pack_is_checked_without_us(
    chromium: Browser, house: House, watch: Opened
) -> None:
    with (
        context(chromium, house, phone=True) as phone, context(chromium, house) as counter,
        context(chromium, house) as office,
    ):  # fmt: skip
        page = watch(phone)
        inside(page, house, BUYER)
        order = bought(page, house, "wechat")
        parcel = {"carrier": "顺丰速运", "tracking_no": "SF1000000099"}
        Client(house, house.shop_login).post(f"/shop/orders/{order}/ship", parcel)
        Client(house, BUYER).post(f"/orders/{order}/receive", {})
        number = complained(page, order)
        shop = watch(counter)
        contested(shop, house, number)
        page.goto(f"/m/disputes/detail?id={number}")
        expect(page.get_by_test_id("state")).to_have_text("平台裁决中")
        awarded(watch(office), house)
        page.goto(f"/m/disputes/detail?id={number}")
        expect(page.get_by_test_id("state")).to_have_text("已赔付", timeout=60_000)
        expect(page.get_by_test_id("paid")).to_contain_text("6.66")
        expect(page.get_by_text("授权书与批次不符，按请求的大部分支持").first).to_be_visible()
        with page.expect_download() as got, tempfile.TemporaryDirectory() as folder:
            page.get_by_test_id("pack").locator("button").or_(page.get_by_test_id("pack")).first.click()
            pack = Path(folder) / "downloaded.zip"
            got.value.save_as(pack)
            whole = pack.read_bytes()
            assert number in verified(whole, Path(folder))
            refused(whole, Path(folder))
        reversed_(shop, house, number)
        pays_back(page, number)
    found = Client(house, BUYER).get(f"/disputes/{number}")["dispute"]
    told = (found["state"], found["paid_fen"], found["wanted_fen"], found["recovered_fen"])
    assert told == ("reversed", 666, 888, 200)


def reversed_(shop: Page, house: House, number: str) -> None:
    """The shop appeals by its button, and a human finds that it was right."""
    shop.goto(f"/merchant/disputes/case/{number}/change/")
    shop.locator("a[href$='/appeal/']").click()
    shop.get_by_label("说明（对方可见）").fill("补交了品牌方的验货单")
    shop.get_by_role("button", name="确认").click()
    expect(shop.get_by_text("已提出申诉，结果会通知您")).to_be_visible()
    appeal = Client(house, house.shop_login).get(f"/disputes/{number}")["appeal"]["id"]
    said = {"granted": True, "answer": "验货单与批次一致，改判"}
    Client(house, "reviewer").post(f"/appeals/{appeal}/decision", said)


def pays_back(page: Page, number: str) -> None:
    """What was paid first is owed now: why, and a part of it at the gateway's own cashier, with a receipt."""
    page.goto(f"/m/disputes/detail?id={number}")
    expect(page.get_by_test_id("state")).to_have_text("申诉改判", timeout=60_000)
    page.get_by_test_id("to-debts").click()
    page.wait_for_url("**/m/disputes/debts")
    ready(page)
    expect(page.get_by_test_id("left")).to_contain_text("6.66")
    debt = page.get_by_test_id("debt")
    expect(debt).to_contain_text("复核说明：验货单与批次一致，改判")
    fill(page, "amount", "9.99")
    page.get_by_test_id("repay").click()
    expect(page.get_by_text("金额应在 ¥0.01 到 ¥6.66 之间")).to_be_visible()
    fill(page, "amount", "2.00")
    page.get_by_test_id("repay").click()
    page.get_by_role("button", name="付款").click()
    expect(page.get_by_text("支付成功")).to_be_visible()
    page.get_by_role("link", name="返回商家").click()
    page.wait_for_url("**/m/disputes/debts**")
    for _ in range(30):
        ready(page)
        if page.get_by_test_id("receipt").count():
            break
        page.wait_for_timeout(1_000)
        page.reload()
    expect(page.get_by_test_id("receipt")).to_contain_text("¥2.00")
    expect(page.get_by_test_id("left")).to_contain_text("4.66")


def refused(pack: bytes, folder: Path) -> None:
    """One picture of the evidence changed, and the check says which."""
    changed = folder / "changed.zip"
    with zipfile.ZipFile(io.BytesIO(pack)) as old, zipfile.ZipFile(changed, "w") as new:
        name = next(one for one in old.namelist() if one.startswith("evidence/"))
        for one in old.namelist():
            new.writestr(one, drawn() if one == name else old.read(one))
    command = [sys.executable, "-m", "xintui.entrypoints.cli", "verify", str(changed)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode != 0 and name in done.stdout + done.stderr
