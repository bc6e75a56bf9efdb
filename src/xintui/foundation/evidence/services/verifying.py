"""Recomputing everything that was sealed or closed from the moves as they stand now."""

from collections.abc import Iterator, Mapping
from itertools import chain

from django.db import transaction

from xintui.foundation.evidence.contracts import Block, ChainReport, ClosedDay, Fault
from xintui.foundation.evidence.models import EvidenceBlock, EvidenceDay
from xintui.foundation.evidence.queries import as_block, as_day
from xintui.foundation.evidence.rules.blocks import GENESIS, block_hash
from xintui.foundation.evidence.rules.days import head_leaf
from xintui.foundation.evidence.rules.merkle import Frontier, bulk_root
from xintui.foundation.evidence.services.sealing import SEAL_LOCK
from xintui.foundation.ledger import facade as ledger
from xintui.infra import locks

Leaves = Iterator[tuple[int, int, bytes]]


@transaction.atomic
def verify_chain(anchors: Mapping[int, bytes] | None = None) -> ChainReport:
    """Recompute all blocks and all closed days from the moves; faults name the block, the first bad one first.

    `anchors` are block hashes kept outside the database, by number. Without one of them - or a day's root - kept
    elsewhere, somebody who owns the database can rewrite moves, blocks and days alike (rule R13).
    """
    locks.shared(SEAL_LOCK)
    blocks = [as_block(row) for row in EvidenceBlock.objects.order_by("n")]
    days = [as_day(row) for row in EvidenceDay.objects.order_by("ledger", "day")]
    head = blocks[-1] if blocks else None
    moves = ledger.sealed_leaves(0, head.tx_to) if head else iter(())
    stream = _Stream(moves)
    faults = list(chain.from_iterable(_block_faults(blocks, stream)))
    known = {block.n: block.hash for block in blocks}
    faults += [f for n, hashed in sorted((anchors or {}).items()) for f in _anchor_faults(n, hashed, known, "外部留存")]
    faults += chain.from_iterable(_day_faults(days, known))
    faults.sort(key=lambda fault: fault.block or 2**63)
    return ChainReport(
        blocks=len(blocks),
        moves=stream.seen,
        days=len(days),
        head_n=head.n if head else 0,
        head_hash=head.hash if head else GENESIS,
        faults=tuple(faults),
    )


class _Stream:
    """The sealed leaves in order of transaction, handed out block by block."""

    def __init__(self, leaves: Leaves) -> None:
        self._leaves = leaves
        self._next = next(leaves, None)
        self.seen = 0

    def below(self, tx: int) -> Leaves:
        while self._next is not None and self._next[0] < tx:
            self.seen += 1
            yield self._next
            self._next = next(self._leaves, None)


def _block_faults(blocks: list[Block], stream: _Stream) -> Iterator[Iterator[Fault]]:
    previous, tx, n = GENESIS, 0, 0
    for block in blocks:
        yield _links(block, previous, tx, n)
        yield _contents(block, stream)
        previous, tx, n = block.hash, block.tx_to, block.n


def _links(block: Block, previous: bytes, tx: int, n: int) -> Iterator[Fault]:
    if block.n != n + 1:
        yield _fault(n + 1, "封存块缺失" if block.n > n + 1 else "块号重复")
    if block.previous != previous:
        yield _fault(block.n, "没有接在前一块之后：前块被改写，或本块的前块哈希被改动")
    if block.tx_from != tx or block.tx_to <= tx:
        yield _fault(block.n, "事务区间没有接在前一块之后")
    if block.hash != block_hash(block.previous, block.root, block.count, block.sum_fen):
        yield _fault(block.n, "块哈希与块内容不符")


def _contents(block: Block, stream: _Stream) -> Iterator[Fault]:
    frontier, total = Frontier(), 0
    for _, fen, leaf in stream.below(block.tx_to):
        frontier.append(leaf)
        total += fen
    if frontier.size != block.count:
        yield _fault(block.n, f"封存时 {block.count} 条分录，现有 {frontier.size} 条")
    if total != block.sum_fen:
        yield _fault(block.n, f"封存时发生额 {block.sum_fen} 分，现为 {total} 分")
    if frontier.root != block.root:
        yield _fault(block.n, "分录推不出块的默克尔根：有分录被改动、增删或调换")


def _anchor_faults(n: int, hashed: bytes, known: Mapping[int, bytes], where: str) -> Iterator[Fault]:
    if n and known.get(n) != hashed:
        yield _fault(n, f"与{where}的块哈希不符" if n in known else f"{where}中有此块，库中已没有")


def _day_faults(days: list[ClosedDay], known: Mapping[int, bytes]) -> Iterator[Iterator[Fault]]:
    last: ClosedDay | None = None
    for day in days:
        follows = last is not None and last.ledger == day.ledger
        yield _anchor_faults(day.chain_n, day.chain_head, known, f"日结 {day.ledger} {day.day} ")
        yield _one_day(day, last.proof_root if last and follows else GENESIS)
        last = day


def _one_day(day: ClosedDay, previous: bytes) -> Iterator[Fault]:
    subject = f"{day.ledger} {day.day}"
    leaves = b"".join(ledger.leaves(ledger=day.ledger, day=day.day))
    cut = [leaves[at : at + 32] for at in range(0, len(leaves), 32)]
    if day.previous != previous:
        yield Fault(0, subject, "没有接在前一日之后")
    if bulk_root(cut) != day.postings_root:
        yield Fault(0, subject, "当日分录推不出分录根")
    if bulk_root([head_leaf(day), *cut]) != day.proof_root:
        yield Fault(0, subject, "当日分录与日结推不出公布根")


def _fault(n: int, says: str) -> Fault:
    return Fault(n, f"第 {n} 块", says)
