"""F16: seeded random programs against the ledger and the commission, a plain dict model beside them.

After every step the model's balances and the database's are compared in full, and the auditor's SQL must find
nothing. Two oracles of different hands: the model keeps sums, the auditor recomputes them from the moves.
"""

import random
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from bench.cluster import cluster, say
from bench.figures import Bench, Figure

DAY = date(2026, 11, 23)
START = datetime(2026, 11, 1, 4, 0, tzinfo=UTC)
FREEZE_DAYS, RATE_BP = 7, 1_250
OWNERS = ("pro1", "pro2", "pro3")
FLOORLESS = ("merchant.payable", "payout.clearing", "gateway.clearing")
FLOORED = ("promoter.pending", "promoter.due", "promoter.debt")
ASSETS = ("gateway.clearing", "promoter.debt")


def run(seed: int, count: int) -> Iterator[Figure]:
    """`count` programs of 12 to 40 steps."""
    bench = Bench("F16", seed)
    with cluster():
        done = [program(one) for one in range(seed, seed + count)]
    steps = sum(sum(one.done.values()) for one in done)
    wrong = sum(len(one.wrong) for one in done)
    for one in done:
        for line in one.wrong[:3]:
            say(f"  种子 {one.seed}：{line}")
    yield bench.count("程序", len(done), steps, exactly=count)
    yield bench.count("步骤，每步全量比对", steps, steps)
    yield bench.count("其中被账本拒绝的步骤", sum(one.done["refused"] for one in done), steps, least=1)
    yield bench.count("与模型或审计不一致", wrong, steps, exactly=0)


@dataclass
class Model:
    """Balances on the accounts' normal side, holds, and the lines of the commission: plain dicts."""

    posted: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    held: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    holds: dict[str, tuple[str, int]] = field(default_factory=dict)
    reasons: dict[str, tuple[tuple[str, str, int], ...]] = field(default_factory=dict)
    lines: dict[str, dict[str, Any]] = field(default_factory=dict)

    def move(self, debit: str, credit: str, fen: int) -> None:
        for account, signed in ((debit, -fen), (credit, fen)):
            self.posted[account] += -signed if account.split(":")[0] in ASSETS else signed

    def overdrawn(self) -> bool:
        return any(fen < self.held[account] for account, fen in self.posted.items() if account.split(":")[0] in FLOORED)


@dataclass
class Program:
    """One program: its dice, its books, its model, what it did and what did not agree."""

    seed: int
    chance: random.Random
    books: str
    model: Model = field(default_factory=Model)
    now: datetime = START
    done: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def account(self, *kinds: str) -> str:
        return f"{self.chance.choice(kinds)}:{self.chance.choice(OWNERS)}@CNY"


def program(seed: int) -> Program:
    """Run the program of this seed; it stops at the first disagreement."""
    chance = random.Random(seed)
    one = Program(seed, chance, f"program-{seed}")
    steps = (_post, _post, _post, _replay, _hold, _hold, _capture, _void, _settle, _settle)
    for _ in range(chance.randint(12, 40)):
        step = chance.choice(steps)
        one.done["refused" if step(one) else "done"] += 1
        one.wrong += [f"{step.__name__}: {line}" for line in _compare(one)]
        if one.wrong:
            break
    return one


def _compare(one: Program) -> list[str]:
    """Every account the model knows, and what the auditor says."""
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Account
    from xintui.promotion.commission import facade as commission

    accounts = [Account.parse(code) for code in one.model.posted]
    found = ledger.balances(accounts, ledger=one.books) if accounts else {}
    wrong = [
        f"{account}: 账本 {(there.posted_fen, there.held_fen)}，模型 {(here, held)}"
        for account, there in found.items()
        if (there.posted_fen, there.held_fen)
        != ((here := one.model.posted[str(account)]), (held := one.model.held[str(account)]))
    ]
    return wrong + [str(finding) for finding in (*ledger.audit(), *commission.audit(books=one.books))]


# -- steps: True when the ledger refused, and the model agrees that it had to ----------------------------------------


def _posting(reason: str, moves: tuple[tuple[str, str, int], ...]) -> Any:
    from xintui.foundation.ledger.facade import Account, Move, Posting

    return Posting(reason, tuple(Move(Account.parse(d), Account.parse(c), fen) for d, c, fen in moves), DAY)


def _post(one: Program) -> bool:
    """One to three moves between any two accounts that live outside the commission."""
    moves = []
    for _ in range(one.chance.randint(1, 3)):
        debit = one.account(*FLOORLESS, "promoter.due")
        credit = one.account(*FLOORLESS, "promoter.due")
        if debit != credit:
            moves.append((debit, credit, one.chance.choice([1, 7, one.chance.randint(1, 10_000)])))
    reason = f"bench.program/{len(one.model.reasons)}"
    return _try_posting(one, reason, tuple(moves)) if moves else False


def _try_posting(one: Program, reason: str, moves: tuple[tuple[str, str, int], ...]) -> bool:
    from xintui.foundation.ledger import facade as ledger

    before = dict(one.model.posted)
    for move in moves:
        one.model.move(*move)
    refused = one.model.overdrawn()
    if refused:
        one.model.posted.clear()
        one.model.posted.update(before)
    try:
        new = ledger.post(_posting(reason, moves), ledger=one.books)
        if refused or new != 1:
            one.wrong.append(f"{reason}: 账本接受了 {moves}（新 {new}）")
    except ledger.WouldOverdraw:
        if not refused:
            one.wrong.append(f"{reason}: 账本拒绝了 {moves}")
    if not refused:
        one.model.reasons[reason] = moves
    return refused


def _replay(one: Program) -> bool:
    """A reason that is known: the same moves change nothing, others are refused."""
    from xintui.foundation.ledger import facade as ledger

    if not one.model.reasons:
        return False
    reason, moves = one.chance.choice(sorted(one.model.reasons.items()))
    if one.chance.random() < 0.5:
        if ledger.post(_posting(reason, moves), ledger=one.books) != 0:
            one.wrong.append(f"{reason}: 重放算作新的")
        return False
    debit, credit, fen = moves[-1]
    try:
        ledger.post(_posting(reason, (*moves[:-1], (debit, credit, fen + 1))), ledger=one.books)
    except ledger.PostedDifferently:
        return True
    one.wrong.append(f"{reason}: 不同金额的重放被接受")
    return False


def _hold(one: Program) -> bool:
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Account

    account, key = one.account("promoter.due"), f"hold/{one.done.total()}"
    free = one.model.posted[account] - one.model.held[account]
    fen = one.chance.choice([max(1, free), free + 1, max(1, free // 2)])
    try:
        ledger.hold(key, Account.parse(account), fen, until=one.now + timedelta(days=400), ledger=one.books)
    except ledger.WouldOverdraw:
        if fen <= free:
            one.wrong.append(f"{key}: 拒绝冻结 {fen}，可用 {free}")
        return True
    if fen > free:
        one.wrong.append(f"{key}: 冻结了 {fen}，可用 {free}")
    one.model.held[account] += fen
    one.model.holds[key] = (account, fen)
    return False


def _capture(one: Program) -> bool:
    return _end(one, capture=True)


def _void(one: Program) -> bool:
    return _end(one, capture=False)


def _end(one: Program, *, capture: bool) -> bool:
    from xintui.foundation.ledger import facade as ledger
    from xintui.foundation.ledger.facade import Account

    if not one.model.holds:
        return False
    key = one.chance.choice(sorted(one.model.holds))
    account, fen = one.model.holds.pop(key)
    one.model.held[account] -= fen
    if not capture:
        ledger.void(key, Account.parse(account), ledger=one.books)
    else:
        moves = ((account, "payout.clearing:platform@CNY", fen),)
        reason = f"bench.program/paid/{key}"
        ledger.capture(key, Account.parse(account), _posting(reason, moves), ledger=one.books)
        one.model.move(*moves[0])
        one.model.reasons[reason] = moves
    try:  # a hold ends once
        ledger.void(key, Account.parse(account), ledger=one.books)
    except ledger.HoldNotPending:
        return False
    one.wrong.append(f"{key}: 结束了两次")
    return False


def _settle(one: Program) -> bool:
    """Time goes on; new lines are sold, some lines are refunded in part or whole, and what is ripe is released."""
    from xintui.promotion.commission import facade as commission
    from xintui.promotion.commission.facade import Refund, Sale

    one.now += timedelta(days=one.chance.randint(0, 5), seconds=one.chance.randint(1, 86_400))
    sales = [_sold(one, n) for n in range(one.chance.randint(0, 4))]
    refunds = []
    for line in list(one.model.lines.values()):
        left = line["paid"] - line["refunded"]
        if left and one.chance.random() < 0.3:
            refunds.append((line, one.chance.choice([left, max(1, left // 3)])))
    commission.settle(
        now=one.now,
        sales=[
            Sale(
                n,
                s["order"],
                "1",
                "mch1",
                "buyer",
                "prd",
                "tea",
                1,
                s["paid"],
                "CNY",
                s["promoter"],
                "",
                s["at"],
                s["at"],
            )
            for n, s in enumerate(sales)
        ],
        refunds=[
            Refund(n, f"r{one.done.total()}-{n}", line["order"], "1", fen, one.now)
            for n, (line, fen) in enumerate(refunds)
        ],
        books=one.books,
        plan=_plan(),
        sweep=True,
    )
    _settled(one, refunds)
    return False


def _plan() -> Any:
    from xintui.promotion.commission import facade as commission

    rule = {"id": "all", "priority": 0, "match": {}, "rate_bp": RATE_BP}
    body = {"version": "p", "auto_receipt_days": 10, "freeze_days": FREEZE_DAYS, "rules": [rule], "tiers": []}
    return commission.parse_plan(body)


def _sold(one: Program, n: int) -> dict[str, Any]:
    order = f"o{one.done.total()}-{n}"
    line = {
        "order": order,
        "paid": one.chance.choice([1, 79, one.chance.randint(1, 100_000)]),
        "refunded": 0,
        "promoter": one.chance.choice(OWNERS),
        "at": one.now - timedelta(seconds=one.chance.randint(0, 3_600)),
        "released": False,
    }
    one.model.lines[order] = line
    _flow(one, line["promoter"], _commission(line), pending=True)
    return line


def _commission(line: dict[str, Any]) -> int:
    return (line["paid"] - line["refunded"]) * RATE_BP // 10_000


def _flow(one: Program, promoter: str, fen: int, *, pending: bool) -> None:
    """The merchant's money becomes (or stops being) pending commission."""
    if pending and fen:
        one.model.move("merchant.payable:mch1@CNY", f"promoter.pending:{promoter}@CNY", fen)


def _settled(one: Program, refunds: list[tuple[dict[str, Any], int]]) -> None:
    """What the settlement should have done. Only the change of each promoter's due position matters, not its path."""
    change: dict[str, int] = defaultdict(int)
    touched: set[str] = set()
    for line, fen in refunds:
        before = _commission(line)
        line["refunded"] += fen
        back, promoter = before - _commission(line), line["promoter"]
        if not back:
            continue
        # A refund dated now meets a line that was ripe already, or is ripe at this very sweep, after its release.
        if line["released"] or line["at"] + timedelta(days=FREEZE_DAYS) <= one.now:
            line["clawed"] = line.get("clawed", 0) + back
            change[promoter] -= back
            touched.add(promoter)
            one.model.posted["merchant.payable:mch1@CNY"] += back
        else:
            one.model.posted["merchant.payable:mch1@CNY"] += back
            one.model.posted[f"promoter.pending:{promoter}@CNY"] -= back
    for line in one.model.lines.values():
        if not line["released"] and line["at"] + timedelta(days=FREEZE_DAYS) <= one.now:
            line["released"] = True
            fen = _commission(line) + line.get("clawed", 0)
            one.model.posted[f"promoter.pending:{line['promoter']}@CNY"] -= fen
            change[line["promoter"]] += fen
            touched |= {line["promoter"]} if fen else set()
    for promoter in touched:
        due, debt = f"promoter.due:{promoter}@CNY", f"promoter.debt:{promoter}@CNY"
        position = one.model.posted[due] - one.model.held[due] - one.model.posted[debt] + change[promoter]
        one.model.posted[due] = one.model.held[due] + max(position, 0)
        one.model.posted[debt] = max(-position, 0)
