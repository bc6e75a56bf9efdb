"""The Merkle root of a file's moves, taken by a forked process while the file is still being written."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Final

from xintui.foundation.evidence import facade as evidence
from xintui.foundation.ledger import facade as ledger
from xintui.promotion.imports.contracts import ProofInterrupted

_AT_ONCE: Final = 1 << 20
"""Bytes written, and read by the other process, in one go."""


class Hashing:
    """The other process. It reads the file itself and is told how far it may: the writer need not wait for it."""

    def __init__(self, line: Connection) -> None:
        self._line = line

    def save(self, path: Path, chunks: Iterable[bytes]) -> None:
        """Write a moves.csv; each chunk is whole rows. Raises `ProofInterrupted`."""
        with path.open("wb") as file:
            self._tell(path)
            for part in _gathered(chunks):
                file.write(part)
                file.flush()  # or the other process would read less than it was told
                self._tell(len(part))
        self._tell(0)

    def root(self) -> bytes:
        """The root over everything saved. Raises `ProofInterrupted` if the other process died."""
        try:
            return self._line.recv_bytes()
        except (EOFError, ConnectionResetError):
            raise ProofInterrupted from None

    def _tell(self, what: Path | int) -> None:
        try:
            self._line.send(what)
        except (BrokenPipeError, ConnectionResetError):
            raise ProofInterrupted from None


def _gathered(chunks: Iterable[bytes]) -> Iterator[bytes]:
    held, size = list[bytes](), 0
    for chunk in chunks:
        held.append(chunk)
        size += len(chunk)
        if size >= _AT_ONCE:
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)


@contextmanager
def beside() -> Iterator[Hashing]:
    """A process that hashes for as long as the block lasts."""
    context = get_context("fork")
    ours, theirs = context.Pipe()
    process = context.Process(target=_work, args=(ours, theirs), daemon=True)
    process.start()
    theirs.close()  # or a dead process would never be noticed
    try:
        yield Hashing(ours)
    finally:
        ours.close()
        process.join()


def _work(ours: Connection, line: Connection) -> None:
    ours.close()
    try:
        with line.recv().open("rb") as file:
            parts = (file.read(size) for size in iter(line.recv, 0))
            line.send_bytes(evidence.bulk_root(ledger.csv_leaves(parts)))
    except (EOFError, BrokenPipeError):
        return  # the run was given up
