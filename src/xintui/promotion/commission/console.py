"""起草方案: a commission plan in words and percentages, and what a sale of 100 yuan would pay under it.

An operator writes the platform's whole plan, a shop's owner the rules for the shop's own goods. Both become a draft;
publishing is another step, the operators', on the draft's page.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import path, reverse
from unfold.widgets import (
    INPUT_CLASSES,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextareaWidget,
    UnfoldAdminTextInputWidget,
)

from xintui.commerce.catalog import facade as catalog
from xintui.commerce.catalog.contracts import ProductFilter
from xintui.commerce.merchants import facade as merchants
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal, Role
from xintui.infra import clock
from xintui.infra.console import ConsoleSite
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.kernel.money import yuan
from xintui.kernel.times import accounting_date
from xintui.promotion.commission import facade, judgement, plans, rules, seasons
from xintui.promotion.commission.contracts import MATCH_KEYS, Draft, DraftState, Plan, PlanInvalid, Rule
from xintui.promotion.promoters import facade as promoters
from xintui.trust.compliance import facade as compliance

WRITERS: Final = frozenset({Role.OPERATOR, Role.MERCHANT_OWNER})
BLANKS: Final = 2
MOST: Final = 200
RANKS: Final = 1_000_000
SHOWN_GOODS: Final = 100
ANYTHING: Final = ("", "不限")
TIMES: Final = ("valid_from", "valid_to")
Choices = Mapping[str, list[tuple[str, str]]]


def _percent(label: str, **more: Any) -> forms.DecimalField:
    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
    return forms.DecimalField(label=label, min_value=0, max_value=100, decimal_places=2, widget=widget, **more)


def _yuan(label: str, **more: Any) -> forms.DecimalField:
    widget = UnfoldAdminTextInputWidget(attrs={"inputmode": "decimal"})
    return forms.DecimalField(label=label, min_value=0, decimal_places=2, max_digits=11, widget=widget, **more)


def _moment(label: str, **more: Any) -> forms.DateTimeField:
    """A time of Shanghai, picked in the browser's own calendar."""
    looks = {"type": "datetime-local", "class": " ".join(INPUT_CLASSES)}
    return forms.DateTimeField(
        label=label, required=False, widget=forms.DateTimeInput(attrs=looks, format="%Y-%m-%dT%H:%M"), **more
    )


class HeadForm(forms.Form):
    """What holds for the whole plan; a shop only says why."""

    version = forms.RegexField(
        r"^[0-9A-Za-z._-]{1,40}$", label="版本号", widget=UnfoldAdminTextInputWidget(),
        help_text="发布后写在每一笔佣金上", error_messages={"invalid": "只能用字母、数字、点与横线"},
    )  # fmt: skip
    freeze_days = forms.IntegerField(
        label="收货后冻结（天）", min_value=0, max_value=3650, widget=UnfoldAdminIntegerFieldWidget()
    )
    auto_receipt_days = forms.IntegerField(
        label="发货后自动收货（天）", min_value=0, max_value=3650, widget=UnfoldAdminIntegerFieldWidget()
    )
    note = forms.CharField(
        label="说明", required=False, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 2}),
        help_text="写给决定发布的同事：改了什么，为什么",
    )  # fmt: skip

    def __init__(self, *args: Any, own: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if own:
            for name in ("version", "freeze_days", "auto_receipt_days"):
                del self.fields[name]


class RuleForm(forms.Form):
    """One line of the plan. A rule that was there keeps what it is for; `said` tells it in words."""

    kept = forms.CharField(required=False, widget=forms.HiddenInput)
    merchant_id = forms.ChoiceField(label="商家", required=False, widget=UnfoldAdminSelectWidget())
    category = forms.ChoiceField(label="类目", required=False, widget=UnfoldAdminSelectWidget())
    product_id = forms.ChoiceField(label="商品", required=False, widget=UnfoldAdminSelectWidget())
    promoter_level = forms.ChoiceField(label="推客等级", required=False, widget=UnfoldAdminSelectWidget())
    percent = _percent("比例（%）")
    cap = _yuan("每行封顶（元）", required=False)
    priority = forms.IntegerField(
        label="优先级",
        required=False,
        min_value=-1_000_000,
        max_value=1_000_000,
        widget=UnfoldAdminIntegerFieldWidget(),
    )
    valid_from = _moment("限时：开始")
    valid_to = _moment("限时：结束")
    drop = forms.BooleanField(label="删除", required=False)
    said = ""

    def __init__(
        self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], said: Mapping[str, str], **kwargs: Any
    ):
        super().__init__(*args, **kwargs)
        key = (self.data.get(self.add_prefix("kept")) if self.is_bound else self.initial.get("kept")) or ""
        self.said = said.get(key, "")
        for name in MATCH_KEYS:
            if name in self.fields and (self.said or name not in choices):
                del self.fields[name]
            elif name in self.fields:
                self.fields[name].choices = [ANYTHING, *choices[name]]  # type: ignore[attr-defined]
        if not self.said:
            del self.fields["drop"]


class TierForm(forms.Form):
    """From this much of a month's net sales on, this share of what is above is a bonus."""

    from_yuan = _yuan("月净销售额满（元）")
    percent = _percent("超出部分奖励（%）")


RuleSet = forms.formset_factory(RuleForm, extra=0, max_num=MOST, absolute_max=MOST)
TierSet = forms.formset_factory(TierForm, extra=0, max_num=20, absolute_max=20)


@dataclass(frozen=True)
class Desk:
    """Who writes, from what, and what the ids on the page are called."""

    who: Principal
    own: str
    base: Plan | None
    draft: Draft | None
    rules: tuple[Rule, ...]
    names: Mapping[str, str]
    choices: Mapping[str, list[tuple[str, str]]]
    kinds: Mapping[str, str]

    @property
    def bodies(self) -> dict[str, dict[str, Any]]:
        """The rules that are there, by their ids, as the facade takes them."""
        whole = rules.plan_json(Plan("-", 0, 0, self.rules), timed=True)["rules"]
        return {one["id"]: one for one in whole}


def _desk(request: HttpRequest, draft_id: str) -> Desk:
    who: Principal = request.principal  # type: ignore[attr-defined]
    if who.roles.isdisjoint(WRITERS):
        raise PermissionDenied
    own = who.merchant_id or ""
    draft = facade.draft(draft_id, merchant_id=own) if draft_id else None
    if draft and draft.state is not DraftState.DRAFT:
        raise PlanInvalid("草案", "已经决定，不能再修改")
    last = plans.last_version()
    base = last.plan if last else None
    start = _own_plan(draft) if draft else seasons.whole(base) if base else Plan("", 0, 0, ())
    now = clock.now()
    mine = tuple(
        rule for rule in start.rules
        if (rule.valid_to is None or rule.valid_to > now)
        and (not own or dict(rule.match).get("merchant_id") == frozenset({own}))
    )  # fmt: skip
    names, choices, kinds = _words(own, mine)
    return Desk(who, own, base, draft, mine, names, choices, kinds)


def _own_plan(draft: Draft) -> Plan:
    body = draft.body if not draft.merchant_id else {
        "version": draft.version, "auto_receipt_days": 0, "freeze_days": 0, **draft.body,
    }  # fmt: skip
    return rules.parse_plan(body, timed=True)


def _words(own: str, mine: Sequence[Rule]) -> tuple[dict[str, str], dict[str, list[tuple[str, str]]], dict[str, str]]:
    """Names of everything that can be chosen or is named already; the choices; the category of each product."""
    tree = list(catalog.category_names().items())
    choices = {"category": tree, "promoter_level": [(one.code, one.title) for one in promoters.levels()]}
    named = {key: {v for rule in mine for v in dict(rule.match).get(key, ())} for key in MATCH_KEYS}
    if own:
        goods = catalog.goods_of(ProductFilter(merchant_id=own), limit=SHOWN_GOODS)[0]
        choices["product_id"] = [(one.id, one.title) for one in goods]
        kinds = {one.id: one.category for one in goods}
    else:
        choices["merchant_id"] = [(one.id, one.name) for one in merchants.listing(state="active", limit=MOST)]
        kinds = {}
    names = {key: name for pairs in choices.values() for key, name in pairs}
    names |= {
        key: one.name for key, one in merchants.get_many(named["merchant_id"] | ({own} if own else set())).items()
    }
    names |= catalog.titles(named["product_id"] - kinds.keys())
    names |= {key: one.display_name for key, one in promoters.get(named["promoter_id"]).items()}
    return names, choices, kinds


# -- from the plan to the form and back --------------------------------------------------------------------------------


def _start(desk: Desk) -> tuple[dict[str, Any], list[dict[str, Any]], list[dict[str, Any]]]:
    plan = _own_plan(desk.draft) if desk.draft else desk.base or Plan("", 10, 7, ())
    head = {
        "version": desk.draft.version if desk.draft else f"{accounting_date(clock.now()):%Y-%m-%d}",
        "freeze_days": plan.freeze_days, "auto_receipt_days": plan.auto_receipt_days,
        "note": desk.draft.note if desk.draft else "",
    }  # fmt: skip
    lines = [
        {"kept": one.id, "percent": _plain(one.rate_bp), "priority": one.priority,
         "cap": None if one.cap_fen is None else _plain(one.cap_fen),
         "valid_from": one.valid_from, "valid_to": one.valid_to}
        for one in desk.rules
    ]  # fmt: skip
    tiers = (
        []
        if desk.own
        else [{"from_yuan": _plain(t.from_fen), "percent": _plain(t.rate_bp)} for t in plan.tiers if t.rate_bp]
    )
    return head, lines, tiers


def _plain(hundredths: int) -> str:
    """`1250` → `12.5`: basis points as percent, fen as yuan."""
    return f"{Decimal(hundredths) / 100:f}"


def _bound(data: Any, desk: Desk, extra: int = 0) -> tuple[HeadForm, Any, Any]:
    """The three parts of the form: filled in by somebody, or as the plan is."""
    head, lines, tiers = _start(desk)
    said = {one.id: judgement.matching(_theirs(one, desk.own), desk.names) for one in desk.rules}
    more: dict[str, Any] = {"form_kwargs": {"choices": desk.choices, "said": said}, "prefix": "rule"}
    if data is not None:
        data = data.copy()
        data["rule-TOTAL_FORMS"] = str(min(int(data.get("rule-TOTAL_FORMS") or 0) + extra, MOST))
        return HeadForm(data, own=desk.own), RuleSet(data, initial=lines, **more), TierSet(data, prefix="tier")
    rows, bands = RuleSet(initial=lines, **more), TierSet(initial=tiers, prefix="tier")
    rows.extra, bands.extra = BLANKS, 0 if desk.own else 1
    return HeadForm(initial=head, own=desk.own), rows, bands


def _theirs(rule: Rule, own: str) -> Iterable[tuple[str, frozenset[str]]]:
    """A shop knows that its rules are for its own goods."""
    return [(key, values) for key, values in rule.match if not (own and key == "merchant_id")]


def _body(desk: Desk, head: HeadForm, rows: Any, bands: Any) -> dict[str, Any]:
    """What the facade takes. Raises `PlanInvalid`."""
    bodies, made = desk.bodies, list[dict[str, Any]]()
    taken = set(bodies)
    for given in (form.cleaned_data for form in rows if form.cleaned_data.get("percent") is not None):
        if given.get("drop"):
            continue
        old = bodies.get(given["kept"])
        if given["kept"] and old is None:
            raise PlanInvalid("规则", "方案刚刚有变化，请重新打开本页")
        made.append(_line(desk, given, old, taken))
    if not made:
        raise PlanInvalid("规则", "至少要有一条")
    if desk.own:
        return {"rules": made}
    tiers = [
        {"from_fen": int(one["from_yuan"] * 100), "rate_bp": int(one["percent"] * 100)}
        for one in (form.cleaned_data for form in bands) if one
    ]  # fmt: skip
    keys = ("version", "freeze_days", "auto_receipt_days")
    return {key: head.cleaned_data[key] for key in keys} | {"rules": made, "tiers": tiers}


def _line(desk: Desk, given: Mapping[str, Any], old: dict[str, Any] | None, taken: set[str]) -> dict[str, Any]:
    if old is None:
        match = {key: [given[key]] for key in MATCH_KEYS if given.get(key)}
        name = next(f"r{n}" for n in range(1, MOST * 2) if f"r{n}" not in taken and f"{desk.own}.r{n}" not in taken)
        taken.add(name)
        old = {"id": name, "match": match | ({"merchant_id": [desk.own]} if desk.own else {})}
    line = {key: value for key, value in old.items() if key not in ("cap_fen", *TIMES)}
    line |= {"priority": given["priority"] or 0, "rate_bp": int(given["percent"] * 100)}
    line |= {key: given[key].isoformat() for key in TIMES if given[key]}
    return line | ({} if given["cap"] is None else {"cap_fen": int(given["cap"] * 100)})


# -- looking and keeping -----------------------------------------------------------------------------------------------


def _looked(desk: Desk, body: dict[str, Any]) -> dict[str, Any]:
    """What 100 yuan would bring, what the law says, how the public would read it. Raises `PlanInvalid`."""
    if desk.own:
        if desk.base is None:
            raise PlanInvalid("方案", "平台尚未发布方案，商家规则无处生效")
        frame = {"version": "草案", "auto_receipt_days": 0, "freeze_days": 0}
        mine = rules.parse_plan(frame | body, timed=True)
        then = judgement.merged(seasons.whole(desk.base), desk.own, mine.rules, "草案")
    else:
        then = rules.parse_plan(body, timed=True)
    before = desk.base or Plan("", 0, 0, ())
    named = {v for plan in (before, then) for rule in plan.rules for v in dict(rule.match).get("product_id", ())}
    lacking = sorted(named - desk.kinds.keys())[:SHOWN_GOODS]
    kinds = {**desk.kinds, **{one: catalog.get(one).category for one in lacking if one in catalog.titles([one])}}
    sold = set(desk.kinds.values()) if desk.own else None
    tree = [one for one, _ in desk.choices["category"] if sold is None or one in sold]
    found = judgement.samples(before, then, tree, own=desk.own, kinds=kinds)
    names = {**desk.names, **_words("", then.rules)[0]}
    rows = [(_sale(one, desk.own, names), one, _more(one.then_fen - one.now_fen)) for one in found]
    return {
        "samples": rows,
        "seasonal": any(one.season_fen != one.then_fen for one in found),
        "findings": compliance.lint_plan(judgement.describe(then), accounting_date(clock.now())),
        "told": [] if desk.own else judgement.plan_text(then, names),
    }


def _sale(one: judgement.Sample, own: str, names: Mapping[str, str]) -> str:
    match = [(key, [value]) for key, value in one.match if not (own and key == "merchant_id")]
    return judgement.matching(match, names) if match else "其余商品"


def _more(fen: int) -> str:
    return "不变" if not fen else f"{'+' if fen > 0 else '-'}¥{yuan(abs(fen))}"


@transaction.atomic
def _keep(desk: Desk, body: dict[str, Any], note: str) -> Draft:
    """The draft and its line in the audit trail. Raises what the facade raises."""
    now, before = clock.now(), desk.draft
    if before:
        made = facade.change_draft(before.id, body, merchant_id=desk.own, note=note, actor=desk.who.user_id, now=now)
    else:
        made = facade.draft_plan(body, merchant_id=desk.own, note=note, actor=desk.who.user_id, now=now)
    verb = "change" if before else "propose" if desk.own else "draft"
    was = _state(before) if before else {}
    identity.audit(desk.who, f"commission.{verb}", ("plan_draft", made.id), was, _state(made))
    return made


def _state(one: Draft) -> dict[str, Any]:
    rates = {rule["id"]: f"{_plain(rule['rate_bp'])}%" for rule in one.body["rules"]}
    return {"state": one.state.value, "version": one.version, "note": one.note, "rules": rates}


def furnish(site: ConsoleSite) -> None:
    """The form into a console, in its sidebar beside the lists."""

    def view(request: HttpRequest, draft_id: str = "") -> HttpResponse:
        try:
            desk = _desk(request, draft_id)
        except DomainError as refusal:
            messages.error(request, sentence(refusal))
            return HttpResponseRedirect(reverse(f"{site.name}:commission_commissiondraft_changelist"))
        verb = request.POST.get("verb", "look")
        posted = request.POST if request.method == "POST" else None
        head, rows, bands = _bound(posted, desk, extra=1 if verb == "more" else 0)
        context: dict[str, Any] = {}
        if (
            posted is not None
            and verb != "more"
            and all([head.is_valid(), rows.is_valid(), desk.own or bands.is_valid()])
        ):
            try:
                body = _body(desk, head, rows, bands)
                context = _looked(desk, body)
                if verb == "keep":
                    made = _keep(desk, body, head.cleaned_data["note"])
                    messages.success(request, "草案已保存" + ("，等平台决定" if desk.own else "，看过预览后再发布"))
                    page = f"{site.name}:commission_commissiondraft_change"
                    return HttpResponseRedirect(reverse(page, args=[made.id]))
            except DomainError as refusal:
                messages.error(request, sentence(refusal))
        context |= {"head": head, "rows": rows, "bands": None if desk.own else bands, "desk": desk}
        context["title"] = "修改方案草案" if draft_id else "提出本店佣金规则" if desk.own else "起草佣金方案"
        context["back"] = reverse(f"{site.name}:commission_commissiondraft_changelist")
        request.current_app = site.name
        return TemplateResponse(request, "commission/propose.html", {**site.each_context(request), **context})

    site.page("commission/propose/", "commission_propose")(view)
    site.more_urls.append(
        path("commission/propose/<str:draft_id>/", site.admin_view(view), name="commission_propose_again")
    )
    title = "提出本店规则" if site.scoped else "起草方案"
    site.link("佣金", title, "edit_note", "commission_propose", WRITERS)
