"""`xintui graph raters`: anybody's file in, a score per rater out; bad rows are named, bad files refused."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from xintui.entrypoints.cli import main

ROWS = "ann,shop,5,1600000000\nben,shop,6,2020-10-01T00:00:00+08:00\ncy,shop,-10,1700000000\nann,mill,3,1650000000\n"


def run(tmp_path: Path, text: str, *options: str, name: str = "ratings.csv") -> tuple[int, str, dict[str, str]]:
    source, out = tmp_path / name, tmp_path / "scores.csv"
    source.write_text(text, "utf-8")
    done = CliRunner().invoke(main, ["graph", "raters", str(source), "--out", str(out), *options])
    head, *rows = out.read_text("utf-8").splitlines() if out.exists() else ["rater,trust"]
    assert head == "rater,trust"
    return done.exit_code, done.output, dict(row.split(",") for row in rows)


def test_every_rater_has_a_score_between_0_and_1(tmp_path):
    code, said, scores = run(tmp_path, "rater,target,rating,time\n" + ROWS)
    assert code == 0
    assert "读入 4 行：评分 4，时点之后 0，拒收 0" in said
    assert list(scores) == ["ann", "ben", "cy"]
    assert 0 < float(scores["cy"]) < float(scores["ben"]) < float(scores["ann"]) < 1


@pytest.mark.parametrize("head", ["", "src,dst,rating,time\n", "\ufeffsource,target,rating,timestamp\n"])
def test_the_usual_public_layouts_are_read_as_they_are(tmp_path, head):
    assert run(tmp_path, head + ROWS)[2] == run(tmp_path, "rater,target,rating,time\n" + ROWS)[2]


def test_as_of_a_moment_is_the_file_cut_there(tmp_path):
    until = run(tmp_path, ROWS, "--as-of", "1650000000")
    assert "评分 3，时点之后 1" in until[1]
    assert until[2] == run(tmp_path, "".join(ROWS.splitlines(True)[i] for i in (0, 1, 3)))[2]
    assert run(tmp_path, ROWS, "--as-of", "2022-04-15T13:20:00+08:00")[2] == until[2]


def test_a_bad_row_is_refused_by_row_and_column_and_the_others_are_judged(tmp_path):
    bad = "a,b,x,1\na,a,1,1\na,b,11,1\na,b,3,soon\n,b,3,1\na,b,nan,1\na,b,1_0,1\na,b\n"
    code, said, scores = run(tmp_path, "rater,target,rating,time\n" + bad + ROWS)
    assert code == 3
    assert scores == run(tmp_path, ROWS)[2]
    assert "ratings.csv 第 4 行 rating 列：应在 -10 到 10 之间" in said
    code, _, _ = run(tmp_path, "rater,target,rating,time\n" + bad + ROWS)
    rejects = (tmp_path / "scores.rejects.csv").read_text("utf-8").splitlines()
    assert [line.split(",")[1:4] for line in rejects] == [
        ["row", "column", "code"],
        ["2", "rating", "raters.not_a_number"],
        ["3", "target", "raters.self"],
        ["4", "rating", "raters.out_of_range"],
        ["5", "time", "raters.not_a_time"],
        ["6", "rater", "raters.empty"],
        ["7", "rating", "raters.not_a_number"],
        ["8", "rating", "raters.not_a_number"],
        ["9", "rating", "raters.empty"],
    ]


def test_stars_are_read_on_their_own_scale(tmp_path):
    stars = "a,x,5,1\nb,x,5,2\nc,x,1,3\n"
    scores = run(tmp_path, stars, "--lowest", "1", "--highest", "5")[2]
    assert scores == run(tmp_path, "a,x,10,1\nb,x,10,2\nc,x,-10,3\n")[2]


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("", "文件是空的"),
        ("rater,target,rating,time\n", "没有可用的评分"),
        ("rater,target,note,time\na,b,c,d\n", "缺少列 rating"),
        ("a,b,x,1\n", "缺少列 rater, target, rating, time"),
    ],
)
def test_a_bad_file_is_refused_in_one_sentence_and_nothing_is_written(tmp_path, text, why):
    code, said, scores = run(tmp_path, text)
    assert (code, scores) == (2, {})
    assert why in said
    assert not list(tmp_path.glob("scores*"))


def test_a_name_that_a_spreadsheet_would_run_is_made_harmless(tmp_path):
    assert list(run(tmp_path, "=cmd(),x,5,1\n")[2]) == ["'=cmd()"]
