"""Who is taxed how: by what the payee is to the tax office in the month of the payment."""

from typing import Final

from xintui.promotion.payouts.contracts import Period, Policy, Treatment, VatMethod

PERSON: Final = "individual"
"""自然人: the platform withholds income tax and files VAT."""
TRADER: Final = "sole_trader"
"""个体工商户: invoices like a company and files by himself (small-scale: by the quarter)."""

_PERIOD: Final = {VatMethod.MONTH: Period.MONTH, VatMethod.EACH: Period.EACH}


def treatment(kind: str, *, resident: bool, policy: Policy) -> Treatment:
    """Companies and 个体工商户 are paid against invoices; a natural person is withheld on, a non-resident by his table.

    个人所得税法 第六条: a non-resident's 劳务报酬 is taxed by the month on its own table, never by the year.
    """
    if kind == TRADER:
        return Treatment("", None, "个体工商户凭发票结算，自行申报增值税（小规模纳税人按季），不代扣个人所得税")
    if kind != PERSON:
        return Treatment("", None, "企业凭发票结算，不代扣个人所得税")
    period = _PERIOD[policy.vat_method]
    if not resident:
        return Treatment("iit_nonresident", period, "非居民个人按月适用税率表三，最终以打款时为准")
    return Treatment(policy.tax_method, period, "按打款当月累计预扣，最终以打款时为准")
