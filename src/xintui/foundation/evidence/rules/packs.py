"""A pack: a ZIP of files with an index that names each with its SHA-256, who handed it in and when. Pure.

    index.json {"xintui_pack": 1, "title": …, "issued_at": …, "files": [{"path", "sha256", "size", …}, …], …, "digest"}

`digest` is the SHA-256 of the index without itself, in canonical form; whoever issued the pack has written it down. The
inclusion proofs inside are checked as every proof file is, each against its own root.
"""

import hashlib
import io
import json
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from xintui.foundation.evidence.contracts import TooLarge, Unreadable

VERSION: Final = 1
INDEX: Final = "index.json"
PROOFS: Final = "ledger/proof-"
FILES_MAX: Final = 500
FILE_MAX_BYTES: Final = 64 * 2**20
ALL_MAX_BYTES: Final = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Packed:
    """A file on its way into a pack."""

    path: str
    content: bytes
    title: str
    by: str = ""
    at: str = ""


def digest_of(index: Mapping[str, Any]) -> str:
    """SHA-256 over the index without its digest: keys sorted, no spaces, UTF-8."""
    plain = {name: value for name, value in index.items() if name != "digest"}
    canonical = json.dumps(plain, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()


def build(head: Mapping[str, Any], files: Sequence[Packed], *, at: datetime) -> tuple[bytes, str]:
    """The ZIP and the digest of its index. The same files at the same time are the same bytes."""
    rows = [
        {
            "path": one.path,
            "sha256": hashlib.sha256(one.content).hexdigest(),
            "size": len(one.content),
            "title": one.title,
            "by": one.by,
            "at": one.at,
        }
        for one in files
    ]
    index: dict[str, Any] = {"xintui_pack": VERSION, **head, "issued_at": at.isoformat(), "files": rows}
    index["digest"] = digest_of(index)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        told = json.dumps(index, ensure_ascii=False, indent=1).encode()
        for path, content in [(INDEX, told), *((one.path, one.content) for one in files)]:
            archive.writestr(zipfile.ZipInfo(path, at.timetuple()[:6]), content)
    return out.getvalue(), str(index["digest"])


class Opened:
    """A pack from a stranger: nothing in it is believed, and nothing in it may eat our memory. Raises `Unreadable`."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        infos = archive.infolist()
        self.names = [info.filename for info in infos]
        if len(infos) > FILES_MAX or sum(info.file_size for info in infos) > ALL_MAX_BYTES:
            raise TooLarge("证据包的文件过多或过大")
        if len(set(self.names)) != len(self.names):
            raise Unreadable("证据包里有同名的文件")
        if INDEX not in self.names:
            raise Unreadable(f"不是信推证据包（缺少 {INDEX}）")

    def content(self, name: str) -> bytes | None:
        """The file's bytes; None where the ZIP itself says that they are damaged."""
        try:
            with self._archive.open(name) as file:
                found = file.read(FILE_MAX_BYTES + 1)
        except (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError):
            return None
        if len(found) > FILE_MAX_BYTES:
            raise TooLarge(f"{name} 过大")
        return found


def listed(index: Any) -> list[dict[str, Any]]:
    """The rows of an index. Raises `Unreadable`."""
    if not isinstance(index, dict) or index.get("xintui_pack") != VERSION or type(index["xintui_pack"]) is not int:
        raise Unreadable(f"{INDEX} 不是信推证据包的清单")
    rows = index.get("files")
    if not isinstance(rows, list) or not all(
        isinstance(row, dict) and isinstance(row.get("path"), str) and isinstance(row.get("sha256"), str)
        for row in rows
    ):
        raise Unreadable(f"{INDEX} 的文件清单不完整")
    return rows


def _named(row: Mapping[str, Any]) -> bool:
    return isinstance(row.get("path"), str) and isinstance(row.get("sha256"), str)


def faults(pack: Opened, index: Mapping[str, Any], rows: Sequence[Mapping[str, Any]]) -> list[str]:
    """What does not agree with the index, file by file."""
    found = [] if index.get("digest") == digest_of(index) else [f"{INDEX}：清单与其指纹不符，清单被改动过"]
    known = {INDEX}
    for row in rows:
        path = row["path"]
        known.add(path)
        if path not in pack.names:
            found.append(f"{path}：清单中有，证据包中没有")
            continue
        content = pack.content(path)
        if content is None or hashlib.sha256(content).hexdigest() != row["sha256"] or len(content) != row.get("size"):
            found.append(f"{path}：内容与清单中的指纹不符，文件被改动过")
    found += [f"{name}：不在清单中" for name in pack.names if name not in known]
    return found
