"""Reading a proof file from disk: no database, no settings, and no trust in the file."""

import json
import os
import stat
import zipfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final

from xintui.foundation.evidence.contracts import (
    EXIT_HOLDS,
    EXIT_MISMATCH,
    EXIT_UNREADABLE,
    TooLarge,
    Unreadable,
    Verdict,
    VerifyReport,
)
from xintui.foundation.evidence.rules import BundleVerifier, Verifier, packs, verify_bundle, verify_proof

WHOLE_MAX_BYTES: Final = 8 * 2**20
"""Up to here a file is parsed at once, however it is laid out; above, it must have one record a line as we write it."""
LINE_MAX_BYTES: Final = 64 * 2**10
FILE_MAX_BYTES: Final = 8 * 2**30


def verify_proof_file(path: str | os.PathLike[str], expected_root: bytes | None = None) -> VerifyReport:
    """Recompute every record of the file, in memory that does not grow with it. Raises `Unreadable`."""
    with _opened(Path(path)) as file:
        whole = file.read(WHOLE_MAX_BYTES + 1)
        if len(whole) <= WHOLE_MAX_BYTES:
            document = _parsed(whole)
            if isinstance(document, dict) and "xintui_bundle" in document:
                return verify_bundle(document, expected_root)
            return verify_proof(document, expected_root)
        file.seek(0)
        return _verify_by_line(file, expected_root)


def verify(path: str | os.PathLike[str], expected_root: bytes | None = None) -> Verdict:
    """`xintui verify FILE`: what to print, and 0 when all holds, 1 on a mismatch, 2 when the file cannot be read."""
    try:
        if _is_pack(Path(path)):
            return _verify_pack(Path(path), expected_root)
        report = verify_proof_file(path, expected_root)
    except Unreadable as refusal:
        return Verdict(EXIT_UNREADABLE, (str(refusal),))
    return Verdict(EXIT_HOLDS if report.holds else EXIT_MISMATCH, tuple(report.lines()))


def _is_pack(path: Path) -> bool:
    with _opened(path) as file:
        return file.read(4) == b"PK\x03\x04"


def _verify_pack(path: Path, expected_root: bytes | None) -> Verdict:
    """Every file against the index, the index against its digest, every proof inside against its root."""
    with _opened(path) as file:
        try:
            archive = zipfile.ZipFile(file)
        except (zipfile.BadZipFile, OSError, ValueError):
            raise Unreadable(f"{path.name} 不是完整的 ZIP 文件") from None
        with archive:
            pack = packs.Opened(archive)
            told = pack.content(packs.INDEX)
            if told is None:
                raise Unreadable(f"{packs.INDEX} 已损坏")
            try:
                index = _parsed(told)
            except Unreadable as refusal:
                raise Unreadable(f"{packs.INDEX} {refusal.reason}") from None
            rows = packs.listed(index)
            faults = packs.faults(pack, index, rows)
            roots, wrong = _proofs_in(pack, rows, expected_root)
    return _said(index, rows, faults + wrong, roots, expected_root)


def _proofs_in(
    pack: packs.Opened, rows: Sequence[Mapping[str, Any]], expected: bytes | None
) -> tuple[list[str], list[str]]:
    """The roots of the proofs inside, and what does not hold. The published root is that of the last day."""
    found = [row["path"] for row in rows if row["path"].startswith(packs.PROOFS) and row["path"] in pack.names]
    roots, wrong = [], []
    for n, name in enumerate(sorted(found), 1):
        content = pack.content(name)
        try:
            report = verify_proof(_parsed(content or b""), expected if n == len(found) else None)
        except Unreadable as refusal:
            wrong.append(f"{name}：{refusal}")
            continue
        roots.append(f"{name} 的根 {report.root}")
        wrong += [f"{name}：{failure.says}" for failure in report.failures]
    return roots, wrong


def _said(
    index: Mapping[str, Any], rows: Sequence[object], faults: list[str], roots: list[str], expected: bytes | None
) -> Verdict:
    verdict = "成立" if not faults else f"不成立（{len(faults)} 处不符）"
    lines = [*faults, f"{index.get('title', '证据包')}：清单中 {len(rows)} 个文件，证据包{verdict}"]
    lines.append(f"清单指纹 {index.get('digest')}，请与平台详情页或审计记录逐字核对")
    lines += roots
    if roots:
        lines.append("最后一日的根与给定的公布值已比对" if expected else "请把根与平台公布的根逐字核对")
    else:
        lines.append("其中的资金流水尚未关账，没有证明；关账后重新下载即有")
    return Verdict(EXIT_HOLDS if not faults else EXIT_MISMATCH, tuple(lines))


def _opened(path: Path) -> BinaryIO:
    """The open file. Only a regular file of sane size: a pipe or a device would never end."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable(f"{path.name} 不是普通文件")
        if status.st_size > FILE_MAX_BYTES:
            raise TooLarge(f"文件超过 {FILE_MAX_BYTES // 2**30} GiB")
        return path.open("rb")
    except (OSError, ValueError) as error:  # ValueError: a NUL in the name
        raise Unreadable(f"打不开 {path.name}（{type(error).__name__}）") from None


def _verify_by_line(file: BinaryIO, expected_root: bytes | None) -> VerifyReport:
    header = _parsed(_line(file) + b"]}")
    if isinstance(header, dict) and header.pop("proofs", None) == []:
        bundle = BundleVerifier(header, expected_root)
        more = True
        while (line := _line(file)) != b"]}":
            if not more:
                raise Unreadable("证明之间缺少逗号")
            verifier, more = _one_by_line(file, _parsed(line + b"]}"), None)
            bundle.add(verifier)
        report = bundle.report()
    else:
        verifier, more = _one_by_line(file, header, expected_root)
        report = verifier.report()
    if more or file.read(1):
        raise Unreadable("文件的结尾不对")
    return report


def _one_by_line(file: BinaryIO, header: Any, expected_root: bytes | None) -> tuple[Verifier, bool]:
    """The records up to the line that ends this proof, and whether a comma promises another proof."""
    if not isinstance(header, dict) or header.pop("records", None) != []:
        raise Unreadable("超过 8 MiB 的文件必须每行一条记录")
    verifier = Verifier(header, expected_root)
    more = True
    while (line := _line(file)) not in (b"]}", b"]},"):
        if not more:
            raise Unreadable("记录之间缺少逗号")
        more = line.endswith(b",")
        verifier.check(_parsed(line.removesuffix(b",")))
    if more:
        raise Unreadable("文件的结尾不对")
    return verifier, line.endswith(b",")


def _line(file: BinaryIO) -> bytes:
    line = file.readline(LINE_MAX_BYTES)
    if len(line) == LINE_MAX_BYTES:
        raise TooLarge(f"有一行超过 {LINE_MAX_BYTES // 2**10} KiB")
    if not line.endswith(b"\n"):
        raise Unreadable("文件不完整，可能被截断")
    return line.rstrip()


def _parsed(text: bytes) -> Any:
    """JSON in its strictest reading: UTF-8, whole numbers, no key twice. Two readers must never see two documents."""
    try:
        return json.loads(
            text.decode(), object_pairs_hook=_unique, parse_float=_no_fraction, parse_constant=_no_fraction
        )
    except RecursionError:
        raise Unreadable("嵌套过深") from None
    except ValueError as error:  # bad UTF-8, bad JSON, a number of thousands of digits
        at = f"第 {error.lineno} 行" if isinstance(error, json.JSONDecodeError) else type(error).__name__
        raise Unreadable(f"不是完整的 JSON（{at}）") from None


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise Unreadable("有重复的字段名")
    return found


def _no_fraction(_: str) -> None:
    raise Unreadable("数字必须是整数")
