"""T-08: one row per promoter, made of published facts; what is hidden is not there, for any question."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.promotion.screening.hands import (
    FIELDS,
    NOW,
    TODAY,
    anna,
    broken,
    counted,
    find,
    hide,
    placed,
    scored,
    see,
    sold,
)  # fmt: skip
from tests.trust.deposits import hands as money
from xintui.foundation.identity.contracts import SYSTEM
from xintui.promotion.promoters import facade as promoters
from xintui.promotion.screening import facade, models
from xintui.promotion.screening.contracts import BadFilter, FieldKind, NotHideable
from xintui.promotion.screening.rules import language
from xintui.trust.deposits.contracts import Holder, HolderKind, RiskClass

pytestmark = pytest.mark.django_db
BOOK = facade.book(TODAY)
HIDEABLE = [key for key, one in BOOK.fields.items() if one.hideable]


def whole(n=1):
    """A promoter of whom everything is known and shown."""
    who = anna(n)
    scored(who)
    placed(who, 4200)
    holder = Holder(HolderKind.PROMOTER, who.id)
    made = money.agreed(holder, RiskClass.MEDIUM, in_parts=True)
    money.paid(made.parts[0].id, holder=holder)
    sold(who, 30_000, n=1, category="tea")
    sold(who, 20_000, n=2, category="food")
    sold(who, -10_000, n=3)
    sold(who, 90_000, ago=90, n=4)
    sold(who, 7_000, n=5, own=True)
    counted(who, "returns", 40_000, 50_000)
    counted(who, "returns", 0, 90_000, ago=90)
    counted(who, "complaints", 19, 20, ago=300)
    counted(who, "repeat", 1, 3, ago=200)
    counted(who, "response", 3, 4, ago=100)
    counted(who, "activity", 2, 2, ago=6)
    counted(who, "activity", 1, 1, ago=83)
    counted(who, "activity", 1, 1, ago=84)
    broken(who)
    hide(who)
    return who


def test_there_are_eighteen_fields_each_with_its_source_and_a_column():
    assert len(FIELDS) == 18
    columns = {one.name for one in models.Profile._meta.fields}
    assert set(FIELDS) <= columns
    for one in BOOK.fields.values():
        assert one.title and one.source and one.module and one.fresh and one.kind in FieldKind
        assert one.hideable or not one.hidden, "what cannot be hidden is not hidden to begin with"
        assert one.key == "category" or bool(one.values) is (one.kind is not FieldKind.NUMBER)
    assert [code.code for code in promoters.levels()] == list(BOOK.fields["level"].values)
    assert (
        BOOK.fields["orders"].window_days == BOOK.fields["net_fen"].window_days == BOOK.fields["category"].window_days
    )
    assert BOOK.verified_on and "第二十四条" in BOOK.source


def test_every_fact_of_somebody_known_stands_in_her_row():
    row = see(whole())
    assert {key: getattr(row, key) for key in FIELDS} == {
        "deposit_fen": 40_800, "deposit_bp": 3400, "deposit_class": "medium", "deposit_band": "C", "service": 700,
        "credit": 650, "graph": 4200, "level": "junior", "tenure_days": 120, "net_fen": 40_000, "orders": 2,
        "return_bp": 2000, "complaint_bp": 500, "repeat_bp": 3333, "prompt_bp": 7500, "weeks": 2, "category": "tea",
        "violations": 1,
    }  # fmt: skip
    assert (row.listed, row.name, row.as_of) == (True, "张**", TODAY)


def test_what_is_not_known_of_somebody_new_is_unknown_and_never_nought():
    row = see(anna())
    known = {key for key in FIELDS if getattr(row, key) is not None}
    assert known == {"level", "tenure_days", "violations"}
    assert (row.tenure_days, row.violations) == (120, 0)


def test_no_sale_in_the_window_is_nought_for_who_has_sold_before():
    who = anna()
    sold(who, 90_000, ago=200)
    hide(who)
    row = see(who)
    assert (row.orders, row.net_fen, row.weeks, row.return_bp, row.category) == (0, 0, 0, None, None)


def test_net_sales_and_the_band_are_hidden_until_their_promoter_shows_them():
    who = whole()
    models.Visibility.objects.all().delete()
    row = see(who)
    assert (row.net_fen, row.deposit_band, row.orders) == (None, None, 2)
    assert facade.visibility(who.id, today=TODAY).hidden == {"net_fen", "deposit_band"}


def featured(who, *, credit, level):
    scored(who, credit=credit)
    promoters.set_level(who.id, level, actor="ops", reason="own_request", now=NOW)
    return see(who).featured


@pytest.mark.parametrize(("credit", "level", "stands_first"), [
    (769, "gold", False), (770, "junior", False), (770, "gold", True), (900, "partner", True),
])  # fmt: skip
def test_credit_and_level_bring_a_place_before_others_of_the_same_value(credit, level, stands_first):
    assert featured(anna(), credit=credit, level=level) is stands_first


def test_who_hides_her_credit_stands_first_nowhere():
    who = anna()
    assert featured(who, credit=800, level="gold")
    hide(who, "credit")
    assert not models.Profile.objects.get().featured
    hide(who)
    assert models.Profile.objects.get().featured


def test_of_the_same_value_the_featured_come_first_page_by_page():
    people = [anna(n) for n in range(1, 6)]
    for n, who in enumerate(people):
        featured(who, credit=800, level="gold" if n in (2, 4) else "junior")
    scored(people[0], credit=801)
    see(people[0])
    order = [people[n].id for n in (0, 2, 4, 1, 3)]
    search = facade.parse([], "-credit", facade.fields(TODAY))
    after, seen = "", []
    for _ in people:
        found = facade.find(search, after=after, limit=1, today=TODAY)
        seen.append(found.items[0].promoter_id)
        after = found.next or ""
    assert seen == order
    assert after == "", "that was all"


def test_counting_everything_again_gives_the_same_rows_and_an_unchanged_row_is_not_written():
    people = [whole(1), anna(2), anna(3), whole(4)]
    hide(people[3], "credit", "deposit_fen")
    hide(people[1], listed=False)
    promoters.suspend(people[2].id, reason="own_request", actor="ops", now=NOW)
    facade.refresh_due(now=NOW)
    before = list(models.Profile.objects.order_by("promoter_id").values())
    assert len(before) == 4 and [row["listed"] for row in before].count(True) == 2
    assert facade.rebuild(now=NOW) == 4
    assert list(models.Profile.objects.order_by("promoter_id").values()) == before
    models.Profile.objects.all().delete()
    assert facade.rebuild(now=NOW) == 4
    apart = {"slot", "version"}
    plain = [{k: v for k, v in row.items() if k not in apart} for row in before]
    made = models.Profile.objects.order_by("promoter_id").values()
    assert [{k: v for k, v in row.items() if k not in apart} for row in made] == plain


def test_a_sweep_counts_those_that_were_marked_and_everybody_once_a_day():
    who = anna()
    assert facade.refresh_due(now=NOW) == 1
    assert facade.refresh_due(now=NOW) == 0
    scored(who, service=812)
    facade.mark([who.id, who.id, ""])
    assert facade.standing(now=NOW).stale == 1
    assert facade.refresh_due(now=NOW) == 1
    assert models.Profile.objects.get().service == 812
    facade.again()
    assert facade.refresh_due(now=NOW) == 1, "something changed for everybody at once"
    tomorrow = NOW + timedelta(days=1)
    assert facade.refresh_due(now=tomorrow) == 1
    row = models.Profile.objects.get()
    assert (row.tenure_days, row.as_of) == (121, tomorrow.date())
    assert facade.standing(now=tomorrow).counted_on == tomorrow.date()


@pytest.mark.parametrize("key", HIDEABLE)
def test_who_hides_a_value_cannot_be_told_from_who_has_none(key):
    """Two promoters alike but for one field, which one hides and the other has not: every question answers alike."""
    hers, lacks = whole(1), whole(2)
    hide(hers, key)
    facade.refresh([lacks.id], now=NOW)
    models.Profile.objects.filter(promoter_id=lacks.id).update(**{key: None}, version=10**9)
    models.Progress.objects.update(version=10**9)
    rows = [models.Profile.objects.get(promoter_id=one.id) for one in (hers, lacks)]
    seen = [{k: v for k, v in row.__dict__.items() if k in FIELDS or k in {"listed", "name", "as_of"}} for row in rows]
    assert seen[0] == seen[1] and seen[0][key] is None
    field, both = BOOK.fields[key], {hers.id, lacks.id}
    value = getattr(see(whole(3)), key)
    asked = [f"{key}:known", f"{key}:unknown"]
    asked += (
        [f"{key}:0..", f"{key}:..{value}", f"{key}:{value}..{value}"]
        if field.kind is FieldKind.NUMBER
        else [f"{key}:{value}"]
    )
    for words in asked:
        found = {one.promoter_id for one in find(words)}
        assert found & both in (set(), both), words
        assert bool(found & both) is words.endswith("unknown")
    for order in (key, f"-{key}"):
        assert {one.promoter_id for one in find(order=order)[-2:]} == both, "the unknown last"
    shown = {one.field.key: one for one in facade.compare([hers.id, lacks.id], today=TODAY)[0][1]}
    assert (shown[key].value, shown[key].says, shown[key].hidden) == (None, "—", False)


def test_a_decision_holds_at_once_and_whoever_opts_out_is_found_by_nobody():
    who, other = whole(1), whole(2)
    assert {one.promoter_id for one in find("graph:4000..")} == {who.id, other.id}
    hide(who, "graph")
    assert {one.promoter_id for one in find("graph:4000..")} == {other.id}
    hide(who, listed=False)
    assert [one.promoter_id for one in find()] == [other.id]
    row = models.Profile.objects.get(promoter_id=who.id)
    assert {getattr(row, key) for key in FIELDS} == {None} and (row.name, row.as_of) == ("", None)
    assert facade.seen(who.id, today=TODAY) == (None, ())
    hide(who)
    assert {one.promoter_id for one in find()} == {who.id, other.id}


def test_what_shops_must_see_cannot_be_hidden_and_a_field_that_is_none_is_refused():
    who = anna()
    for key in set(FIELDS) - set(HIDEABLE):
        with pytest.raises(NotHideable):
            hide(who, key)
    with pytest.raises(BadFilter):
        hide(who, "phone")
    assert set(FIELDS) - set(HIDEABLE) == {"service", "level", "tenure_days", "violations"}


def test_a_rolled_back_batch_leaves_nothing_in_the_copy():
    from django.db import transaction

    who = whole(1)
    assert [one.values["service"] for one in find()] == [700]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        scored(who, service=900)
        facade.refresh([who.id], now=NOW)
        assert [one.values["service"] for one in find("service:900..")] == [900]
        raise ZeroDivisionError
    assert find("service:900..") == []
    assert [one.values["service"] for one in find("service:700..")] == [700]


def test_pages_follow_one_another_and_a_list_costs_the_same_for_five_as_for_one():
    for n in range(1, 7):
        scored(anna(n), service=700 + n // 2)
        see(promoters.by_user(f"usr{n:08d}"))
    search = facade.parse((), "-service", facade.fields(TODAY))
    find()
    costs, seen, after = [], [], ""
    for limit in (1, 5):
        with CaptureQueriesContext(
            connection,
        ) as counted_:
            page = facade.find(search, after=after, limit=limit, today=TODAY)
        costs.append(len(counted_))
        seen += [one.values["service"] for one in page.items]
        after = page.next or ""
    assert seen == [703, 702, 702, 701, 701, 700] and after == "" and costs == [2, 2]
    assert page.count == 6


@pytest.mark.parametrize(
    "words",
    [
        "phone:1..", "service", "service:", "service:..", "service:a..b", "level:boss", "level:", "service:-1..",
        "net_fen:1..99999999999999999", "orders:..3000000000", "level:gold;drop", "service:1..2..3",
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_understood_is_refused(words):
    with pytest.raises(BadFilter):
        language.one(words, BOOK.fields)


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ("service:700..", "服务分 ≥ 700 分"),
        ("return_bp:..500", "近 90 天退款率 ≤ 5.00%"),
        ("deposit_fen:50000..120000", "已缴保证金 ¥500.00 到 ¥1,200.00"),
        ("level:gold,partner", "等级：金牌推客、城市合伙人"),
        ("graph:known", "图谱信任分：已知"),
        ("graph:unknown", "图谱信任分：未知或未公开"),
    ],
)
def test_a_filter_reads_as_it_was_written(words, says):
    found = language.one(words, BOOK.fields)
    assert language.written(found) == words
    assert language.said(found, BOOK.fields) == says


def test_who_has_left_is_found_by_nobody_and_leaves_only_a_number():
    who = whole(1)
    facade.keep("mch01SHOP", who.id, "很会讲茶", by=SYSTEM, now=NOW)
    promoters.forget(who.user_id, now=NOW)
    facade.forget(who.user_id, now=NOW)
    row = models.Profile.objects.get(promoter_id=who.id)
    assert {getattr(row, key) for key in FIELDS} == {None} and row.name == "" and not row.listed
    assert models.Candidate.objects.count() == 0 and models.Shop.objects.get().listed == 0
    assert find() == []
