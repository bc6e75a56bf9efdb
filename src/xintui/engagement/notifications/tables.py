"""The dated tables of `data/`: topics, templates, policy; and which template ids this installation has at WeChat."""

import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from xintui.engagement.notifications.contracts import Audience, Quiet, Template, Topic

MOMENTS: Final[Mapping[str, tuple[str, ...]]] = {
    "paid": ("order_shipped", "refund_arrived", "order_soon"),
    "withdrawn": ("withdrawal_paid", "withdrawal_failed", "commission_released"),
}
"""What a person is asked to allow after which tap; WeChat takes three at a time."""


@dataclass(frozen=True, slots=True)
class Policy:
    """When nobody is disturbed, how long a message is news, how long it is kept, how long it is counted."""

    quiet: Quiet
    life: timedelta
    keep: timedelta
    tally_days: int
    remind: timedelta


@cache
def _data(name: str) -> Any:
    return json.loads((files(__package__) / "data" / f"{name}.json").read_text("utf-8"))


@cache
def topics() -> Mapping[str, Topic]:
    """By code, in the order in which people see them."""
    rows = _data("topics")["topics"]
    return {row["code"]: Topic(row["code"], row["name"], row["says"], row["required"], row["basis"]) for row in rows}


@cache
def _templates() -> tuple[Template, ...]:
    return tuple(
        Template(
            row["code"],
            Audience(row["audience"]),
            row["topic"],
            row["title"],
            row["words"],
            row["page"],
            row["wechat"],
            date.fromisoformat(row["from"]),
        )
        for row in _data("templates")
    )


def templates(on: date) -> Mapping[str, Template]:
    """The wording in force on a day, by code; before the first entry the first one."""
    found: dict[str, Template] = {}
    for one in sorted(_templates(), key=lambda row: row.valid_from):
        if one.valid_from <= on or one.code not in found:
            found[one.code] = one
    return found


def _minutes(clock: str) -> int:
    hour, _, minute = clock.partition(":")
    return int(hour) * 60 + int(minute)


def policy(on: date) -> Policy:
    """The figures in force on a day; before the first entry the first ones."""
    rows = sorted(_data("policy"), key=lambda row: row["from"])
    row = ([one for one in rows if date.fromisoformat(one["from"]) <= on] or rows[:1])[-1]
    return Policy(
        quiet=Quiet(_minutes(row["quiet_start"]), _minutes(row["quiet_end"])),
        life=timedelta(hours=row["life_hours"]),
        keep=timedelta(days=row["keep_days"]),
        tally_days=row["tally_days"],
        remind=timedelta(hours=row["remind_hours"]),
    )


def template_ids() -> dict[str, str]:
    """`XINTUI_WECHAT_TEMPLATES=order_shipped=ID,refund_arrived=ID`: those this installation has chosen at WeChat."""
    pairs = (pair.partition("=") for pair in os.environ.get("XINTUI_WECHAT_TEMPLATES", "").split(",") if pair.strip())
    return {code.strip(): found.strip() for code, _, found in pairs if found.strip()}
