"""What a person reads in a console's cell."""

from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from unittest import mock

from django.db import models

from xintui.infra import clock
from xintui.infra.console import Chart, called, names, place, words
from xintui.infra.console.cells import moment, money, named, pill, read, reason, short, tree
from xintui.infra.console.wording import sum_of

KEY = "ord01M832VCQCD6K53784YY8XGRWT"
DASH = '<span class="xt-none">—</span>'


def test_money_is_yuan_with_separators_and_nothing_is_a_dash():
    assert money(168_800) == '<span class="xt-money">¥1,688.00</span>'
    assert money(0) == '<span class="xt-money">¥0.00</span>' and money(None) == DASH
    assert (sum_of(-123_456), sum_of(5)) == ("-¥1,234.56", "¥0.05")


def test_a_long_id_keeps_its_end_with_the_whole_in_the_tooltip():
    assert short(KEY) == f'<span class="xt-id" title="{KEY}">YY8XGRWT</span>'
    assert short("system") == "system" and short("<b>") == "&lt;b&gt;"


def test_names_are_asked_once_per_kind_and_escaped():
    asked = []

    @names("zzz")
    def say(ids):
        asked.append(sorted(ids))
        return {"zzz1": "茶<i>"}

    known = called(["zzz1", "zzz2", "", "system"])
    assert known == {"zzz1": "茶<i>", "system": "系统"} and asked == [["zzz1", "zzz2"]]
    assert named("zzz1", known, whole=False) == '<span title="zzz1">茶&lt;i&gt;</span>'
    assert named("", known, whole=True) == DASH


def test_json_reads_as_words_not_as_escapes():
    assert tree(["产地直供", "当季"]) == "产地直供、当季"
    flat = f'<dl class="xt-tree"><dt>a</dt><dd>{DASH}</dd><dt>&lt;b&gt;</dt><dd>1</dd></dl>'
    assert tree({"a": {}, "<b>": 1}) == flat
    words("key", {"zz_fen": "试金"})
    words("value", {"zz_on": "已开"})
    said = tree({"zz_fen": 1_234, "zz_bp": 300, "zz": "zz_on"})
    assert said == (
        '<dl class="xt-tree"><dt>试金</dt><dd><span class="xt-money">¥12.34</span></dd>'
        "<dt>zz_bp</dt><dd>3%</dd><dt>zz</dt><dd>已开</dd></dl>"
    )


def test_a_thing_without_a_name_is_called_by_its_kind_and_the_end_of_its_number():
    place("zzo", "no_such_page", "试单")
    words("reason", {"zz.paid": "试付"})
    key = "zzo" + KEY[3:]
    assert named(key, {}, whole=False) == f'<span title="{key}">试单 YY8XGRWT</span>'
    assert named(key, {}, whole=False, site="ops") == f'<span title="{key}">试单 YY8XGRWT</span>'  # no page, no link
    assert reason(f"zz.paid/{key}") == (
        f'<span title="zz.paid/{key}">试付 · <span title="{key}">试单 YY8XGRWT</span></span>'
    )
    assert reason("zz.paid/other") == '<span title="zz.paid/other">试付</span>'
    assert f'data-copy="{key}"' in named(key, {}, whole=True)


def test_times_are_said_as_on_that_day_with_the_exact_one_in_reach():
    now = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)  # noon in Beijing
    with mock.patch.object(clock, "now", return_value=now):
        texts = [
            str(moment(now - away)).split(">")[1].removesuffix("</time")
            for away in (
                timedelta(hours=3),
                timedelta(days=1),
                timedelta(days=5),
                timedelta(days=400),
                -timedelta(days=1),
            )
        ]
        assert texts == ["今天 09:00", "昨天 12:00", "11-18 12:00", "2025-10-19 12:00", "明天 12:00"]
        assert 'title="2026-11-23 09:00:00（3 小时前）"' in moment(now - timedelta(hours=3))
        assert moment(now + timedelta(days=2), whole=True).endswith(
            '2026-11-25 12:00:00</time> <span class="xt-soft">2 天后</span>'
        )


def test_a_state_has_the_colour_of_its_meaning():
    assert [pill(state, "x").split('"')[1] for state in ("paid", "review", "failed", "closed")] == [
        "xt-pill xt-good",
        "xt-pill xt-wait",
        "xt-pill xt-bad",
        "xt-pill xt-calm",
    ]


def test_the_tallest_column_fills_the_chart_and_an_empty_chart_is_flat():
    tall, half = Chart([("a", 200, ""), ("b", 100, "")]).bars
    assert (tall.y, tall.height, half.height) == (2.0, 38.0, 19.0)
    assert [bar.height for bar in Chart([("a", 0, "")]).bars] == [0.0]


def test_a_code_is_said_in_words_where_there_are_some_and_stays_small_and_grey_where_there_are_none():
    page = SimpleNamespace(spoken={"last_code": {"succeed": "成功"}}, codes={"last_code"}, good=frozenset())
    field = models.CharField()
    field.set_attributes_from_name("last_code")
    said = [read(page, field, SimpleNamespace(last_code=code), whole=False) for code in ("succeed", "STRANGE_ONE", "")]
    assert said == ["成功", '<span class="xt-id xt-soft">STRANGE_ONE</span>', DASH]
