"""F10: a superuser switches the triggers off and edits the books, also so that every sum still adds up.

Each edit is made inside a transaction that is rolled back after the look, so each starts from clean books. What the
auditor of `xintui audit ledger` does is done here: sums and balances, then every sealed block hashed again.
"""

import random
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.cluster import cluster, say
from bench.figures import Bench, Figure

BLOCKS, PER_BLOCK = 20, 60
DAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
_TABLES = ("ledger_move", "ledger_close", "evidence_block", "evidence_day")
_REBALANCE = """
UPDATE ledger_account a SET posted_fen = a.normal * coalesce((
  SELECT sum(CASE WHEN m.credit_id = a.id THEN m.fen ELSE -m.fen END) FROM ledger_move m, ledger_fold f
   WHERE a.id IN (m.credit_id, m.debit_id) AND (a.floor_fen IS NOT NULL OR m.tx < f.watermark)), 0)
"""


class Undo(Exception):
    """Rolls an edit back."""


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` random edits."""
    bench, chance = Bench("F10", seed), random.Random(seed)
    with cluster() as server:
        heads = _books(chance)
        _log_in_as_superuser(server)
        kinds: Counter[str] = Counter()
        found = named = blind = 0
        for n in range(count):
            edit = EDITS[n % len(EDITS)]
            kept = {len(heads): heads[-1]} if edit is _reseal else {}
            block, faults, findings = _tampered(edit, chance, kept)
            kinds[edit.__name__.strip("_")] += 1
            found += bool(faults or findings)
            named += block is None or block in faults
            blind += not findings
            if not (faults or findings):
                say(f"F10: {edit.__name__} 未被发现")
        say(f"F10: {dict(kinds)}")
        yield bench.count("超级用户篡改", count, BLOCKS * PER_BLOCK)
        yield bench.count("被发现", found, BLOCKS * PER_BLOCK, exactly=count)
        yield bench.count("指明了所在的块", named, BLOCKS * PER_BLOCK, exactly=count)
        yield bench.count("只看余额与合计会漏掉的", blind, BLOCKS * PER_BLOCK, least=1)
        clean = _faults({len(heads): heads[-1]})
        yield bench.count("未篡改时的发现", len(clean[0]) + len(clean[1]), BLOCKS * PER_BLOCK, exactly=0)


def _log_in_as_superuser(server: Any) -> None:
    """The intruder's edit and the auditor's look share one transaction, so they share a connection as well."""
    from django.db import connection

    from xintui.infra import database

    connection.close()
    connection.settings_dict.update(database.django_database(server.url(), database.APP))


def _books(chance: random.Random) -> list[bytes]:
    """Sealed blocks of postings of two moves each; the hashes of the blocks, as somebody outside keeps them."""
    from xintui.foundation.evidence import facade as evidence
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Account, Kind, Move, Posting

    heads = []
    for block in range(BLOCKS):
        for n in range(PER_BLOCK // 2):
            shop = Account(Kind.MERCHANT_PAYABLE, f"mch{chance.randrange(5)}")
            pending, due = (Account(k, f"pro{chance.randrange(9)}") for k in (Kind.PROMOTER_PENDING, Kind.PROMOTER_DUE))
            fen = chance.randint(100, 99_999)
            moves = Move(shop, pending, fen), Move(shop, due, fen + 1)
            ledger.post(Posting(f"bench.sold/{block}/{n}", moves, DAY))
        ledger.fold()
        sealed = evidence.seal(NOW + timedelta(minutes=block))
        assert sealed is not None
        heads.append(sealed.hash)
    return heads


def _tampered(edit: "Edit", chance: random.Random, anchors: dict[int, bytes]) -> tuple[int | None, set[int], list[Any]]:
    """The block that was touched (None: no block at all), the blocks the chain names, and what the auditor finds."""
    from django.db import connection, transaction

    seen: list[tuple[int | None, set[int], list[Any]]] = []
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET LOCAL ROLE postgres")
            for table in _TABLES:
                cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
            cursor.execute("ALTER TABLE ledger_account DROP CONSTRAINT ledger_account_not_overdrawn")
            block = edit(cursor, chance)
            cursor.execute("SET LOCAL ROLE xintui_app")
            if edit is _reseal:
                _seal_again()
            seen.append((block, *_faults(anchors)))
            raise Undo
    except Undo:
        return seen[0]


def _faults(anchors: dict[int, bytes]) -> tuple[set[int], list[Any]]:
    from xintui.foundation.evidence import facade as evidence
    from xintui.foundation.ledger import facade as ledger

    report = evidence.verify_chain(anchors)
    return {fault.block for fault in report.faults}, ledger.audit()


def _seal_again() -> None:
    from xintui.foundation.evidence import facade as evidence

    assert evidence.seal(NOW + timedelta(days=1)) is not None


# -- the edits: each returns the number of the block it touched -------------------------------------------------------

Edit = Callable[[Any, random.Random], int | None]


def _some(cursor: Any, chance: random.Random, n: int = 1) -> list[dict[str, Any]]:
    """Moves of one block."""
    block = chance.randint(1, BLOCKS)
    cursor.execute(
        "SELECT reason_id, seq, fen, tx FROM ledger_move m, evidence_block b WHERE m.tx >= b.tx_from AND m.tx < b.tx_to"
        " AND b.n = %s ORDER BY reason_id, seq",
        [block],
    )
    rows = [dict(zip(("reason_id", "seq", "fen", "tx"), row, strict=True)) for row in cursor.fetchall()]
    return [row | {"block": block} for row in chance.sample(rows, n)]


def _change(cursor: Any, row: dict[str, Any], what: str, *values: Any) -> int:
    cursor.execute(
        f"UPDATE ledger_move SET {what} WHERE reason_id = %s AND seq = %s", [*values, row["reason_id"], row["seq"]]
    )
    assert cursor.rowcount == 1
    return int(row["block"])


def _amount(cursor: Any, chance: random.Random) -> int:
    (row,) = _some(cursor, chance)
    return _change(cursor, row, "fen = fen + %s", chance.randint(1, 10**6))


def _amount_balanced(cursor: Any, chance: random.Random) -> int:
    block = _amount(cursor, chance)
    cursor.execute(_REBALANCE)
    return block


def _two_amounts_swapped(cursor: Any, chance: random.Random) -> int:
    """Count and sum of the block stay as they were."""
    one, two = _some(cursor, chance, 2)
    while one["fen"] == two["fen"]:
        one, two = _some(cursor, chance, 2)
    _change(cursor, one, "fen = %s", two["fen"])
    block = _change(cursor, two, "fen = %s", one["fen"])
    cursor.execute(_REBALANCE)
    return block


def _payee_changed(cursor: Any, chance: random.Random) -> int:
    """Somebody else's account, and all balances with it."""
    (row,) = _some(cursor, chance)
    other = (
        "(SELECT id FROM ledger_account WHERE floor_fen = 0 AND id NOT IN (debit_id, credit_id) ORDER BY id LIMIT 1)"
    )
    block = _change(cursor, row, f"credit_id = {other}")
    cursor.execute(_REBALANCE)
    return block


def _posting_deleted(cursor: Any, chance: random.Random) -> int:
    (row,) = _some(cursor, chance)
    cursor.execute("DELETE FROM ledger_move WHERE reason_id = %s", [row["reason_id"]])
    cursor.execute(_REBALANCE)
    return int(row["block"])


def _posting_invented(cursor: Any, chance: random.Random) -> int:
    """A balanced posting, put into a transaction of long ago."""
    (row,) = _some(cursor, chance)
    cursor.execute(
        "INSERT INTO ledger_move (reason_id, seq, ledger, reason, debit_id, credit_id, fen, on_date, tx)"
        " SELECT ledger_id(ledger, 'bench.gift/1'), 0, ledger, 'bench.gift/1', debit_id, credit_id, %s, on_date, tx"
        " FROM ledger_move WHERE reason_id = %s AND seq = %s",
        [chance.randint(1, 10**6), row["reason_id"], row["seq"]],
    )
    cursor.execute(_REBALANCE)
    return int(row["block"])


def _redated(cursor: Any, chance: random.Random) -> int:
    (row,) = _some(cursor, chance)
    return _change(cursor, row, "on_date = on_date - 31")


def _renamed(cursor: Any, chance: random.Random) -> int:
    (row,) = _some(cursor, chance)
    cursor.execute(
        "UPDATE ledger_move SET reason = 'bench.other/1', reason_id = ledger_id(ledger, 'bench.other/1')"
        " WHERE reason_id = %s",
        [row["reason_id"]],
    )
    return int(row["block"])


def _moved_to_another_block(cursor: Any, chance: random.Random) -> int:
    one, two = _some(cursor, chance)[0], _some(cursor, chance)[0]
    while one["block"] == two["block"]:
        two = _some(cursor, chance)[0]
    return _change(cursor, one, "tx = %s", two["tx"])


def _balance_only(cursor: Any, chance: random.Random) -> None:
    cursor.execute(
        "UPDATE ledger_account SET posted_fen = posted_fen + %s WHERE id ="
        " (SELECT id FROM ledger_account WHERE floor_fen = 0 ORDER BY id OFFSET %s LIMIT 1)",
        [chance.randint(1, 10**6), chance.randrange(9)],
    )
    assert cursor.rowcount == 1


def _block_edited(cursor: Any, chance: random.Random) -> int:
    block = chance.randint(1, BLOCKS)
    what = chance.choice(["root = sha256(root)", "hash = sha256(hash)", "previous = sha256(hash)", "sum = sum + 1"])
    cursor.execute(f"UPDATE evidence_block SET {what} WHERE n = %s", [block])
    assert cursor.rowcount == 1
    return block


def _reseal(cursor: Any, chance: random.Random) -> int:
    """An edit, rebalanced, and the last block sealed again over it: only a hash kept outside can tell."""
    cursor.execute(
        "UPDATE ledger_move SET fen = fen + %s WHERE (reason_id, seq) = (SELECT m.reason_id, m.seq FROM ledger_move m,"
        " evidence_block b WHERE b.n = %s AND m.tx >= b.tx_from ORDER BY reason_id, seq OFFSET %s LIMIT 1)",
        [chance.randint(1, 10**6), BLOCKS, chance.randrange(PER_BLOCK)],
    )
    assert cursor.rowcount == 1
    cursor.execute(_REBALANCE)
    cursor.execute("DELETE FROM evidence_block WHERE n = %s", [BLOCKS])
    return BLOCKS


EDITS: tuple[Edit, ...] = (
    _amount,
    _amount_balanced,
    _two_amounts_swapped,
    _payee_changed,
    _posting_deleted,
    _posting_invented,
    _redated,
    _renamed,
    _moved_to_another_block,
    _balance_only,
    _block_edited,
    _reseal,
)
