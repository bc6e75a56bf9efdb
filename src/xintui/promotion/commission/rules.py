"""The domain's judgement (design: settlement). Pure; the set-based SQL functions are held equal to these by tests."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any

from xintui.kernel.money import BP_WHOLE, LIMIT_MINOR, share
from xintui.promotion.commission.contracts import MATCH_KEYS, Earning, Plan, PlanInvalid, Rule, Step, Tier


def target_fen(base_fen: int, rate_bp: int, cap_fen: int | None) -> int:
    """The commission on a base: the rate's share rounded down once, never above the cap."""
    earned = share(base_fen, rate_bp)
    return earned if cap_fen is None else min(earned, cap_fen)


def bonus_fen(net_fen: int, tiers: Sequence[Tier]) -> int:
    """The marginal monthly bonus: each band's rate on the part inside the band, one floor at the very end."""
    tops = [*(tier.from_fen for tier in tiers[1:]), *([None] if tiers else [])]
    parts = (
        max(0, (net_fen if top is None else min(net_fen, top)) - tier.from_fen) * tier.rate_bp
        for tier, top in zip(tiers, tops, strict=True)
    )
    return sum(parts) // BP_WHOLE


def choose(rules: Sequence[Rule], facts: Mapping[str, str]) -> Rule | None:
    """The matching rule with the highest priority; ties: more match keys, then the smaller id in byte order."""
    fitting = [rule for rule in rules if all(facts[key] in values for key, values in rule.match)]
    return min(fitting, key=lambda r: (-r.priority, -len(r.match), r.id.encode()), default=None)


def keys_used(plan: Plan) -> tuple[str, ...]:
    """The match keys that any rule looks at: lines that agree on these agree on the rule."""
    used = {key for rule in plan.rules for key, _ in rule.match}
    return tuple(key for key in MATCH_KEYS if key in used)


def months_reached(days: Iterable[str], wait_days: int) -> set[date]:
    """First days of the months in which a line may be released `wait_days` after one of these days (`2026-11-28`).

    A day was written in some offset and is counted in Shanghai's: it may be the one before or after.
    """
    reached = {date.fromisoformat(day) + timedelta(wait_days + shift) for day in days for shift in (-1, 0, 1)}
    return {day.replace(day=1) for day in reached}


def explain(line: Earning, plan: Plan | None, rule_says: str = "") -> list[Step]:
    """The line's commission recomputed from its inputs, step by step. The last step equals what is stored.

    `rule_says`: what the rule is for, in words; without it the rule bears its id.
    """
    steps = [
        Step("实付金额", "买家为本行实际支付，不含运费", line.paid_fen),
        Step("已退金额", "本行累计退款", -line.refunded_fen),
        Step("计佣基数", "实付 - 已退", line.base_fen),
    ]
    if line.self_purchase:
        return [*steps, Step("佣金", "推客本人购买（自购），不计佣金", 0)]
    if not line.rule_id:
        return [*steps, Step("佣金", "没有匹配的佣金规则", 0)]
    raw = share(line.base_fen, line.rate_bp)
    version = plan.version if plan else line.plan_version
    rule = f"规则“{rule_says}”" if rule_says else f"规则 {line.rule_id}"
    how = f"基数 × {line.rate_bp / 100:.2f}%，向下取整到分（方案 {version}，{rule}）"
    steps.append(Step("按比例佣金", how, raw))
    if line.cap_fen is not None and raw > line.cap_fen:
        steps.append(Step("封顶", f"{rule}每行封顶", line.cap_fen))
    return [*steps, Step("佣金", "应得佣金", target_fen(line.base_fen, line.rate_bp, line.cap_fen))]


def parse_plan(body: object, *, timed: bool = False) -> Plan:
    """A plan from its JSON form. Raises `PlanInvalid` naming the place and the reason.

    Limited-time rules are for drafts (`timed`), which are published as a chain of versions; elsewhere they would be
    taken for rules that always count, and are refused.
    """
    plan = _mapping(body, "方案")
    version = _text(plan, "version", "方案")
    rules = [_rule(item, f"rules[{n}]", timed) for n, item in enumerate(_list(plan, "rules"))]
    later = [_rule(item, f"later[{n}]", True) for n, item in enumerate(_list(plan, "later", optional=True))]
    if len({rule.id for rule in rules}) < len(rules):
        raise PlanInvalid("rules", "规则 id 重复")
    tiers = [_tier(item, f"tiers[{n}]") for n, item in enumerate(_list(plan, "tiers", optional=True))]
    tiers.sort(key=lambda tier: tier.from_fen)
    if any(low.from_fen == high.from_fen for low, high in pairwise(tiers)):
        raise PlanInvalid("tiers", "from_fen 不能重复")
    currency = plan.get("currency")
    if currency is not None and not (isinstance(currency, str) and len(currency) == 3 and currency.isupper()):
        raise PlanInvalid("currency", "应为 ISO 4217 三位代码")
    return Plan(
        version=version,
        auto_receipt_days=_whole(plan, "auto_receipt_days", "方案", high=3650),
        freeze_days=_whole(plan, "freeze_days", "方案", high=3650),
        rules=tuple(rules),
        tiers=tuple(tiers),
        currency=currency,
        later=tuple(later),
    )


def plan_json(plan: Plan, *, timed: bool = False) -> dict[str, Any]:
    """The JSON form, canonical enough to compare two plans by. In a published version a rule's times are its `season`:
    told, not tested, because the version holds only what is in force."""
    return {
        "version": plan.version,
        "auto_receipt_days": plan.auto_receipt_days,
        "freeze_days": plan.freeze_days,
        "rules": [_rule_json(rule, timed=timed) for rule in plan.rules],
        "tiers": [{"from_fen": tier.from_fen, "rate_bp": tier.rate_bp} for tier in plan.tiers],
        **({} if plan.currency is None else {"currency": plan.currency}),
        **({"later": [_rule_json(rule, timed=True) for rule in plan.later]} if plan.later else {}),
    }


def _rule_json(rule: Rule, *, timed: bool) -> dict[str, Any]:
    times = {"valid_from": rule.valid_from, "valid_to": rule.valid_to}
    told = {key: at.isoformat() for key, at in times.items() if at is not None}
    return {
        "id": rule.id,
        "priority": rule.priority,
        "match": {key: sorted(values) for key, values in rule.match},
        "rate_bp": rule.rate_bp,
        **({} if rule.cap_fen is None else {"cap_fen": rule.cap_fen}),
        **(told if timed else {"season": told} if told else {}),
    }


def _times(rule: dict[str, Any], where: str, timed: bool) -> tuple[datetime | None, datetime | None]:
    """When the rule counts. Raises `PlanInvalid`."""
    if "season" in rule:
        given = _mapping(rule["season"], f"{where}.season")
    else:
        given = {key: rule[key] for key in ("valid_from", "valid_to") if rule.get(key) is not None}
        if given and not timed:
            raise PlanInvalid(f"{where}.valid_from", "限时规则须经商城方案草案发布")
    since, until = (_instant(given.get(key), f"{where}.{key}") for key in ("valid_from", "valid_to"))
    if since is not None and until is not None and until <= since:
        raise PlanInvalid(f"{where}.valid_to", "结束时间应晚于开始时间")
    return since, until


def _instant(value: object, where: str) -> datetime | None:
    if value is None:
        return None
    try:
        at = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        raise PlanInvalid(where, "应为 ISO 8601 时间") from None
    if at.tzinfo is None or at.microsecond:
        raise PlanInvalid(where, "时间须带时区，精确到秒")
    return at


def _rule(item: object, where: str, timed: bool) -> Rule:
    rule = _mapping(item, where)
    match = _mapping(rule.get("match", {}), f"{where}.match")
    for key, value in match.items():
        if key not in MATCH_KEYS:
            raise PlanInvalid(f"{where}.match", f"不认识的匹配项 {key}")
        values = [value] if isinstance(value, str) else value
        if not isinstance(values, list) or not all(isinstance(v, str) for v in values):
            raise PlanInvalid(f"{where}.match.{key}", "应为文本或文本列表")
    pairs = tuple(
        (key, frozenset([match[key]] if isinstance(match[key], str) else match[key]))
        for key in MATCH_KEYS
        if key in match
    )
    since, until = _times(rule, where, timed)
    return Rule(
        id=_text(rule, "id", where),
        priority=_whole(rule, "priority", where, low=-(10**9), high=10**9, default=0),
        match=pairs,
        rate_bp=_whole(rule, "rate_bp", where, high=BP_WHOLE),
        cap_fen=None if rule.get("cap_fen") is None else _whole(rule, "cap_fen", where, high=LIMIT_MINOR),
        valid_from=since,
        valid_to=until,
    )


def _tier(item: object, where: str) -> Tier:
    tier = _mapping(item, where)
    return Tier(_whole(tier, "from_fen", where, high=LIMIT_MINOR * 1000), _whole(tier, "rate_bp", where, high=BP_WHOLE))


def _mapping(item: object, where: str) -> dict[str, Any]:
    if not isinstance(item, dict):
        raise PlanInvalid(where, "应为 JSON 对象")
    return item


def _list(plan: dict[str, Any], key: str, *, optional: bool = False) -> list[object]:
    value = plan.get(key)
    if value is None and optional:
        return []
    if not isinstance(value, list):
        raise PlanInvalid(key, "应为列表")
    return value


def _text(item: dict[str, Any], key: str, where: str) -> str:
    value = item.get(key)
    if not isinstance(value, str) or not value or "\x00" in value:
        raise PlanInvalid(f"{where}.{key}", "应为非空文本")
    return value


def _whole(item: dict[str, Any], key: str, where: str, *, low: int = 0, high: int, default: int | None = None) -> int:
    value = item.get(key, default)
    if type(value) is not int or not low <= value <= high:
        raise PlanInvalid(f"{where}.{key}", f"应为 {low} 到 {high} 的整数")
    return value
