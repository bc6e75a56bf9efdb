"""商家后台 › 保证金: what a shop's deposit asks, how it is paid, what holds it back, and how it comes back."""

from datetime import date, datetime
from typing import Any, Final

import segno
from django.conf import settings
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.template.response import TemplateResponse
from django.urls import reverse

from xintui.entrypoints import risk
from xintui.entrypoints.bands import holder_band
from xintui.entrypoints.deposits import SHOP_ROLES, facts_of
from xintui.entrypoints.perks import offset_share
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Principal
from xintui.foundation.payments import facade as payments
from xintui.foundation.payments.contracts import METHOD_NAMES, Channel, Method, Payment
from xintui.infra import clock
from xintui.infra.console import merchant_site
from xintui.infra.console.actions import sentence
from xintui.kernel.errors import DomainError
from xintui.kernel.times import accounting_date
from xintui.trust.bands import facade as bands
from xintui.trust.credit import facade as credit
from xintui.trust.credit.contracts import Scale
from xintui.trust.deposits import facade
from xintui.trust.deposits.contracts import (
    CLAIM_STATE_NAMES,
    PART_NAMES,
    PART_STATE_NAMES,
    RETURN_STATE_NAMES,
    STATE_NAMES,
    Band,
    Deposit,
    Holder,
    HolderKind,
    PartState,
    RiskClass,
    State,
)
from xintui.trust.points import facade as points

ROLES: Final = frozenset(SHOP_ROLES)
CODE: Final = "deposit_code"
MEMBERS: Final = tuple(RiskClass)
MOST_POINTS: Final = 10_000_000


def _asks(request: HttpRequest) -> tuple[Principal, Holder]:
    who, merchant_id = identity.require_merchant(request.principal)  # type: ignore[attr-defined]
    if not who.has(*ROLES):
        raise PermissionDenied
    return who, Holder(HolderKind.MERCHANT, merchant_id)


def page(request: HttpRequest) -> HttpResponse:
    """The page; what is posted to it is one of its four verbs."""
    who, holder = _asks(request)
    if request.method == "POST":
        answer = HttpResponseRedirect(reverse("merchant:deposit"))
        try:
            if paying := _done(request, who, holder):
                answer.outside = lambda: _to_cashier(request, paying)  # type: ignore[attr-defined]
            return answer
        except DomainError as refusal:
            messages.error(request, sentence(refusal))
        except ValueError:  # a number or a name that no button of this page sends
            messages.error(request, "请求无效，请从本页的按钮操作")
    address = request.session.pop(CODE, "")
    code = segno.make(address, error="m").svg_data_uri(scale=5, border=2) if address else ""
    return TemplateResponse(request, "console/deposit.html", _shown(request, holder) | {"code": code})


def _to_cashier(request: HttpRequest, payment: Payment) -> HttpResponse:
    """The gateway is asked when the payment's row is committed: a code for the next page, or an address to go to."""
    there = settings.PUBLIC_URL.rstrip("/") + reverse("merchant:deposit")
    try:
        ways = payments.pay_params(payment.id, now=clock.now(), client_ip=identity.caller_ip(), return_url=there)
    except DomainError as refusal:
        messages.error(request, sentence(refusal))
        return HttpResponseRedirect(reverse("merchant:deposit"))
    request.session[CODE] = ways.code_url
    return HttpResponseRedirect(ways.h5_url or reverse("merchant:deposit"))


def _done(request: HttpRequest, who: Principal, holder: Holder) -> Payment | None:
    now, given = clock.now(), request.POST
    match given.get("verb"):
        case "agree":
            facade.agree(
                holder, RiskClass(given.get("class", "")), facts_of(holder, now),
                amount_fen=int(given.get("fen", "0")), in_parts="parts" in given, by=who, now=now,
            )  # fmt: skip
            messages.success(request, "已同意，可以缴纳了；缴纳之前没有任何扣款")
        case "return":
            facade.give_all_back(holder, by=who, now=now)
            messages.success(request, "已申请退还：未被扣留的金额原路退回")
        case "stay":
            facade.stay(holder, by=who, now=now)
            messages.success(request, "保证金继续使用")
        case "appeal":
            band, _ = holder_band(holder, now)
            asked, past = Band(given.get("asked", "")), risk.past(holder, now)
            bands.appeal(holder, band, asked, past, _words(given), by=who, now=now)
            messages.success(request, "已提交，由人在 72 小时内答复")
        case "offset":
            share, wanted = offset_share(holder, accounting_date(now)), _points(given)
            facade.offset(given.get("part", "")[:32], holder, wanted, share_bp=share, by=who, now=now)
            messages.success(request, f"已用 {wanted:,} 积分抵扣，随时可以取回")
        case "take_back":
            facade.take_back(holder, _points(given), by=who, now=now)
            messages.success(request, "积分已取回，相应金额改为现金应缴")
        case "pay":
            return _pay(request, who, holder)
    return None


def _points(given: QueryDict) -> int:
    """Raises `ValueError`."""
    wanted = int(given.get("points", "0"))
    if not 1 <= wanted <= MOST_POINTS:
        raise ValueError(wanted)
    return wanted


def _words(given: QueryDict) -> str:
    """What is said against a band; the form asks for no less. Raises `ValueError`."""
    words = given.get("words", "").strip()
    if not 4 <= len(words) <= 500:
        raise ValueError(words)
    return words


def _pay(request: HttpRequest, who: Principal, holder: Holder) -> Payment:
    """A code to be scanned for WeChat Pay, an address to go to for Alipay."""
    method = Method(request.POST.get("method", Method.WECHAT))
    channel = Channel.NATIVE if method is Method.WECHAT else Channel.H5
    now, part = clock.now(), request.POST.get("part", "")
    if not part.isalnum():
        raise ValueError(part)
    openid = identity.openid_of(who.user_id)
    return facade.pay(part, holder, openid=openid, channel=channel, psp=method, now=now)


def _shown(request: HttpRequest, holder: Holder) -> dict[str, Any]:
    now = clock.now()
    today = accounting_date(now)
    own, terms = facade.current(holder, today=today), facade.terms(today)
    live = own is not None and own.state is not State.CLOSED
    least = MEMBERS.index(own.risk_class) if live and own else -1
    quotes = facade.quotes(holder.kind, facts_of(holder, now), today=today)
    band = quotes[0]
    offers = [
        {"quote": one, "title": terms.titles[one.risk_class], "says": terms.says[one.risk_class]}
        for one in quotes
        if MEMBERS.index(one.risk_class) > least
    ]
    return {
        **merchant_site.each_context(request),
        "title": "保证金",
        "own": own,
        "live": live,
        "told": _told(own, _most(own, now)) if own else {},
        "points": _bank(holder.id, today),
        "class_title": terms.titles[own.risk_class] if own else "",
        "offers": offers if not own or own.state is not State.LEAVING else [],
        "methods": [(method, METHOD_NAMES[Method(method)]) for method in payments.methods()],
        "band": band,
        "better": [one.value for one in Band if one < band.band],
        "source": terms.source,
        "version": terms.version,
    }


def _most(own: Deposit, now: datetime) -> dict[str, int]:
    """How many points may stand for each part that is owed."""
    share = offset_share(own.holder, accounting_date(now))
    owed = [part.id for part in own.parts if part.state is PartState.DUE]
    return {one: facade.offset_most(one, own.holder, share_bp=share, now=now) for one in owed}


def _bank(merchant_id: str, today: date) -> dict[str, Any]:
    """The shop's points: how many, the newest moves, how they are earned, which benefits its score brings."""
    table, there = points.earning(today), points.account(merchant_id, today=today)
    score = credit.scores([merchant_id], Scale.SHOP).get(merchant_id)
    return {
        "there": there,
        **{name: f"{getattr(there, name):,}" for name in ("free", "pledged", "expiring")},
        "lines": [(one, f"{one.points:+,}") for one in points.history(merchant_id, limit=10)],
        "rules": [(one, f"{one.points:,}") for one in table.rules.values() if one.of in {"", "merchant"}],
        "score": score.score if score else None,
        "benefits": points.shop_benefits(score.score if score else 0, today=today),
        "source": table.source,
    }


def _told(own: Deposit, most: dict[str, int]) -> dict[str, Any]:
    """The deposit in words."""
    return {
        "state": STATE_NAMES[own.state],
        "parts": [
            (part, PART_NAMES[part.kind], PART_STATE_NAMES[part.state], fen := most.get(part.id, 0), f"{fen:,}")
            for part in own.parts if part.state is not PartState.CANCELLED
        ],
        "claims": [(claim, CLAIM_STATE_NAMES[claim.state]) for claim in own.claims],
        "returns": [(back, RETURN_STATE_NAMES[back.state]) for back in own.returns],
        "claimed": any(claim.state == "open" for claim in own.claims),
    }  # fmt: skip


def furnish() -> None:
    """The page and its place in the sidebar."""
    merchant_site.page("deposit/", "deposit")(page)
    merchant_site.link("商家", "保证金", "shield", "deposit", ROLES)
