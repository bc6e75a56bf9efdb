"""证据包: everything of a dispute in one ZIP that anybody can check offline (`xintui verify FILE.zip`).

No name, phone or street is in it: it is made to be handed to a mediator or a court.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from enum import Enum
from typing import Any, Final

from django.db import transaction

from xintui.commerce.disputes import queries, tables
from xintui.commerce.disputes.contracts import SIDE_NAMES, STATE_NAMES, Dispute, DisputeFile, FileKind, Pack, Side
from xintui.commerce.disputes.services import claims
from xintui.commerce.orders import facade as orders
from xintui.commerce.orders.contracts import OrderFile
from xintui.foundation.evidence import facade as evidence
from xintui.foundation.evidence.facade import PACK_PROOFS, DayNotClosed, Packed
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.ledger import facade as ledger
from xintui.foundation.ledger.contracts import Kind, Posting
from xintui.trust.deposits import facade as deposits

UNSEEN: Final = (Kind.PLATFORM_FEE,)
"""What the platform earns from a shop is between those two."""
README: Final = """信推 投诉证据包

index.json 是清单：每个文件的 SHA-256、由谁提交、何时提交，以及清单自身的指纹（digest）。
平台在出具时把清单指纹写入了不可修改的审计记录。

离线核对：
    xintui verify 本文件.zip
    xintui verify 本文件.zip --root 平台公布的根
任何一个文件被改动，都会指出是哪一个。ledger/ 下的证明可以对照平台每日公布的根核对。
文件指纹（视频等）只记录 SHA-256：由提交人保存原件，可用 sha256sum 比对。
"""


@transaction.atomic
def pack(dispute_id: str, *, by: Principal, now: datetime) -> Pack:
    """For the two sides, arbiters and auditors. The digest is written in the audit trail. Raises `DisputeNotFound`."""
    found = queries.read(dispute_id, by)
    one = found.dispute
    file = orders.order_file(one.order_id)
    posted = ledger.postings(_reasons(one, file))
    proofs, unproved = _proofs(posted, now)
    files = [
        Packed("README.txt", README.encode(), "说明", "平台", now.isoformat()),
        _json("dispute.json", _dispute(found), "投诉、答复、裁决与时间线", one.filed_at),
        _json("rules.json", _rules(found), f"裁决所依据的规则，版本 {one.version}", now),
        _json("order.json", _order(file, one), "订单与售后记录", file.order.placed_at),
        *_evidence(found),
        _json("ledger/moves.json", [_moves(one) for one in posted], "与本投诉有关的资金流水", now),
        *proofs,
    ]
    head = {
        "title": f"投诉证据包 {one.id}",
        "dispute": one.id,
        "order": one.order_id,
        "issued_for": SIDE_NAMES[found.side or Side.PLATFORM],
        "rule_version": one.version,
        "fingerprints": [
            {"name": f.name, "sha256": f.sha256, "size": f.size, "by": SIDE_NAMES[f.side], "at": f.at.isoformat()}
            for f in found.files
            if f.kind is FileKind.FINGERPRINT or f.removed
        ],
        "unproved": unproved,
    }
    content, digest = evidence.build_pack(head, files, at=now)
    identity.audit(by, "disputes.pack", ("dispute", one.id), {}, {"digest": digest, "files": len(files)})
    return Pack(f"dispute-{one.id}.zip", content, digest)


def _json(path: str, value: Any, title: str, at: datetime) -> Packed:
    text = json.dumps(value, ensure_ascii=False, indent=1, default=_plain)
    return Packed(path, text.encode(), title, "平台", at.isoformat())


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    return value.isoformat()


def _dispute(found: DisputeFile) -> dict[str, Any]:
    one = asdict(found.dispute)
    for name in ("buyer_id", "promoter_user_id", "picture"):
        one.pop(name)
    names = {"state_name": STATE_NAMES[found.dispute.state], "liable_name": SIDE_NAMES[found.dispute.liable]}
    return {
        "dispute": one | names,
        "timeline": [asdict(entry) for entry in found.timeline],
        "appeals": [
            {
                "id": one.id, "by": SIDE_NAMES[Side(one.appellant.kind.value)], "state": one.state, "words": one.words,
                "answer": one.answer, "filed_at": one.filed_at, "decided_at": one.decided_at,
            }
            for one in found.appeals
        ],
    }  # fmt: skip


def _rules(found: DisputeFile) -> dict[str, Any]:
    terms = tables.version(found.dispute.version)
    return {
        "version": terms.version,
        "valid_from": terms.valid_from,
        "source": terms.source,
        "kind": asdict(found.kind),
        "rule": None if found.rule is None else asdict(found.rule),
        "small_fen": terms.small_fen,
        "answer_hours": terms.answer.total_seconds() // 3600,
        "arbitration_hours": terms.arbitration.total_seconds() // 3600,
        "pay_hours": terms.pay.total_seconds() // 3600,
        "appeal_days": terms.appeal.days,
    }


def _order(file: OrderFile, one: Dispute) -> dict[str, Any]:
    order = file.order
    line = next(line for line in order.lines if line.id == one.line_id)
    return {
        "order": order.id, "shop": file.merchant_name, "state": order.state, "total_fen": order.total_fen,
        "refunded_fen": order.refunded_fen, "payment": order.payment_id, "region": order.address.region,
        "placed_at": order.placed_at, "paid_at": order.paid_at, "received_at": order.received_at,
        "shipment": None if order.shipment is None else asdict(order.shipment),
        "line": {
            "id": line.id, "title": line.title, "spec": line.spec, "qty": line.qty, "price_fen": line.price_fen,
            "paid_fen": line.paid_fen, "refunded_fen": line.refunded_fen,
        },
        "timeline": [{"says": entry.says, "at": entry.at} for entry in file.timeline],
        "after_sales": [
            {
                "id": sale.id, "kind": sale.kind, "state": sale.state, "total_fen": sale.total_fen,
                "reason": sale.reason, "decision": sale.decision, "refund": sale.refund_id,
                "applied_at": sale.applied_at, "settled_at": sale.settled_at,
            }
            for sale in file.after_sales
        ],
    }  # fmt: skip


def _evidence(found: DisputeFile) -> list[Packed]:
    there = queries.pictures(found.dispute.id)
    return [
        Packed(
            f"evidence/{n:02}-{one.side.value}.webp", there[one.id], one.words or one.name, SIDE_NAMES[one.side],
            one.at.isoformat(),
        )
        for n, one in enumerate(found.files, 1)
        if one.id in there
    ]  # fmt: skip


def _reasons(one: Dispute, file: OrderFile) -> list[str]:
    """What the books say of this line: paid, sent back, borne by whom, reversed, recovered."""
    refunds = [sale.refund_id for sale in file.after_sales if sale.id in {one.after_sale_id, one.more_after_sale_id}]
    held = [claim.id for claim in deposits.claims(f"{claims.KEY}{one.id}/")]
    back = [entry.words for entry in queries.recovered(one.id)]
    return [
        f"orders.paid/{one.order_id}",
        *(f"orders.refunded/{number}" for number in refunds if number),
        *(f"deposits.{verb}/{number}" for number in held for verb in ("claim", "restored")),
        *(f"disputes.{reason}" for reason in (f"owed/{one.id}", f"owed/{one.id}/more", f"reversed/{one.id}")),
        *(f"disputes.recovered/{one.id}/{reference}" for reference in back),
        *(f"disputes.repaid/{number}" for number in queries.repaid(one.id)),
        *(f"disputes.written_off/{given.id}" for given in queries.write_offs(one.id)),
    ]


def reasons(dispute_id: str) -> list[str]:
    """Why money moved for this dispute, as the ledger calls it."""
    one = queries.whole(dispute_id).dispute
    return _reasons(one, orders.order_file(one.order_id))


def _moves(posting: Posting) -> dict[str, Any]:
    seen = [move for move in posting.moves if not {move.debit.kind, move.credit.kind} & set(UNSEEN)]
    return {
        "reason": posting.reason,
        "accounting_date": posting.on,
        "moves": [
            {"debit": str(move.debit), "credit": str(move.credit), "fen": move.fen, "says": ledger.in_words(move)}
            for move in seen
        ],
    }


def _proofs(posted: Sequence[Posting], now: datetime) -> tuple[list[Packed], list[str]]:
    """The inclusion proof of each closed day, and the reasons whose day is still open."""
    made, unproved = [], []
    for day in sorted({one.on for one in posted}):
        reasons = [one.reason for one in posted if one.on == day]
        try:
            text = evidence.proof_for_reasons(reasons, day=day, unseen=UNSEEN, issued_at=now)
        except DayNotClosed:
            unproved += reasons
            continue
        if text:
            path, title = f"{PACK_PROOFS}{day}.json", f"{day} 资金流水的包含证明"
            made.append(Packed(path, text.encode(), title, "平台", now.isoformat()))
    return made, unproved
