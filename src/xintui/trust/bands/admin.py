"""Console page 保证金风险模型: every version with its card; a person adopts one, or goes back."""

from typing import Any, Final

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, detail_action, ops_site, place, words
from xintui.infra.console.names import numbered
from xintui.trust.bands import charts, facade, queries
from xintui.trust.bands.contracts import RULES, Card
from xintui.trust.bands.models import Model
from xintui.trust.bands.rules import FEATURES
from xintui.trust.deposits.contracts import Band, HolderKind

ADOPTERS: Final = frozenset({Role.OPERATOR})
DESK: Final = frozenset({Role.OPERATOR, Role.FINANCE, Role.REVIEWER, Role.AUDITOR})
WAYS: Final = {1: "越高风险越大", -1: "越高风险越小", 0: "由数据决定"}

place("bnm", "bands_model", "保证金风险模型")
words("object", {"band_model": "保证金风险模型"})
words("action", {"bands.train": "训练风险模型", "bands.adopt": "启用风险模型", "bands.rules": "改回规则表"})
words("key", {"model": "风险模型", "digest": "数据摘要"})
words("value", {"rules": "规则表"})


def _used(row: Model) -> bool:
    return queries.in_force(HolderKind(row.holder_kind)) == row.id


class ModelAdmin(ReadOnlyAdmin):
    icon = "model_training"
    ops_roles = DESK
    audited_as = "band_model"
    list_display = ("id", "holder_kind", "used", "precision", "auc", "trained_at")
    list_filter = ("holder_kind", "trained_at")
    search_fields = ("id__exact",)
    ordering = ("-id",)
    empty_says = "还没有模型：数据足够并且好过规则表时，由平台在命令行训练后存为新版本；在此之前一直用规则表。"
    fields = ("id", "holder_kind", "used", "trained_at", "told", "digest")
    readonly_fields = ("used", "told")
    actions_detail = ("adopt", "go_back", "to_rules")

    def prepare(self, rows: list[Any]) -> None:
        """What is in force, asked once for the page."""
        used = {kind.value: queries.in_force(kind) for kind in HolderKind}
        for row in rows:
            row.in_force = used[row.holder_kind] == row.id

    @admin.display(description="状态")
    def used(self, row: Any) -> str:
        now = row.in_force if hasattr(row, "in_force") else _used(row)
        return "在用" if now else "未启用"

    @admin.display(description="平均查准率")
    def precision(self, row: Model) -> str:
        return _three(row.card["quality"]["average_precision"])

    @admin.display(description="AUC")
    def auc(self, row: Model) -> str:
        return _three(row.card["quality"]["auc"])

    @admin.display(description="模型卡")
    def told(self, row: Model) -> SafeString:
        card, kind = queries.card(row.card), HolderKind(row.holder_kind)
        quality = card.quality
        beside = [(name, f"{one['auc']:.3f}", f"{one['ap']:.3f}") for name, one in quality["baselines"].items()]
        history = [(one.at, numbered(one.model_id) or "规则表", one.reason) for one in facade.adoptions(kind)]
        shown = {
            "card": card, "quality": quality, "auc": self.auc(row), "ap": self.precision(row), "baselines": beside,
            "share": f"{quality['share'] * 100:.1f}%", "drawing": charts.calibration(quality["calibration"]),
            "features": [(one.title, WAYS[one.sign], f"{card.weights[one.code]:+.2f}") for one in FEATURES],
            "cuts": _cuts(card), "adoptions": history, "moments": f"{quality['moments']:,}",
            "holders": f"{quality['holders']:,}", "trained_on": f"{card.data['train']['moments']:,}",
        }  # fmt: skip
        return render_to_string("bands/card.html", shown)

    @detail_action(
        "启用", roles=ADOPTERS, icon="check", when=lambda row: not _used(row),
        warning="之后的新报价按此版本定档；已经同意的保证金仍按同意时的档位。",
    )  # fmt: skip
    def adopt(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.adopt(object_id, form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已启用并记入审计", messages.SUCCESS)

    @detail_action("退回上一版", roles=ADOPTERS, icon="undo", when=_used, warning="退回此前在用的版本或规则表。")
    def go_back(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._back(request, form, object_id, to_rules=False)

    @detail_action(
        "改用规则表",
        roles=ADOPTERS,
        icon="rule",
        when=_used,
        warning="停用模型，新报价立即按规则表定档。",
    )
    def to_rules(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        self._back(request, form, object_id, to_rules=True)

    def _back(self, request: HttpRequest, form: ReasonForm, object_id: str, *, to_rules: bool) -> None:
        who, reason = identity.require(request.principal), form.cleaned_data["reason"]  # type: ignore[attr-defined]
        kind = facade.one(object_id).kind
        now = facade.go_back(kind, reason, to_rules=to_rules, by=who, now=clock.now())
        self.message_user(request, f"已退回，现用 {now if now != RULES else '规则表'}", messages.SUCCESS)


def _three(of: dict[str, float]) -> str:
    return f"{of['value']:.3f} [{of['low']:.3f}, {of['high']:.3f}]"


def _cuts(card: Card) -> list[tuple[str, str]]:
    found = [(band.value, f"不超过 {card.cuts_bp[band] / 100:g}%") for band in (Band.A, Band.B, Band.C)]
    return [*found, (Band.D.value, f"{card.cuts_bp[Band.C] / 100:g}% 以上")]


ops_site.register(Model, ModelAdmin)
