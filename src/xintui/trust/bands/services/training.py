"""A version is trained on moments of the past, judged on later ones, and stored with its card if it is good enough."""

import hashlib
from collections.abc import Sequence
from dataclasses import asdict
from datetime import date, datetime
from typing import Any, Final

from django.db import transaction

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.kernel.ids import new_id
from xintui.kernel.times import accounting_date
from xintui.trust.bands import fitting, queries, tables
from xintui.trust.bands.contracts import Card, Moment, Trained
from xintui.trust.bands.models import Model
from xintui.trust.deposits.contracts import HolderKind

PREFIX: Final = "bnm"


@transaction.atomic
def train(kind: HolderKind, moments: Sequence[Moment], *, by: Principal, now: datetime) -> Trained:
    """Whether there is enough, and whether a model is better than what is there; stored then, adopted by nobody."""
    terms = tables.terms(accounting_date(now))
    holders = len({one.holder_id for one in moments})
    positives = len({one.holder_id for one in moments if one.hit})

    def stays(why: str, quality: dict[str, Any] | None = None) -> Trained:
        return Trained(kind, holders, len(moments), positives, f"{why}，继续用规则表", quality or {}, "")

    if holders < terms.least_holders or positives < terms.least_positives:
        return stays(
            f"数据还不够：{holders:,} 位持有人、其中 {positives:,} 位有过损失，"
            f"至少要 {terms.least_holders:,} 位、{terms.least_positives:,} 位"
        )
    early, late = fitting.split(sorted(moments, key=lambda one: (one.day, one.holder_id)), terms)
    if not {one.hit for one in early} == {one.hit for one in late} == {True, False}:
        return stays("按时间分开后，训练或检验的一段里没有损失或全是损失")
    card = fitting.fitted(early, terms)
    found = fitting.judged(late, card)
    quality = fitting.told(found)
    best = max(found.baselines, key=lambda name: found.baselines[name][1])
    if found.ap[1] <= found.baselines[best][1]:
        return stays(
            f"模型没有好过「{best}」：留出期平均查准率的区间下端 {found.ap[1]:.3f}，"
            f"「{best}」为 {found.baselines[best][1]:.3f}", quality,
        )  # fmt: skip
    model_id = _store(kind, card, quality, (early, late), by, now)
    return Trained(
        kind, holders, len(moments), positives, "数据足够，模型已存为新版本，等待人工启用", quality, model_id
    )


def _store(  # noqa: PLR0917 - a row
    kind: HolderKind, card: Card, quality: dict[str, Any], parts: tuple[list[Moment], list[Moment]], by: Principal,
    now: datetime,
) -> str:  # fmt: skip
    stretches = dict(zip(("train", "test"), map(_stretch, parts), strict=True))
    kept = asdict(card) | {"data": stretches, "quality": quality}
    digest = hashlib.sha256(repr([asdict(one) for part in parts for one in part]).encode()).hexdigest()
    row = Model(id=new_id(PREFIX), holder_kind=kind, trained_at=now, trained_by=by.user_id, digest=digest, card=kept)
    row.save(force_insert=True)
    identity.audit(by, "bands.train", ("band_model", row.id), None, {"kind": kind, "digest": digest})
    assert queries.one(row.id).card.weights == card.weights
    return row.id


def _stretch(part: Sequence[Moment]) -> dict[str, Any]:
    days: list[date] = [one.day for one in part]
    return {
        "from": min(days).isoformat(), "to": max(days).isoformat(), "moments": len(part),
        "holders": len({one.holder_id for one in part}), "positives": sum(one.hit for one in part),
    }  # fmt: skip
