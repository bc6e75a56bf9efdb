"""C-01: low risk is let in by rule in the same moment; everything else waits for a person with every reason named."""

import io
from datetime import UTC, datetime

import pytest
from PIL import Image

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.merchants import facade as merchants
from xintui.commerce.merchants.contracts import Application, BadApplication, NameTaken
from xintui.entrypoints.subscriptions import SUBSCRIPTIONS
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import NotAllowed, Principal, Role
from xintui.infra import clock
from xintui.infra.outbox import facade as outbox
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import BadNumber, Holder, HolderKind, Kind

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 29, 2, 0, tzinfo=UTC)
CODE = "91350100M000100Y43"
REVIEWER = Principal("usrREVIEWER", frozenset({Role.REVIEWER}), None, "何慧", 1)


@pytest.fixture(autouse=True)
def still(db):
    clock.set_for_story(NOW)
    catalog.set_category("ceramic", "陶瓷")
    yield
    clock.set_for_story(None)


@pytest.fixture
def her():
    made = identity.create_user(display_name="方小竹", phone="13900001234", roles=[(Role.BUYER, "")], now=NOW)
    return Principal(made.user_id, frozenset({Role.BUYER}), None, "方小竹", 0)


def asked(by, **change):
    out = io.BytesIO()
    Image.new("RGB", (300, 200), "white").save(out, "PNG")
    scan = qualification.upload(out.getvalue(), by=by, now=NOW)
    given = {
        "name": "半亩竹编", "contact_name": "方小竹", "contact_phone": "13900001234",
        "legal_name": "东阳半亩工艺品有限公司",
        "credit_code": CODE, "files": (scan,), "wanted": ("ceramic", "tea"),
    }  # fmt: skip
    return Application(**(given | change))


def test_what_is_right_in_every_point_is_open_at_once_and_the_applicant_owns_it(her):
    made = merchants.apply(asked(her), by=her, now=NOW)
    assert (made.state, made.activated_at, made.findings, made.wanted) == ("active", NOW, (), ("ceramic", "tea"))
    (member,) = identity.members_of(made.id)
    assert (member.user_id, member.roles) == (her.user_id, (Role.MERCHANT_OWNER,))
    trail = identity.audit_trail(after="", limit=9, object_id=made.id).items
    assert [(one.action, one.actor_id) for one in trail] == [
        ("merchants.activate", "system"), ("merchants.apply", her.user_id),
    ]  # fmt: skip
    held = qualification.in_force(Holder(HolderKind.MERCHANT, made.id), today=NOW.date())
    assert held[Kind.BUSINESS].number == made.credit_code == CODE
    with pytest.raises(NotAllowed):
        identity.first_owner("usrSOMEBODY", made.id, reason="再来一位", now=NOW)


@pytest.mark.parametrize(
    ("change", "reasons"),
    [
        ({"name": "半亩官方旗舰店"}, ["店铺名含「官方」，须核对授权", "店铺名含「旗舰」，须核对授权"]),
        ({"name": "半亩★竹编"}, ["店铺名含有不常见的字符"]),
        ({"wanted": ("ceramic", "health")}, ["「保健食品」类商品的商家由人审核"]),
        ({"files": ()}, ["营业执照：没有证书图片"]),
        ({"credit_code": "91350100M000100Y4A", "insists": True},
         ["营业执照：编号未通过校验（第 18 位校验码应为「3」，现为「A」，前面的字符可能抄错），持有人坚持无误"]),
        ({"credit_code": "", "legal_name": ""}, ["没有提交营业执照"]),
    ],
)  # fmt: skip
def test_everything_else_waits_with_each_reason(her, change, reasons):
    made = merchants.apply(asked(her, **change), by=her, now=NOW)
    assert (made.state, list(made.findings)) == ("applied", reasons)
    assert identity.members_of(made.id) == ()


def test_a_company_that_has_a_shop_or_is_blocked_waits_too(her):
    merchants.apply(asked(her), by=her, now=NOW)
    again = merchants.apply(asked(her, name="半亩瓷器"), by=her, now=NOW)
    assert again.findings == ("营业执照：该编号已被另一个主体使用",)
    qualification.block("91110000600037341L", "吊销公告", by=REVIEWER, now=NOW)
    other = merchants.apply(asked(her, name="半亩木器", credit_code="91110000600037341L"), by=her, now=NOW)
    assert (other.state, other.findings) == ("applied", ("营业执照：在停用名单上：吊销公告", "申请人已有 2 家店铺"))


def test_what_can_be_put_right_at_once_is_refused_and_leaves_nothing(her):
    merchants.apply(asked(her), by=her, now=NOW)
    for change, refusal in [
        ({"name": "半亩竹编"}, NameTaken),
        ({"name": "另一家", "credit_code": "91350100M000100Y4A"}, BadNumber),
        ({"name": "另一家", "legal_name": ""}, BadApplication),
    ]:
        with pytest.raises(refusal):
            merchants.apply(asked(her, **change), by=her, now=NOW)
    assert len(merchants.listing()) == 1


def test_when_a_person_passes_the_licence_the_shop_opens_by_itself_if_that_was_all(her):
    waits = merchants.apply(asked(her, files=()), by=her, now=NOW)
    risky = merchants.apply(
        asked(her, name="半亩养生", files=(), credit_code="91110000600037341L", wanted=("health",)), by=her, now=NOW
    )
    for shop in (waits, risky):
        (licence,) = qualification.of(Holder(HolderKind.MERCHANT, shop.id)).items
        qualification.decide(licence.id, True, "与原件一致", by=REVIEWER, now=NOW)
    outbox.deliver_all(SUBSCRIPTIONS)
    assert [merchants.get(one.id).state for one in (waits, risky)] == ["active", "applied"]
    assert merchants.get(risky.id).findings == ("「保健食品」类商品的商家由人审核",)
    assert [one.roles for one in identity.members_of(waits.id)] == [(Role.MERCHANT_OWNER,)]
