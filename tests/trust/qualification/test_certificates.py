"""T-22: what is handed in passes by rule or goes to a person with every reason; it runs out, and is looked at again."""

import io
from datetime import UTC, date, datetime, timedelta

import pytest
from PIL import Image

from tests.commerce.world import T0, goods, shop
from tests.promotion.people import promoter
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import BadProduct, ProductDraft, ProductFilter, ProductNotFound, SkuDraft
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.orders import facade as orders
from xintui.engagement.notifications import facade as notifications
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.kernel.states import NoSuchMove
from xintui.promotion.attribution import facade as attribution
from xintui.promotion.attribution.contracts import Channel, NoSuchTarget, Target, TargetKind
from xintui.trust.appeals import facade as appeals
from xintui.trust.qualification import facade, models
from xintui.trust.qualification.contracts import (
    BadCertificate,
    BadNumber,
    CertificateNotFound,
    Draft,
    Facts,
    FileNotFound,
    Holder,
    HolderKind,
    Kind,
    NotAppealable,
    NothingToLookAt,
    Paper,
    State,
    UnfitFile,
    Unqualified,
    UnqualifiedPromoter,
)
from xintui.trust.qualification.rules import life

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
TODAY = date(2026, 11, 29)
DAY = timedelta(days=1)
NAME = "勐海云岭茶业有限公司"
CODE = "91350100M000100Y43"
FACTS = Facts(NAME, CODE)
REVIEWER = Principal("usrREVIEWER", frozenset({Role.REVIEWER}), None, "何慧", 1)


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(NOW)
    yield
    clock.set_for_story(None)


def scan(colour="white", by=SYSTEM):
    out = io.BytesIO()
    Image.new("RGB", (600, 400), colour).save(out, "PNG")
    return facade.upload(out.getvalue(), by=by, now=NOW)


def house(n=1):
    return Holder(HolderKind.MERCHANT, f"mch{n:08d}")


def hand_in(holder, kind=Kind.BUSINESS, number=CODE, *, facts=FACTS, at=NOW, **more):
    given = {"name": NAME, "files": (scan(),)} | more
    return facade.submit(holder, Draft(kind, number, **given), facts, by=SYSTEM, now=at)


def permit(holder, expires=date(2027, 1, 10), n=1, at=NOW):
    number = facade.complete(Kind.FOOD_TRADE, f"JY1330106{n:06d}")
    return hand_in(
        holder, Kind.FOOD_TRADE, number, issued_on=expires.replace(year=expires.year - 5), expires_on=expires, at=at
    )


def codes(one):
    return [found.code for found in one.findings]


def hear():
    outbox.deliver_all(SUBSCRIPTIONS)


def test_what_is_right_in_every_point_passes_by_rule_in_the_same_moment_and_is_looked_at_within_a_week():
    made = hand_in(house(), number="9135 0100 m000100y43")
    assert (made.state, made.number, made.findings, made.by_rule) == (State.PASSED, CODE, (), True)
    assert (made.decided_at, made.check_on) == (NOW, TODAY + 7 * DAY)
    trail = [(one.action, one.actor_name) for one in identity.audit_trail(after="", limit=9, object_id=made.id).items]
    assert trail == [("qualification.pass", "系统"), ("qualification.submit", "系统")]


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"name": "别家茶业有限公司"}, ["name"]),
        ({"name": "勐海 云岭茶业有限公司"}, []),
        ({"files": ()}, ["picture"]),
        ({"facts": Facts(NAME, "91110000600037341L")}, ["credit_code"]),
        ({"number": "91350100M000100Y4A", "insists": True}, ["number", "credit_code"]),
        ({"kind": Kind.DRUG_TRADE, "number": "浙DA5710001", "expires_on": date(2030, 1, 1)}, ["number", "by_person"]),
        ({"kind": Kind.FOOD_TRADE, "number": "JY13301080111719"}, ["validity"]),
        (
            {"kind": Kind.FOOD_TRADE, "number": "JY11105300065940", "issued_on": date(2023, 1, 1),
             "expires_on": date(2027, 12, 31)},
            ["number"],
        ),
        (
            {"kind": Kind.FOOD_TRADE, "number": "JY13301080111719", "issued_on": date(2021, 1, 1),
             "expires_on": date(2031, 1, 1)},
            ["validity"],
        ),
    ],
)  # fmt: skip
def test_everything_else_goes_to_a_person_with_each_reason(change, reasons):
    made = hand_in(house(), **change)
    assert codes(made) == reasons
    assert made.state is (State.REVIEW if reasons else State.PASSED)


@pytest.mark.parametrize(
    ("change", "refusal", "says"),
    [
        ({"number": "91350100M000100Y4A"}, BadNumber, "校验码应为「3」"),
        ({"expires_on": TODAY - DAY}, BadCertificate, "已过有效期"),
        ({"issued_on": TODAY + DAY}, BadCertificate, "今天之后"),
        ({"issued_on": TODAY, "expires_on": TODAY}, BadCertificate, "晚于发证日期"),
        ({"name": "茶"}, BadCertificate, "2 到 100"),
        ({"files": ("qfl0NOBODYS",)}, FileNotFound, "图片"),
        ({"kind": Kind.MEDICAL_PERSON, "number": "1101234567"}, BadCertificate, "不是店铺的资质"),
        ({"kind": Kind.COSMETIC, "number": "粤G妆网备字2023468030"}, BadCertificate, "不是店铺的资质"),
    ],
)
def test_what_its_holder_can_put_right_is_refused_at_once_and_nothing_is_kept(change, refusal, says):
    with pytest.raises(refusal, match=says):
        hand_in(house(), **change)
    assert models.Certificate.objects.count() == 0


def test_the_number_of_another_shop_calls_a_person():
    hand_in(house(1))
    other = hand_in(house(2))
    assert (other.state, codes(other)) == (State.REVIEW, ["used"])


def test_a_blocked_number_is_refused_by_rule_and_an_appeal_won_passes_it():
    entry = facade.block(CODE, "吊销公告 2026-77", by=REVIEWER, now=NOW)
    made = hand_in(house())
    hear()
    assert (made.state, codes(made), made.by_rule) == (State.REFUSED, ["blocked"], True)
    filed = facade.appeal(made.id, house(), "公告已撤回，见附件", by=SYSTEM, now=NOW)
    appeals.decide(filed.id, True, "核对公告，确已撤回", by=REVIEWER, now=NOW)
    hear()
    assert facade.one(made.id).state is State.PASSED
    with pytest.raises(NotAppealable):
        facade.appeal(made.id, house(), "再来一次也无妨", by=SYSTEM, now=NOW)
    facade.lift_block(entry, "公告撤回", by=REVIEWER, now=NOW)
    assert codes(hand_in(house(2))) == ["used"]
    with pytest.raises(CertificateNotFound):
        facade.lift_block(entry, "又一次", by=REVIEWER, now=NOW)


def test_a_person_decides_once_and_another_shop_sees_nothing_of_it():
    made = hand_in(house(), files=())
    with pytest.raises(CertificateNotFound):
        facade.one(made.id, holder=house(2))
    with pytest.raises(CertificateNotFound):
        facade.withdraw(made.id, house(2), by=SYSTEM, now=NOW)
    assert facade.waiting().id == made.id and facade.how_many_wait() == (1, 0)
    done = facade.decide(made.id, False, "照片看不清", by=REVIEWER, now=NOW)
    assert (done.state, done.reason, done.decided_by) == (State.REFUSED, "照片看不清", "usrREVIEWER")
    with pytest.raises(NoSuchMove):
        facade.decide(made.id, True, "我觉得可以", by=REVIEWER, now=NOW)
    assert facade.waiting() is None


def test_of_one_kind_one_waits_and_one_is_in_force():
    waits = hand_in(house(), files=())
    with pytest.raises(BadCertificate, match="已有一份"):
        hand_in(house(), files=(), name="另一个名字")
    facade.withdraw(waits.id, house(), by=SYSTEM, now=NOW)
    old, new = hand_in(house()), hand_in(house())
    assert (facade.one(old.id).state, new.state) == (State.SUPERSEDED, State.PASSED)
    assert facade.in_force(house(), today=TODAY) == {Kind.BUSINESS: new}


def test_messages_before_the_end_the_end_and_everything_back_with_the_new_paper():
    tea_shop = shop("云岭茶坊")
    mine = Holder(HolderKind.MERCHANT, tea_shop.id)
    (filing,) = facade.of(mine).items
    product = goods(tea_shop, "古树熟普", ("357 克", 128_00, 9))
    facade.withdraw(filing.id, mine, by=SYSTEM, now=NOW)
    made = permit(mine, expires=date(2027, 1, 10))
    hear()
    assert catalog.on_sale(product.id).id == product.id

    def at(year, month, day):
        return datetime(year, month, day, 2, 0, tzinfo=UTC)

    told = [facade.remind_due(now=at(*when)) for when in [(2026, 12, 10), (2026, 12, 11), (2026, 12, 12), (2027, 1, 3)]]
    assert told == [0, 1, 0, 1]
    assert facade.expire_due(now=at(2027, 1, 10)) == 0, "good through its last day"
    link = Target(TargetKind.PRODUCT, product.id, tea_shop.id, category="tea")
    assert facade.expire_due(now=at(2027, 1, 11)) == 1
    clock.set_for_story(at(2027, 1, 11))
    hear()
    assert facade.one(made.id).state is State.EXPIRED
    with pytest.raises(ProductNotFound):
        catalog.on_sale(product.id)
    with pytest.raises(NoSuchTarget):
        attribution.target(link.kind, product.id)
    assert catalog.window(ProductFilter(category="tea"))[0] == []
    assert catalog.get(product.id).state == "on_shelf", "its shelf is left alone"
    assert [one.title for one in notifications.of_shop(tea_shop.id).items][:1] == ["食品经营许可证：已过期"]
    assert catalog.history(tea_shop.id, product.id)[0].after == "缺资质停售"
    renewed = permit(mine, expires=date(2032, 1, 9), n=2, at=at(2027, 1, 12))
    hear()
    assert renewed.state is State.PASSED and facade.one(made.id).state is State.SUPERSEDED
    assert catalog.on_sale(product.id).barred is False


def test_who_has_handed_in_the_next_one_is_not_reminded():
    made = permit(house(), expires=TODAY + 20 * DAY)
    number = facade.complete(Kind.FOOD_TRADE, "JY1330106000009")
    hand_in(house(), Kind.FOOD_TRADE, number, files=(), issued_on=TODAY, expires_on=date(2031, 1, 1))
    assert (facade.remind_due(now=NOW), facade.one(made.id).state) == (0, State.PASSED)


def test_every_half_year_a_person_looks_and_an_outcome_is_written_down():
    made = hand_in(house())
    week = NOW + 7 * DAY
    assert facade.check_due(now=week - DAY) == 0
    assert (facade.check_due(now=week), facade.check_due(now=week)) == (1, 0)
    assert (facade.waiting().id, facade.how_many_wait()) == (made.id, (0, 1))
    seen = facade.look_again(made.id, True, "公示系统存续", by=REVIEWER, now=week)
    assert (seen.state, seen.check_on, seen.checked_at) == (State.PASSED, date(2027, 6, 6), week)
    with pytest.raises(NothingToLookAt):
        facade.look_again(made.id, True, "再看", by=REVIEWER, now=week)
    later = week + 183 * DAY
    assert facade.check_due(now=later) == 1
    gone = facade.look_again(made.id, False, "公示系统显示注销", by=REVIEWER, now=later)
    assert (gone.state, gone.reason, gone.check_since) == (State.REFUSED, "公示系统显示注销", None)
    assert facade.in_force(house(), today=TODAY) == {}


def test_a_number_that_todays_rule_refuses_is_told_to_whoever_looks_again():
    made = hand_in(house(), number="91350100M000100Y4A", insists=True, facts=Facts(NAME))
    facade.decide(made.id, True, "原件如此", by=REVIEWER, now=NOW)
    assert facade.check_due(now=NOW + 200 * DAY) == 1
    (found,) = [one for one in facade.one(made.id).findings if one.code == "recheck"]
    assert "校验码应为「3」" in found.says


def draft(category, *papers):
    catalog.set_category(category, category)
    return ProductDraft(
        title="试品", category=category, skus=(SkuDraft("一份", 10_00, 5),), papers=tuple(Paper(*one) for one in papers)
    )


def test_goods_without_their_papers_stay_off_the_shelf_and_the_refusal_names_all_that_is_missing():
    plain = merchants.register(name="素店", contact_name="王", contact_phone="13912345678", actor="usr01", now=T0)
    merchants.activate(plain.id, actor="usr01OPS", now=T0)
    made = catalog.create_product(plain.id, draft("health"), actor="usr01", now=NOW)
    with pytest.raises(Unqualified) as caught:
        catalog.list_product(plain.id, made.id, actor="usr01", now=NOW)
    assert caught.value.facts == {
        "category": "保健食品",
        "missing": "食品经营许可证 或 仅销售预包装食品备案 或 食品生产许可证；商品的保健食品注册或备案号",
        "kinds": ["food_trade", "food_filing", "food_making", "health_food"],
    }
    permit(Holder(HolderKind.MERCHANT, plain.id))
    with pytest.raises(BadNumber, match="第 5 位"):
        catalog.set_papers(plain.id, made.id, (Paper(Kind.HEALTH_FOOD, "国食健注K20190188"),), actor="usr01", now=NOW)
    with pytest.raises(BadProduct, match="不是商品上的编号"):
        catalog.set_papers(plain.id, made.id, (Paper(Kind.BUSINESS, CODE),), actor="usr01", now=NOW)
    catalog.set_papers(plain.id, made.id, (Paper(Kind.HEALTH_FOOD, "国食健注 g20190188"),), actor="usr01", now=NOW)
    listed = catalog.list_product(plain.id, made.id, actor="usr01", now=NOW)
    assert listed.papers == (Paper(Kind.HEALTH_FOOD, "国食健注G20190188"),)
    with pytest.raises(Unqualified):
        catalog.set_papers(plain.id, made.id, (), actor="usr01", now=NOW)
    catalog.set_category("medicine", "药品")
    with pytest.raises(Unqualified):
        catalog.edit_product(plain.id, made.id, draft("medicine"), actor="usr01", now=NOW)
    shown = catalog.papers(made.id, now=NOW)
    assert [(one.number, one.says) for one in shown.product] == [("国食健注G20190188", ("国产", "2019 年"))]
    assert [one.title for one in shown.merchant] == ["食品经营许可证"]


def test_goods_that_need_no_paper_ask_none():
    plain = merchants.register(name="素店", contact_name="王", contact_phone="13912345678", actor="usr01", now=T0)
    merchants.activate(plain.id, actor="usr01OPS", now=T0)
    made = catalog.create_product(plain.id, draft("ceramic"), actor="usr01", now=NOW)
    assert catalog.list_product(plain.id, made.id, actor="usr01", now=NOW).state == "on_shelf"


def test_what_is_barred_cannot_be_bought_by_its_number_either():
    tea_shop = shop("云岭茶坊")
    product = goods(tea_shop, "古树熟普", ("357 克", 128_00, 9))
    (filing,) = facade.of(Holder(HolderKind.MERCHANT, tea_shop.id)).items
    facade.withdraw(filing.id, filing.holder, by=SYSTEM, now=NOW)
    hear()
    from tests.commerce.world import request
    from xintui.commerce.catalog.contracts import SkuNotForSale

    with pytest.raises(SkuNotForSale):
        orders.place(request((product.skus[0].id, 1)))


def test_a_promoter_speaks_for_medicine_where_one_speaks_only_with_a_profession_and_passes_links_on_freely():
    anna = promoter(1)
    pill = Target(TargetKind.PRODUCT, "prd01PILL", "mch01", category="medicine")
    tea = Target(TargetKind.PRODUCT, "prd01TEA", "mch01", category="tea")
    assert attribution.create_link(anna.id, tea, Channel.LIVE, now=NOW)
    assert attribution.create_link(anna.id, pill, Channel.GROUP, now=NOW)
    with pytest.raises(UnqualifiedPromoter) as caught:
        attribution.create_link(anna.id, pill, Channel.LIVE, now=NOW)
    assert caught.value.facts["kinds"] == ["medical_person"]
    hers = Holder(HolderKind.PROMOTER, anna.id)
    made = facade.submit(
        hers, Draft(Kind.MEDICAL_PERSON, "110330106000123", "张小明", files=(scan("red"),)), Facts(), by=SYSTEM, now=NOW
    )
    assert (made.state, made.number, codes(made)) == (State.REVIEW, "11***********23", ["number", "by_person"])
    row = models.Certificate.objects.get(id=made.id)
    assert "110330106000123" not in f"{row.number}{row.sealed}{row.number_key}"
    assert facade.whole_number(made.id) == "110330106000123"
    facade.decide(made.id, True, "卫健委可查", by=REVIEWER, now=NOW)
    assert attribution.create_link(anna.id, pill, Channel.LIVE, now=NOW)


def test_two_promoters_with_one_number_meet_although_it_is_sealed():
    anna, bert = promoter(1), promoter(2)
    for n, who in enumerate((anna, bert)):
        made = facade.submit(
            Holder(HolderKind.PROMOTER, who.id), Draft(Kind.LAW_PERSON, "13301202010123456", "张小明"), Facts(),
            by=SYSTEM, now=NOW,
        )  # fmt: skip
        assert ("used" in codes(made)) == bool(n)


def test_a_picture_is_seen_by_its_owner_its_holder_and_the_desk_and_kept_sealed():
    owner = Principal("usrOWNER", frozenset({Role.MERCHANT_OWNER}), "mch00000001", "王", 1)
    kept = scan("blue", by=owner)
    assert scan("blue", by=owner) == kept and scan("blue") != kept
    content = facade.file(kept, owner="usrOWNER")
    assert content[:4] == b"RIFF" and Image.open(io.BytesIO(content)).size == (600, 400)
    assert "RIFF" not in models.File.objects.get(id=kept).sealed
    for stranger in ({"owner": "usrOTHER"}, {"holder": house(1)}):
        with pytest.raises(FileNotFound):
            facade.file(kept, **stranger)
    with pytest.raises(FileNotFound):
        hand_in(house(1), files=(kept,))  # SYSTEM did not upload it
    facade.submit(house(1), Draft(Kind.BUSINESS, CODE, NAME, files=(kept,)), FACTS, by=owner, now=NOW)
    assert facade.file(kept, holder=house(1)) == content == facade.file(kept)
    with pytest.raises(FileNotFound):
        facade.file(kept, holder=house(2))
    with pytest.raises(UnfitFile):
        facade.upload(b"<svg/>", by=owner, now=NOW)


def test_who_leaves_takes_numbers_names_and_pictures_along():
    anna = promoter(1)
    hers = Holder(HolderKind.PROMOTER, anna.id)
    her = Principal(anna.user_id, frozenset({Role.PROMOTER}), None, "张", 1)
    kept = scan("green", by=her)
    made = facade.submit(
        hers, Draft(Kind.LAW_PERSON, "13301202010123456", "张小明", files=(kept,)), Facts(), by=her, now=NOW
    )
    facade.forget(anna.id, anna.user_id)
    left = models.Certificate.objects.get(id=made.id)
    assert (left.state, left.number, left.sealed, left.name, left.files) == ("withdrawn", "已删除", "", "已注销", [])
    assert not models.File.objects.filter(id=kept).exists()


def test_months_end_where_there_is_no_such_day():
    assert [life.after_months(date(2026, 8, 31), n) for n in (1, 6, 18)] == [
        date(2026, 9, 30), date(2027, 2, 28), date(2028, 2, 29),
    ]  # fmt: skip
