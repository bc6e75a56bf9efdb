"""佣金方案: drafted, tried on the lines of the last weeks, shown in time, then in force. Old versions are kept."""

import json
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import Any, Final

from django.db import transaction

from xintui.infra import locks, sql
from xintui.kernel.ids import new_id
from xintui.kernel.times import SHANGHAI, accounting_date
from xintui.promotion.commission import judgement, rules, seasons
from xintui.promotion.commission.contracts import (
    SHOP,
    Compared,
    Draft,
    DraftState,
    DraftVerb,
    NoSuchDraft,
    Notice,
    NoticeTooShort,
    Plan,
    PlanConflict,
    PlanInvalid,
    PlanOvertaken,
    PlanSameEyes,
    PlanVersion,
    Preview,
)
from xintui.promotion.commission.models import CommissionDraft, CommissionPlan
from xintui.promotion.commission.services import publish_plan
from xintui.promotion.promoters import facade as promoters
from xintui.trust.compliance import facade as compliance

PREVIEW_DAYS: Final = 30
SHOWN: Final = 10
_LOCK: Final = "commission.plans"
_FACTS: Final = ("merchant_id", "category", "product_id", "sku_id", "promoter_id")


def notice(on: date) -> Notice:
    """The notice that a change needs on a day."""
    found = [row for row in _notices() if date.fromisoformat(row["from"]) <= on]
    row = max(found, key=lambda row: row["from"])
    return Notice(row["days"], date.fromisoformat(row["from"]), row["source"])


@cache
def _notices() -> list[dict[str, Any]]:
    return list(json.loads((files(__package__) / "data" / "notice.json").read_text("utf-8")))


# -- drafts -----------------------------------------------------------------------------------------------------------


@transaction.atomic
def draft_plan(body: Mapping[str, Any], *, merchant_id: str = "", note: str = "", actor: str, now: datetime) -> Draft:
    """Keep a proposal: the platform's is a whole plan, a merchant's has only `rules` for its own goods.

    Raises `PlanInvalid`, `PlanConflict` (the version is published already), `compliance.CopyRefused`.
    """
    draft_id = new_id("cpd")
    version, kept = _checked(body, merchant_id, note, f"{accounting_date(now):%Y-%m-%d}.{draft_id[-6:]}", now)
    row = CommissionDraft.objects.create(
        id=draft_id,
        merchant_id=merchant_id,
        version=version,
        note=note,
        body=kept,
        state=DraftState.DRAFT,
        created_by=actor,
        created_at=now,
    )
    return as_draft(row)


@transaction.atomic
def change_draft(
    draft_id: str, body: Mapping[str, Any], *, merchant_id: str | None = None, note: str = "", actor: str, now: datetime
) -> Draft:
    """Put another content into a draft; whoever does is its author from now on, and not the one to publish it.
    Raises what `draft_plan` raises, `NoSuchDraft`, `NoSuchMove`."""
    row = _locked(draft_id, merchant_id)
    judgement.FLOW.after(DraftState(row.state), DraftVerb.EDIT)
    row.version, row.body = _checked(body, row.merchant_id, note, row.version, now)
    row.note, row.created_by = note, actor
    row.save(update_fields=["version", "body", "note", "created_by"])
    return as_draft(row)


def _checked(
    body: Mapping[str, Any], merchant_id: str, note: str, version: str, now: datetime
) -> tuple[str, dict[str, Any]]:
    """The version and the canonical body."""
    compliance.require_usable(note, accounting_date(now))
    if merchant_id:
        plan = rules.parse_plan(
            {"version": version, "auto_receipt_days": 0, "freeze_days": 0, "rules": body.get("rules")}, timed=True
        )
        judgement.own_rules(plan.rules, merchant_id)
        _lasting(plan, now)
        return version, {"rules": rules.plan_json(plan, timed=True)["rules"]}
    plan = rules.parse_plan(dict(body), timed=True)
    _lasting(plan, now)
    if plan.currency not in (None, "CNY"):
        raise PlanInvalid("currency", "商城方案只支持 CNY")
    if CommissionPlan.objects.filter(books=SHOP, version=plan.version).exists():
        raise PlanConflict(plan.version)
    return plan.version, rules.plan_json(plan, timed=True)


def _lasting(plan: Plan, now: datetime) -> None:
    """Raises `PlanInvalid` for a name that only links bear, and for a rule whose time is over."""
    if seasons.is_link(plan.version):
        raise PlanInvalid("version", f"版本号不能含 {seasons.MARK}")
    for rule in plan.rules:
        if rule.valid_to is not None and rule.valid_to <= now:
            raise PlanInvalid(f"规则 {rule.id}", "限时规则的结束时间已过")
    seasons.chain(plan, now)


def _locked(draft_id: str, merchant_id: str | None) -> CommissionDraft:
    """The draft, for whoever may act on it: `merchant_id` None is the platform, which may act on every draft."""
    found = CommissionDraft.objects.select_for_update().filter(id=draft_id)
    row = (found if merchant_id is None else found.filter(merchant_id=merchant_id)).first()
    if row is None:
        raise NoSuchDraft(draft_id)
    return row


@transaction.atomic
def drop_draft(draft_id: str, *, merchant_id: str | None = None, actor: str, reason: str = "", now: datetime) -> Draft:
    """The proposer takes it back, or the platform (`merchant_id` None) declines. Raises `NoSuchDraft`, `NoSuchMove`."""
    row = _locked(draft_id, merchant_id)
    verb = DraftVerb.WITHDRAW if merchant_id is not None or not row.merchant_id else DraftVerb.REJECT
    row.state = judgement.FLOW.after(DraftState(row.state), verb)
    row.decided_by, row.decided_at, row.basis = actor, now, reason
    row.save(update_fields=["state", "decided_by", "decided_at", "basis"])
    return as_draft(row)


def as_draft(row: CommissionDraft) -> Draft:
    """The row as others see it."""
    return Draft(
        id=row.id,
        merchant_id=row.merchant_id,
        version=row.version,
        note=row.note,
        body=row.body,
        state=DraftState(row.state),
        created_by=row.created_by,
        created_at=row.created_at,
        decided_by=row.decided_by,
        decided_at=row.decided_at,
        in_force_from=row.in_force_from,
        basis=row.basis,
    )


def draft(draft_id: str, *, merchant_id: str | None = None) -> Draft:
    """One draft. Raises `NoSuchDraft`."""
    found = CommissionDraft.objects.filter(id=draft_id)
    row = (found if merchant_id is None else found.filter(merchant_id=merchant_id)).first()
    if row is None:
        raise NoSuchDraft(draft_id)
    return as_draft(row)


def last_version() -> PlanVersion | None:
    """The announced version that begins last, in force or not yet; what the calendar makes of it comes with it."""
    announced = CommissionPlan.objects.filter(books=SHOP).exclude(version__contains=seasons.MARK)
    row = announced.order_by("-in_force_from").first()
    return as_version(row) if row else None


def as_version(row: CommissionPlan) -> PlanVersion:
    begins = seasons.moment(row.in_force_from) if seasons.is_link(row.version) else row.in_force_from
    return PlanVersion(rules.parse_plan(row.body), begins, row.published_at, row.published_by)


def proposed(one: Draft, base: Plan | None) -> Plan:
    """The plan that a draft would make of `base`. Raises `PlanInvalid`."""
    if not one.merchant_id:
        return rules.parse_plan(one.body, timed=True)
    if base is None:
        raise PlanInvalid("方案", "平台尚未发布方案，商家规则无处生效")
    own = rules.parse_plan({"version": one.version, "auto_receipt_days": 0, "freeze_days": 0, **one.body}, timed=True)
    return judgement.merged(seasons.whole(base), one.merchant_id, own.rules, one.version)


# -- preview ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def preview(draft_id: str, *, days: int = PREVIEW_DAYS, merchant_id: str | None = None, now: datetime) -> Preview:
    """What the lines paid in the last `days` days would earn under the draft, beside what they earn under the plan it
    would follow. A merchant sees its own lines only. Raises `NoSuchDraft`, `PlanInvalid`."""
    one = draft(draft_id, merchant_id=merchant_id)
    last = last_version()
    return _preview(one, last.plan if last else None, days=days, now=now)


def _preview(one: Draft, base: Plan | None, *, days: int, now: datetime) -> Preview:
    then = proposed(one, base)
    before = base or Plan("", 0, 0, ())
    since = now - timedelta(days=days)
    rows = _again(before, then, since, now)
    earners = [
        Compared(r["id"], r["lines"], int(r["now_fen"]) + r["now_bonus_fen"], int(r["then_fen"]) + r["then_bonus_fen"])
        for r in rows
        if r["earns"]
    ]
    payers = [Compared(r["id"], r["lines"], int(r["now_fen"]), int(r["then_fen"])) for r in rows if not r["earns"]]
    of_promoters = [r for r in rows if r["earns"]]
    worse_lines = sum(r["worse_lines"] for r in of_promoters)
    better, why = judgement.improves(before, then, earners, payers, worse_lines=worse_lines, by=one.merchant_id)
    if better:
        better, why = _always_better(one, before, then, why, days=days, now=now)
    needed = notice(accounting_date(now))
    if base is None:
        better, why = True, "首个方案，此前没有佣金约定"
    ranked = sorted(earners, key=lambda c: (-c.more_fen, c.id))
    return Preview(
        version=then.version,
        since=since,
        until=now,
        lines=sum(r["lines"] for r in of_promoters),
        promoters=len(of_promoters),
        net_fen=sum(r["net_fen"] for r in of_promoters),
        now_fen=sum(r["now_fen"] for r in of_promoters),
        then_fen=sum(r["then_fen"] for r in of_promoters),
        now_bonus_fen=sum(r["now_bonus_fen"] for r in of_promoters),
        then_bonus_fen=sum(r["then_bonus_fen"] for r in of_promoters),
        better_lines=sum(r["better_lines"] for r in of_promoters),
        worse_lines=worse_lines,
        worse_promoters=sum(c.more_fen < 0 for c in earners),
        winners=tuple(c for c in ranked[:SHOWN] if c.more_fen > 0),
        losers=tuple(c for c in reversed(ranked[-SHOWN:]) if c.more_fen < 0),
        payers=tuple(sorted((c for c in payers if c.more_fen), key=lambda c: (-abs(c.more_fen), c.id))[:SHOWN]),
        findings=(
            *compliance.lint_plan(judgement.describe(then), accounting_date(now)),
            *compliance.lint_share_copy(one.note, accounting_date(now)),
        ),
        improvement=better,
        why=why,
        notice=needed,
        earliest=now if better else now + timedelta(days=needed.days),
    )


def _always_better(one: Draft, before: Plan, then: Plan, why: str, *, days: int, now: datetime) -> tuple[bool, str]:
    """Whether every link of a plan with limited-time rules takes nothing from anybody, also after they end."""
    for _, link in seasons.chain(then, now):
        if link.rules == then.rules:
            continue
        rows = _again(before, link, now - timedelta(days=days), now)
        earners = [Compared(r["id"], r["lines"], int(r["now_fen"]), int(r["then_fen"])) for r in rows if r["earns"]]
        payers = [Compared(r["id"], r["lines"], int(r["now_fen"]), int(r["then_fen"])) for r in rows if not r["earns"]]
        worse = sum(r["worse_lines"] for r in rows if r["earns"])
        better, why = judgement.improves(before, link, earners, payers, worse_lines=worse, by=one.merchant_id)
        if not better:
            return False, f"限时规则起止前后（{link.version}）：{why}"
    return True, why


def _again(before: Plan, then: Plan, since: datetime, until: datetime) -> list[dict[str, Any]]:
    """The window's lines under both plans, summed by promoter and by merchant."""
    used = {*rules.keys_used(before), *rules.keys_used(then)}
    keys = sorted(used & set(_FACTS) | ({"promoter_id"} if "promoter_level" in used else set()))
    window = {"books": SHOP, "since": since, "until": until, "keys": keys}
    facts = sql.rows(__package__, "preview_facts", window)
    levels: dict[str, str] = {}
    if "promoter_level" in used:
        levels = {key: one.level for key, one in promoters.get(row["promoter_id"] for row in facts).items()}
    prices = ("now_rates", "now_caps", "then_rates", "then_caps")
    names = ("merchants", "categories", "products", "skus", "promoters", *prices)
    columns: dict[str, list[Any]] = {name: [] for name in names}
    for row in facts:
        known = row | {"promoter_level": levels.get(row["promoter_id"], "")}
        old, new = rules.choose(before.rules, known), rules.choose(then.rules, known)
        values = [row[name] for name in _FACTS]
        values += [old.rate_bp if old else 0, old.cap_fen if old else None]
        values += [new.rate_bp if new else 0, new.cap_fen if new else None]
        for column, value in zip(columns.values(), values, strict=True):
            column.append(value)
    tiers = {
        "now_tiers": json.dumps(rules.plan_json(before)["tiers"]),
        "then_tiers": json.dumps(rules.plan_json(then)["tiers"]),
    }
    return sql.rows(__package__, "preview", window | columns | tiers)


# -- publish ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def publish_draft(draft_id: str, *, in_force_from: datetime | None = None, actor: str, now: datetime) -> PlanVersion:
    """Freeze the draft as the next version.

    Without `in_force_from` it begins after the notice. An earlier beginning is for the very first plan and for a change
    that takes nothing from anybody on the lines of the last weeks; what was decided and why is kept with the draft.
    The platform's own draft is published by a second person, a shop's by the platform.
    Raises `NoSuchDraft`, `NoSuchMove`, `PlanSameEyes`, `NoticeTooShort`, `PlanOvertaken`, `PlanInvalid`,
    `PlanConflict`, `compliance.PlanRefused`, `compliance.CopyRefused`.
    """
    locks.exclusive(_LOCK)
    row = _locked(draft_id, None)
    one = as_draft(row)
    row.state = judgement.FLOW.after(one.state, DraftVerb.PUBLISH)
    if not one.merchant_id and actor == one.created_by:
        raise PlanSameEyes(draft_id)
    last = last_version()
    plan = proposed(one, last.plan if last else None)
    on = accounting_date(now)
    compliance.require_publishable(judgement.describe(plan), on)
    compliance.require_usable(one.note, on)
    since, basis = _beginning(one, last, in_force_from, now)
    if last and since <= last.in_force_from:
        raise PlanOvertaken(last.plan.version, last.in_force_from.astimezone(SHANGHAI).isoformat())
    first = _publish_chain(plan, since, actor)
    row.decided_by, row.decided_at, row.in_force_from, row.basis = actor, now, since, basis
    row.save(update_fields=["state", "decided_by", "decided_at", "in_force_from", "basis"])
    return PlanVersion(first, since, now, actor)


def _publish_chain(plan: Plan, since: datetime, actor: str) -> Plan:
    """Freeze the plan and what its limited-time rules make of it later; links of the plan before it are overruled."""
    links = CommissionPlan.objects.filter(books=SHOP, version__contains=seasons.MARK, in_force_from__gt=since)
    known = list(links.values_list("in_force_from", flat=True))
    made = seasons.chain(plan, since, {seasons.moment(one) for one in known})
    for n, (moment, link) in enumerate(made):
        begins = seasons.beginning(moment, known) if n else since
        if not publish_plan(link, in_force_from=begins, by=actor):
            raise PlanConflict(link.version)
    return made[0][1]


def _beginning(one: Draft, last: PlanVersion | None, wanted: datetime | None, now: datetime) -> tuple[datetime, str]:
    """When it begins, and why it may."""
    needed = notice(accounting_date(now))
    usual = now + timedelta(days=needed.days)
    if last is None:
        return max(wanted or now, now), "首个方案，此前没有佣金约定"
    if wanted is None or wanted >= usual:
        return wanted or usual, f"提前 {needed.days} 天公示（{needed.source}）"
    found = _preview(one, last.plan, days=PREVIEW_DAYS, now=now)
    if not found.improvement or wanted < now:
        earliest = (now if found.improvement else usual).astimezone(SHANGHAI).isoformat()
        raise NoticeTooShort(needed.days, earliest, needed.source, found.why)
    return wanted, f"即时生效：{found.why}"
