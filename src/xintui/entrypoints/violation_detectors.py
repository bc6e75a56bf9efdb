"""What the house notices by itself and writes down for a person to verify: what, and from which fact.

A detector only reports: numbers stand in the evidence, nobody is told, nothing follows. Whoever adds one hands what it
found to `violations.notice`. A share page without its label cannot be made, so nothing looks for one.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Final

from xintui.kernel.times import accounting_date
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import SubjectKind as CreditKind
from xintui.trust.graph import facade as graph
from xintui.trust.graph.contracts import NodeKind, RingState, Shape
from xintui.trust.violations import facade as violations
from xintui.trust.violations.contracts import Noticed, Subject, SubjectKind

WHOLE_BP: Final = 10_000
GENUINE: Final = "genuine"
PARTIES: Final = {NodeKind.PROMOTER: SubjectKind.PROMOTER, NodeKind.MERCHANT: SubjectKind.MERCHANT}
AT_ONCE: Final = 100


def detect(now: datetime) -> int:
    """The sweep, four times a day; how many were written down anew."""
    return violations.notice([*own_purchases(now), *rings()], now=now)


def own_purchases(now: datetime) -> Iterator[Noticed]:
    """Promoters of whose orders an odd share is their own: it earns nothing, but it is how figures are farmed.

    Once a quarter: who was looked at is not reported every time.
    """
    today = accounting_date(now)
    terms = violations.detectors(today)
    since = now - timedelta(days=terms.own_window_days)
    found = credit.heard_between(
        CreditKind.PROMOTER, since=since, until=now, indicators=[GENUINE], missing=terms.own_least
    )
    for promoter_id, told in found.items():
        seen = told[GENUINE]
        own = seen.total - seen.good
        if own * WHOLE_BP >= terms.own_share_bp * seen.total:
            says = (
                f"系统线索：近 {terms.own_window_days} 天经其链接成交 {seen.total} 笔，其中自购 {own} 笔"
                f"（{own * 100 // seen.total}%）。请核对是否以自购刷高成交。"
            )
            key = f"own_purchases/{promoter_id}/{today.year}Q{(today.month + 2) // 3}"
            yield Noticed(key, Subject(SubjectKind.PROMOTER, promoter_id), terms.own_code, says)


def rings() -> Iterator[Noticed]:
    """A ring that a person found true: each promoter and shop in it has a case for another person to look at.

    Not so accounts that share something: that is no order, and it counts in the credit by itself.
    """
    after = ""
    while True:
        page = graph.rings(state=RingState.CONFIRMED, after=after, limit=AT_ONCE)
        for ring in (one for one in page.items if one.shape is not Shape.SHARED):
            code = violations.detectors(accounting_date(ring.found_at)).ring_code
            for one in graph.picture(ring.id).members:
                if kind := PARTIES.get(one.kind):
                    says = f"团伙线索已认定属实：{ring.says}。请核对成员之间的订单是否有真实购买意图。"
                    yield Noticed(f"ring/{ring.id}/{one.id}", Subject(kind, one.id), code, says, ring.id)
        if not page.next:
            return
        after = page.next
