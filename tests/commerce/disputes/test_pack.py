"""证据包: whoever may read the dispute gets it, anybody can check it offline, and a changed byte is named."""

import hashlib
import io
import json
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from tests.commerce.disputes.hands import (
    ARBITER,
    BOUGHT,
    HOUR,
    NOW,
    STRANGER,
    arrives,
    filed,
    now_is,
    photo,
    received,
    said,
    secured,
    seller,
    shop_of,
)
from xintui.commerce.catalog.contracts import Product
from xintui.commerce.disputes import facade
from xintui.commerce.disputes.contracts import DisputeFile, DisputeNotFound, Stand
from xintui.entrypoints.cli import main
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.identity.models import AuditEntry
from xintui.foundation.ledger import facade as ledger

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("balanced")]
LATER = NOW + timedelta(days=3)


@pytest.fixture
def paid(pot: Product) -> DisputeFile:
    """Paid out of the shop's deposit, with a picture of each side and a video's fingerprint."""
    secured(shop_of(pot))
    found = filed(received(pot))
    facade.add_picture(found.dispute.id, photo(), by=BOUGHT, now=NOW, words="壶嘴断了")
    facade.add_picture(found.dispute.id, photo(30), by=seller(pot.merchant_id), now=NOW)
    facade.add_fingerprint(found.dispute.id, "开箱.mp4", "ab" * 32, 9_000_000, by=BOUGHT, now=NOW)
    said(found, Stand.ACCEPT)
    arrives(found, at=NOW + HOUR)
    return now_is(found)


def closed() -> None:
    """Every day until the refund has a root of its own."""
    evidence.seal(NOW + timedelta(days=1))
    day = ledger.first_day()
    assert day is not None
    while day <= date(2026, 11, 5):
        evidence.close_day(day, now=LATER)
        day += timedelta(days=1)


def unzipped(content: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def zipped(files: dict[str, bytes], at: Path) -> Path:
    with zipfile.ZipFile(at, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
    return at


def verified(path: Path, *more: str) -> tuple[int, str]:
    ran = CliRunner().invoke(main, ["verify", str(path), *more])
    return ran.exit_code, ran.output


def test_the_pack_holds_everything_and_verifies_offline(paid: DisputeFile, tmp_path: Path) -> None:
    closed()
    made = facade.pack(paid.dispute.id, by=BOUGHT, now=LATER)
    files = unzipped(made.content)
    proof = "ledger/proof-2026-11-05.json"
    assert {"README.txt", "dispute.json", "rules.json", "order.json", "ledger/moves.json", proof} < files.keys()
    assert {"evidence/01-buyer.webp", "evidence/02-merchant.webp"} < files.keys()
    index = json.loads(files["index.json"])
    assert [row["path"] for row in index["files"]] == [name for name in files if name != "index.json"]
    assert all(hashlib.sha256(files[row["path"]]).hexdigest() == row["sha256"] for row in index["files"])
    assert [(one["name"], one["by"]) for one in index["fingerprints"]] == [("开箱.mp4", "买家")]
    assert (index["unproved"], index["issued_for"]) == ([], "买家")
    moves = {move["reason"].partition("/")[0] for move in json.loads(files["ledger/moves.json"])}
    assert moves == {"orders.paid", "orders.refunded", "deposits.claim"}
    path = tmp_path / made.filename
    path.write_bytes(made.content)
    root = evidence.day_of(date(2026, 11, 5)).proof_root.hex()
    code, said_ = verified(path, "--root", root)
    assert code == 0, said_
    assert f"清单指纹 {made.digest}" in said_ and "已比对" in said_
    assert verified(path, "--root", "00" * 32)[0] == 1


def test_no_name_phone_or_street_and_no_fee_of_the_platform_is_in_it(paid: DisputeFile) -> None:
    closed()
    files = unzipped(facade.pack(paid.dispute.id, by=BOUGHT, now=LATER).content)
    told = b"".join(content for name, content in files.items() if name.endswith(".json")).decode()
    for private in ("李雷", "13800000001", "文三路", "platform.fee"):
        assert private not in told
    assert "紫砂壶" in told and "打开就是碎的" in told


def test_a_byte_changed_in_any_file_is_named(paid: DisputeFile, tmp_path: Path) -> None:
    closed()
    files = unzipped(facade.pack(paid.dispute.id, by=ARBITER, now=LATER).content)
    assert len(files) >= 9
    for name, content in files.items():
        for at in (0, len(content) // 2, len(content) - 1):
            spoilt = content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]
            code, told = verified(zipped(files | {name: spoilt}, tmp_path / "spoilt.zip"))
            assert code != 0 and name in told, (name, at, told)


def test_a_file_left_out_or_slipped_in_is_named(paid: DisputeFile, tmp_path: Path) -> None:
    files = unzipped(facade.pack(paid.dispute.id, by=ARBITER, now=NOW + HOUR).content)
    less = {name: content for name, content in files.items() if name != "evidence/01-buyer.webp"}
    code, told = verified(zipped(less, tmp_path / "less.zip"))
    assert (code, "evidence/01-buyer.webp：清单中有，证据包中没有" in told) == (1, True)
    code, told = verified(zipped(files | {"evidence/03-buyer.webp": b"?"}, tmp_path / "more.zip"))
    assert (code, "evidence/03-buyer.webp：不在清单中" in told) == (1, True)


def test_what_is_not_closed_yet_is_said_and_not_proved(paid: DisputeFile, tmp_path: Path) -> None:
    made = facade.pack(paid.dispute.id, by=BOUGHT, now=NOW + HOUR)
    files = unzipped(made.content)
    assert not any(name.startswith("ledger/proof-") for name in files)
    assert len(json.loads(files["index.json"])["unproved"]) == 3
    (tmp_path / "p.zip").write_bytes(made.content)
    code, told = verified(tmp_path / "p.zip")
    assert (code, "尚未关账" in told) == (0, True)


def test_junk_is_unreadable_and_no_crash(tmp_path: Path) -> None:
    for n, content in enumerate((b"PK\x03\x04", b"PK\x03\x04" + b"\0" * 4000, b"")):
        (tmp_path / f"{n}.zip").write_bytes(content)
        assert verified(tmp_path / f"{n}.zip")[0] == 2
    assert verified(zipped({"a.txt": b"x"}, tmp_path / "a.zip"))[0] == 2
    assert verified(zipped({"index.json": b'{"xintui_pack": 1}'}, tmp_path / "b.zip"))[0] == 2
    assert verified(zipped({"index.json": b"[" * 100_000}, tmp_path / "c.zip"))[0] == 2


def test_who_may_have_it_and_that_its_digest_is_in_the_trail(paid: DisputeFile) -> None:
    for who in (BOUGHT, ARBITER, seller(paid.dispute.merchant_id)):
        made = facade.pack(paid.dispute.id, by=who, now=LATER)
        line = AuditEntry.objects.filter(action="disputes.pack").latest("id")
        assert (line.object_id, line.after["digest"]) == (paid.dispute.id, made.digest)
    for stranger in (STRANGER, seller("mch01OTHER")):
        with pytest.raises(DisputeNotFound):
            facade.pack(paid.dispute.id, by=stranger, now=LATER)
