"""The offline proof: what we write can be checked by strangers, and what strangers write cannot hurt or fool us."""

import copy
import io
import json
import os
import subprocess
import sys
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from xintui.foundation.evidence import proof_file
from xintui.foundation.evidence.contracts import Mismatch, TooLarge, UnknownRecord, Unreadable
from xintui.foundation.evidence.proof_file import verify, verify_proof_file
from xintui.foundation.evidence.rules import (
    Tree,
    build_proof,
    build_settlement_proof,
    excerpt_proof,
    leaf_bytes,
    leaf_hash,
    verify_proof,
    write_settlement_proof,
)

Json = dict[str, Any]
POSTINGS_ROOT = bytes(range(32))


def statements(n: int) -> list[Json]:
    return [
        {
            "promoter_id": f"推客{i:03d}", "month": "2026-11", "lines": i, "net_fen": 100 * i, "commission_fen": 8 * i,
            "bonus_fen": 0, "released_fen": 9 * i, "clawed_back_fen": i,
        }
        for i in range(n)
    ]  # fmt: skip


def settlement(n: int) -> Json:
    return build_settlement_proof(POSTINGS_ROOT, 7, 123456, statements(n), note="试算")


def written(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document, ensure_ascii=False), "utf-8")
    return path


def test_a_settlement_holds_and_says_so(tmp_path: Path) -> None:
    document = settlement(3)
    code, lines = (verdict := verify(written(tmp_path / "p.json", document))).exit_code, verdict.lines
    assert code == 0
    assert lines == ("全部记录 4 条（树共 4 片叶），证明成立", f"根 {document['root']}，请与公布的根逐字核对")


def test_leaf_zero_ties_the_statements_to_the_moves() -> None:
    head = settlement(2)["records"][0]
    assert (head["what"], head["index"]) == ("settlement_head", 0)
    assert head["record"] == {"postings_root": POSTINGS_ROOT.hex(), "postings_count": 7, "moves_sum_fen": 123456}


def test_a_settlement_without_statements_still_proves_its_moves() -> None:
    assert verify_proof(settlement(0)).complete


def test_a_stranger_needs_nothing_but_sha256_to_check_a_statement() -> None:
    """Written from the documentation alone, without our encoder."""
    document = settlement(5)
    item = document["records"][3]
    fields = [b"S" + len(t := b"xintui.statement.1").to_bytes(4, "big") + t]
    for value in item["record"].values():
        payload = str(value).encode()
        fields.append((b"S" if isinstance(value, str) else b"I") + len(payload).to_bytes(4, "big") + payload)
    leaf = b"\x01" + len(fields).to_bytes(4, "big") + b"".join(fields)
    assert leaf.hex() == item["leaf"]
    node = sha256(b"\x00" + leaf).digest()
    # Leaf 3 of 6: right of 2, right of 0–1, left of 4–5.
    for side, sibling in zip("RRL", map(bytes.fromhex, item["path"]), strict=True):
        node = sha256(b"\x01" + (sibling + node if side == "R" else node + sibling)).digest()
    assert node.hex() == document["root"]


@settings(max_examples=40)
@given(st.integers(0, 40))
def test_the_streamed_file_is_the_same_document(n: int) -> None:
    out = io.StringIO()
    root = write_settlement_proof(out, POSTINGS_ROOT, 7, 123456, statements(n), note="试算")
    assert json.loads(out.getvalue()) == settlement(n)
    assert root.hex() == settlement(n)["root"]
    assert out.getvalue().count("\n") == n + 3


def test_a_generator_cannot_be_streamed_because_it_is_walked_twice() -> None:
    with pytest.raises(AssertionError):
        write_settlement_proof(io.StringIO(), POSTINGS_ROOT, 7, 1, (s for s in statements(2)))


def test_an_extract_for_one_promoter_holds_and_is_called_an_extract() -> None:
    report = verify_proof(excerpt_proof(settlement(9), [0, 4]))
    assert (report.holds, report.complete, report.checked, report.tree_size) == (True, False, 2, 10)
    assert report.lines()[0] == "摘录 2 条（树共 10 片叶），证明成立"


def test_a_single_record_may_stand_beside_its_root() -> None:
    item = settlement(4)["records"][2]
    lone = {"xintui_proof": 1, "root": settlement(4)["root"], "tree_size": 5, **item, "note": "", "issued_at": None}
    assert verify_proof(lone).holds
    lone["record"] = {**lone["record"], "net_fen": 1}
    assert not verify_proof(lone).holds


def test_the_published_root_can_be_brought_along(tmp_path: Path) -> None:
    document = settlement(1)
    path = written(tmp_path / "p.json", document)
    assert verify(path, bytes.fromhex(document["root"])).lines[-1] == f"根 {document['root']}，与给定的公布值已比对"
    verdict = verify(path, b"\x00" * 32)
    assert verdict.exit_code == 1
    assert verdict.lines[0] == f"文件中的根 {document['root']} 不是给定的根 {'00' * 32}"


def test_a_changed_amount_is_named(tmp_path: Path) -> None:
    document = settlement(3)
    document["records"][2]["record"]["net_fen"] += 1
    verdict = verify(written(tmp_path / "p.json", document))
    assert verdict.exit_code == 1
    assert verdict.lines[0] == "第 2 片叶（结算单 推客001 2026-11）：字段与叶子不符，记录被改动过"
    assert verdict.lines[1] == "全部记录 4 条（树共 4 片叶），证明不成立（1 处不符）"


def test_a_changed_amount_with_its_leaf_made_to_fit_is_named() -> None:
    document = settlement(3)
    item = document["records"][2]
    item["record"]["net_fen"] += 1
    item["leaf"] = leaf_bytes("statement", item["record"]).hex()
    report = verify_proof(document)
    assert [f.says for f in report.failures] == ["第 2 片叶（结算单 推客001 2026-11）：由路径推不出文件中的根"]
    with pytest.raises(Mismatch, match=r"^证明不成立：1 处与根不符，首先是第 2 片叶"):
        report.require()


def test_a_statement_in_the_place_of_the_head_is_refused() -> None:
    record = statements(1)[0]
    document = build_proof("settlement", Tree([leaf_hash(leaf_bytes("statement", record))]), [(0, "statement", record)])
    assert verify_proof(document).failures[0].says.endswith("结算证明的这个位置不该是这种记录")


def test_a_thousand_failures_are_counted_and_twenty_are_told() -> None:
    document = settlement(100)
    document["root"] = "00" * 32
    report = verify_proof(document)
    assert (report.failed, len(report.failures)) == (101, 20)
    assert report.lines()[20] == "……另有 81 处，从略"


def leaves_of(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a JSON document where a scalar stands."""
    if isinstance(value, dict):
        return [place for key in value for place in leaves_of(value[key], (*at, key))]
    if isinstance(value, list):
        return [place for i, item in enumerate(value) for place in leaves_of(item, (*at, i))]
    return [at]


def test_no_scalar_of_the_document_can_be_changed_unnoticed_but_the_courtesy_ones() -> None:
    original = settlement(4)
    places = [place for place in leaves_of(original) if place[0] not in ("note", "issued_at")]
    for place in places:
        document: Any = copy.deepcopy(original)
        spot = document
        for key in place[:-1]:
            spot = spot[key]
        old = spot[place[-1]]
        spot[place[-1]] = old + 1 if isinstance(old, int) else ("1" if old[:1] == "0" else "0") + old[1:]
        if place == ("what",):
            continue  # only switches the rule about places off; each record names its own kind
        if place == ("tree_size",):
            assert not verify_proof(document).holds or not verify_proof(document).complete
            continue
        with suppress(Unreadable):
            assert not verify_proof(document).holds, place


HOSTILE: list[tuple[str, bytes]] = [
    ("empty", b""),
    ("truncated", json.dumps(settlement(2)).encode()[:-20]),
    ("not utf-8", b'{"xintui_proof": "\xff"}'),
    ("utf-16", json.dumps(settlement(1)).encode("utf-16")),
    ("deep list", b"[" * 100_000),
    ("deep closed list", b"[" * 5_000 + b"]" * 5_000),
    ("huge number", b'{"xintui_proof": ' + b"9" * 10_000 + b"}"),
    ("fraction", b'{"xintui_proof": 1.0}'),
    ("nan", b'{"xintui_proof": NaN}'),
    ("key twice", b'{"xintui_proof": 1, "xintui_proof": 1}'),
    ("note twice", json.dumps(settlement(1)).encode().replace(b'"note":', b'"note": "", "note":')),
    ("list", b"[]"),
    ("null", b"null"),
    ("other version", b'{"xintui_proof": 2}'),
    ("true is not one", b'{"xintui_proof": true}'),
    ("no records", json.dumps({**settlement(1), "records": []}).encode()),
    ("records no list", json.dumps({**settlement(1), "records": {}}).encode()),
    ("extra key", json.dumps({**settlement(1), "net_fen": 1}).encode()),
    ("short root", json.dumps({**settlement(1), "root": "00"}).encode()),
    ("upper-case root", json.dumps({**settlement(1), "root": "AA" * 32}).encode()),
    ("tree of none", json.dumps({**settlement(1), "tree_size": 0}).encode()),
    ("note no text", json.dumps({**settlement(1), "note": []}).encode()),
]


@pytest.mark.parametrize("content", [c for _, c in HOSTILE], ids=[n for n, _ in HOSTILE])
def test_a_hostile_file_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "p.json").write_bytes(content)
    with pytest.raises(Unreadable) as refusal:
        verify_proof_file(tmp_path / "p.json")
    assert refusal.value.code == "evidence.unreadable"
    verdict = verify(tmp_path / "p.json")
    assert (verdict.exit_code, len(verdict.lines)) == (2, 1)
    assert verdict.lines[0].startswith("证明文件无法读取：")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"what": "money"}, "不认识的记录类型 「money」"),
        ({"what": ["statement"]}, "不认识的记录类型 （list）"),
        ({"record": {}}, "结算单应当恰有这些字段"),
        ({"record": {**statements(1)[0], "lines": True}}, "字段 lines 不能是 「True」"),
        ({"record": {**statements(1)[0], "lines": "1"}}, "字段 lines 不能是 「1」"),
        ({"record": {**statements(1)[0], "lines": 2**127}}, "字段 lines 不能是"),
        ({"record": {**statements(1)[0], "month": None}}, "字段 month 不能是 （NoneType）"),
        ({"record": {**statements(1)[0], "month": "\ud800"}}, "字段 month 不能是 「\\ud800」"),
        ({"index": 0}, "序号 0 重复或乱序"),
        ({"index": 5}, "index 应当是 0 到 2 的整数"),
        ({"path": "00"}, "path 应当是"),
        ({"path": ["00"] * 63}, "path 应当是"),
        ({"path": [1]}, "path 应当是 64 位小写十六进制"),
        ({"extra": 1}, "第 2 条记录的字段不对"),
    ],
)
def test_a_record_that_is_none_is_refused_by_name(tmp_path: Path, change: Json, says: str) -> None:
    document = settlement(2)
    document["records"][1].update(change)
    path = tmp_path / "p.json"
    path.write_text(json.dumps(document), "ascii")
    with pytest.raises(Unreadable) as refusal:
        verify_proof_file(path)
    assert says in str(refusal.value)
    if "record" in change or "what" in change:
        assert isinstance(refusal.value, UnknownRecord)
        assert refusal.value.code == "evidence.unknown_record"


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_a_file_with_any_byte_changed_never_crashes_the_verifier(tmp_path: Path, data: st.DataObject) -> None:
    content = bytearray(json.dumps(settlement(2), ensure_ascii=False).encode())
    at = data.draw(st.integers(0, len(content) - 1))
    content[at] = data.draw(st.integers(0, 255))
    (tmp_path / "p.json").write_bytes(content)
    assert verify(tmp_path / "p.json").exit_code in (0, 1, 2)


def test_what_is_no_regular_file_is_not_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path, tmp_path / "pipe", tmp_path / "absent", Path("/dev/zero"), tmp_path / "nul\0"):
        assert verify(path).exit_code == 2


def test_verifying_needs_no_settings_and_no_database(tmp_path: Path) -> None:
    script = (
        "import sys; from xintui.foundation.evidence.proof_file import verify; "
        "print(verify(sys.argv[1]).exit_code, sorted({'django', 'psycopg', 'xintui.infra'} & set(sys.modules)))"
    )
    command = [sys.executable, "-c", script, str(written(tmp_path / "p.json", settlement(1)))]
    done = subprocess.run(command, env={}, capture_output=True, text=True, check=True)
    assert done.stdout == "0 []\n"


# -- files too large to be parsed at once ----------------------------------------------------------------------------


@pytest.fixture
def small_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every file count as large."""
    monkeypatch.setattr(proof_file, "WHOLE_MAX_BYTES", 10)


@pytest.fixture
def streamed(tmp_path: Path, small_whole: None) -> Path:
    with (tmp_path / "p.json").open("w", encoding="utf-8") as out:
        write_settlement_proof(out, POSTINGS_ROOT, 7, 123456, statements(20))
    return tmp_path / "p.json"


def test_a_large_file_is_verified_line_by_line(streamed: Path) -> None:
    report = verify_proof_file(streamed)
    assert (report.holds, report.complete, report.checked) == (True, True, 21)


def test_a_change_in_a_large_file_is_named(streamed: Path) -> None:
    streamed.write_text(streamed.read_text("utf-8").replace('"net_fen": 500,', '"net_fen": 501,'), "utf-8")
    assert [f.index for f in verify_proof_file(streamed).failures] == [6]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[:-3],
        lambda text: text[: len(text) // 2],
        lambda text: text + "x",
        lambda text: text.replace("},\n", "}\n", 1),
        lambda text: text.replace("\n]}", ",\n]}"),
        lambda text: text.replace("\n", "", 1),
        lambda text: json.dumps(json.loads(text), indent=1),
        lambda text: text.replace('"records": [', '"records": [{}', 1),
    ],
)
def test_a_large_file_in_another_shape_is_refused(streamed: Path, spoil: Any) -> None:
    streamed.write_text(spoil(streamed.read_text("utf-8")), "utf-8")
    assert verify(streamed).exit_code == 2


def test_a_line_without_end_is_refused_before_it_is_read(streamed: Path) -> None:
    text = streamed.read_text("utf-8").replace("推客003", "推" * 30_000)
    streamed.write_text(text, "utf-8")
    with pytest.raises(TooLarge, match="有一行超过 64 KiB"):
        verify_proof_file(streamed)


def test_a_file_beyond_all_size_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(proof_file, "FILE_MAX_BYTES", 5)
    with pytest.raises(TooLarge):
        verify_proof_file(written(tmp_path / "p.json", settlement(1)))
