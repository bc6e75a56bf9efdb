"""The generated cases are the same for the same seed, reach every rule, and a difference from the oracle is found."""

from pathlib import Path

from tests.oracles.cases import arguments, compare, expected, make_case, write_result


def files(case: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in sorted(case.iterdir())}


def test_one_seed_makes_the_same_files_every_time(tmp_path):
    for seed in range(10):
        assert files(make_case(seed, tmp_path / "a")) == files(make_case(seed, tmp_path / "b"))


def test_sixty_cases_reach_every_refusal_and_every_figure(tmp_path):
    codes, reached = set(), set()
    for seed in range(60):
        result = expected(make_case(seed, tmp_path))
        codes |= {(file.removesuffix(".csv"), code) for (file, _), code in result.refused.items()}
        rows = result.lines + result.statements + result.balances
        reached |= {column for row in rows for column, value in row.items() if value not in ("0", "")}
        reached |= {row["state"] for row in result.lines}
    everywhere = {"id.empty", "id.duplicate", "time.invalid"}
    assert codes == {
        *[(file, code) for file in ("orders", "refunds", "promoters", "withdrawals") for code in everywhere],
        *[(file, "amount.invalid") for file in ("orders", "refunds", "withdrawals")],
        *[("orders", "promoter.unknown"), ("orders", "currency.mismatch"), ("promoters", "kind.invalid")],
        *[("refunds", "line.unknown"), ("refunds", "refund.before_payment"), ("refunds", "refund.above_paid")],
        *[("withdrawals", "promoter.unknown"), ("withdrawals", "withdrawal.above_due")],
    }
    assert {"void", "pending", "due", "debt_fen", "bonus_fen", "clawed_back_fen", "withdrawn_fen"} <= reached


def test_the_options_name_the_files_that_exist(tmp_path):
    options = arguments(make_case(1, tmp_path), tmp_path / "out")
    assert options[:2] == ["--orders", str(tmp_path / "case-1" / "orders.csv")]
    assert all(Path(value).exists() for name, value in zip(options[:-4:2], options[1:-4:2], strict=True))
    assert options[-2:] == ["--out", str(tmp_path / "out")]


def test_a_run_that_agrees_has_no_differences_and_one_that_does_not_names_each(tmp_path):
    result = expected(make_case(3, tmp_path))
    write_result(result, tmp_path)
    assert compare(tmp_path, result) == []
    line, balance, reject = result.lines[0], result.balances[0], result.rejects.pop(0)
    fen, key = line["commission_fen"], (line["order_id"], line["line_id"])
    line["commission_fen"] = "1234567"
    promoter = (result.balances.pop(0)["promoter_id"],)
    assert balance["promoter_id"] == promoter[0]
    assert compare(tmp_path, result) == [
        f"lines.csv: {key}: commission_fen '{fen}', oracle '1234567'",
        f"balances.csv: {promoter}: not in the oracle",
        f"rejects.csv: {reject['file']} row {reject['row']}: {reject['code']}, oracle accepted",
    ]


def test_rows_in_the_wrong_order_and_missing_files_are_differences(tmp_path):
    result = expected(make_case(3, tmp_path))
    assert compare(tmp_path, result) == [f"{n}.csv is missing" for n in ("lines", "statements", "balances", "rejects")]
    write_result(result, tmp_path)
    result.lines.reverse()
    assert compare(tmp_path, result) == ["lines.csv: the right rows in the wrong order, or one twice"]
