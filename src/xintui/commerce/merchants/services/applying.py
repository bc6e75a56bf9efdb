"""申请入驻: low risk opens by rule in the same moment; everything else waits for a person with every reason named."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from xintui.commerce.merchants import rules, tables
from xintui.commerce.merchants.contracts import (
    Application,
    BadApplication,
    Merchant,
    MerchantState,
)
from xintui.commerce.merchants.models import Merchant as Row
from xintui.commerce.merchants.models import MerchantEvent
from xintui.commerce.merchants.queries import contract
from xintui.commerce.merchants.services.shops import activate, applicant_of, register
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import SYSTEM, Principal
from xintui.kernel.times import accounting_date
from xintui.trust.qualification import facade as qualification
from xintui.trust.qualification.contracts import (
    Certificate,
    CertificateMoved,
    Draft,
    Facts,
    Holder,
    HolderKind,
    Kind,
)
from xintui.trust.qualification.contracts import State as PaperState

NO_LICENCE = "没有提交营业执照"


@transaction.atomic
def apply(asked: Application, *, by: Principal, now: datetime) -> Merchant:
    """Whoever applies; the rule judges at once. Raises `NameTaken`, `BadApplication`, `BadNumber`, `BadCertificate`."""
    if bool(asked.legal_name) != bool(asked.credit_code):
        raise BadApplication("主体名称与统一社会信用代码请一并填写")
    made = register(
        name=asked.name, contact_name=asked.contact_name, contact_phone=asked.contact_phone, intro=asked.intro,
        actor=by.user_id, now=now,
    )  # fmt: skip
    row = Row.objects.get(id=made.id)
    row.wanted, row.legal_name = sorted(set(asked.wanted)), asked.legal_name.strip()
    licence = _hand_in(asked, made.id, by, now) if asked.credit_code else None
    row.credit_code = licence.number if licence else ""
    row.save(update_fields=["wanted", "legal_name", "credit_code"])
    told = {"name": row.name, "wanted": row.wanted, "credit_code": row.credit_code}
    identity.audit(by, "merchants.apply", ("merchant", row.id), {}, told)
    return _judge(row, licence, now)


def _hand_in(asked: Application, merchant_id: str, by: Principal, now: datetime) -> Certificate:
    draft = Draft(Kind.BUSINESS, asked.credit_code, asked.legal_name, files=asked.files, insists=asked.insists)
    facts = Facts(asked.legal_name)
    return qualification.submit(Holder(HolderKind.MERCHANT, merchant_id), draft, facts, by=by, now=now)


def _judge(row: Row, licence: Certificate | None, now: datetime) -> Merchant:
    """Open it, or write down why not yet."""
    today = accounting_date(now)
    terms = tables.name_terms(today)
    classes = qualification.catalogue(today).classes
    risky = [one.title for one in classes if not one.low_risk and set(one.categories) & set(row.wanted)]
    applicant = applicant_of(row.id)
    mine = MerchantEvent.objects.filter(verb="apply", actor=applicant).exclude(merchant_id=row.id)
    there = Row.objects.filter(id__in=mine.values("merchant_id")).exclude(state=MerchantState.REJECTED).count()
    found = rules.doubts(row.name, terms.words, risky, there, terms.open_at_once)
    if licence is None:
        found.insert(0, NO_LICENCE)
    elif licence.state is not PaperState.PASSED:
        found = [f"营业执照：{one.says}" for one in licence.findings] + found
    row.findings = found
    row.save(update_fields=["findings"])
    if found:
        return contract(row)
    made = activate(row.id, actor=SYSTEM.user_id, now=now, note="营业执照、店铺名与类目均通过自动核查")
    identity.first_owner(applicant, row.id, reason="入驻自动通过", now=now)
    states = ({"state": MerchantState.APPLIED.value}, {"state": made.state.value})
    identity.audit(SYSTEM, "merchants.activate", ("merchant", row.id), *states, reason="自动核查通过")
    return made


@transaction.atomic
def on_certificate(events: Sequence[CertificateMoved], *, now: datetime) -> None:
    """Handler: a person has passed the licence of a shop that still waits; perhaps that was all it waited for."""
    for event in events:
        if (event.holder_kind, event.kind) != (HolderKind.MERCHANT, Kind.BUSINESS):
            continue
        row = Row.objects.select_for_update().filter(id=event.holder_id, state=MerchantState.APPLIED).first()
        if row is not None:
            _judge(row, qualification.one(event.certificate_id), now)
