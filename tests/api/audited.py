"""How each audited operation is made to succeed in the world of F6: who asks, with what, after what."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from tests.api import papers, schooling
from tests.api.seats import SEATS, on_the_shelf
from tests.api.trusting import NOTE, adopted, appealed, broken, corrected, counted, leaving, secured, spoken_of, told_of
from tests.api.world import World
from tests.promotion.money import earn
from tests.promotion.people import promoter
from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import Slot
from xintui.commerce.disputes import facade as disputes
from xintui.commerce.disputes.contracts import Answer as DisputeAnswer
from xintui.commerce.disputes.contracts import Stand
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders import models as order_rows
from xintui.commerce.orders.contracts import AfterSaleKind, AfterSaleMoved, RefundPart
from xintui.commerce.reviews import facade as reviews
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal, Role
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments import models as payment_rows
from xintui.foundation.payments.contracts import Receiver, RefundSettled
from xintui.promotion.commission import facade as commission
from xintui.promotion.materials import facade as materials
from xintui.promotion.payouts import facade as payouts
from xintui.promotion.promoters.contracts import PromoterKind
from xintui.promotion.screening import facade as screening
from xintui.trust.appeals.contracts import About, AppealDecided

Ids = Mapping[str, str]
SHOP = Principal("usr01SHOP", frozenset({Role.MERCHANT_OWNER}), "mchVICTIM", "店主", 1)
PARCEL = {"carrier": "顺丰", "tracking_no": "SF123456"}
RULES: list[dict[str, Any]] = [{"id": "base", "priority": 0, "match": {}, "rate_bp": 800}]
SHOP_RULES = [RULES[0] | {"match": {"merchant_id": ["mchVICTIM"]}}]
PLAN = {"rules": RULES, "note": NOTE, "version": "audit1", "auto_receipt_days": 10, "freeze_days": 7, "tiers": []}
SUPPLIER = {"type": "MERCHANT_ID", "account": "1900007777", "amount_fen": 20_00, "description": "供货", "name": "乐观"}
SHARE = "shr0123456789AB"
MEDIUM = {"risk_class": "medium", "amount_fen": 200_000, "in_parts": False}


def nothing(world: World) -> Ids:
    return {}


@dataclass(frozen=True)
class Recipe:
    """`who`: a token's name ("owner" is the victim's shop); `first` prepares the object and names ids."""

    who: str
    body: Any = None
    first: Callable[[World], Ids] = nothing
    path: Ids = field(default_factory=dict)


def taken_back(world: World) -> Ids:
    """The invitation to the victim's promoter is none any more; the recipe's body names her."""
    screening.withdraw(world.ids["invite_id"], world.victim_merchant, by=SYSTEM, now=world.now)
    RECIPES["screening_invite"].body["promoter_id"] = world.ids["promoter_id"]
    return {}


def colleague(world: World) -> Ids:
    return {"user_id": world.people["Colleague"]}


def without_after_sale(world: World) -> Ids:
    orders.cancel_after_sale(world.ids["after_sale_id"], buyer_id=world.ids["buyer_id"], now=world.now)
    return {}


def exchange(world: World) -> Ids:
    """An exchange whose goods have come back."""
    without_after_sale(world)
    merchant, buyer = world.victim_merchant, world.ids["buyer_id"]
    orders.ship(world.ids["order_id"], merchant_id=merchant, **PARCEL, actor="x", now=world.now)
    part = [RefundPart(world.ids["line_id"], 0, 1)]
    kind, order = AfterSaleKind.EXCHANGE, world.ids["order_id"]
    made = orders.request_after_sale(order, buyer_id=buyer, kind=kind, parts=part, reason=NOTE, now=world.now)
    orders.decide_after_sale(made.id, merchant_id=merchant, approve=True, actor="x", now=world.now)
    orders.send_back(made.id, buyer_id=buyer, **PARCEL, now=world.now)
    return {"after_sale_id": made.id}


def split(world: World) -> Ids:
    """A split whose receiver has got his part."""
    to = Receiver(**SUPPLIER)  # type: ignore[arg-type]
    at = world.now + timedelta(seconds=1)
    made = payments.request_split("shr01", world.ids["payment_id"], [to], finish=False, description="x", now=at)
    got = {"type": to.type, "account": to.account, "amount": str(to.amount_fen), "result": "SUCCESS", "fail_reason": ""}
    payment_rows.Share.objects.filter(id=made.id).update(state="finished", results=[got], settled_at=at)
    return {"share_id": made.id}


def apart(world: World) -> Ids:
    """The victim's money, as if it had fitted no order."""
    payment = world.ids["payment_id"]
    order_rows.Quarantine.objects.create(
        id=payment, subject="chk", amount_fen=1, currency="CNY", reason="wrong_amount", captured_at=world.now
    )
    return {}


def unlisted(world: World) -> Ids:
    catalog.unlist_product(world.victim_merchant, world.ids["product_id"], actor="x", now=world.now)
    return {}


def picked(world: World) -> Ids:
    by = identity.authenticate(world.tokens["Boss"], now=world.now)
    assert by is not None
    slot = Slot.RECOMMENDED
    catalog.pick(slot, world.ids["product_id"], position=1, by=by.principal, now=world.now, note=NOTE)
    return {}


def hidden(world: World) -> Ids:
    by = identity.authenticate(world.tokens["Boss"], now=world.now)
    assert by is not None
    reviews.hide(world.ids["review_id"], by=by.principal, reason=NOTE)
    return {}


def contested(world: World) -> Ids:
    """The shop says no: a person has to decide."""
    by = identity.authenticate(world.tokens[world.canary("owner")], now=world.now)
    assert by is not None
    disputes.answer(world.ids["dispute_id"], DisputeAnswer(Stand.CONTEST, NOTE), by=by.principal, now=world.now)
    return {}


def paid_first(world: World) -> Ids:
    """Nobody answered in time, and the buyer has the money."""
    late = world.now + timedelta(hours=48)
    dispute_id = world.ids["dispute_id"]
    disputes.decide_overdue(now=late)
    sale = orders.after_sale(disputes.read(dispute_id, SHOP).dispute.after_sale_id)
    told = RefundSettled(sale.refund_id, world.ids["payment_id"], "", sale.total_fen, world.now)
    orders.settle_refund([told])
    moved = AfterSaleMoved(
        sale.id, sale.order_id, sale.merchant_id, sale.buyer_id, sale.kind, "settle", "refunded", "psp",
        sale.total_fen, "", world.now,
    )  # fmt: skip
    disputes.refund_moved([moved])
    return {}


def reversed_(world: World) -> Ids:
    """And was not right: it is to be recovered."""
    finance(world)
    paid_first(world)
    made = disputes.appeal(world.ids["dispute_id"], NOTE, by=SHOP, now=world.now).appeal
    assert made is not None
    by = (About.DISPUTE, world.ids["dispute_id"], "merchant", world.victim_merchant)
    disputes.appeal_decided([AppealDecided(made.id, *by, NOTE, True, NOTE, world.now)])
    return {}


def asked_write_off(world: World) -> Ids:
    """By another person of the desk."""
    reversed_(world)
    by = Principal("usr01OTHER", frozenset({Role.FINANCE}), None, "", 0)
    disputes.ask_write_off(world.ids["dispute_id"], 5_00, NOTE, by=by, now=world.now)
    return {}


def finance(world: World) -> Ids:
    world.person("Finance", (Role.FINANCE, ""))
    return {}


def large(world: World) -> Ids:
    """A withdrawal above the limit, waiting for four eyes."""
    earn(world.ids["promoter_id"], 10_000_00)
    return {"withdrawal_id": payouts.request(world.ids["promoter_id"], 5_000_01, now=world.now).id}


def proposed(world: World) -> Ids:
    finance(world)
    made = large(world)
    payouts.propose(made["withdrawal_id"], actor="usrMAKER", now=world.now)
    return made


def sent_by_bank(world: World) -> Ids:
    """A company's withdrawal that somebody carries to the bank."""
    finance(world)
    firm = promoter(9, kind=PromoterKind.COMPANY).id
    earn(firm, 100_000_00)
    made = payouts.request(firm, 20_000_00, invoice_ref="25117000000012345678", now=world.now)
    payouts.propose(made.id, actor="usrMAKER", now=world.now)
    payouts.approve(made.id, actor="usrCHECKER", now=world.now)
    return {"withdrawal_id": payouts.submit(made.id, now=world.now).id}


def drafted(world: World, actor: str = "") -> Ids:
    plan = {name: value for name, value in PLAN.items() if name != "note"}
    actor = actor or world.people["Boss"]
    return {"draft_id": commission.draft_plan(plan, merchant_id="", note=NOTE, actor=actor, now=world.now).id}


def drafted_by_another(world: World) -> Ids:
    return drafted(world, "usrMAKER")


def handed_in(world: World) -> Ids:
    by = identity.authenticate(world.tokens[world.canary("owner")], now=world.now)
    assert by is not None
    shop = world.victim_merchant
    materials.submit(world.ids["version_id"], merchant_id=shop, by=by.principal, now=world.now)
    return {}


def in_force(world: World) -> Ids:
    handed_in(world)
    by = identity.authenticate(world.tokens["Boss"], now=world.now)
    assert by is not None
    materials.approve(world.ids["version_id"], by=by.principal, now=world.now)
    return {}


BROKEN = {"subject_kind": "merchant", "subject_id": "mchVICTIM", "code": "exaggeration", "evidence": NOTE}
WORDS_SAID = {"words": NOTE}
GOODS = {"title": "碧螺春", "category": "tea", "skus": [{"spec": "100 克", "price_fen": 5_000, "total_qty": 9}]}
WORDS = {"title": "雨前龙井", "category": "tea"}
REASON = {"reason": NOTE}
FOLLOWUP = {"name": "收货回访", "trigger": "after_receipt", "days": 7, "words": "{称呼}您好，{商品}还合口味吗"}
WORDING = {"kind": "copy", "title": "春茶上新", "text": "今年的头采，清香回甘"}

RECIPES: dict[str, Recipe] = {
    "identity_grant_role": Recipe("Boss", {"role": "auditor", "merchant_id": "", "reason": NOTE}),
    "identity_revoke_role": Recipe(
        "Boss", {"role": "merchant_service", "merchant_id": "mchVICTIM", "reason": NOTE}, colleague
    ),
    "identity_set_active": Recipe("Boss", {"active": False, "reason": NOTE}),
    "payments_look_now": Recipe("Boss"),
    "payments_assign_difference": Recipe("Boss", {"owner": "finance"}),
    "payments_close_difference": Recipe("Boss", {"note": NOTE}),
    "merchants_settings": Recipe("owner", {"freight_fen": 500}),
    "merchants_profile": Recipe(
        "owner", {"intro": "好茶", "legal_name": "杭州云雾茶业有限公司", "credit_code": "91330106MA2CE8RP4N"}
    ),
    "merchants_set_roles": Recipe("owner", {"roles": ["merchant_goods"], "reason": NOTE}, colleague),
    "merchants_remove": Recipe("owner", REASON, colleague),
    "merchants_invite": Recipe("owner", {"login": "xiaozhang", "roles": ["merchant_goods"]}),
    "merchants_withdraw": Recipe("owner"),
    "merchants_decide": Recipe("Boss", {"verb": "suspend", "note": NOTE}),
    "catalog_create": Recipe("owner", GOODS),
    "catalog_edit": Recipe("owner", WORDS),
    "catalog_put_on_shelf": Recipe("owner", first=unlisted),
    "catalog_take_off_shelf": Recipe("owner", {"note": NOTE}),
    "catalog_add_sku": Recipe("owner", {"spec": "500 克", "price_fen": 18_000, "total_qty": 5}),
    "catalog_price": Recipe("owner", {"price_fen": 9_900, "note": NOTE}),
    "catalog_stock": Recipe("owner", {"delta": 7, "note": NOTE}),
    "catalog_retire": Recipe("owner", {"note": NOTE}),
    "catalog_pick": Recipe("Boss", {"position": 1, "note": NOTE}, path={"slot": "recommended"}),
    "catalog_unpick": Recipe("Boss", first=picked, path={"slot": "recommended"}),
    "catalog_upload": Recipe("owner", b"picture"),
    "reviews_reply": Recipe("owner", {"text": NOTE}),
    "reviews_hide": Recipe("Boss", REASON),
    "reviews_show": Recipe("Boss", REASON, hidden),
    "disputes_answer": Recipe("owner", {"stand": "contest", "words": NOTE}),
    "disputes_add_picture": Recipe("owner", b"picture"),
    "disputes_add_fingerprint": Recipe("owner", {"name": "发货视频.mp4", "sha256": "cd" * 32, "size": 9}),
    "disputes_pack": Recipe("owner"),
    "disputes_award": Recipe("Boss", {"fen": 0, "words": NOTE}, contested),
    "disputes_recover": Recipe("Finance", {"fen": 5_00, "reference": "ICBC-1"}, reversed_),
    "disputes_ask_write_off": Recipe("Finance", {"fen": 5_00, "reason": NOTE}, reversed_),
    "disputes_decide_write_off": Recipe("Finance", {"agreed": True, "words": NOTE}, asked_write_off),
    "orders_ship": Recipe("owner", PARCEL, without_after_sale),
    "orders_decide": Recipe("owner", {"approve": True, "note": NOTE}),
    "orders_replace": Recipe("owner", PARCEL, exchange),
    "orders_refund_instead": Recipe("owner", {"note": NOTE}, exchange),
    "orders_split": Recipe("Boss", {"share_id": SHARE, "receivers": [SUPPLIER], "note": NOTE}),
    "orders_return_split": Recipe(
        "owner", {"share_id": SHARE, "receiver": "1900007777", "amount_fen": 5_00, "note": NOTE}, split
    ),
    "orders_release": Recipe("owner", {"share_id": SHARE, "note": NOTE}),
    "orders_return_quarantined": Recipe("Boss", first=apart),
    "followups_create": Recipe("Boss", FOLLOWUP),
    "followups_change": Recipe("Boss", FOLLOWUP | {"days": 9}),
    "followups_start": Recipe("Boss", REASON),
    "followups_stop": Recipe("Boss", REASON),
    "followups_copy": Recipe("Boss"),
    "deposits_agree": Recipe("owner", MEDIUM),
    "deposits_give_back": Recipe("owner", first=secured),
    "deposits_stay": Recipe("owner", first=leaving),
    "deposits_give_back_by_desk": Recipe("Finance", {"reference": "ICBC-1"}, finance),
    "points_grant": Recipe("Boss", {"points": 300, "number": "case-5", "reason": NOTE}),
    "points_take": Recipe("Boss", {"points": 300, "number": "case-2", "reason": NOTE}),
    "points_approve": Recipe("Boss", first=corrected),
    "points_refuse": Recipe("Boss", {"answer": NOTE}, corrected),
    "violations_report": Recipe("Boss", BROKEN),
    **dict.fromkeys(("share_reports_take_up", "share_reports_set_aside"), Recipe("Boss", WORDS_SAID, spoken_of)),
    **dict.fromkeys(("violations_confirm", "violations_dismiss"), Recipe("Boss", WORDS_SAID, told_of)),
    **dict.fromkeys(("violations_rectify", "violations_appeal"), Recipe("owner", WORDS_SAID, broken)),
    **dict.fromkeys(("concentration_confirm", "concentration_clear"), Recipe("Boss", WORDS_SAID)),
    "concentration_appeal": Recipe("owner", WORDS_SAID),
    "credit_appeal": Recipe("owner", {"words": NOTE}, counted),
    "bands_appeal": Recipe("owner", {"asked": "A", "words": NOTE}),
    "bands_adopt": Recipe("Boss", WORDS_SAID),
    "bands_back": Recipe("Boss", WORDS_SAID | {"kind": "promoter"}, adopted),
    "screening_export": Recipe("owner", {"where": ["service:0.."], "sort": "-service"}),
    "screening_keep": Recipe("owner", {"note": NOTE}),
    "screening_invite": Recipe("owner", {"promoter_id": "", "message": NOTE}, taken_back),
    **dict.fromkeys(("rosters_draft", "rosters_change"), Recipe("owner", SEATS, on_the_shelf)),
    **dict.fromkeys(("rosters_announce", "rosters_export", "screening_let_go", "screening_withdraw"), Recipe("owner")),
    **dict.fromkeys(("notifications_shop_read", "notifications_shop_read_all"), Recipe("owner")),
    "rosters_cancel": Recipe("owner", REASON),
    "quality_appeal": Recipe("owner", {"words": NOTE}),
    "appeals_withdraw": Recipe("owner", first=appealed),
    "appeals_decide": Recipe("Boss", {"granted": False, "answer": NOTE}),
    "promoters_decide": Recipe("Boss", {"decision": "suspend", "reason": "own_request"}),
    "promoters_set_level": Recipe("Boss", {"level": "gold", "reason": "promotion_rule"}),
    "attribution_set_window": Recipe(
        "owner", {"click_days": 7, "click_rule": "last", "lock_days": 0, "source": "店铺公告"}
    ),
    "materials_create": Recipe("owner", WORDING),
    "materials_upload": Recipe("owner", b"picture"),
    "materials_change": Recipe("owner", WORDING),
    "materials_submit": Recipe("owner"),
    "materials_recall": Recipe("owner", first=handed_in),
    "materials_approve": Recipe("Boss", first=handed_in),
    "materials_refuse": Recipe("Boss", REASON, handed_in),
    "materials_withdraw": Recipe("owner", REASON, in_force),
    "payouts_propose": Recipe("Boss", {"note": NOTE}, large),
    "payouts_approve": Recipe("Finance", {"note": NOTE}, proposed),
    "payouts_record_bank": Recipe("Finance", {"paid": True, "reference": "ICBC-1", "note": NOTE}, sent_by_bank),
    "payouts_export_tax_report": Recipe("Finance", None, finance, {"quarter": "2026Q3", "kind": "csv"}),
    "payouts_reject": Recipe("Boss", REASON),
    "commission_shop_propose": Recipe("owner", {"rules": SHOP_RULES, "note": NOTE}),
    "commission_shop_change": Recipe("owner", {"rules": SHOP_RULES, "note": NOTE}),
    "commission_shop_withdraw": Recipe("owner"),
    "commission_release_now": Recipe("Boss"),
    "commission_draft": Recipe("Boss", PLAN),
    "commission_change": Recipe("Boss", PLAN | {"note": "改过"}, drafted),
    "commission_publish": Recipe("Boss", {}, drafted_by_another),
    "commission_reject": Recipe("Boss", REASON),
    "payouts_set_tax_profile": Recipe(
        "Finance", {"resident": True, "registration": "registered", "proof": "声明书"}, finance
    ),
}
RECIPES |= {op: Recipe(*how) for op, how in papers.CARRIED_OUT.items()}
RECIPES |= schooling.recipes(Recipe)
