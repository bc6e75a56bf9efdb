"""Promoters, their customers and an operator, for the tests of follow-ups."""

import dataclasses
from datetime import datetime

from tests.promotion.commission.sales import DAY, T0, paid, publish, sell
from tests.promotion.people import promoter
from xintui.engagement.followups import facade
from xintui.engagement.followups.contracts import Plan, PlanDraft, Trigger
from xintui.foundation.identity.contracts import Principal, Role
from xintui.foundation.identity.models import User

OPERATOR = Principal("usr01OPS", frozenset({Role.OPERATOR}), None, "dev1", 1)
WORDS = "{称呼}您好，上次的{商品}喝得还习惯吗？有新到的可以给您留一份。"
SEVEN = PlanDraft("收货七天回访", Trigger.FIRST, 7, WORDS)
LABEL = "广告·推广赚佣金"


def customer(n: int, name: str = "王小美") -> str:
    return User.objects.create(id=f"usr{n}", display_name=name, phone=f"1380000{n:04d}", created_at=T0).id


def buys(order: str, buyer: str, promoter_id: str, *, at: datetime = T0, fen: int = 100_00) -> None:
    sell(dataclasses.replace(paid(order, (f"{order}L", fen), promoter=promoter_id, at=at), buyer_id=buyer))


def running(draft: PlanDraft = SEVEN, *, at: datetime = T0) -> Plan:
    made = facade.create(draft, by=OPERATOR, now=at)
    return facade.start(made.id, by=OPERATOR, now=at)


def mei(n: int = 1) -> str:
    """An active promoter's id, with a commission plan in force."""
    if n == 1:
        publish()
    return promoter(n).id


__all__ = ["DAY", "LABEL", "OPERATOR", "SEVEN", "T0", "WORDS", "buys", "customer", "mei", "running"]
