"""What a person reads in a console's cell."""

from xintui.infra.console import Chart, called, names
from xintui.infra.console.cells import money, named, pill, short, tree
from xintui.infra.console.words import sum_of

KEY = "ord01M832VCQCD6K53784YY8XGRWT"


def test_money_is_yuan_with_separators_and_nothing_is_a_dash():
    assert money(168_800) == '<span class="xt-money">¥1,688.00</span>'
    assert money(0) == '<span class="xt-money">¥0.00</span>' and money(None) == "—"
    assert (sum_of(-123_456), sum_of(5)) == ("-¥1,234.56", "¥0.05")


def test_a_long_id_keeps_its_kind_and_its_end_with_the_whole_in_the_tooltip():
    assert short(KEY) == f'<span class="xt-id" title="{KEY}">ord…YY8XGRWT</span>'
    assert short("system") == "system" and short("<b>") == "&lt;b&gt;"


def test_names_are_asked_once_per_kind_and_escaped():
    asked = []

    @names("zzz")
    def say(ids):
        asked.append(sorted(ids))
        return {"zzz1": "茶<i>"}

    known = called(["zzz1", "zzz2", "", "system"])
    assert known == {"zzz1": "茶<i>"} and asked == [["zzz1", "zzz2"]]
    assert named("zzz1", known, whole=False) == '<span title="zzz1">茶&lt;i&gt;</span>'
    assert named("", known, whole=True) == "—"


def test_json_reads_as_words_not_as_escapes():
    assert tree(["产地直供", "当季"]) == "产地直供、当季"
    assert tree({"a": {}, "<b>": 1}) == '<dl class="xt-tree"><dt>a</dt><dd>—</dd><dt>&lt;b&gt;</dt><dd>1</dd></dl>'


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
