"""Console pages: reviews with their answers; the shop answers, the platform hides."""

from collections.abc import Iterable

from django import forms
from django.contrib import messages
from django.http import HttpRequest
from unfold.widgets import UnfoldAdminTextareaWidget

from xintui.commerce.reviews import facade
from xintui.commerce.reviews.models import Review
from xintui.foundation.identity import facade as identity
from xintui.foundation.identity.contracts import Role
from xintui.infra import clock
from xintui.infra.console import (
    Queue,
    ReadOnlyAdmin,
    ReasonForm,
    bulk_action,
    detail_action,
    merchant_site,
    ops_site,
    place,
    queue,
    waiting,
    words,
)

place("rev", "reviews_review", "评价")
words("object", {"review": "评价"})
words("action", {"reviews.reply": "评价：商家回复", "reviews.hide": "评价：隐藏", "reviews.show": "评价：恢复显示"})
ANSWERERS = frozenset({Role.MERCHANT_OWNER, Role.MERCHANT_SERVICE})


class ReplyForm(ReasonForm):
    text = forms.CharField(label="回复内容（买家可见）", max_length=500, widget=UnfoldAdminTextareaWidget())


class ReviewAdmin(ReadOnlyAdmin):
    icon = "reviews"
    list_display = ("written_at", "product_id", "stars", "text", "author", "reply", "hidden")
    list_filter = ("stars", "hidden", "written_at")
    search_fields = ("product_id__exact", "order_id__exact", "id__exact")
    ordering = ("-id",)
    fieldsets = (
        ("评价", {"fields": ("id", "product_id", "spec", "order_id", "author", "stars", "text", "written_at")}),
        ("之后", {"fields": ("more", "more_at", "reply", "reply_at", "hidden", "hidden_reason")}),
    )
    actions = ("hide_many", "show_many")
    actions_detail = ("answer", "hide", "show")

    @detail_action("回复", roles=ANSWERERS, form=ReplyForm, icon="reply")
    def answer(self, request: HttpRequest, form: ReplyForm, object_id: str) -> None:
        who, merchant_id = identity.require_merchant(request.principal, *ANSWERERS)  # type: ignore[attr-defined]
        facade.reply(object_id, form.cleaned_data["text"], merchant_id=merchant_id, by=who, now=clock.now())
        self.message_user(request, "已回复", messages.SUCCESS)

    @detail_action("隐藏", roles={Role.OPERATOR}, icon="visibility_off", when=lambda row: not row.hidden)
    def hide(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.hide(object_id, by=who, reason=reason)
        self.message_user(request, "已隐藏并记入审计", messages.SUCCESS)

    @detail_action("恢复显示", roles={Role.OPERATOR}, icon="visibility", when=lambda row: row.hidden)
    def show(self, request: HttpRequest, form: ReasonForm, object_id: str) -> None:
        who, reason = request.principal, form.cleaned_data["reason"]  # type: ignore[attr-defined]
        facade.show(object_id, by=who, reason=reason)
        self.message_user(request, "已恢复显示并记入审计", messages.SUCCESS)

    @bulk_action("批量隐藏", roles={Role.OPERATOR}, warning="作者可见原因；隐藏后不计入评分。")
    def hide_many(self, request: HttpRequest, form: ReasonForm, row: Review) -> None:
        facade.hide(row.id, by=request.principal, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]

    @bulk_action("批量恢复显示", roles={Role.OPERATOR})
    def show_many(self, request: HttpRequest, form: ReasonForm, row: Review) -> None:
        facade.show(row.id, by=request.principal, reason=form.cleaned_data["reason"])  # type: ignore[attr-defined]


ops_site.register(Review, ReviewAdmin)
merchant_site.register(Review, ReviewAdmin)


@queue(merchant_site, roles=ANSWERERS, order=20)
def unanswered(request: HttpRequest) -> Iterable[Queue]:
    """Bad reviews that nobody has answered."""
    merchant_id = request.principal.merchant_id  # type: ignore[attr-defined]
    rows = Review.objects.filter(merchant_id=merchant_id, hidden=False, reply_at=None, stars__lte=3)
    yield Queue(
        "待回复的中差评",
        "/merchant/reviews/review/?reply_at__isnull=1&stars__lte=3",
        *waiting(rows, since="written_at", hours=48),
        "评价后超过 48 小时",
    )
