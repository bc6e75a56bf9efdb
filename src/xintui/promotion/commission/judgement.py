"""What a plan says, whether it may be published, and whether it takes anything from anybody. Pure, like `rules`."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from xintui.kernel.money import yuan
from xintui.kernel.states import Flow
from xintui.kernel.times import SHANGHAI
from xintui.promotion.commission.contracts import (
    MATCH_KEYS,
    Compared,
    DraftState,
    DraftVerb,
    Plan,
    PlanInvalid,
    Rule,
)
from xintui.promotion.commission.rules import choose, target_fen
from xintui.trust.compliance.contracts import PayBasis, PlanDescription

FLOW: Final = Flow(
    {
        (DraftState.DRAFT, DraftVerb.EDIT): DraftState.DRAFT,
        (DraftState.DRAFT, DraftVerb.PUBLISH): DraftState.PUBLISHED,
        (DraftState.DRAFT, DraftVerb.REJECT): DraftState.REJECTED,
        (DraftState.DRAFT, DraftVerb.WITHDRAW): DraftState.WITHDRAWN,
    }
)
_KEY_NAMES: Final = {
    "merchant_id": "商家",
    "category": "类目",
    "product_id": "商品",
    "sku_id": "规格",
    "promoter_id": "推客",
    "promoter_level": "推客等级",
}
_NARROW: Final = {"product_id": "指定商品", "sku_id": "指定规格", "promoter_id": "指定推客"}
"""Keys whose values would be a list of things: that the line is one of them is enough."""


def describe(plan: Plan) -> PlanDescription:
    """The plan as the pyramid firewall sees it.

    A plan can only say: this share of this line, to the one person whose link brought it. There is no word in it for
    recruiting, joining or other people's sales, so pay basis and depth are not claims but what the form allows.
    """
    rate = max((rule.rate_bp for rule in (*plan.rules, *plan.later)), default=0)
    tier = max((tier.rate_bp for tier in plan.tiers), default=0)
    return PlanDescription(pay_basis=frozenset({PayBasis.OWN_SALES}), depth=1, commission_bp=rate + tier)


def own_rules(rules: Sequence[Rule], merchant_id: str) -> tuple[Rule, ...]:
    """A merchant's rules speak of its own goods alone. Raises `PlanInvalid` for any other."""
    for rule in rules:
        if dict(rule.match).get("merchant_id") != frozenset({merchant_id}):
            raise PlanInvalid(f"规则 {rule.id}", "商家只能为自己的商品提出规则，请填写 merchant_id 匹配项")
    return tuple(rules)


def merged(base: Plan, merchant_id: str, rules: Sequence[Rule], version: str) -> Plan:
    """The base plan with a merchant's own rules replaced by these; everybody else's stay as they are."""
    kept = [rule for rule in base.rules if dict(rule.match).get("merchant_id") != frozenset({merchant_id})]
    new = [rule if rule.id.startswith(merchant_id) else replace(rule, id=f"{merchant_id}.{rule.id}") for rule in rules]
    taken = {rule.id for rule in kept}
    if any(rule.id in taken for rule in new):
        raise PlanInvalid("rules", "规则 id 与其他商家的规则重复")
    return replace(base, version=version, rules=(*kept, *new))


def improves(
    before: Plan, after: Plan, earners: Sequence[Compared], payers: Sequence[Compared], *, worse_lines: int, by: str
) -> tuple[bool, str]:
    """Whether a change takes nothing from anybody on the lines it was tried on, and the reason in words.

    `earners`: promoters, bonus included. `payers`: merchants; the one that proposed the change (`by`) has agreed to
    pay more, no other has.
    """
    lines = sum(one.lines for one in earners)
    if not lines:
        return False, "预览期内没有推广成交，无法逐行比较"
    if after.freeze_days > before.freeze_days or after.auto_receipt_days > before.auto_receipt_days:
        return False, "冻结期或自动收货期变长"
    if worse_lines:
        return False, f"预览的 {lines} 行中有 {worse_lines} 行佣金减少"
    worse = sum(one.more_fen < 0 for one in earners)
    if worse:
        return False, f"{worse} 位推客的佣金与阶梯奖励合计减少"
    costlier = sum(one.more_fen > 0 and one.id != by for one in payers)
    if costlier:
        return False, f"{costlier} 家商家未提出该变更而佣金支出增加"
    return True, f"按预览的 {lines} 行逐行比较，没有推客减少收入，没有其他商家增加支出"


def plan_text(plan: Plan, names: Mapping[str, str]) -> tuple[str, ...]:
    """The plan as a page for everybody; `names` replaces ids where a name is known."""
    told = [
        "佣金按每个订单行的实付金额（不含运费）减去退款计算，向下取整到分，只付给本单的推广人本人。",
        f"收货满 {plan.freeze_days} 天后佣金可提现；发货后 {plan.auto_receipt_days} 天未确认的视为收货。",
        "推客购买自己推广的商品（自购）不计佣金。",
    ]
    for rule in sorted(plan.rules, key=lambda r: (-r.priority, -len(r.match), r.id.encode())):
        told.append(_rule_text(rule, names))
    for rule in plan.later:
        told.append(f"预告：{_rule_text(rule, names)}")
    if any(tier.rate_bp for tier in plan.tiers):
        paying = [tier for n, tier in enumerate(plan.tiers) if n or tier.rate_bp]
        bands = "；".join(f"{yuan(tier.from_fen)} 元起的部分 {tier.rate_bp / 100:.2f}%" for tier in paying)
        told.append(f"阶梯奖励：按自然月已释放的净销售额分段计算，{bands}。由平台支付，次月初入账。")
    told.append("同一行符合多条规则时，以上面排在前面的一条为准。")
    return tuple(told)


def _rule_text(rule: Rule, names: Mapping[str, str]) -> str:
    rate = f"{rule.rate_bp / 100:.2f}%{_capped(rule)}{season(rule)}"
    return f"{matching(rule.match, names)}：{rate}"


def rule_name(rule: Rule, names: Mapping[str, str]) -> str:
    """`美妆个护 · 金牌推客`: what the one who earned by it knows a rule by. Its id is for those who wrote it."""
    parts = [
        _NARROW.get(key) or "、".join(names.get(value, value) for value in sorted(values)) for key, values in rule.match
    ]
    timed = ["限时"] if rule.valid_from or rule.valid_to else []
    return " · ".join(parts + timed) or "全部商品"


def matching(match: Iterable[tuple[str, Iterable[str]]], names: Mapping[str, str]) -> str:
    """What a rule is for, in words."""
    parts = [
        f"{_KEY_NAMES[key]}为{'、'.join(names.get(value, value) for value in sorted(values))}" for key, values in match
    ]
    return "，".join(parts) or "全部商品"


def season(rule: Rule) -> str:
    """`，限 2026-11-11 00:00 至 2026-11-12 00:00 付款的订单`; "" for a rule without end."""
    since, until = (
        f"{at.astimezone(SHANGHAI):%Y-%m-%d %H:%M}" if at else "" for at in (rule.valid_from, rule.valid_to)
    )
    if not since and not until:
        return ""
    return f"，限{' ' + since + ' 起' if since else ''}{' ' + until + ' 前' if until else ''}付款的订单"


def _capped(rule: Rule) -> str:
    return "" if rule.cap_fen is None else f"，每行最高 {yuan(rule.cap_fen)} 元"


HUNDRED: Final = 100_00


@dataclass(frozen=True, slots=True)
class Sample:
    """What a promoter gets for one kind of sale of 100 yuan, under two plans."""

    match: tuple[tuple[str, str], ...]
    now_fen: int
    then_fen: int
    season_fen: int
    """The same while the new plan's limited-time rules count."""


def samples(
    before: Plan, after: Plan, categories: Sequence[str], *, own: str = "", kinds: Mapping[str, str]
) -> tuple[Sample, ...]:
    """A sale of 100 yuan of each category, and of everything that any rule names, under both plans.

    `own`: only that shop's sales. `kinds`: the category of each product that a rule names.
    """
    nothing = {"merchant_id": own} if own else {}
    wanted = [nothing, *(nothing | {"category": one} for one in categories)]
    for rule in (*after.rules, *before.rules):
        named = {key: min(values) for key, values in rule.match}
        if not own or own in dict(rule.match).get("merchant_id", {own}):
            wanted.append(named | nothing)
    usual = [rule for rule in after.rules if rule.valid_from is None and rule.valid_to is None]
    seen: dict[tuple[tuple[str, str], ...], Sample] = {}
    for facts in wanted:
        match = tuple((key, facts[key]) for key in MATCH_KEYS if key in facts)
        full = dict.fromkeys(MATCH_KEYS, "") | {"category": kinds.get(facts.get("product_id", ""), "")} | facts
        seen.setdefault(match, Sample(match, _pays(before.rules, full), _pays(usual, full), _pays(after.rules, full)))
    return tuple(seen.values())


def _pays(rules: Sequence[Rule], facts: Mapping[str, str]) -> int:
    rule = choose(rules, facts)
    return target_fen(HUNDRED, rule.rate_bp, rule.cap_fen) if rule else 0
