"""The offline proof: a JSON document that carries records, and for each the path from its leaf to one published root.

    {"xintui_proof": 1, "what": "settlement", "root": hex, "tree_size": n, "issued_at": …, "note": …,
     "records": [{"what": "statement", "index": 7, "record": {…}, "leaf": hex, "path": [hex, …]}, …]}

A proof of a single record may put index, record, leaf and path beside the root instead of `records`. Records come in
ascending order of index, so that no leaf is counted twice. `issued_at` and `note` are courtesy and are not covered by
the root. A file agrees with itself at best: its root has to be compared with the one that was published.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final, TextIO

from xintui.foundation.evidence.contracts import Failure, Unreadable, VerifyReport
from xintui.foundation.evidence.rules.canonical import Value
from xintui.foundation.evidence.rules.merkle import HASH_BYTES, Path, Tree, leaf_hash, root_from_path
from xintui.foundation.evidence.rules.schemas import (
    from_hex,
    label_of,
    leaf_bytes,
    record_from_json,
    record_to_json,
)

PROOF_VERSION: Final = 1
FAILURES_KEPT: Final = 20

_PATH_MAX: Final = 62
_SIZE_MAX: Final = 2**_PATH_MAX
_HEADER: Final = {"xintui_proof", "what", "root", "tree_size"}
_COURTESY: Final = {"issued_at", "note"}
_ITEM: Final = {"what", "index", "record", "leaf", "path"}
_PLACES: Final = {"settlement": ("settlement_head", "statement"), "day": ("day", "move")}
"""What stands at leaf 0 and what at the others, so that no record is shown where another belongs."""
_HEADS: Final = {head: what for what, (head, _) in _PLACES.items()}
_TITLES: Final = {"settlement": "结算", "day": "日结"}

Record = Mapping[str, Value]
Json = dict[str, Any]


def build_proof(
    what: str,
    tree: Tree,
    items: Iterable[tuple[int, str, Record]],
    *,
    issued_at: datetime | None = None,
    note: str = "",
) -> Json:
    """A proof document for some `(index, what, record)` of a tree, in ascending order of index."""
    return {**_header(what, tree, issued_at, note), "records": [_item(tree, *item) for item in items]}


def build_settlement_proof(
    postings_root: bytes,
    postings_count: int,
    moves_sum: int,
    statements: Iterable[Record],
    *,
    issued_at: datetime | None = None,
    note: str = "",
) -> Json:
    """The whole `proof.json` of a settlement in memory: leaf 0 ties it to the moves, leaves 1… are the statements."""
    records = list(_settlement(postings_root, postings_count, moves_sum, statements))
    tree = Tree(leaf_hash(leaf_bytes(what, record)) for what, record in records)
    items = ((index, what, record) for index, (what, record) in enumerate(records))
    return build_proof("settlement", tree, items, issued_at=issued_at, note=note)


def write_settlement_proof(
    out: TextIO,
    postings_root: bytes,
    postings_count: int,
    moves_sum: int,
    statements: Iterable[Record],
    *,
    issued_at: datetime | None = None,
    note: str = "",
) -> bytes:
    """Write the same document one record a line, 64 bytes of memory a statement, and return its root.

    `statements` is walked twice (the root stands first in the file), so it must not be a generator.
    """
    assert iter(statements) is not statements, "give something that can be walked twice"
    records = _settlement(postings_root, postings_count, moves_sum, statements)
    tree = Tree(leaf_hash(leaf_bytes(what, record)) for what, record in records)
    head = json.dumps({**_header("settlement", tree, issued_at, note), "records": []}, ensure_ascii=False)
    out.write(head.removesuffix("]}"))
    records = _settlement(postings_root, postings_count, moves_sum, statements)
    for index, (what, record) in enumerate(records):
        item = _item(tree, index, what, record)
        assert leaf_hash(bytes.fromhex(item["leaf"])) == tree.leaf(index), "the statements changed between two walks"
        out.write(",\n" if index else "\n")
        out.write(json.dumps(item, ensure_ascii=False))
    out.write("\n]}\n")
    return tree.root


def proof_lines(
    what: str,
    root: bytes,
    tree_size: int,
    items: Iterable[tuple[int, str, Record, Path]],
    *,
    issued_at: datetime | None = None,
    note: str = "",
) -> Iterator[str]:
    """A proof as text, one record a line, without holding it in memory; `items` bring their own paths."""
    head = json.dumps({**_head(what, root, tree_size, issued_at, note), "records": []}, ensure_ascii=False)
    yield head.removesuffix("]}")
    for at, (index, kind, record, path) in enumerate(items):
        yield (",\n" if at else "\n") + json.dumps(_entry(index, kind, record, path), ensure_ascii=False)
    yield "\n]}"


def excerpt_proof(document: Json, indexes: Iterable[int]) -> Json:
    """The same proof for fewer records: what one promoter is handed. Leaf 0 is worth keeping with it."""
    wanted = set(indexes)
    return {**document, "records": [item for item in document["records"] if item["index"] in wanted]}


def verify_proof(document: object, expected_root: bytes | None = None) -> VerifyReport:
    """Recompute every record of a parsed document. Raises `Unreadable` when it is not a proof at all."""
    header = document if isinstance(document, dict) else {}
    single = "records" not in header
    verifier = Verifier({k: v for k, v in header.items() if k not in _lone_keys(single)}, expected_root)
    if single:
        items: list[object] = [{key: header[key] for key in _ITEM if key in header}]
    else:
        items = header["records"] if isinstance(header["records"], list) else []
    for item in items:
        verifier.check(item)
    return verifier.report()


class Verifier:
    """Checks the records of one proof as they come, and remembers what did not hold."""

    def __init__(self, header: Json, expected_root: bytes | None = None) -> None:
        if header.get("xintui_proof") != PROOF_VERSION or type(header["xintui_proof"]) is not int:
            raise Unreadable(f"不是信推证明文件（缺少 xintui_proof: {PROOF_VERSION}）")
        if not _HEADER <= header.keys() <= _HEADER | _COURTESY:
            raise Unreadable("文件头的字段不对")
        if not all(isinstance(header.get(key, ""), str | None) for key in _COURTESY) or type(header["what"]) is not str:
            raise Unreadable("文件头的 what、issued_at、note 应当是文字")
        self._what: str = header["what"]
        self._root = _hash(header["root"], "root")
        self._size = _number(header["tree_size"], 1, _SIZE_MAX, "tree_size")
        self._compared = expected_root is not None
        self._checked, self._failed, self._last = 0, 0, -1
        self._failures: list[Failure] = []
        self.head: Record | None = None
        """A day's close, once its leaf 0 was checked and held."""
        if expected_root is not None and expected_root != self._root:
            self._fail(-1, self._what, f"文件中的根 {self._root.hex()} 不是给定的根 {expected_root.hex()}")

    def check(self, item: object) -> None:
        """Recompute one record: fields → leaf → root."""
        if not isinstance(item, dict) or item.keys() != _ITEM:
            raise Unreadable(f"第 {self._checked + 1} 条记录的字段不对")
        what, index = item["what"], _number(item["index"], 0, self._size, "index")
        if index <= self._last:
            raise Unreadable(f"第 {self._checked + 1} 条记录的序号 {index} 重复或乱序")
        record = record_from_json(what, item["record"])
        path = _path(item["path"])
        self._last, self._checked = index, self._checked + 1
        leaf, name = leaf_bytes(what, record), f"第 {index} 片叶（{label_of(what, record)}）"
        if item["leaf"] != leaf.hex():
            self._fail(index, what, f"{name}：字段与叶子不符，记录被改动过")
        elif what != _PLACES.get(self._what, (what, what))[bool(index)]:
            self._fail(index, what, f"{name}：{_TITLES[self._what]}证明的这个位置不该是这种记录")
        elif _HEADS.get(what, self._what) != self._what:
            self._fail(index, what, f"{name}：文件头说这是「{self._what[:40]}」，总记录却属于另一种证明")
        elif root_from_path(leaf_hash(leaf), index, self._size, path) != self._root:
            self._fail(index, what, f"{name}：由路径推不出文件中的根")
        elif self._what == "day" and not self._of_this_day(index, record):
            self._fail(index, what, f"{name}：与文件中的日结不是同一天，或分录数不符")

    def _of_this_day(self, index: int, record: Record) -> bool:
        """Leaf 0 tells how many moves the day has; each move carries the day's date."""
        if index == 0:
            self.head = record
            return record["postings_count"] == self._size - 1
        return self.head is None or record["accounting_date"] == self.head["day"]

    def report(self) -> VerifyReport:
        """What was found. A proof without a single record proves nothing and is refused."""
        if not self._checked:
            raise Unreadable("文件中没有任何记录")
        return VerifyReport(
            what=self._what,
            root=self._root.hex(),
            tree_size=self._size,
            checked=self._checked,
            failed=self._failed,
            failures=tuple(self._failures),
            root_compared=self._compared,
        )

    def _fail(self, index: int, what: str, says: str) -> None:
        self._failed += 1
        if len(self._failures) < FAILURES_KEPT:
            self._failures.append(Failure(index, what, says))


def _settlement(
    postings_root: bytes, postings_count: int, moves_sum: int, statements: Iterable[Record]
) -> Iterable[tuple[str, Record]]:
    assert len(postings_root) == HASH_BYTES
    head: Record = {"postings_root": postings_root, "postings_count": postings_count, "moves_sum_fen": moves_sum}
    return chain([("settlement_head", head)], (("statement", statement) for statement in statements))


def _header(what: str, tree: Tree, issued_at: datetime | None, note: str) -> Json:
    return _head(what, tree.root, tree.size, issued_at, note)


def _head(what: str, root: bytes, tree_size: int, issued_at: datetime | None, note: str) -> Json:
    return {
        "xintui_proof": PROOF_VERSION,
        "what": what,
        "root": root.hex(),
        "tree_size": tree_size,
        "issued_at": issued_at.isoformat() if issued_at else None,
        "note": note,
    }


def _item(tree: Tree, index: int, what: str, record: Record) -> Json:
    return _entry(index, what, record, tree.path(index))


def _entry(index: int, what: str, record: Record, path: Path) -> Json:
    return {
        "what": what,
        "index": index,
        "record": record_to_json(record),
        "leaf": leaf_bytes(what, record).hex(),
        "path": [sibling.hex() for sibling in path],
    }


def _lone_keys(single: bool) -> set[str]:
    return _ITEM - {"what"} if single else {"records"}


def _hash(given: object, name: str) -> bytes:
    try:
        hashed = from_hex(given)
    except (TypeError, ValueError):
        hashed = b""
    if len(hashed) != HASH_BYTES:
        raise Unreadable(f"{name} 应当是 64 位小写十六进制")
    return hashed


def _number(given: object, low: int, below: int, name: str) -> int:
    if type(given) is not int or not low <= given < below:
        raise Unreadable(f"{name} 应当是 {low} 到 {below - 1} 的整数")
    return given


def _path(given: object) -> Path:
    if not isinstance(given, list) or len(given) > _PATH_MAX:
        raise Unreadable(f"path 应当是不超过 {_PATH_MAX} 个散列的列表")
    return [_hash(sibling, "path") for sibling in given]
