"""执业资格: a promoter photographs her paper on the phone, a reviewer compares it and takes the list along."""

import csv
import io

from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import House, Opened, context, enter
from tests.browser.test_m_disputes import drawn
from tests.browser.test_m_pages import PROMOTERS, Client, fill, let_in, ready

NUMBER, NAME = "A20203301011234", "沈小鹿"
SEEN = "img => img.complete && img.naturalWidth > 0"


def hands_in(page: Page, house: House) -> None:
    """Number, name and a real photo; it waits for a person."""
    page.goto("/m/pages/login/index?next=%2Fpromoter%2Fqualification")
    let_in(page, house, PROMOTERS[0])
    page.wait_for_url("**/promoter/qualification")
    ready(page)
    page.get_by_test_id("add-law_person").click()
    fill(page, "number", NUMBER)
    fill(page, "name", NAME)
    with page.expect_file_chooser() as asked:
        page.get_by_test_id("photo").click()
    asked.value.set_files({"name": "资格证.png", "mimeType": "image/png", "buffer": drawn()})
    expect(page.get_by_test_id("photo")).to_contain_text("已选择")
    page.get_by_test_id("send").click()
    expect(page.get_by_test_id("paper").first).to_have_attribute("data-state", "review")
    expect(page.get_by_text(NUMBER)).to_have_count(0)  # a person's number is shown masked, to herself too


def reviewed(ops: Page, house: House) -> None:
    """The picture beside the whole number; it passes."""
    enter(ops, house, "ops", "reviewer")
    ops.goto("/ops/qualification/review/")
    expect(ops.get_by_text(NUMBER).first).to_be_visible()
    picture = ops.get_by_role("img", name="证书图片 1")
    expect(picture).to_be_visible()
    assert picture.evaluate(SEEN)
    ops.get_by_role("button", name="通过 p", exact=True).click()
    expect(ops.get_by_text("已办理并记入审计")).to_be_visible()


def exported(ops: Page) -> list[dict[str, str]]:
    """The list of papers as a file, by the action of the list."""
    ops.goto("/ops/qualification/certificate/?kind__exact=law_person")
    ops.locator("#action-toggle").check()
    ops.locator("select[name=action]").select_option("export_csv")
    with ops.expect_download() as got:
        ops.locator("#changelist-form").evaluate("form => form.requestSubmit()")
    text = got.value.path().read_text("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_a_paper_is_photographed_compared_and_listed(chromium: Browser, house: House, watch: Opened) -> None:
    with context(chromium, house, phone=True) as hers, context(chromium, house) as office:
        page, ops = watch(hers), watch(office)
        hands_in(page, house)
        reviewed(ops, house)
        page.goto("/m/promoter/qualification")
        ready(page)
        expect(page.get_by_test_id("paper").first).to_have_attribute("data-state", "passed")
        (row,) = exported(ops)
    assert (row["类别"], row["证书名称"], row["状态"]) == ("法律职业资格", NAME, "有效")
    assert NUMBER not in str(row)
    assert any(one["state"] == "passed" for one in Client(house, PROMOTERS[0]).get("/me/certificates")["items"])
