"""A shop reads what was counted about it in its console, and says so where it was not so."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.commerce.world import shop
from tests.promotion.commission.test_console import sitting
from tests.trust.credit.test_scores import T0, TODAY, heard, signal
from tests.trust.deposits.test_console import ask
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.trust.appeals import facade as appeals
from xintui.trust.appeals.contracts import About
from xintui.trust.credit import facade
from xintui.trust.credit.contracts import Subject, SubjectKind

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _still(settings: Any) -> Iterator[None]:
    settings.TOTP_REQUIRED = False
    clock.set_for_story(T0)
    yield
    clock.set_for_story(None)


def test_a_shop_appeals_what_lowered_its_score_and_nothing_else() -> None:
    tea = shop("云雾茶行").id
    hers = Subject(tea, SubjectKind.MERCHANT, TODAY)
    heard(
        signal("late/1", "complaints", 0, 1, who=hers, says="投诉成立：未按时发货"),
        signal("good/1", "fulfilment", 1, 1, who=hers, says="顺利收货"), who=hers,
    )  # fmt: skip
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea)
    file = f"/merchant/credit/subject/{tea}/change/"
    page = ask(owner, file)
    assert page.count("我要申诉") == 1
    lowers, plain = (
        next(one.id for one in facade.signals(tea, today=TODAY).items if one.key == key) for key in ("late/1", "good/1")
    )
    assert "投诉成立：未按时发货" in ask(owner, f"/merchant/credit/appeal/?signal={lowers}")
    page = ask(owner, f"/merchant/credit/appeal/?signal={lowers}", {"words": "快递停运，已提前告知买家"})
    assert "由人在 72 小时内答复" in page and "申诉：待处理" in page and "我要申诉" not in page
    (filed,) = appeals.about(About.CREDIT, [lowers]).values()
    assert filed.words == "快递停运，已提前告知买家"
    assert "不需要申诉" in ask(owner, f"/merchant/credit/appeal/?signal={plain}", {"words": "没有理由的话"})


def test_anothers_record_and_who_may_not_speak_for_the_shop_are_refused() -> None:
    tea, other = shop("云雾茶行").id, shop("山里人家").id
    hers = Subject(other, SubjectKind.MERCHANT, TODAY)
    heard(signal("late/1", "complaints", 0, 1, who=hers), who=hers)
    heard(who=Subject(tea, SubjectKind.MERCHANT, TODAY))
    (theirs,) = (one.id for one in facade.signals(other, today=TODAY).items)
    owner = sitting("merchant", "chafang", Role.MERCHANT_OWNER, tea)
    assert "没有找到信用记录" in ask(owner, f"/merchant/credit/appeal/?signal={theirs}")
    goods = sitting("merchant", "cangku", Role.MERCHANT_GOODS, tea)
    assert goods.get(f"/merchant/credit/appeal/?signal={theirs}").status_code == 403
