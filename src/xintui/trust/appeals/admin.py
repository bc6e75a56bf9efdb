"""Console pages: every appeal, and the queue of those that wait for a human."""

from collections.abc import Iterable
from typing import Final

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from unfold.forms import BaseDialogForm
from unfold.widgets import UnfoldAdminTextareaWidget

from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import Queue, ReadOnlyAdmin, detail_action, ops_site, place, queue, waiting, words
from xintui.trust.appeals import facade
from xintui.trust.appeals.contracts import State
from xintui.trust.appeals.models import Appeal

DECIDERS: Final = frozenset({Role.OPERATOR, Role.REVIEWER})

place("apl", "appeals_appeal", "申诉")
words("object", {"appeal": "申诉"})
words(
    "action",
    {
        "appeals.expedite": "申诉加急",
        "appeals.file": "提出申诉",
        "appeals.decide": "答复申诉",
        "appeals.withdraw": "撤回申诉",
    },
)
words("key", {"about": "事项", "decision": "原决定编号"})


class AnswerForm(BaseDialogForm):  # type: ignore[misc]
    answer = forms.CharField(
        label="答复（申诉人可见）", min_length=4, max_length=500, widget=UnfoldAdminTextareaWidget(attrs={"rows": 4})
    )


class AppealAdmin(ReadOnlyAdmin):
    icon = "gavel"
    ops_roles = DECIDERS | {Role.AUDITOR}
    good = frozenset({State.GRANTED})
    audited_as = "appeal"
    list_display = ("id", "about", "title", "party_kind", "party_id", "state", "filed_at", "answer_by")
    list_filter = ("state", "about", "party_kind", "filed_at")
    search_fields = ("id__exact", "party_id__exact", "subject_id__exact")
    ordering = ("-id",)
    empty_says = "还没有申诉。自动作出的每项决定都可以申诉，由人来答复。"
    fieldsets = (
        ("申诉", {"fields": ("id", "state", "about", "subject_id", "title", "party_kind", "party_id", "words")}),
        ("答复", {"fields": ("filed_at", "answer_by", "answer", "decided_by", "decided_at")}),
    )
    actions_detail = ("grant", "refuse")

    @detail_action(
        "申诉成立", roles=DECIDERS, form=AnswerForm, icon="check",
        when=lambda row: row.state == State.OPEN, warning="原决定将被撤销，相应的分数、限制或赔付随之恢复。",
    )  # fmt: skip
    def grant(self, request: HttpRequest, form: AnswerForm, object_id: str) -> None:
        self._answer(request, form, object_id, granted=True)

    @detail_action(
        "维持原决定", roles=DECIDERS, form=AnswerForm, icon="close",
        when=lambda row: row.state == State.OPEN, warning="请写明理由，申诉人会收到。",
    )  # fmt: skip
    def refuse(self, request: HttpRequest, form: AnswerForm, object_id: str) -> None:
        self._answer(request, form, object_id, granted=False)

    def _answer(self, request: HttpRequest, form: AnswerForm, object_id: str, *, granted: bool) -> None:
        who = identity.require(request.principal)  # type: ignore[attr-defined]
        facade.decide(object_id, granted, form.cleaned_data["answer"], by=who, now=clock.now())
        self.message_user(request, "已答复并记入审计", messages.SUCCESS)


ops_site.register(Appeal, AppealAdmin)


@queue(ops_site, roles=DECIDERS, order=14)
def unanswered(request: HttpRequest) -> Iterable[Queue]:
    """Appeals that nobody has answered."""
    rows = Appeal.objects.filter(state=State.OPEN)
    yield Queue(
        "待处理申诉",
        "/ops/appeals/appeal/?state__exact=open",
        *waiting(rows, since="filed_at", hours=72),
        "提出后超过 72 小时",
    )
