"""Words of the payouts pages, and who may see them."""

from xintui.foundation.identity.contracts import Role
from xintui.infra.console import (
    place,
    words,
)
from xintui.promotion.payouts import models

DESK = frozenset({Role.OPERATOR, Role.FINANCE, Role.AUDITOR})
TITLES = dict(models.STATES)
ACTORS = {"system": "系统"}
VERBS = {
    "request": "申请", "ask_cancel": "申请撤销", "cancel": "撤销", "propose": "初审通过", "approve": "复核通过",
    "reject": "驳回", "send": "提交打款", "stop": "停止", "silence": "渠道未应答", "pay": "到账", "fail": "未成功",
    "wait": "等待额度", "expire": "逾期未确认",
}  # fmt: skip


METHODS = {"iit_platform": "平台从业人员累计预扣", "iit_labour": "劳务报酬预扣"}
SCOPES = {"payee_day": "每人每日", "payee_month": "每人每月", "platform_day": "平台每日"}
place("wdr", "payouts_withdrawal", "提现")
words("object", {"withdrawal": "提现", "tax_report": "涉税报送"})
words(
    "action",
    {f"payouts.{verb}": f"提现{says}" for verb, says in VERBS.items()}
    | {
        "payouts.record_bank": "登记对公打款结果",
        "payouts.set_tax_profile": "登记税务身份",
        "payouts.export_tax_report": "导出涉税报送",
    },
)
words("reason", {"payouts.hold": "提现冻结", "payouts.paid": "提现到账"})
words("key", {
    "year": "年度", "months": "连续月数", "last_month": "最近月份", "income_fen": "累计收入",
    "withheld_fen": "累计已预扣",
    "exempt_fen": "累计免税", "relief_fen": "累计减免", "other_deductions_fen": "累计其他扣除", "amount_fen": "金额",
    "tax_fen": "个税", "vat_fen": "增值税", "maker": "初审", "checker": "复核", "incomplete": "资料不全",
    "gross_fen": "收入总额", "sha256": "文件摘要", "from_month": "自月份起", "resident": "居民个人",
    "registration": "税务登记", "country": "国家或地区",
})  # fmt: skip
words("value", TITLES | dict(models.REGISTRATIONS))
