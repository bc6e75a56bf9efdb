"""The library: who may write, hand in and decide; what promoters see; what is counted."""

import io
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.utils import ProgrammingError
from django.test.utils import CaptureQueriesContext
from PIL import Image

from tests.commerce.world import T0, goods, shop
from xintui.commerce.catalog.contracts import Product
from xintui.foundation.identity.contracts import Role
from xintui.foundation.identity.models import AuditEntry
from xintui.infra import clock
from xintui.promotion.materials import facade as materials
from xintui.promotion.materials import models
from xintui.promotion.materials.contracts import State

pytestmark = pytest.mark.django_db
Someone = Callable[..., Any]
SEEDED = 3
COPY = {"kind": "copy", "title": "春茶上新", "text": "今年的头采，清香回甘，喝一口就是春天"}


def picture(colour: str = "green", form: str = "PNG") -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), colour).save(out, form)
    return out.getvalue()


def put(who: Any, content: bytes) -> Any:
    return who.client.generic(
        "POST", "/api/v1/materials/pictures", content, content_type="image/png", headers=who.headers
    )


def approved(owner: Any, boss: Any, **draft: Any) -> str:
    made = owner.post("/materials", COPY | draft)
    assert made.status_code == 201, made.content.decode()
    key = str(made.json()["id"])
    assert owner.post(f"/materials/{key}/submit").status_code == 200
    assert boss.post(f"/materials/{key}/approve").json()["state"] == "approved"
    return key


def test_only_what_somebody_else_approved_is_shown_to_promoters(someone: Someone, tea: Product, pushes: Any) -> None:
    owner, boss = someone("owner", Role.MERCHANT_OWNER, tea.merchant_id), someone("boss", Role.OPERATOR)

    def seen() -> list[str]:
        return [
            one["title"] for one in pushes.get(f"/promoter/materials?product_id={tea.id}&kind=copy").json()["items"]
        ]

    made = owner.post("/materials", COPY | {"product_id": tea.id}).json()
    key = made["id"]
    assert (made["state"], made["number"], seen()) == ("draft", 1, [])
    assert boss.post(f"/materials/{key}/approve").json()["code"] == "state.no_such_move"
    assert owner.post(f"/materials/{key}/submit").json()["state"] == "review"
    assert owner.post(f"/materials/{key}/approve").status_code == 403
    assert boss.post(f"/materials/{key}/refuse", {"reason": "请写明产地"}).json()["reason"] == "请写明产地"
    second = owner.post(f"/materials/{key}/versions", COPY | {"product_id": tea.id, "title": "春茶上新 2"}).json()
    assert second["number"] == 2 and materials.get(key).state is State.REPLACED
    owner.post(f"/materials/{second['id']}/submit")
    assert boss.post(f"/materials/{second['id']}/approve").json()["state"] == "approved"
    assert seen() == ["春茶上新 2"]
    told = AuditEntry.objects.filter(action__startswith="materials.").order_by("id").values_list("action", flat=True)
    assert list(told) == [f"materials.{verb}" for verb in ("create", "submit", "refuse", "change", "submit", "approve")]


def test_four_eyes_hold_for_the_platform_too_and_in_the_database(someone: Someone) -> None:
    boss, other = someone("boss", Role.OPERATOR), someone("other", Role.REVIEWER)
    key = boss.post("/materials", COPY).json()["id"]
    boss.post(f"/materials/{key}/submit")
    for verb, body in (("approve", {}), ("refuse", {"reason": "不合适"})):
        answer = boss.post(f"/materials/{key}/{verb}", body)
        assert (answer.status_code, answer.json()["code"]) == (403, "materials.same_eyes")
    with pytest.raises(IntegrityError, match="materials_four_eyes"), transaction.atomic():
        models.Version.objects.filter(id=key).update(state="approved", decided_by=boss.user_id)
    assert other.post(f"/materials/{key}/approve").json()["decided_by"] == other.user_id


def test_what_a_version_says_is_written_once(someone: Someone) -> None:
    key = someone("boss", Role.OPERATOR).post("/materials", COPY).json()["id"]
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        models.Version.objects.filter(id=key).update(text="别的话")
    with pytest.raises(ProgrammingError, match="permission denied"), transaction.atomic():
        models.Version.objects.filter(id=key).delete()


def test_the_version_in_force_stays_until_the_next_is_approved_and_old_ones_can_be_read(
    someone: Someone,
    tea: Product,
    pushes: Any,
) -> None:
    owner, boss = someone("owner", Role.MERCHANT_OWNER, tea.merchant_id), someone("boss", Role.OPERATOR)
    first = approved(owner, boss)
    second = owner.post(f"/materials/{first}/versions", COPY | {"text": "换一种说法：清香回甘"}).json()["id"]
    owner.post(f"/materials/{second}/submit")
    assert [one["id"] for one in pushes.get("/promoter/materials?kind=copy").json()["items"]] == [first]
    assert pushes.get(f"/promoter/materials/{second}").status_code == 404
    boss.post(f"/materials/{second}/approve")
    assert [one["id"] for one in pushes.get("/promoter/materials?kind=copy").json()["items"]] == [second]
    assert pushes.get(f"/promoter/materials/{first}").json()["usable"] is False
    boss.post(f"/materials/{second}/withdraw", {"reason": "活动结束"})
    assert pushes.get("/promoter/materials?kind=copy").json()["items"] == []
    shared = {"kind": "product", "id": tea.id, "channel": "group", "version_id": second}
    assert pushes.post("/promoter/share", shared).json()["code"] == "materials.not_usable"
    assert [one["state"] for one in owner.get(f"/materials/{first}").json()["versions"]] == ["withdrawn", "replaced"]


def test_days_are_kept(someone: Someone, tea: Product, pushes: Any) -> None:
    owner, boss = someone("owner", Role.MERCHANT_OWNER, tea.merchant_id), someone("boss", Role.OPERATOR)
    days = {"valid_from": (T0 + timedelta(days=2)).isoformat(), "valid_until": (T0 + timedelta(days=4)).isoformat()}
    backwards = {"valid_from": days["valid_until"], "valid_until": days["valid_from"]}
    assert owner.post("/materials", COPY | backwards).json()["code"] == "materials.bad_material"
    approved(owner, boss, **days)
    for day, count in ((1, 0), (3, 1), (4, 0)):
        found = materials.for_promoters(now=T0 + timedelta(days=day), product_id=tea.id)
        assert sum(one.kind == "copy" for one in found.items) == count, day


def test_another_shops_and_another_products_material_is_neither_shown_nor_shared(
    someone: Someone,
    tea: Product,
    pushes: Any,
) -> None:
    other = goods(shop("稻香村"), "枣花酥", ("500g", 30_00, 9), category="cake")
    owner, boss = someone("owner", Role.MERCHANT_OWNER, other.merchant_id), someone("boss", Role.OPERATOR)
    general, own = approved(owner, boss, title="全店"), approved(owner, boss, title="枣花酥", product_id=other.id)
    assert pushes.get(f"/promoter/materials?product_id={tea.id}&kind=copy").json()["items"] == []
    found = pushes.get(f"/promoter/materials?product_id={other.id}&kind=copy").json()["items"]
    assert {one["id"] for one in found} == {general, own}
    shared = {"kind": "product", "id": tea.id, "channel": "group", "version_id": general}
    assert pushes.post("/promoter/share", shared).json()["code"] == "materials.not_usable"
    assert owner.post("/materials", COPY | {"product_id": tea.id}).json()["code"] == "materials.bad_material"
    stranger = someone("stranger", Role.MERCHANT_OWNER, tea.merchant_id)
    assert stranger.get(f"/materials/{own}").status_code == 404
    assert stranger.post(f"/materials/{own}/withdraw", {"reason": "不是我的"}).status_code == 404
    assert [one["id"] for one in stranger.get("/materials").json()["items"]] == []


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "转发领红包，先到先得"}, "compliance.copy_refused"),
        ({"title": "邀请好友得佣金"}, "compliance.copy_refused"),
        ({"text": "详情见 https://evil.example/x 快来"}, "materials.bad_material"),
        ({"text": "短"}, "materials.bad_material"),
        ({"text": "", "address": "https://v.qq.com/x"}, "materials.bad_material"),
        ({"kind": "pictures", "text": ""}, "materials.bad_material"),
        ({"kind": "pictures", "pictures": ["0" * 40], "text": ""}, "materials.bad_material"),
        ({"kind": "video", "text": "", "address": "https://evil.example/v"}, "materials.bad_material"),
        ({"kind": "video", "text": "", "address": "http://v.qq.com/v"}, "materials.bad_material"),
        ({"kind": "video", "text": "", "address": "https://v.qq.com@evil.example/v"}, "materials.bad_material"),
        ({"kind": "poster", "text": "", "template": {"size": [750, 1200]}}, "materials.bad_material"),
        ({"category": "nothing"}, "materials.bad_material"),
    ],
)
def test_what_is_no_material(someone: Someone, change: dict[str, Any], code: str) -> None:
    answer = someone("boss", Role.OPERATOR).post("/materials", COPY | change)
    assert (answer.status_code, answer.json()["code"]) == (422, code), answer.json()
    assert models.Version.objects.count() == SEEDED


def test_pictures_are_re_encoded_and_belong_to_who_brought_them(someone: Someone, tea: Product) -> None:
    owner, boss = someone("owner", Role.MERCHANT_OWNER, tea.merchant_id), someone("boss", Role.OPERATOR)
    key = put(owner, picture()).json()["id"]
    assert put(owner, b"<svg xmlns='http://www.w3.org/2000/svg'/>").json()["code"] == "catalog.bad_picture"
    assert put(owner, b"").json()["code"] == "materials.bad_material"
    assert owner.get(f"/catalog/pictures/{key}")["Content-Type"] == "image/webp"
    draft = {"kind": "pictures", "title": "实拍图", "pictures": [key]}
    assert owner.post("/materials", draft).json()["pictures"] == [key]
    assert boss.post("/materials", draft).json()["code"] == "materials.bad_material"
    assert owner.post("/materials", draft | {"pictures": [key, key]}).json()["code"] == "materials.bad_material"


def test_uses_and_what_links_brought_are_counted_by_version_and_channel(
    someone: Someone,
    tea: Product,
    pushes: Any,
) -> None:
    owner, boss = someone("owner", Role.MERCHANT_OWNER, tea.merchant_id), someone("boss", Role.OPERATOR)
    key = approved(owner, boss)
    for act, channel in (("shown", "group"), ("copied", "group"), ("copied", "moments"), ("copied", "group")):
        assert pushes.post(f"/promoter/materials/{key}/use", {"act": act, "channel": channel}).json() == {"done": True}
    kit = pushes.post(
        "/promoter/share", {"kind": "product", "id": tea.id, "channel": "group", "version_id": key}
    ).json()
    assert kit["text"] == f"广告·推广赚佣金 {COPY['text']}"
    assert (kit["path"], kit["link"]["material_id"]) == (f"/s/{kit['link']['code']}", key)
    own = {"kind": "product", "id": tea.id, "channel": "group", "version_id": key, "text": "我自己喝了一年"}
    assert pushes.post("/promoter/share", own).json()["text"] == "广告·推广赚佣金 我自己喝了一年"
    bad = own | {"text": "转发领红包"}
    assert pushes.post("/promoter/share", bad).json()["code"] == "compliance.copy_refused"
    someone().client.post(
        "/api/v1/share/touch", {"code": kit["link"]["code"], "visitor_id": "visitor-1"},
        content_type="application/json", headers={"user-agent": "Mozilla/5.0 (iPhone)"},
    )  # fmt: skip
    used = owner.get(f"/materials/{key}").json()["usage"]
    assert used == {
        "shown": 1, "copied": 3, "saved": 0, "links": 1, "clicks": 1, "orders": 0, "net_fen": 0,
        "by_channel": {"group": 2, "moments": 1},
    }  # fmt: skip


def test_two_hundred_uses_at_once_are_spread_over_rows(someone: Someone) -> None:
    from xintui.promotion.attribution.contracts import Channel
    from xintui.promotion.materials.contracts import Act

    key = models.Version.objects.values_list("id", flat=True)[0]
    for _ in range(200):
        materials.record_use(materials.get(key), Act.SHOWN, Channel.LIVE)
    assert 8 <= models.Use.objects.count() <= 16
    assert materials.usage([key])[key].shown == 200


def test_a_stranger_to_promotion_sees_no_material(someone: Someone) -> None:
    assert someone("li").get("/promoter/materials").json()["code"] == "promoters.not_active"


def test_lists_ask_the_same_number_of_questions_whatever_their_length(tea: Product, someone: Someone) -> None:
    owner, boss = someone("owner", Role.MERCHANT_OWNER, tea.merchant_id), someone("boss", Role.OPERATOR)

    def count() -> list[int]:
        found = []
        for ask in (
            lambda: materials.for_promoters(now=clock.now(), product_id=tea.id, limit=50),
            lambda: materials.library(merchant_id=tea.merchant_id, limit=50),
            lambda: materials.usage([one.id for one in materials.library(limit=50).items]),
        ):
            with CaptureQueriesContext(
                connection,
            ) as asked:
                ask()
            found.append(len(asked))
        return found

    approved(owner, boss)
    before = count()
    for n in range(6):
        approved(owner, boss, title=f"第 {n} 条文案")
    assert count() == before
    assert before[1:] == [1, 3]
