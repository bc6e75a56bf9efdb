"""Postings a second through the ledger's one door, with fsync, beside plain INSERT commits of the same number."""

from collections.abc import Callable, Iterator
from datetime import date
from statistics import median
from typing import Any

from bench.cluster import cluster, say, seconds, side_by_side, superuser
from bench.figures import Bench, Figure

DAY = date(2026, 11, 23)
CLIENTS = 2
BATCH = 1_000
TURNS = 5


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count`: single postings per figure; the batched ones are ten times as many."""
    bench = Bench("postings", seed)
    with cluster() as server:
        with superuser(server) as connection:
            connection.execute("CREATE TABLE bench_row (id text PRIMARY KEY, fen bigint, note text)")
        say(f"postings: 热身 {_singles('warm', count // 10, _spread):,.0f}/s")
        # The machine is shared and changes by the second: what is compared takes turns, and the median turn is told.
        turns = [_turn(server, count // TURNS, turn) for turn in range(TURNS)]
        floor, single, hot, floored = (median(figures) for figures in zip(*turns, strict=True))
        yield bench.beside("单笔入账，两条连接", single, "笔/s", count, floor=floor, value_at_least=1_500)
        yield bench.beside("热账户（无下限）对分散账户", hot, "笔/s", count, floor=single, at_least=0.8)
        yield bench.beside("热账户（有下限，行锁）对分散账户", floored, "笔/s", count, floor=single, at_least=0.8)
        many = count * 10
        batched = _batched(many)
        yield bench.beside(
            f"成批入账，每批 {BATCH:,} 笔，两条连接", batched, "笔/s", many, floor=_one_insert(server, many),
            value_at_least=20_000,
        )  # fmt: skip
        yield _audited(bench, count)


def _turn(server: Any, count: int, turn: int) -> tuple[float, float, float, float]:
    """A second's plain commits, spread postings, and postings on a hot account without and with a floor."""
    plain = _inserts(server, count, f"plain{turn}")
    spread, hot, floored = (
        _singles(f"{name}{turn}", count, accounts)
        for name, accounts in (("spread", _spread), ("hot", _hot_without_floor), ("floored", _hot_with_floor))
    )
    say(f"  单行提交 {plain:,.0f}/s，分散 {spread:,.0f}/s，热账户 {hot:,.0f}/s，有下限 {floored:,.0f}/s")
    return plain, spread, hot, floored


def _audited(bench: Bench, count: int) -> Figure:
    from xintui.foundation.ledger import facade as ledger

    return bench.count("审计发现", len(ledger.audit()), count, exactly=0)


def _spread(client: int, n: int) -> tuple[Any, Any]:
    """No account of one client is touched by the other, and none twice in a hurry."""
    from xintui.foundation.ledger.facade import Account, Kind

    owner = f"{client}-{n % 500}"
    return Account(Kind.MERCHANT_PAYABLE, owner), Account(Kind.PROMOTER_PENDING, owner)


def _hot_without_floor(client: int, n: int) -> tuple[Any, Any]:
    from xintui.foundation.ledger.facade import Account, Kind

    return Account(Kind.MERCHANT_PAYABLE, "everybody"), Account(Kind.PROMOTER_PENDING, f"{client}-{n % 500}")


def _hot_with_floor(client: int, n: int) -> tuple[Any, Any]:
    from xintui.foundation.ledger.facade import Account, Kind

    return Account(Kind.MERCHANT_PAYABLE, f"{client}-{n % 500}"), Account(Kind.PROMOTER_PENDING, "everybody")


def _on_clients(work: Callable[[int], None], count: int) -> float:
    """`count` things a second with one process and connection per client."""
    return count / seconds(lambda: side_by_side(work, CLIENTS))


def _singles(name: str, count: int, accounts: Callable[[int, int], tuple[Any, Any]]) -> float:
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Move, Posting

    def client(number: int) -> None:
        for n in range(count // CLIENTS):
            ledger.post(Posting(f"bench.{name}/{number}/{n}", (Move(*accounts(number, n), 100 + n),), DAY))

    return _on_clients(client, count)


def _batched(count: int) -> float:
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Move, Posting

    def client(number: int) -> None:
        for start in range(0, count // CLIENTS, BATCH):
            ledger.post(
                *(
                    Posting(f"bench.batched/{number}/{n}", (Move(*_spread(number, n), 100 + n),), DAY)
                    for n in range(start, start + BATCH)
                )
            )

    return _on_clients(client, count)


def _inserts(server: Any, count: int, name: str) -> float:
    """The floor of a single posting: one plain row, one durable commit."""

    def client(number: int) -> None:
        with superuser(server) as connection:
            for n in range(count // CLIENTS):
                connection.execute(
                    "INSERT INTO bench_row VALUES (%s, %s, %s)", [f"{name}/{number}/{n}", n, "note"], prepare=True
                )

    return _on_clients(client, count)


def _one_insert(server: Any, count: int) -> float:
    """The floor of batches: one INSERT … SELECT of as many rows."""
    with superuser(server) as connection:
        statement = "INSERT INTO bench_row SELECT 'c/' || n, n, 'note' FROM generate_series(1, %s) n"
        return count / seconds(lambda: connection.execute(statement, [count]))
