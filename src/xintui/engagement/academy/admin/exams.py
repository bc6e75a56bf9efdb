"""Exams with their papers, and the certificates they brought."""

from typing import Any

from django.contrib import admin, messages
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString

from xintui.engagement.academy import facade
from xintui.engagement.academy.admin.courses import READERS, WRITERS
from xintui.engagement.academy.contracts import ASKS_NAMES, CertificateState, SittingState
from xintui.engagement.academy.models import Certificate, Sitting
from xintui.infra import clock
from xintui.infra.console import ReadOnlyAdmin, ReasonForm, detail_action, ops_site


class SittingAdmin(ReadOnlyAdmin):
    icon = "quiz"
    ops_roles = READERS
    good = frozenset({SittingState.PASSED})
    list_display = ("promoter_id", "title", "state", "score", "needs", "regraded", "started_at", "ended_at")
    list_filter = ("state", "title", "regraded", "started_at")
    search_fields = ("promoter_id__exact", "id__exact")
    ordering = ("-id",)
    empty_says = "还没有人参加考试。"
    fieldsets = (
        ("考试", {"fields": ("promoter_id", "title", "state", "score", "needs", "regraded", "edition_id", "id")}),
        ("时间", {"fields": ("started_at", "due_at", "ended_at")}),
        ("答卷", {"fields": ("told",)}),
    )
    readonly_fields = ("score", "told")

    @admin.display(description="答对")
    def score(self, row: Sitting) -> str:
        return (
            f"{row.right} / {len(row.questions)}" if row.state != SittingState.OPEN else self.get_empty_value_display()
        )

    @admin.display(description="")
    def told(self, row: Sitting) -> SafeString:
        found = facade.paper(row.id)
        lines = [
            (ASKS_NAMES[one.asks], one, [(n in one.right, n in one.chosen, text) for n, text in enumerate(one.options)])
            for one in found.questions
        ]
        return render_to_string("academy/paper.html", {"lines": lines, "over": row.state != SittingState.OPEN})


class CertificateAdmin(ReadOnlyAdmin):
    icon = "workspace_premium"
    ops_roles = READERS
    good = frozenset({CertificateState.VALID})
    audited_as = "academy_certificate"
    list_display = ("number", "promoter_id", "title", "edition", "state", "issued_at", "expires_at")
    list_filter = ("state", "title", "issued_at", "expires_at")
    search_fields = ("number__exact", "promoter_id__exact", "id__exact")
    ordering = ("-id",)
    empty_says = "还没有颁发证书：推客通过考试后自动颁发。"
    fields = (
        "number", "promoter_id", "title", "edition", "state", "issued_at", "expires_at", "ended_at", "reason",
        "sitting_id", "id",
    )  # fmt: skip
    actions_detail = ("withdraw",)

    @detail_action(
        "撤回证书", roles=WRITERS, icon="block", when=lambda row: row.state == CertificateState.VALID,
        warning="信用分里的考试证书随之减去；类目要求的，不能再生成新链接。原因推客可见。",
    )  # fmt: skip
    def withdraw(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who: Any = request.principal  # type: ignore[attr-defined]
        facade.withdraw(object_id, reason=form.cleaned_data["reason"], by=who, now=clock.now())
        self.message_user(request, "已撤回并记入审计", messages.SUCCESS)


ops_site.register(Sitting, SittingAdmin)
ops_site.register(Certificate, CertificateAdmin)
